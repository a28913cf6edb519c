"""Desired, remembered and observed in; operations out. Pure, level-triggered, repeatable.

Nothing here asks what happened; it asks what should stand now and what does. Run twice on an
unchanged world, the second answer is empty.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from aupkeep.enforcement.action_checks import REACH_FIELDS
from aupkeep.enforcement.driver import EXPIRY_TOLERANCE, InstalledElement, by_place
from aupkeep.model.action import Action, ActionState
from aupkeep.model.decision import NARROWING

SHORTEST_REPAIR = timedelta(seconds=1)  # what ends sooner is not worth a repair
OVER = "its time is over"
STANDS = (ActionState.WANTED, ActionState.APPLIED)  # a desired state says no other of these
AIMS = (*(x for x in NARROWING if x != "rate"), "resource", "customer", *REACH_FIELDS)


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
    """The answer. `places` says where each kept action stands or will; `ended` why one does not."""

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
    server is not heard: what stands is held and nothing new begins.
    """

    now: datetime
    frozen: bool
    holding: bool
    judge: Callable[[Action], str | None]
    place: Callable[[Action], str]


def may_stand(action: Action, remembered: RememberedState, inputs: ReconcileInputs) -> bool:
    """Whether an action that is not refused takes up room: by its time, state and the freeze."""
    new = action.id not in remembered.standing
    over = action.until <= inputs.now or action.state not in STANDS
    held = new and (action.starts > inputs.now or (inputs.frozen and action.automatic))
    return not (over or held or action.id in remembered.undone)


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
    * An element of ours that is not remembered (after a crash) is kept while the server is silent,
      until the end that is stored with it.
    * A foreign element is reported and never touched; a place it occupies is refused.
    """
    run = _Run(remembered, inputs, ReconcileResult())
    for action in remembered.standing.values() if inputs.holding else wanted:
        run.choose(action)
    if not inputs.holding:
        run.end_unwanted()
    groups = run.groups()
    elements = by_place(observed)
    for place, group in groups.items():
        run.compare(place, group, elements.get(place))
    for element in observed:
        if element.place not in groups:
            run.surplus(element)
    return run.result


@dataclass(frozen=True, slots=True)
class _Run:
    """One run: what it is given, and the result so far."""

    remembered: RememberedState
    inputs: ReconcileInputs
    result: ReconcileResult

    def choose(self, action: Action) -> None:
        """Decide whether one action is to stand now."""
        if action.id in self.remembered.undone:
            self.result.ended[action.id] = (ActionState.LIFTED, "undone on this machine")
        elif action.until <= self.inputs.now or action.state not in STANDS:
            self._end(action, f"it is {action.state}")
        elif action.starts > self.inputs.now and action.id not in self.remembered.standing:
            return
        elif reason := self.inputs.judge(action):
            self.result.refused[action.id] = reason
        else:
            self._keep(action, self.remembered.standing.get(action.id))

    def _end(self, action: Action, reason: str) -> None:
        if action.until <= self.inputs.now:
            self.result.ended[action.id] = (ActionState.EXPIRED, OVER)
        else:
            self.result.ended[action.id] = (ActionState.LIFTED, reason)

    def _keep(self, action: Action, before: Action | None) -> None:
        """Keep the action; under a freeze refuse an automatic one that begins or widens."""
        widened = before is None or widens(before, action)
        if not (self.inputs.frozen and action.automatic and widened):
            self.result.kept[action.id] = action
        elif before is None:
            self.result.refused[action.id] = "frozen: no new automatic measure"
        elif before.until <= self.inputs.now:
            self._end(before, OVER)
        else:
            self.result.kept[action.id] = before
            self.result.refused[action.id] = "frozen: it stays as it was"

    def end_unwanted(self) -> None:
        """End what is remembered and was not among the wanted."""
        result = self.result
        for action_id, action in self.remembered.standing.items():
            if not any(action_id in part for part in (result.kept, result.ended, result.refused)):
                self._end(action, "no longer wanted")

    def groups(self) -> dict[str, list[Action]]:
        """Kept actions by place, the one that carries the place first."""
        groups: dict[str, list[Action]] = {}
        for action in sorted(self.result.kept.values(), key=_strictness):
            place = self.inputs.place(action)
            self.result.places[action.id] = place
            groups.setdefault(place, []).append(action)
        return groups

    def compare(self, place: str, group: list[Action], element: InstalledElement | None) -> None:
        """Bring one wanted place to what its first action says."""
        first, result, standing = group[0], self.result, self.remembered.standing
        if element is None and not any(action.id in standing for action in group):
            result.set(OperationKind.ADD, place, first, "wanted")
        elif element is None:
            if first.until - self.inputs.now >= SHORTEST_REPAIR:
                self._repair(place, first, f"expected the element of action {first.id}, found none")
        elif not element.action:
            result.foreign.append(place)
            for action in group:
                if action.id in standing:
                    result.drift.append(f"{place}: expected action {action.id}, found another's")
                result.refused[action.id] = f"{place} is occupied by an element that is not ours"
                result.kept.pop(action.id)
        elif element.action != first.id:
            reason = f"it stood for action {element.action}"
            result.set(OperationKind.REFRESH, place, first, reason)
        elif difference := _differs(element, first):
            if standing.get(first.id) in (None, first):
                self._repair(place, first, difference)
            else:
                result.set(OperationKind.REFRESH, place, first, difference)

    def _repair(self, place: str, action: Action, reason: str) -> None:
        self.result.set(OperationKind.REPAIR, place, action, reason)
        self.result.drift.append(f"{place}: {reason}")

    def surplus(self, element: InstalledElement) -> None:
        """Lift an element that no kept action wants; report one that is not ours."""
        place, action_id, result = element.place, element.action, self.result
        remembered = action_id in self.remembered.standing
        if not action_id:
            result.foreign.append(place)
            return
        if not remembered and element.over(self.inputs.now):
            result.ended[action_id] = (ActionState.EXPIRED, OVER)
        elif not remembered and self.inputs.holding:
            result.drift.append(f"{place}: held for action {action_id}, not remembered")
            return
        reason = result.refused.get(action_id, "no longer wanted")
        if action_id in result.ended:
            reason = result.ended[action_id][1]
        kind = OperationKind.LIFT
        result.ops.append(
            Operation(kind=kind, place=place, id=action_id, action=None, reason=reason)
        )


def widens(before: Action, after: Action) -> bool:
    """True when the later version of an action touches more, harder or longer."""
    if after.until > before.until or after.measure is not before.measure:
        return True
    old, new = before.scope, after.scope
    if any(getattr(old, name) != getattr(new, name) for name in AIMS):
        return True
    return new.rate is not None and (old.rate is None or new.rate < old.rate)


def _strictness(action: Action) -> tuple[int, float, str]:
    return (action.scope.rate or 0, -action.until.timestamp(), action.id)


def _differs(element: InstalledElement, action: Action) -> str | None:
    """How an element is not what its action says, or None."""
    if element.rate != action.scope.rate:
        return f"expected a rate of {action.scope.rate}, found {element.rate}"
    if element.expires is None:
        return f"expected an end at {action.until}, found none"
    if abs(element.expires - action.until) > EXPIRY_TOLERANCE:
        return f"expected an end at {action.until}, found {element.expires}"
    return None
