"""Reminders: once at half time of a deadline without an answer, twice of a service on hold."""

from datetime import datetime, timedelta

from aupkeep.app.case_context import load_case_context
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying.notices import (
    add_notice,
    contact_of,
    customer_link,
    failed_addresses,
    language_of,
    make_notice,
    provider_facts,
    suppression_reason,
)
from aupkeep.casework.deadlines import reminder
from aupkeep.casework.termination import ended, standing, termination_of
from aupkeep.model.action import Limiting, limiting
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, CaseState
from aupkeep.model.decision import Decision
from aupkeep.model.entry import Effect, EntryType
from aupkeep.model.ladder import HOLD, Measure
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.store import actions, cases, customers, decisions, notices, outbox
from aupkeep.store.outbox import Lease

HELD = (timedelta(days=15), timedelta(days=27))  # of the thirty days of a hold
SHORTEST = timedelta(hours=4)  # a deadline this close needs no second word


def remind_effect(
    context: AppContext, decision: Decision, told_at: datetime, deadline: datetime
) -> Effect | None:
    """The effect at half time from the notice to its deadline; None where that is too close."""
    if deadline - told_at < SHORTEST:
        return None
    return Effect(
        id=context.new_id(),
        kind="remind",
        key=f"remind:{decision.id}",
        payload={"decision": decision.id},
        due_at=reminder(told_at, deadline),
    )


def hold_reminders(context: AppContext, decision: Decision) -> list[Effect]:
    """The effects that remind of a hold before the end of a service; none for other decisions."""
    if decision.measure is not Measure.TERMINATE:
        return []
    return [
        Effect(
            id=context.new_id(),
            kind="remind",
            key=f"remind:{decision.id}:{after.days}",
            payload={"decision": decision.id},
            due_at=decision.starts + after,
        )
        for after in HELD
    ]


def remind(context: AppContext, decision_id: str, lease: Lease) -> None:
    """Remind the customer of the deadline of a decision, or of the hold that it began.

    Nobody is reminded who has answered, whose case went on to another decision, who never got the
    first notice, or whom the desk may not write to now; an entry says why.
    """
    decision = decisions.get(decision_id)
    case = cases.get(decision.case) if decision else None
    if decision is None or case is None or not _due(context, case, decision):
        outbox.done(lease, context.now())
        return
    customer = customers.get(case.customer)
    contact = contact_of(customer, failed_addresses(case.id), case.kind)
    why = suppression_reason(context, contact, case, rule=decision.versions.rule)
    if contact is None or why:
        payload = {"decision": decision.id, "kind": _kind(decision).value, "why": why}
        new_entry = entry(context, EntryType.NOTICE_FAILED, SYSTEM, payload, case=case.id)
        record(context, new_entry, done=lease)
        return
    changes = ChangeSet()
    facts = provider_facts(context, customer) | {
        "reference": case.reference,
        "resource": case.resource,
        "told_at": decision.starts,
        "link": customer_link(context, case.id, contact.address, changes),
        **_dates(context, case, decision),
    }
    to = (Party.CUSTOMER, contact.address, language_of(contact.language))
    kind = _kind(decision)
    notice = make_notice(context, kind, to, facts, case=case.id, decision=decision.id)
    add_notice(context, notice, changes)
    record(
        context,
        changes.entries,
        rows=changes.rows,
        effects=changes.effects,
        seen=[case],
        done=lease,
    )


def _kind(decision: Decision) -> NoticeKind:
    held = decision.measure is Measure.TERMINATE
    return NoticeKind.ENDING if held else NoticeKind.REMINDER


def _dates(context: AppContext, case: Case, decision: Decision) -> dict[str, object]:
    """Until when they may answer, or until when the service is held."""
    if decision.measure is not Measure.TERMINATE:
        return {"kind": case.kind, "deadline": case.deadline_at}
    hold = termination_of(load_case_context(context, case).inputs, context.now())
    opens = hold.opens if hold else decision.starts + HOLD
    return {"held_until": opens, "until": decision.ends}


def _due(context: AppContext, case: Case, decision: Decision) -> bool:
    """Whether the reminder still says something: of a hold, that it stands and is not ended."""
    if decision.measure is not Measure.TERMINATE:
        return _waits(context, case, decision)
    known = decisions.of_case(case.id)
    held = standing(known, context.now())
    stands = any(limiting([part]) is Limiting.NOW for part in actions.of_decision(decision.id))
    return held is not None and held.id == decision.id and stands and not ended(known, held)


def _waits(context: AppContext, case: Case, decision: Decision) -> bool:
    """Whether the customer still owes this decision an answer, and was told of it."""
    if case.state is not CaseState.WAITING or not case.deadline_at:
        return False
    if case.deadline_at <= context.now() or cases.answers(case.id):
        return False
    newest = max(decisions.of_case(case.id), key=lambda decision: (decision.starts, decision.id))
    sent = (notice for notice in notices.of_case(case.id) if notice.decision == decision.id)
    return newest.id == decision.id and any(
        notice.kind is NoticeKind.CUSTOMER and notice.sent_at for notice in sent
    )
