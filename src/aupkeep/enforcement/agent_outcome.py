"""What a step leads to: what the agent remembers of it, and how it reports each action."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from aupkeep.enforcement.agent_report import ActionStatus
from aupkeep.enforcement.agent_state import AgentState, EndedAction, InstalledAction
from aupkeep.enforcement.driver import InstalledElement
from aupkeep.enforcement.execute import StepExecution
from aupkeep.enforcement.protect import ProtectList
from aupkeep.enforcement.reconcile import ReconcileResult, RememberedState
from aupkeep.model.action import NEVER, NOT_DONE, Action, ActionState
from aupkeep.model.ladder import INTERCEPTING

OTHER_DRIVER = "it was carried by the driver {}, and this agent has {}: only that one can lift it"
CHANGED = "{}: somebody changed it there, so that it is not ours to take away: a person must"
REMAINS = "{}: it has force there, and is not ours to take away any more: a person must"
NOT_WANTED = "no longer wanted"  # how the proof of a lift by the desired state begins


def remembered_state(
    state: AgentState, wanted: Sequence[Action], observed: Sequence[InstalledElement]
) -> RememberedState:
    """What is remembered, and what stands although a crash came before it was written down."""
    there = {element.action for element in observed}
    standing = {action.id: action for action in wanted if action.id in there}
    standing |= {action_id: installed.action for action_id, installed in state.standing.items()}
    return RememberedState(standing=standing, undone=frozenset(state.undone))


def protected_by_now(
    judged: Iterable[Action],
    observed: Sequence[InstalledElement],
    spot: Callable[[Action], str],
    protect: ProtectList,
) -> dict[str, str]:
    """By action, why what stands may not go on: an address that it is seen to cut off is protected.

    `spot` says where an action stands. What reaches no further than its scope was judged by it.
    """
    reaches = {element.place: element.reaches for element in observed if element.reaches}
    at = {x.id: (x.scope, reaches.get(spot(x), ())) for x in judged} if reaches else {}
    return {name: why for name, it in at.items() if (why := protect.reached(*it))}


def remember(
    state: AgentState,
    result: ReconcileResult,
    execution: StepExecution,
    now: datetime,
    driver: str,
) -> None:
    """Remember only what was read back: what stands, and what is gone.

    What another driver carried is remembered on: this one cannot see whether it is gone. So is
    what somebody changed where it stands, and what has force without an element of ours.
    """
    for action_id, action in result.kept.items():
        installed = state.standing.get(action_id)
        element = execution.elements.get(result.places[action_id])
        if element is None or action_id in execution.troubles or element.action not in result.kept:
            continue
        if installed is None or installed.action != action or action_id in execution.proofs:
            carried = f"carried at {element.place} by action {element.action}"
            proof = execution.proofs.get(action_id, carried)
            state.standing[action_id] = InstalledAction(action=action, proof=proof, at=now)
    standing = execution.elements.values()
    still = {element.action for element in standing}
    changed = {element.was: element.place for element in standing if element.was}
    for action_id in [i for i in state.standing if i not in result.kept and i not in still]:
        if state.standing[action_id].action.driver != driver:
            execution.waiting[action_id] = OTHER_DRIVER.format(
                state.standing[action_id].action.driver, driver
            )
            continue
        if left := _left(state.standing[action_id].action, changed, execution):
            execution.waiting.setdefault(action_id, left)
            continue
        ending, reason = result.ended.get(
            action_id, (ActionState.LIFTED, result.refused.get(action_id, NOT_WANTED))
        )
        _end(state, execution, EndedAction(id=action_id, state=ending, proof=reason, at=now))
    _end_unremembered(state, result, execution, now)


def _left(action: Action, changed: Mapping[str, str], execution: StepExecution) -> str:
    """Why an action that has no element of ours may have force still, "" where nothing says so."""
    if action.id in changed:
        return CHANGED.format(changed[action.id])
    if action.id in execution.taken:
        return ""
    where = execution.driver.remains(action, execution.elements)
    return REMAINS.format(where) if where else ""


def _end_unremembered(
    state: AgentState, result: ReconcileResult, execution: StepExecution, now: datetime
) -> None:
    """What was taken away though nothing remembered it: an agent was killed, or lost its memory."""
    known = state.standing.keys() | state.ended.keys() | result.kept.keys()
    for action_id in sorted(execution.taken - known):
        unwanted = ActionState.LIFTED, result.refused.get(action_id, NOT_WANTED)
        ending, reason = result.ended.get(action_id, unwanted)
        _end(state, execution, EndedAction(id=action_id, state=ending, proof=reason, at=now))


def _end(state: AgentState, execution: StepExecution, ended: EndedAction) -> None:
    """Remember that it is gone; of a driver that changes nothing, that it never was there."""
    there = "read back: gone" if execution.driver.able.enforces else NOT_DONE
    words = [ended.proof, there, *filter(None, [execution.left.get(ended.id)])]
    seen = replace(ended, proof="; ".join(words))
    state.end(seen)
    execution.ended.append(seen)


def without_unlooked(
    state: AgentState, looked: Sequence[str], statuses: Iterable[ActionStatus]
) -> Iterator[ActionStatus]:
    """The statuses; how much an interception diverted is told only where a look asks for it."""
    for status in statuses:
        installed = state.standing.get(status.id)
        intercepts = installed is not None and installed.action.measure in INTERCEPTING
        hidden = intercepts and status.id not in looked
        yield replace(status, packets=None, counted_since=None) if hidden else status


def statuses(
    state: AgentState,
    result: ReconcileResult,
    execution: StepExecution,
    now: datetime,
    stands: ActionState,
) -> Iterator[ActionStatus]:
    """The status of every action there is something to report about, once.

    What stands is applied, or only recorded where the driver changes nothing; where its element is
    there without force (it has no end) and could not be set anew, the doubt says why. What waits
    for a system that does not answer is still wanted, or pending where it has begun; its proof says
    why.
    """
    refused = {**result.refused, **execution.failed}
    yield from _standing(state, execution, now, stands)
    for ended in state.ended.values():
        if ended.id not in state.standing:
            yield ActionStatus(id=ended.id, state=ended.state, proof=ended.proof, at=ended.at)
    known = {*state.standing, *state.ended}
    for action_id, (ending, reason) in result.ended.items():
        if action_id not in known:
            yield ActionStatus(id=action_id, state=ending, proof=f"{NEVER}{reason}", at=now)
    for action_id, reason in refused.items():
        if action_id not in known and action_id not in result.ended:
            yield ActionStatus(id=action_id, state=ActionState.FAILED, proof=reason, at=now)
    for action_id, reason in execution.waiting.items():
        if action_id not in known and action_id not in (result.ended | refused):
            begun = action_id in execution.pending
            waits = ActionState.PENDING if begun else ActionState.WANTED
            yield ActionStatus(id=action_id, state=waits, proof=reason, at=now)


def _standing(
    state: AgentState, execution: StepExecution, now: datetime, stands: ActionState
) -> Iterator[ActionStatus]:
    """Of what stands, and of what was taken down by others and could not be set anew."""
    troubles, doubt = execution.troubles, execution.driver.doubt
    counts = {element.action: element.packets for element in execution.elements.values()}
    weak = {element.action for element in execution.elements.values() if element.expires is None}
    for action_id, installed in state.standing.items():
        lost = action_id in troubles and action_id not in counts
        without_force = troubles.get(action_id) if action_id in weak else None
        yield ActionStatus(
            id=action_id,
            state=ActionState.FAILED if lost else stands,
            proof=troubles[action_id] if lost else installed.proof,
            at=now if lost else installed.at,
            packets=counts.get(action_id),
            doubt=None if lost else doubt(installed.action) or without_force,
        )
