"""Desired, remembered and observed in; operations out. Pure, level-triggered, repeatable.

Nothing here asks what happened; it asks what should stand now and what does. Run twice on an
unchanged world, the second answer is empty.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from aupkeep.enforcement.driver import InstalledElement
from aupkeep.model.action import Action, ActionState

EXPIRY_TOLERANCE = timedelta(seconds=3)  # a system that counts in seconds, read a moment later
SHORTEST_REPAIR = timedelta(seconds=1)  # not worth a repair: it ends by itself


class OperationKind(StrEnum):
    """What an operation does to a place."""

    ADD = "add"
    REPAIR = "repair"  # it stood and was gone or changed
    REFRESH = "refresh"  # the decision behind it changed
    LIFT = "lift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation at one place; `action` is None only for a lift."""

    deed: OperationKind
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
    local: RememberedState,
    observed: Sequence[InstalledElement],
    view: ReconcileInputs,
) -> ReconcileResult:
    """What to do so that exactly the wanted actions stand, each until its own end.

    * Holding: the remembered actions are the wanted ones.
    * Undone here, lifted, expired or refused: must not stand.
    * Frozen: an automatic action that is new is refused, one that widens stays as it was.
    * A place wanted by several is carried by the strictest, then the longest; it goes on from one
      to the next without a gap.
    * A foreign element is reported and never touched; a place it occupies is refused.
    """
    outcome = ReconcileResult()
    for action in local.standing.values() if view.holding else wanted:
        _choose(action, local, view, outcome)
    gone = [] if view.holding else [i for i in local.standing if not _spoken_of(i, outcome)]
    for id_ in gone:
        _end(local.standing[id_], "no longer wanted", view, outcome)
    groups = _groups(view, outcome)
    elements = {element.place: element for element in observed}
    for place, group in groups.items():
        _compare(place, group, elements.get(place), local, view, outcome)
    for element in observed:
        if element.place not in groups:
            _surplus(element, local, view, outcome)
    return outcome


def _spoken_of(id_: str, outcome: ReconcileResult) -> bool:
    return id_ in outcome.kept or id_ in outcome.ended or id_ in outcome.refused


def _end(action: Action, reason: str, view: ReconcileInputs, outcome: ReconcileResult) -> None:
    over = action.until <= view.now
    state = ActionState.EXPIRED if over else ActionState.LIFTED
    outcome.ended[action.id] = (state, "its time is over" if over else reason)


def _choose(
    action: Action, local: RememberedState, view: ReconcileInputs, outcome: ReconcileResult
) -> None:
    """Whether one action shall stand now."""
    if action.id in local.undone:
        outcome.ended[action.id] = (ActionState.LIFTED, "undone on this machine")
    elif action.until <= view.now or action.state not in (ActionState.WANTED, ActionState.APPLIED):
        _end(action, f"it is {action.state}", view, outcome)
    elif action.starts > view.now and action.id not in local.standing:
        return
    elif reason := view.judge(action):
        outcome.refused[action.id] = reason
    else:
        _under_freeze(action, local.standing.get(action.id), view, outcome)


def _under_freeze(
    action: Action, before: Action | None, view: ReconcileInputs, outcome: ReconcileResult
) -> None:
    if not (view.frozen and action.automatic and (before is None or widens(before, action))):
        outcome.kept[action.id] = action
    elif before is None:
        outcome.refused[action.id] = "frozen: no new automatic measure"
    else:
        outcome.kept[action.id] = before
        outcome.refused[action.id] = "frozen: it stays as it was"


def widens(before: Action, after: Action) -> bool:
    """True when the later version of an action touches more, harder or longer."""
    if after.until > before.until or after.measure is not before.measure:
        return True
    old, new = before.scope, after.scope
    aims = ("address", "protocol", "port", "destination", "url", "resource", "customer")
    if any(getattr(old, name) != getattr(new, name) for name in aims):
        return True
    return new.rate is not None and (old.rate is None or new.rate < old.rate)


def _groups(view: ReconcileInputs, outcome: ReconcileResult) -> dict[str, list[Action]]:
    """Kept actions by place, the one that carries the place first."""
    groups: dict[str, list[Action]] = {}
    for action in sorted(outcome.kept.values(), key=_strictness):
        place = view.place(action)
        outcome.places[action.id] = place
        groups.setdefault(place, []).append(action)
    return groups


def _strictness(action: Action) -> tuple[int, float, str]:
    return (action.scope.rate or 0, -action.until.timestamp(), action.id)


def _compare(
    place: str,
    group: list[Action],
    element: InstalledElement | None,
    local: RememberedState,
    view: ReconcileInputs,
    outcome: ReconcileResult,
) -> None:
    """Bring one wanted place to what its first action says."""
    first = group[0]
    known = [local.standing[a.id] for a in group if a.id in local.standing]
    if element is None:
        _absent(place, first, view, outcome, stood=bool(known))
    elif not element.action:
        for action in group:
            outcome.refused[action.id] = f"{place} is occupied by an element that is not ours"
            outcome.kept.pop(action.id)
    elif element.action != first.id:
        reason = f"it stood for action {element.action}"
        outcome.ops.append(
            Operation(
                deed=OperationKind.REFRESH, place=place, id=first.id, action=first, reason=reason
            )
        )
    elif wrong := _differs(element, first):
        intended = local.standing.get(first.id) not in (None, first)
        deed = OperationKind.REFRESH if intended else OperationKind.REPAIR
        outcome.ops.append(
            Operation(deed=deed, place=place, id=first.id, action=first, reason=wrong)
        )
        if not intended:
            outcome.drift.append(f"{place}: {wrong}")


def _absent(
    place: str, first: Action, view: ReconcileInputs, outcome: ReconcileResult, *, stood: bool
) -> None:
    if not stood:
        outcome.ops.append(
            Operation(
                deed=OperationKind.ADD, place=place, id=first.id, action=first, reason="wanted"
            )
        )
    elif first.until - view.now >= SHORTEST_REPAIR:
        reason = f"expected the element of action {first.id}, found none"
        outcome.drift.append(f"{place}: {reason}")
        outcome.ops.append(
            Operation(
                deed=OperationKind.REPAIR, place=place, id=first.id, action=first, reason=reason
            )
        )


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
    local: RememberedState,
    view: ReconcileInputs,
    outcome: ReconcileResult,
) -> None:
    """An element no kept action wants."""
    if not element.action:
        outcome.foreign.append(element.place)
    elif view.holding and element.action not in local.standing:
        outcome.drift.append(f"{element.place}: held for action {element.action}, not remembered")
    else:
        reason = _why(element.action, outcome)
        outcome.ops.append(
            Operation(
                deed=OperationKind.LIFT,
                place=element.place,
                id=element.action,
                action=None,
                reason=reason,
            )
        )


def _why(id_: str, outcome: ReconcileResult) -> str:
    if id_ in outcome.ended:
        return outcome.ended[id_][1]
    return outcome.refused.get(id_, "no longer wanted")
