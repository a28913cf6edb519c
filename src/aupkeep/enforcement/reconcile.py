"""Desired, remembered and observed in; operations out. Pure, level-triggered, repeatable.

Nothing here asks what happened; it asks what should stand now and what does. Run twice on an
unchanged world, the second answer is empty.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from aupkeep.enforcement.driver import InstalledElement, by_place
from aupkeep.model.action import Action, ActionState

EXPIRY_TOLERANCE = timedelta(seconds=3)  # a system that counts in seconds, read a moment later
SHORTEST_REPAIR = timedelta(seconds=1)  # what ends sooner is not worth a repair
STANDS = (ActionState.WANTED, ActionState.APPLIED)
AIMS = ("address", "protocol", "port", "destination", "url", "resource", "customer")


class OperationKind(StrEnum):
    """What an operation does to a place."""

    ADD = "add"
    REPAIR = "repair"  # it stood and was gone or changed
    REFRESH = "refresh"  # the decision behind it changed
    LIFT = "lift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation at one place; `action` is None only for a lift."""

    kind: OperationKind
    place: str
    id: str
    action: Action | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedState:
    """What the agent remembers: actions it saw standing, by id, and ids undone here."""

    standing: Mapping[str, Action]
    undone: frozenset[str]


@dataclass(slots=True, kw_only=True)
class ReconcileResult:
    """The answer. `places` says where each kept action stands or will; `ended` why it does not."""

    ops: list[Operation] = field(default_factory=list)
    kept: dict[str, Action] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    ended: dict[str, tuple[ActionState, str]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    drift: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def set(self, kind: OperationKind, place: str, action: Action, reason: str) -> None:
        """Add the operation that makes the action stand at the place."""
        op = Operation(kind=kind, place=place, id=action.id, action=action, reason=reason)
        self.ops.append(op)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileInputs:
    """The world as one run sees it.

    `judge` says why an action may not stand, or None; `place` where it would. `holding` means the
    controller is not heard: what stands is held and nothing new begins.
    """

    now: datetime
    frozen: bool
    holding: bool
    judge: Callable[[Action], str | None]
    place: Callable[[Action], str]


def reconcile(
    wanted: Sequence[Action],
    remembered: RememberedState,
    observed: Sequence[InstalledElement],
    inputs: ReconcileInputs,
) -> ReconcileResult:
    """What to do so that exactly the wanted actions stand, each until its own end.

    * Holding: the remembered actions are the wanted ones.
    * Undone here, lifted, expired or refused: must not stand.
    * Frozen: an automatic action that is new is refused, one that widens stays as it was.
    * A place wanted by several is carried by the strictest, then the longest; it goes on from one
      to the next without a gap.
    * A foreign element is reported and never touched; a place it occupies is refused.
    """
    result = ReconcileResult()
    for action in remembered.standing.values() if inputs.holding else wanted:
        _choose(action, remembered, inputs, result)
    gone = [] if inputs.holding else [i for i in remembered.standing if not _mentioned(i, result)]
    for action_id in gone:
        _end(remembered.standing[action_id], "no longer wanted", inputs, result)
    groups = _groups(inputs, result)
    elements = by_place(observed)
    for place, group in groups.items():
        _compare(place, group, elements.get(place), remembered, inputs, result)
    for element in observed:
        if element.place not in groups:
            _surplus(element, remembered, inputs, result)
    return result


def _mentioned(action_id: str, result: ReconcileResult) -> bool:
    return action_id in result.kept or action_id in result.ended or action_id in result.refused


def _end(action: Action, reason: str, inputs: ReconcileInputs, result: ReconcileResult) -> None:
    if action.until <= inputs.now:
        result.ended[action.id] = (ActionState.EXPIRED, "its time is over")
    else:
        result.ended[action.id] = (ActionState.LIFTED, reason)


def _choose(
    action: Action, remembered: RememberedState, inputs: ReconcileInputs, result: ReconcileResult
) -> None:
    """Decide whether one action is to stand now."""
    if action.id in remembered.undone:
        result.ended[action.id] = (ActionState.LIFTED, "undone on this machine")
    elif action.until <= inputs.now or action.state not in STANDS:
        _end(action, f"it is {action.state}", inputs, result)
    elif action.starts > inputs.now and action.id not in remembered.standing:
        return
    elif reason := inputs.judge(action):
        result.refused[action.id] = reason
    else:
        _under_freeze(action, remembered.standing.get(action.id), inputs, result)


def _under_freeze(
    action: Action, before: Action | None, inputs: ReconcileInputs, result: ReconcileResult
) -> None:
    """Keep the action; under a freeze refuse an automatic one that begins or widens."""
    if not (inputs.frozen and action.automatic and (before is None or widens(before, action))):
        result.kept[action.id] = action
    elif before is None:
        result.refused[action.id] = "frozen: no new automatic measure"
    else:
        result.kept[action.id] = before
        result.refused[action.id] = "frozen: it stays as it was"


def widens(before: Action, after: Action) -> bool:
    """True when the later version of an action touches more, harder or longer."""
    if after.until > before.until or after.measure is not before.measure:
        return True
    old, new = before.scope, after.scope
    if any(getattr(old, name) != getattr(new, name) for name in AIMS):
        return True
    return new.rate is not None and (old.rate is None or new.rate < old.rate)


def _groups(inputs: ReconcileInputs, result: ReconcileResult) -> dict[str, list[Action]]:
    """Kept actions by place, the one that carries the place first."""
    groups: dict[str, list[Action]] = {}
    for action in sorted(result.kept.values(), key=_strictness):
        place = inputs.place(action)
        result.places[action.id] = place
        groups.setdefault(place, []).append(action)
    return groups


def _strictness(action: Action) -> tuple[int, float, str]:
    return (action.scope.rate or 0, -action.until.timestamp(), action.id)


def _compare(
    place: str,
    group: list[Action],
    element: InstalledElement | None,
    remembered: RememberedState,
    inputs: ReconcileInputs,
    result: ReconcileResult,
) -> None:
    """Bring one wanted place to what its first action says."""
    first = group[0]
    stood = any(action.id in remembered.standing for action in group)
    if element is None and not stood:
        result.set(OperationKind.ADD, place, first, "wanted")
    elif element is None:
        if first.until - inputs.now >= SHORTEST_REPAIR:
            reason = f"expected the element of action {first.id}, found none"
            result.drift.append(f"{place}: {reason}")
            result.set(OperationKind.REPAIR, place, first, reason)
    elif not element.action:
        for action in group:
            result.refused[action.id] = f"{place} is occupied by an element that is not ours"
            result.kept.pop(action.id)
    elif element.action != first.id:
        reason = f"it stood for action {element.action}"
        result.set(OperationKind.REFRESH, place, first, reason)
    elif difference := _differs(element, first):
        if remembered.standing.get(first.id) in (None, first):
            result.set(OperationKind.REPAIR, place, first, difference)
            result.drift.append(f"{place}: {difference}")
        else:
            result.set(OperationKind.REFRESH, place, first, difference)


def _differs(element: InstalledElement, action: Action) -> str | None:
    """How an element is not what its action says, or None."""
    if element.rate != action.scope.rate:
        return f"expected a rate of {action.scope.rate}, found {element.rate}"
    if element.expires is None:
        return f"expected an end at {action.until}, found none"
    if abs(element.expires - action.until) > EXPIRY_TOLERANCE:
        return f"expected an end at {action.until}, found {element.expires}"
    return None


def _surplus(
    element: InstalledElement,
    remembered: RememberedState,
    inputs: ReconcileInputs,
    result: ReconcileResult,
) -> None:
    """An element no kept action wants."""
    if not element.action:
        result.foreign.append(element.place)
    elif inputs.holding and element.action not in remembered.standing:
        result.drift.append(f"{element.place}: held for action {element.action}, not remembered")
    else:
        reason = _why(element.action, result)
        result.ops.append(
            Operation(
                kind=OperationKind.LIFT,
                place=element.place,
                id=element.action,
                action=None,
                reason=reason,
            )
        )


def _why(action_id: str, result: ReconcileResult) -> str:
    if action_id in result.ended:
        return result.ended[action_id][1]
    return result.refused.get(action_id, "no longer wanted")
