"""Bytes received, before anything else happens to them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """How bytes came in."""

    LMTP = "lmtp"
    SMTP = "smtp"
    MAILDIR = "maildir"
    FILE = "file"
    API = "api"
    FEED = "feed"
    FORM = "form"  # the public notice form, and its API without a token


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Durable bytes: `digest` is their SHA-256 in hex; the bytes themselves live in the raw store.

    `peer` is the connecting host's address as text, `helo`, `sender` and `recipients` the SMTP
    envelope; all None or empty where the channel has none. `key` is a caller's Idempotency-Key.
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
