"""Files that come with a form: kept when the form is checked, named by a handle we sign.

A form that is shown again with an error, or before it is sent, need not send its files again: its
page holds a signed handle instead. The file's own name is not kept.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.receiving.notice_draft import FieldError, InvalidNotice, Upload
from aupkeep.app.receiving.rate_limits import admit_upload
from aupkeep.config.keys import secrets_for
from aupkeep.model.errors import Unreadable
from aupkeep.store import drafts

LIFE = timedelta(hours=25)  # a little longer than a challenge
MOST_FILES = 5
MOST_WAITING = 512 << 20  # bytes of all forms that are not sent yet
LONGEST_HANDLE = 120


def keep_uploads(
    context: AppContext, files: Sequence[bytes], handles: Sequence[str], peer: str | None
) -> tuple[Upload, ...]:
    """The files of a form: those kept before by their handles, and new ones, kept now.

    `peer` is counted, None for a caller whom a token lets in.

    Raises `InvalidNotice` for too many or too large ones, `TooMany` for too many from one place.
    """
    known = [read_handle(context, handle) for handle in handles]
    fresh = [file for file in files if file]
    size = sum(upload.size for upload in known) + sum(map(len, fresh))
    most = context.settings.notices.upload_bytes
    if len(known) + len(fresh) > MOST_FILES:
        raise InvalidNotice([_bad("many", f"at most {MOST_FILES} files", len(known) + len(fresh))])
    if size > most:
        raise InvalidNotice([_bad("large", f"at most {most} bytes in all", size)])
    if fresh and drafts.total() + size > MOST_WAITING:
        raise InvalidNotice([_bad("full", "room for files", 0)])
    return (*known, *(_keep(context, file, peer) for file in fresh))


def handle_of(context: AppContext, upload: Upload) -> str:
    """The signed handle that a page holds in place of a file."""
    body = f"{upload.digest}.{upload.size}"
    return f"{body}.{_mac(secrets_for(context.home, 'tokens')[-1], body)}"


def read_handle(context: AppContext, text: str) -> Upload:
    """The file of a handle of ours. Raises `Unreadable` for any other text."""
    plain = text if len(text) <= LONGEST_HANDLE and text.isascii() else ""
    body, _, mac = plain.rpartition(".")
    secrets = secrets_for(context.home, "tokens")
    if not any(hmac.compare_digest(_mac(secret, body), mac) for secret in secrets):
        raise Unreadable(f"upload: expected a handle of this desk, found {text[:20]!a}")
    digest, _, size = body.partition(".")
    return Upload(digest, int(size))


def _keep(context: AppContext, data: bytes, peer: str | None) -> Upload:
    if peer is not None:
        admit_upload(context, peer)
    return Upload(drafts.keep(data, context.now() + LIFE), len(data))


def _bad(key: str, expected: str, size: int) -> FieldError:
    return FieldError("upload", key, expected, str(size))


def _mac(secret: bytes, body: str) -> str:
    return hmac.new(secret, b"upload\0" + body.encode(), hashlib.sha256).hexdigest()[:32]
