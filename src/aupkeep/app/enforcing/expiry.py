"""Expiry: measures whose protection is over, that end soon, or whose time has passed.

A measure returns by itself: the kernel's timeout ends it. Before that its harm is tested again
(`_test_harm`), and afterwards the end is written down (`_end`), also where no agent reported it.
Each run may be repeated, and by several workers at once: what somebody else changed meanwhile is
left to the next run.
"""

import dataclasses
from contextlib import suppress
from datetime import timedelta

from aupkeep.app.case_context import HARM_WINDOW, CaseContext, load_case_context
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.consider import consider_anew
from aupkeep.app.deciding.undo import undo_decision
from aupkeep.app.enforcing.agent_reports import write_seen
from aupkeep.app.enforcing.agent_words import in_trouble
from aupkeep.app.enforcing.back_to_desk import back_to_desk
from aupkeep.app.journal import entry, record
from aupkeep.app.probing.before_end import probe_before_end
from aupkeep.casework.deadlines import AHEAD
from aupkeep.casework.evidence_level import founding, joins, last_seen
from aupkeep.casework.states import Event, move
from aupkeep.enforcement.registry import driver_named
from aupkeep.model.action import HAND, STANDING, UNHEARD, Action, ActionState
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.case import CaseState
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.ladder import PROTECTIVE, Measure
from aupkeep.model.moments import show_moment
from aupkeep.store import actions, agent_heard, cases, decisions, log

OVER = "our own measurements show no attack any more"
RULE = Actor(kind=ActorKind.RULE, id="protection-over", name="protection-over")
ELSEWHERE = "its time is over; no agent has told that it is gone, and its system ends nothing"
STANDS_ON = "its time is over, and its agent does not see it gone"
FINAL = "the time in which the end of the service could be taken back is over"
LATE = timedelta(minutes=1)  # after a measure's end an agent may still report it
LIVE = STANDING
ASKED = (ActionState.PENDING, ActionState.ANNOUNCED)  # a system may do it, though nobody saw that


def end_measures(context: AppContext) -> None:
    """Lift what protects from a past attack, test what ends soon, write down what has ended."""
    now = context.now()
    steps = (
        (actions.standing(PROTECTIVE), _end_protection),
        (actions.run_out(now + AHEAD), _test_harm),
        (actions.run_out(now - LATE), _end),
    )
    for due, step in steps:
        for action in due:
            with suppress(Conflict):
                step(context, action)


def _end_protection(context: AppContext, action: Action) -> None:
    """What protects from an attack is lifted when it is over, whoever decided it.

    * It has stood long enough for our telemetry to see that nothing comes any more.
    * Our telemetry watches, and saw no attack lately: unknown lifts nothing.
    * It was not lifted already, with what the same decision set on another target.
    """
    decision, case = decisions.get(action.decision), cases.get(action.case)
    if decision is None or case is None or context.now() < action.starts + HARM_WINDOW:
        return
    if (known := actions.get(action.id)) is None or known.state not in STANDING:
        return
    about = load_case_context(context, case)
    if about.inputs.harm_in_progress is False:
        undo_decision(context, about, decision, OVER, RULE)


def _test_harm(context: AppContext, action: Action) -> None:
    """Before a measure ends its harm is tested again, once (invariant 6).

    * Where the contract lets us, a probe asks first, and its answer is awaited.
    * Nothing seen lately: an entry says so, and it ends by itself.
    * Still live and a rule still speaks: a new decision, announced like the first.
    * Still live and no rule may: the case is back at the desk, with an entry that says until when.
    """
    decision, case = decisions.get(action.decision), cases.get(action.case)
    if decision is None or case is None or case.state is CaseState.CLOSED or decision.ends is None:
        return
    if action.measure is Measure.END_SERVICE:  # nothing comes back at its end
        return
    ahead = min(AHEAD, (decision.ends - decision.starts) / 4)
    if action.state not in LIVE or context.now() < decision.ends - ahead or _tested(decision):
        return
    about = load_case_context(context, case)
    probed = probe_before_end(context, about, decision)
    if probed is None:
        return
    live = probed.live or _still_live(about, decision, ahead)
    words = [_seen(about, live=live), *filter(None, [probed.words])]
    payload = {
        "case": case.id,
        "ending": decision.id,
        "ends": show_moment(decision.ends),
        "live": live,
        "why": f"a measure ends soon: {'; '.join(words)}",
    }
    mark = entry(context, EntryType.CASE_CHANGED, SYSTEM, payload, case=case.id)
    if live and decision.automatic and consider_anew(context, about, decision, mark):
        return
    waits = live and case.state is CaseState.WAITING
    again = live and case.handled_at is not None
    rows = [move(case, Event.OVERDUE, context.now())] if waits else []
    rows += [dataclasses.replace(case, handled_at=None)] if again else []
    record(context, mark, rows=rows, seen=[case])


