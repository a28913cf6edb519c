"""An alert to who is on call: raised once a day for one cause, until a person acknowledges it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
