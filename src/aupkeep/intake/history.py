"""What another system kept: an mbox of any length, a Maildir, or our neutral lines of JSON.

A line is one object, UTF-8, of the fields `LINE` names. `id` is the other system's own name of the
ticket, `received` when it came (RFC 3339), `kind` what happened (`docs/glossary.md`), and one of
`address`, `url` or `domain` whom it is about. All else may be absent; what is unknown is refused.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, BinaryIO

from aupkeep.intake.formats import strict_json
from aupkeep.intake.mail.mail import read_mail
from aupkeep.model.errors import AupkeepError, Invalid
from aupkeep.model.finding import Finding, Role
from aupkeep.model.moments import parse_moment
from aupkeep.model.origin import Origin, OriginChannel
from aupkeep.model.report import Reading, ReadingOutcome
from aupkeep.model.subject import Subject, parse_address, parse_port
from aupkeep.model.taxonomy import KINDS, kind_for

MEDIA_TYPE = "application/vnd.aupkeep.history+json"
LINE: Mapping[str, type] = {
    "id": str, "received": str, "kind": str, "address": str, "port": int, "url": str,
    "domain": str, "at": str, "subject": str, "reporter": str, "text": str,
}  # fmt: skip
NEEDED = ("id", "received", "kind")
ABOUT = ("address", "url", "domain")
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
LONGEST = 1 << 20  # bytes of a line
HALF = re.compile("[\ud800-\udfff]")
ENVELOPE = re.compile(rb"From \S+\s.*\d\d?:\d\d")  # RFC 4155: an address and a time
HEAD = 1 << 16  # bytes in which a mail's own header stands


def mbox_mails(file: BinaryIO) -> Iterator[bytes]:
    """Each mail of an mbox (RFC 4155), read one at a time; `>From ` stays as it is quoted."""
    lines: list[bytes] = []
    blank = True
    for line in file:
        if blank and ENVELOPE.match(line):
            if lines:
                yield b"".join(lines)
            lines = []
        else:
            lines.append(line)
        blank = line in (b"\n", b"\r\n")
    if lines:
        yield b"".join(lines)


def maildir_files(folder: Path) -> Iterator[Path]:
    """Each mail's file in `cur` and `new`; none is moved or marked. Raises `Invalid`."""
    kept = [folder / name for name in ("cur", "new") if (folder / name).is_dir()]
    if not kept:
        raise Invalid(f"{folder}: expected a Maildir with cur and new, found none of them")
    yield from sorted((path for part in kept for path in part.iterdir() if path.is_file()), key=str)


def received_at(data: bytes, now: datetime) -> datetime:
    """When a mail came: the newest of its `Received` lines' times, else its `Date`; UTC.

    Raises `Invalid` where neither states a time between 1990 and now.
    """
    mail = read_mail(data[:HEAD])
    stated = [line.rpartition(";")[2] for line in mail.headers.get("received", ())]
    for text in (*stated, mail.header("date")):
        moment = _mail_time(text)
        if moment is not None and OLDEST <= moment <= now:
            return moment
    raise Invalid("expected a Received or Date line with a time between 1990 and now, found none")


def _mail_time(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def line_of(data: bytes, now: datetime) -> dict[str, Any]:
    """The checked fields of one line. Raises `Invalid` that says what was expected and found."""
    if len(data) > LONGEST:
        raise Invalid(f"line: expected at most {LONGEST} bytes, found {len(data)}")
    try:
        fields = strict_json.load(data.decode("utf-8"))
    except (UnicodeDecodeError, AupkeepError, ValueError, RecursionError) as error:
        raise Invalid(f"line: expected one JSON object in UTF-8, found: {error}") from error
    if not isinstance(fields, dict):
        raise Invalid(f"line: expected one JSON object, found {type(fields).__name__}")
    unknown = [name for name in fields if name not in LINE]
    if unknown:
        raise Invalid(f"line: expected fields among {', '.join(LINE)}, found {unknown[0][:40]!r}")
    given = {name: value for name, value in fields.items() if value is not None}
    for name, value in given.items():
        _check_value(name, value)
    missing = [name for name in NEEDED if not given.get(name)]
    if missing:
        raise Invalid(f"line: expected {', '.join(missing)}, found none")
    if sum(name in given for name in ABOUT) != 1:
        raise Invalid(f"line: expected one of {', '.join(ABOUT)}")
    if given["kind"] not in KINDS:
        raise Invalid(f"kind: expected one that we know, found {given['kind'][:60]!r}")
    if not OLDEST <= parse_moment(given["received"], "received") <= now:
        raise Invalid(f"received: expected a time between 1990 and now, found {given['received']}")
    return given


def _check_value(name: str, value: object) -> None:
    """Raise `Invalid` for a value of another type, or with half of a character."""
    if not isinstance(value, LINE[name]) or isinstance(value, bool):
        given = type(value).__name__
        raise Invalid(f"{name}: expected {LINE[name].__name__}, found {given}")
    if isinstance(value, str) and HALF.search(value):
        raise Invalid(f"{name}: expected whole characters, found half of a pair")


def reading_of_line(fields: Mapping[str, Any]) -> Reading:
    """What a checked line says, as the reading of a report would. Raises `Invalid`."""
    kind = kind_for(fields["kind"])
    port = parse_port(str(fields["port"])) if "port" in fields else None
    address = parse_address(fields["address"]) if "address" in fields else None
    subject = Subject(
        address=address, port=port, url=fields.get("url"), domain=fields.get("domain")
    )
    finding = Finding(
        kind=kind.name,
        rsit=kind.rsit,
        role=Role.OFFENDER,
        subject=subject,
        at=parse_moment(fields["at"], "at") if "at" in fields else None,
        exact=0.0,
        source=Origin(OriginChannel.OTHER, "history", proven=False),
        confidence=0.5,
        maker="history/1",
        words_alone=True,
    )
    return Reading(
        outcome=ReadingOutcome.PARSED,
        container="history",
        reporter=fields.get("reporter"),
        title=f"{fields['id']} {fields.get('subject', '')}".strip(),
        findings=(finding,),
        parts=(fields.get("text", ""),),
    )


def canonical(fields: Mapping[str, Any]) -> bytes:
    """One line as it is kept: the same fields are the same bytes, however they were written."""
    return json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()
