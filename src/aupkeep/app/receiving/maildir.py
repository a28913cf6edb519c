"""A Maildir as a channel: each file of `new` is accepted durably, then moved to `cur`."""

from collections.abc import Callable
from pathlib import Path

from aupkeep.app.context import AppContext
from aupkeep.app.receiving.receive import RawEnvelope, ReceivedRaw
from aupkeep.model.errors import Invalid, Unavailable
from aupkeep.model.raw import Channel

Accept = Callable[[bytes, RawEnvelope], ReceivedRaw]
SEEN = ":2,S"  # the Maildir flag for "seen"


def take_maildir(context: AppContext, accept: Accept) -> int:
    """Receive every file of `new`; the answer is how many. A crash may repeat one, never lose one.

    Raises `Invalid` when the configured folder is no Maildir, `Unavailable` as `receive` does, and
    `Unavailable` that names the first file that could not be read, after all others were taken.
    """
    folder = Path(context.settings.mail.maildir)
    if not (folder / "new").is_dir() or not (folder / "cur").is_dir():
        raise Invalid(f"mail.maildir: expected a Maildir with new and cur, found {folder}")
    files = sorted(path for path in (folder / "new").iterdir() if path.is_file())
    stuck: list[str] = []
    for path in files:
        try:
            data = path.read_bytes()
        except OSError as error:
            stuck.append(f"{path}: expected a file to read, found: {error.strerror}")
            continue
        accept(data, RawEnvelope(channel=Channel.MAILDIR))
        path.rename(folder / "cur" / (path.name.partition(":")[0] + SEEN))
    if stuck:
        raise Unavailable(stuck[0])
    return len(files)
