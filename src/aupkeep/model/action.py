"""One reversible instruction to one driver, serving one decision."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.model.decision import Scope, Versions
from aupkeep.model.ladder import Level, Measure


class ActionState(StrEnum):
    """Applied means seen: read back from the real system (invariant 9); recorded means not done."""

    WANTED = "wanted"
    APPLIED = "applied"
    LIFTING = "lifting"
    LIFTED = "lifted"
    EXPIRED = "expired"
    FAILED = "failed"
    RECORDED = "recorded"  # written down by a driver that changes nothing


RECORDING = frozenset({"record"})  # drivers that carry nothing out
STANDING = (ActionState.WANTED, ActionState.APPLIED, ActionState.RECORDED)
MOVING = (*STANDING, ActionState.LIFTING)
TOOK_EFFECT = (ActionState.APPLIED, ActionState.LIFTING, ActionState.LIFTED, ActionState.EXPIRED)


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

    @property
    def enforced(self) -> bool:
        """Whether its driver changes a system, so that it can limit anybody at all."""
        return self.driver not in RECORDING

    @property
    def took_effect(self) -> bool:
        """Whether it limits somebody, or did."""
        return self.enforced and self.state in TOOK_EFFECT
