"""Bytes received, before anything else happens to them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aupkeep.model.added_field import ADDED_FIELD

LONGEST_NAME = 120  # characters of a file's name


class Channel(StrEnum):
    """How bytes came in."""

    LMTP = "lmtp"
    SMTP = "smtp"
    MAILDIR = "maildir"
    FILE = "file"
    API = "api"
    FEED = "feed"
    FORM = "form"  # the public notice form, and its API without a token
    IMPORT = "import"  # what another system kept, taken in as history
    IMAP = "imap"  # a mailbox at another server, read over the network
    DETECTOR = "detector"  # our own detectors, from the process that hears the exporters


MAIL_CHANNELS = (Channel.LMTP, Channel.SMTP, Channel.MAILDIR, Channel.IMAP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Durable bytes: `digest` is their SHA-256 in hex; the bytes themselves live in the raw store.

    `peer` is the connecting host's address as text, or `imap:NAME` for what was read from a mailbox
    of the settings, `helo`, `sender` and `recipients` the SMTP
    envelope; all None or empty where the channel has none. `key` is a caller's Idempotency-Key.
    `site` is where what it says was seen, where the channel knows; None asks all sites.
    `media_type` may name the file (`text/csv; name="reports.csv"`, RFC 2045 section 5.1).
    """

    id: str
    digest: str
    size: int
    channel: Channel
    received_at: datetime
    media_type: str = "message/rfc822"
    peer: str | None = None
    helo: str | None = None
    sender: str | None = None
    recipients: tuple[str, ...] = ()
    key: str | None = None
    token: str | None = None  # name of the API token that brought it
    site: str | None = field(default=None, metadata=ADDED_FIELD)

    @property
    def kind(self) -> str:
        """The media type alone."""
        return self.media_type.partition(";")[0].strip()

    @property
    def name(self) -> str:
        """The file's name, "" where the channel knew none."""
        return self.media_type.partition('; name="')[2].removesuffix('"')


def media_named(media: str, name: str) -> str:
    """A media type that names its file, without folders and without characters that hide.

    >>> media_named("text/csv", '../a "b".csv')
    'text/csv; name="a b.csv"'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(sign for sign in last if sign.isprintable() and sign != '"')[-LONGEST_NAME:]
    return f'{media}; name="{clean}"' if clean else media
