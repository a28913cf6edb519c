"""The section [heartbeat]: an external monitor, told each minute that all is alive."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from aupkeep.config.secrets import opened
from aupkeep.model.errors import Invalid

SOONEST = 10  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatSettings:
    """Where a signed word goes while worker, signer and database are alive; empty = nowhere."""

    url: str = ""  # https://…; its watcher alarms where the word stays away
    every: int = 60  # seconds
    secret: str = ""  # file:PATH or env:NAME: signs each word (Standard Webhooks); empty = unsigned

    def __post_init__(self) -> None:
        """Raises `Invalid` for an address that is none, or in the clear to another machine."""
        if self.every < SOONEST:
            raise Invalid(f"[heartbeat] every: expected {SOONEST} or more, found {self.every}")
        if not self.url:
            return
        parts = urlsplit(self.url)
        here = parts.hostname in ("127.0.0.1", "::1", "localhost")
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and here)):
            raise Invalid(f"[heartbeat] url: expected https, found {parts.scheme or 'none'}")

    @property
    def watcher(self) -> str:
        """The host alone: what stands behind it in the address is as secret as a password."""
        return urlsplit(self.url).hostname or ""

    def open_secret(self) -> bytes:
        """The secret's bytes, b"" for none. Raises `Invalid`."""
        return str(opened("secret", self.secret, "[heartbeat]")).encode()
