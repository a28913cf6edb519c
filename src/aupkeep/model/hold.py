"""A legal hold: what it names is never erased while it is live, whatever its period."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HoldScope(StrEnum):
    """What a hold names."""

    CASE = "case"
    CUSTOMER = "customer"  # every case of that customer, later ones too


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """`key` is the case's or the customer's id; it ends by itself at `until`."""

    id: str
    scope: HoldScope
    key: str
    reasons: str
    by: str
    at: datetime
    until: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None

    def live(self, now: datetime) -> bool:
        """Whether it holds at this moment."""
        return self.ended_at is None and now < self.until
