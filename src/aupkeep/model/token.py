"""An API token: stored hashed, scoped, expiring."""

from dataclasses import dataclass
from datetime import datetime

SCOPES = ("report", "finding", "inventory", "case", "agent")  # which doors of the API it opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`digest` is the SHA-256 of the secret in hex; findings of a `trusted` one are telemetry."""

    id: str
    name: str
    digest: str
    scopes: tuple[str, ...]
    trusted: bool
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
