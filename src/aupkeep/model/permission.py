"""A permission: one kind of conduct that a resource may show until a time, by a person's word."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """While it is live, no rule acts on `kind` at this resource; what is seen is still recorded.

    One stands for a customer's resource and a kind at a time: a new one revokes the one before.
    `granted_at` is None where an older version did not store it.
    """

    id: str
    customer: str
    resource: str
    kind: str  # of the taxonomy
    until: datetime
    by: str
    reasons: str
    granted_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def live(self, now: datetime) -> bool:
        """Whether it stands at this moment."""
        return self.revoked_at is None and now < self.until
