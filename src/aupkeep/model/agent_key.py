"""The key by which a target's agent is known: pinned at its first report, or given beforehand."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentKey:
    """`public` is the Ed25519 key's 32 bytes in base64; `by` who pinned it, by id.

    A forgotten one stays until another is pinned in its place.
    """

    target: str
    public: str
    pinned_at: datetime
    by: str
    forgotten_at: datetime | None = None
