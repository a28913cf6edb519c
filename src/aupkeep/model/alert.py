"""An alert to who is on call: raised once a day for one cause, until a person acknowledges it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.model.actor import BY_LINK


class Severity(StrEnum):
    """How much it matters; `RANKS` orders them."""

    LOW = "low"
    HIGH = "high"
    CRITICAL = "critical"


RANKS = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallAlert:
    """One alert. `cause` names what it is about for a program, `what` for a person."""

    id: str
    cause: str
    severity: Severity
    what: str
    raised_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""

    @property
    def by_link(self) -> str:
        """Through which step's link somebody acknowledged it without signing in, else ""."""
        named = self.acknowledged_by.startswith(BY_LINK)
        return self.acknowledged_by.removeprefix(BY_LINK) if named else ""
