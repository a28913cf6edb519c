"""One reversible instruction to one driver, serving one decision."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.model.decision import Scope, Versions
from aupkeep.model.ladder import Level, Measure


class ActionState(StrEnum):
    """Applied means seen: read back from the real system (invariant 9)."""

    WANTED = "wanted"
    APPLIED = "applied"
    LIFTING = "lifting"
    LIFTED = "lifted"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`target` is the agent (router or region) that carries it; `until` is never None."""

    id: str
    decision: str
    case: str
    reference: str  # the case's outside reference, carried into the kernel as a comment
    driver: str
    target: str
    level: Level
    measure: Measure
    scope: Scope
    starts: datetime
    until: datetime
    versions: Versions
    automatic: bool
    state: ActionState = ActionState.WANTED
    proof: str | None = None  # what was read back, and when
    changed_at: datetime | None = None
