"""A strike: a breach whose cause a person found with the customer; it counts until it expires."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aupkeep.model.ladder import Cause


class StrikeTier(StrEnum):
    """How long a strike counts, by the level of the measure that was decided with the finding."""

    MINOR = "minor"  # L1, L2; of L0 the customer is told nothing
    SERIOUS = "serious"  # L3, L4
    SEVERE = "severe"  # L5 and above


STRIKE_TIME: dict[StrikeTier, timedelta] = {
    StrikeTier.MINOR: timedelta(days=90),
    StrikeTier.SERIOUS: timedelta(days=180),
    StrikeTier.SEVERE: timedelta(days=365),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """Of one case one counts at a time.

    `decision` is the one with the finding of cause, `by` its author. It counts from `at` until
    `until`, or until it was removed: by whom stands in `removed_by`, and the reason in `why`.
    """

    id: str
    customer: str
    case: str
    reference: str
    decision: str
    clause: str
    cause: Cause
    tier: StrikeTier
    by: str
    at: datetime
    until: datetime
    removed_at: datetime | None = None
    removed_by: str | None = None
    why: str = ""

    def live(self, now: datetime) -> bool:
        """Whether it counts at this moment."""
        return self.removed_at is None and now < self.until
