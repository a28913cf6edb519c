"""One reversible instruction to one driver, serving one decision."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aupkeep.model.added_field import ADDED_FIELD
from aupkeep.model.decision import Scope, Versions
from aupkeep.model.ladder import Level, Measure

HAND, PEOPLE = "hand", "people"  # driver and target of what no driver of ours carries


class ActionState(StrEnum):
    """Applied means seen: read back from the real system (invariant 9); recorded means not done."""

    WANTED = "wanted"
    PENDING = "pending"  # the system has begun, and says that it is not done
    ANNOUNCED = "announced"  # asked of a system that nobody can read back
    APPLIED = "applied"
    LIFTING = "lifting"
    LIFTED = "lifted"
    EXPIRED = "expired"
    FAILED = "failed"
    RECORDED = "recorded"  # written down by a driver that changes nothing


class Limiting(StrEnum):
    """Whether a measure limits somebody: words about it are in the present, past or conditional."""

    NOW = "now"
    ENDED = "ended"
    NOT = "not"  # wanted, recorded or failed: what it would do


RECORDING = frozenset({"record"})  # drivers that carry nothing out
STANDING = (
    ActionState.WANTED,
    ActionState.PENDING,
    ActionState.ANNOUNCED,
    ActionState.APPLIED,
    ActionState.RECORDED,
)
MOVING = (*STANDING, ActionState.LIFTING)
NEVER, UNHEARD, UNSET = (  # how the proof of what never stood anywhere begins
    "never stood here: ",
    "its time ended before any agent reported it",
    "lifted before it stood anywhere",
)
LEFT = "left as before us: "  # in what a driver says at the end of what stays as it was found
LOST = "not seen any more: "  # of one that stood and is gone
NOT_YET = "not yet: "  # and of a measure that waits for a system to answer
NOT_DONE = "it was only recorded, never in force"  # how the proof of its end ends then
NO_EFFECT = "no effect: "  # how the effect of a measure begins that stands and limits nobody
ENDING = (ActionState.LIFTING, ActionState.LIFTED, ActionState.EXPIRED)
SEEN_GONE = (ActionState.ANNOUNCED, ActionState.APPLIED)  # of which a proof can say that it is gone
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
    clause: str | None = field(default=None, metadata=ADDED_FIELD)  # for drivers that tell others
    effect: str | None = field(default=None, metadata=ADDED_FIELD)  # what it was seen to do, or not

    @property
    def enforced(self) -> bool:
        """Whether its driver changes a system, so that it can limit anybody at all."""
        return self.driver not in RECORDING

    @property
    def took_effect(self) -> bool:
        """Whether it limits somebody, or did: it was read back once, by an agent or a person."""
        return self.enforced and self.state in TOOK_EFFECT and stood(self.proof)

    @property
    def left_as_before(self) -> bool:
        """Whether it is over, and something there is as limited as it was before it."""
        return self.state in ENDING and LEFT in (self.proof or "")

    @property
    def became(self) -> str:
        """Its state as words tell it, of `became`."""
        return became(self.state, self.driver, self.proof)


def became(state: str, driver: str, proof: str | None) -> str:
    """A state as words tell it: what ended without ever limiting anybody is told apart.

    `recorded-lifted` was only written down and is withdrawn, `never-lifted` was withdrawn before it
    stood; so with `expired` and `lifting`. `lost` stood, and its agent last saw it gone. All else
    is the state.

    >>> became("lifted", "record", "no longer wanted"), became("applied", "nftables", "seen")
    ('recorded-lifted', 'applied')
    >>> became("applied", "nftables", "not seen any more: no such element")
    'lost'
    """
    recorded = driver in RECORDING
    if state in SEEN_GONE and not recorded and (proof or "").startswith(LOST):
        return "lost"
    if state not in ENDING or (stood(proof) and not recorded):
        return str(state)
    return f"{'recorded' if recorded else 'never'}-{state}"


def stood(proof: str | None) -> bool:
    """Whether what was read back says that it stood somewhere once."""
    return proof is not None and not proof.startswith((NEVER, UNHEARD, UNSET, NOT_YET))


def limiting_at(scope: Scope, actions: Iterable[Action]) -> Limiting:
    """`limiting` of the part at this address; of all of a decision where no part is there."""
    carried = list(actions)
    return limiting([x for x in carried if x.scope.address == scope.address] or carried)


def limited_at(scope: Scope, actions: Iterable[Action]) -> Scope:
    """Where a decision on `scope` limits by now: there, or at the next part that still does."""
    carried = list(actions)
    scopes = [x.scope for x in carried if limiting([x]) is Limiting.NOW]
    return scopes[0] if scopes and limiting_at(scope, carried) is not Limiting.NOW else scope


def limiting(actions: Iterable[Action]) -> Limiting:
    """Whether any of a decision's actions limits somebody, as it was read back (invariant 14)."""
    effective = {action.state for action in actions if action.took_effect}
    if effective & {ActionState.APPLIED, ActionState.LIFTING}:
        return Limiting.NOW
    return Limiting.ENDED if effective else Limiting.NOT
