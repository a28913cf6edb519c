r"""A filed notice as bytes: one line of canonical JSON, then each upload as it came.

One digest covers all of it, and an upload is kept to the byte without an encoding of ours.

    {"matter":"spam",…,"uploads":[{"digest":"…","size":812}]}\n<812 bytes>
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aupkeep.app.receiving.location import parse_location
from aupkeep.app.receiving.notice_draft import NoticeDraft, NoticeLocation, Upload
from aupkeep.intake.formats import strict_json
from aupkeep.model.errors import Unreadable
from aupkeep.model.facts import canonical
from aupkeep.model.filing import Matter
from aupkeep.model.moments import parse_moment, show_moment

MEDIA_TYPE = "application/vnd.aupkeep.notice"
FORM = "notice/1"
PLAIN = ("why", "written", "lines", "name", "email", "work", "authority", "signature", "contact")


def _payload(draft: NoticeDraft) -> dict[str, object]:
    """The notice in JSON's own types, without what only this submission has."""
    return {
        "form": FORM,
        "matter": draft.matter.value,
        "language": draft.language,
        "where": [place.text for place in draft.places],
        "at": show_moment(draft.at) if draft.at else None,
        "exact": draft.exact,
        "good_faith": True,
        "uploads": [{"digest": upload.digest, "size": upload.size} for upload in draft.uploads],
        **{name: getattr(draft, name) for name in PLAIN},
    }


def content_of(draft: NoticeDraft) -> str:
    """SHA-256 of what is filed: the same notice sent again has the same."""
    return hashlib.sha256(canonical(_payload(draft))).hexdigest()


def pack(draft: NoticeDraft, ticket: str, uploads: Sequence[bytes]) -> bytes:
    """The bytes to keep; `ticket` keeps equal notices of two people apart."""
    return canonical({**_payload(draft), "ticket": ticket}) + b"\n" + b"".join(uploads)


def unpack(data: bytes) -> tuple[NoticeDraft, list[bytes]]:
    """What `pack` packed. Raises `Unreadable` for anything else."""
    head, _, rest = data.partition(b"\n")
    try:
        draft = _draft(strict_json.load(head.decode()))
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"notice: expected {FORM}, found {head[:40]!r}: {error}") from error
    uploads: list[bytes] = []
    for upload in draft.uploads:
        body, rest = rest[: upload.size], rest[upload.size :]
        if hashlib.sha256(body).hexdigest() != upload.digest:
            raise Unreadable(f"upload {len(uploads) + 1}: expected {upload.digest}, found others")
        uploads.append(body)
    return draft, uploads


def _draft(given: Mapping[str, Any]) -> NoticeDraft:
    if given["form"] != FORM:
        raise ValueError(given["form"])
    at: datetime | None = parse_moment(given["at"], "at") if given["at"] else None
    return NoticeDraft(
        matter=Matter(given["matter"]),
        language=given["language"],
        places=tuple(NoticeLocation(text, parse_location(text)) for text in given["where"]),
        at=at,
        exact=float(given["exact"]),
        uploads=tuple(Upload(x["digest"], x["size"]) for x in given["uploads"]),
        **{name: given[name] for name in PLAIN},
    )
