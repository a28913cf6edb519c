"""Notices that reached nobody are made again once the obstacle is removed.

The worker looks at every tick. Nothing has to be told to it: a contact that was imported, a relay
that takes mail again, the end of listen mode are seen from the records.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache

from aupkeep.app.case_context import load_case_context
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.strikes import late_strike
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.notifying.customer_notice import notify_customer
from aupkeep.app.notifying.mail_way import mail_way
from aupkeep.app.notifying.notices import RELAY
from aupkeep.app.notifying.reminders import remind_effect
from aupkeep.app.notifying.statements import answer_deadline
from aupkeep.casework.states import Event, move
from aupkeep.model.action import ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, CaseState
from aupkeep.model.customer import Contact
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.ladder import Level, Measure
from aupkeep.model.notice import NO_MAIL, Notice, NoticeKind
from aupkeep.notify.restraint import MailWay
from aupkeep.store import actions, cases, decisions, notices

MENDED = "what stood in the way of the notice is mended: it is made now"
MOST = 200  # cases in one look


def retell(context: AppContext, relay_answers: Callable[[AppContext], bool]) -> int:
    """Make the notices that nobody got and somebody can get now; how many were made.

    The relay is asked once, and only where a notice was given up for it.
    """
    made, asked = 0, cache(lambda: relay_answers(context))
    for case in cases.untold(MOST):
        with suppress(Conflict):  # somebody changed it meanwhile: the next look sees both
            made += _retell(context, case, asked)
    return made


def _retell(context: AppContext, case: Case, relay_answers: Callable[[], bool]) -> bool:
    """The newest decision's notice, where it is still owed and may be made."""
    decision = untold_decision(context, case)
    if decision is None:
        return False
    about, changes = load_case_context(context, case), ChangeSet()
    chosen = mail_way(context, about, decision, context.now())
    if chosen.contact is None or chosen.way is MailWay.NOT_YET:
        return False
    before = [n for n in notices.of_case(case.id) if n.decision == decision.id]
    if not all(
        _mended(notice, chosen.contact, relay_answers) for notice in before if notice.failure
    ):
        return False
    notify_customer(context, about, decision, changes, chosen=chosen)
    changes.add(late_strike(context, case, decision))
    payload = {"case": case.id, "decision": decision.id, "why": MENDED}
    changes.entries.append(entry(context, EntryType.CASE_CHANGED, SYSTEM, payload, case=case.id))
    due = None
    if decision.measure is Measure.INFORM_DEADLINE and chosen.way is not MailWay.PAGE:
        due = answer_deadline(context, about, decision, chosen.at)
    if due is not None:
        changes.rows.append(move(case, Event.ASKED, context.now(), deadline=due))
        half_time = remind_effect(context, decision, chosen.at, due)
        changes.effects += [half_time] if half_time else []
    elif case.state is CaseState.OPEN and case.level <= decision.evidence:
        changes.rows.append(replace(case, handled_at=context.now()))  # told, and nothing new since
    changes.seen.append(case)
    record_changes(context, changes)
    return True


def untold_decision(context: AppContext, case: Case) -> Decision | None:
    """The case's newest decision, where its customer should have a notice and has none."""
    made = decisions.of_case(case.id)
    lifted = {decision.reverses for decision in made if decision.reverses}
    live = [x for x in made if x.reverses is None and x.id not in lifted and x.level >= Level.L1]
    if not live or case.state is CaseState.CLOSED:
        return None
    newest = live[-1]
    if newest.ends is not None and newest.ends <= context.now():
        return None
    kinds = (NoticeKind.CUSTOMER, NoticeKind.PROTECTION)
    reached = any(
        notice.decision == newest.id
        and notice.kind in kinds
        and (not notice.failure or notice.failure.startswith(NO_MAIL))
        for notice in notices.of_case(case.id)
    )
    return None if reached or not _owed(newest) else newest


def _owed(decision: Decision) -> bool:
    """What limits is told once it stands, everything else at once."""
    if decision.level < Level.L3:
        return True
    states = {action.state for action in actions.of_decision(decision.id)}
    return ActionState.APPLIED in states


def _mended(notice: Notice, contact: Contact, relay_answers: Callable[[], bool]) -> bool:
    """Whether a notice that failed has a way now: another address, or a relay that takes mail."""
    if notice.recipient != contact.address:
        return True
    return (notice.failure or "").startswith(RELAY) and relay_answers()