def _seen(about: CaseContext, *, live: bool) -> str:
    """What was seen of the harm, in words: nothing is not the same as nobody looking."""
    if live:
        return "the harm goes on"
    unseen = about.inputs.harm_in_progress is None and about.facts["evidence.telemetry"] is True
    return "nobody watches its traffic now" if unseen else "no harm seen lately"


def _tested(decision: Decision) -> bool:
    """Whether the journal says that this decision's harm was tested already."""
    changes = log.entries(decision.case, types=(EntryType.CASE_CHANGED,))
    return any(logged.entry.payload.get("ending") == decision.id for logged in changes)


def _still_live(about: CaseContext, decision: Decision, ahead: timedelta) -> bool:
    """Whether our telemetry, or any credible claim since it began, saw the harm lately."""
    if about.inputs.harm_in_progress:
        return True
    since = max(decision.starts, about.at - ahead)
    seen = founding(about.supporting, about.inputs.trust)
    last = last_seen(claim for claim in seen if joins(claim.finding))
    return last is not None and last >= since


def _end(context: AppContext, action: Action) -> None:
    """Write down an end that no agent has reported; by hand it is only due, and stays visible."""
    if action.measure is Measure.END_SERVICE and action.took_effect:
        final = dataclasses.replace(
            action, state=ActionState.EXPIRED, proof=FINAL, changed_at=context.now()
        )
        write_seen(context, SYSTEM, action, final)
        return
    if action.driver == HAND:
        if action.state is not ActionState.LIFTING:
            _due_by_hand(context, action)
        return
    asked = action.took_effect or action.state in ASKED or _may_have_begun(action)
    if asked and not _ends_by_itself(action.driver):
        if action.state is not ActionState.LIFTING:
            _lift_over(context, action, ELSEWHERE)
        return
    if _told_after(action):
        if action.state is not ActionState.LIFTING:
            _lift_over(context, action, STANDS_ON)
        return
    unseen = action.state is ActionState.WANTED
    proof = (
        UNHEARD
        if unseen
        else "its time is over and the kernel's own clock ends it; no agent has reported it"
    )
    changed = dataclasses.replace(
        action, state=ActionState.EXPIRED, proof=proof, changed_at=context.now()
    )
    write_seen(context, SYSTEM, action, changed, tell=not unseen)


def _may_have_begun(action: Action) -> bool:
    """Whether its agent was heard before it was wanted, and not since."""
    heard = agent_heard.by_target().get(action.target)
    wanted = action.state is ActionState.WANTED
    return wanted and heard is not None and heard.at < action.starts


def _told_after(action: Action) -> bool:
    """Whether its agent was heard after its end, and does not say that it is gone."""
    heard = agent_heard.by_target().get(action.target)
    return heard is not None and heard.at > action.until and in_trouble(action)


def _ends_by_itself(driver: str) -> bool:
    """Whether the system lifts a measure at its end by itself; an unknown one does not."""
    try:
        return driver_named(driver).able.ends_by_itself
    except Invalid:
        return False


def _due_by_hand(context: AppContext, action: Action) -> None:
    _lift_over(context, action, "its time is over: undo it by hand and confirm it")


def _lift_over(context: AppContext, action: Action, reason: str) -> None:
    """Its time is over and it may stand: being lifted until somebody has seen it gone."""
    payload = {"action": action.id, "reason": reason}
    changed = dataclasses.replace(action, state=ActionState.LIFTING, changed_at=context.now())
    lifting = entry(context, EntryType.ACTION_LIFTING, SYSTEM, payload, case=action.case)
    desk = back_to_desk(action) if action.driver == HAND else ChangeSet()
    record(context, lifting, rows=[changed, *desk.rows], seen=[action, *desk.seen])
