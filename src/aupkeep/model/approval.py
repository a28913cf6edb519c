"""An approval: a decision that one person asked for and a second one gives (invariant 2)."""

from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.model.added_field import ADDED_FIELD
from aupkeep.model.ladder import Cause, Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What `by` wants to decide about a case; it waits until `given_at` is set.

    `decision` is the decision that both made then. `choice` is what was chosen besides, as JSON.
    `ratifies` names the decision that one person made alone for twelve hours; `behind` are the
    people who may have been `by` (`model.actor`).
    """

    id: str
    case: str
    measure: Measure
    hours: int | None
    reasons: str
    cause: Cause
    by: str
    at: datetime
    given_by: str | None = None
    given_at: datetime | None = None
    decision: str | None = None
    choice: str = field(default="", metadata=ADDED_FIELD)
    ratifies: str | None = field(default=None, metadata=ADDED_FIELD)
    behind: tuple[str, ...] = field(default=(), metadata=ADDED_FIELD)
