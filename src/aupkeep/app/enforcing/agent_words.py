"""What an agent's word about a measure changes. Pure: the action, the word and our clock in.

An agent is believed about what it did as asked: that what was wanted stands, that what is to be
lifted is gone, that what is over has ended by our clock; and that it was lifted on its own machine,
by a person's undo or its protect list there, after which a person at the desk looks. It is not
believed against the last read-back: an end that nobody asked for, a measure "only recorded" by a
driver that enforces, one that "never stood" although it was read back. That is shown as its word,
the measure stays in force on the desk, and a person looks.
"""

import dataclasses
from datetime import datetime, timedelta

from aupkeep.enforcement.agent_outcome import NOT_WANTED
from aupkeep.enforcement.agent_report import ActionStatus
from aupkeep.enforcement.registry import driver_named
from aupkeep.model.action import LOST, NEVER, NOT_YET, UNHEARD, Action, ActionState, stood
from aupkeep.model.errors import Invalid

BEGUN = {
    ActionState.APPLIED,
    ActionState.ANNOUNCED,
    ActionState.RECORDED,
    ActionState.FAILED,
    ActionState.EXPIRED,
}
NEXT = {
    ActionState.WANTED: BEGUN | {ActionState.PENDING},
    ActionState.PENDING: BEGUN,
    ActionState.ANNOUNCED: {ActionState.APPLIED, ActionState.LIFTED, ActionState.EXPIRED},
    ActionState.APPLIED: {ActionState.LIFTED, ActionState.EXPIRED},
    ActionState.RECORDED: {ActionState.LIFTED, ActionState.EXPIRED},
    ActionState.LIFTING: {ActionState.LIFTED, ActionState.EXPIRED},
}
ENDED = (ActionState.LIFTED, ActionState.EXPIRED)
STOOD = (ActionState.APPLIED, ActionState.RECORDED, ActionState.ANNOUNCED)
SETTLED = timedelta(seconds=10)  # it is seen again for so long, at least
CLOCKS = timedelta(minutes=1)  # how far an agent's clock may be ahead of ours
CLAIMED = f"{LOST}nobody asked for what its agent says: "
NOT_GONE = "not gone: "  # and of one that is to be gone, which a person alone can take away
UNLIKELY = "its agent says {}, which the driver {} never says: {}"
SAYS = "its agent says: "
BEFORE = f"it was seen in force; {SAYS}"  # how such an end begins that denies it


def changed(action: Action, status: ActionStatus, now: datetime) -> Action | None:
    """The action as the agent says, None when nothing is new or may change.

    A measure that stood and is not seen any more stays wanted, so the agent repairs it; what the
    agent says stands as its proof. The same holds for an end that nobody asked for: it is shown,
    and not believed. So it does for one whose system does not answer, as long as its time runs; the
    first reason is kept.
    """
    if action.proof == UNHEARD:
        return _late(action, status, now)
    state, proof = status.state, status.proof
    sayable = _sayable(action, state)
    if not sayable:
        proof = UNLIKELY.format(state, action.driver, proof)
        state = ActionState.WANTED if action.state is ActionState.WANTED else ActionState.FAILED
    elif state in STOOD and (not stood(proof) or proof.startswith((LOST, NOT_GONE))):
        proof = f"{SAYS}{proof}"  # words with a meaning here, about what it says stands
    if action.state in STOOD and (state is ActionState.FAILED or _unasked(action, status, now)):
        begins = LOST if sayable and state is ActionState.FAILED else CLAIMED
        state, proof = action.state, f"{begins}{proof}"
        known = claimed(action) or (begins is LOST and lost(action))
    elif action.state is ActionState.LIFTING and state is ActionState.FAILED:
        state, proof, known = action.state, f"{NOT_GONE}{proof}", False
    elif state is action.state:
        known = not _news(action, now)
        proof = f"{NOT_YET}{proof}" if state is ActionState.WANTED else proof
    else:
        known = state not in NEXT.get(action.state, set())
    same = (state, proof) == (action.state, action.proof)
    return None if known or same else reported(action, state, proof, status.at, now)


def _news(action: Action, now: datetime) -> bool:
    """Whether it says anything that an agent says of it the same state as before.

    What it called gone a moment ago is not back yet: one that says now this and now that, a few
    times a second, fills no journal.
    """
    if action.state is ActionState.WANTED:  # the first reason is kept
        return not (action.proof or "").startswith(NOT_YET)
    since = action.changed_at
    return lost(action) and (since is None or not timedelta(0) <= now - since < SETTLED)


def _late(action: Action, status: ActionStatus, now: datetime) -> Action | None:
    """What nobody had told of before its end, as its agent tells of it after that."""
    was_there = status.state in ENDED and not status.proof.startswith(NEVER)
    return (
        reported(action, ActionState.EXPIRED, status.proof, status.at, now) if was_there else None
    )


def _sayable(action: Action, state: ActionState) -> bool:
    """Whether an agent with the action's driver can say so of it at all."""
    if state not in STOOD:
        return True
    try:
        enforces = driver_named(action.driver).able.enforces
    except Invalid:
        enforces = action.enforced
    return enforces is (state is not ActionState.RECORDED)


def _unasked(action: Action, status: ActionStatus, now: datetime) -> bool:
    """Whether the agent ended a measure that is still wanted, for no reason of its own machine."""
    denied = not stood(status.proof) or status.proof.startswith((NOT_WANTED, LOST, NOT_GONE))
    there = status.state is ActionState.LIFTED and status.proof != "" and not denied
    return status.state in ENDED and now < action.until - CLOCKS and not there


def reported(action: Action, state: ActionState, proof: str, at: datetime, now: datetime) -> Action:
    """The action in its new state, with what was read back as proof, at a moment that can be."""
    seen_before = action.state in STOOD or action.took_effect
    if seen_before and state is not action.state and not stood(proof):
        proof = f"{BEFORE}{proof}"
    moment = now if proof.startswith(LOST) else min(max(at, action.starts), now)
    return dataclasses.replace(action, state=state, proof=proof, changed_at=moment)


def lost(action: Action) -> bool:
    """Whether it stood, and its agent said last that it does not."""
    return action.state in STOOD and (action.proof or "").startswith(LOST)


def claimed(action: Action) -> bool:
    """Whether it stood, and its agent says that it has ended, for which nobody asked."""
    return action.state in STOOD and (action.proof or "").startswith(CLAIMED)


def in_trouble(action: Action) -> bool:
    """Whether its agent said last that it is not as it should be: not there, or there still."""
    return (action.proof or "").startswith((LOST, NOT_GONE))
