"""The reminder at half time of a deadline that nobody has answered, sent once."""

from datetime import datetime, timedelta

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
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, CaseState
from aupkeep.model.decision import Decision
from aupkeep.model.entry import Effect, EntryType
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.store import cases, customers, decisions, notices, outbox
from aupkeep.store.outbox import Lease

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


def remind(context: AppContext, decision_id: str, lease: Lease) -> None:
    """Remind the customer of the deadline of a decision.

    Nobody is reminded who has answered, whose case went on to another decision, who never got the
    first notice, or whom the desk may not write to now; an entry says why.
    """
    decision = decisions.get(decision_id)
    case = cases.get(decision.case) if decision else None
    if decision is None or case is None or not _waits(context, case, decision):
        outbox.done(lease, context.now())
        return
    customer = customers.get(case.customer)
    contact = contact_of(customer, failed_addresses(case.id))
    why = suppression_reason(context, contact)
    if contact is None or why:
        payload = {"decision": decision.id, "kind": NoticeKind.REMINDER.value, "why": why}
        new_entry = entry(context, EntryType.NOTICE_FAILED, SYSTEM, payload, case=case.id)
        record(context, new_entry, done=lease)
        return
    changes = ChangeSet()
    facts = provider_facts(context, customer) | {
        "reference": case.reference,
        "resource": case.resource,
        "kind": case.kind,
        "told_at": decision.starts,
        "deadline": case.deadline_at,
        "link": customer_link(context, case.id, contact.address, changes),
    }
    to = (Party.CUSTOMER, contact.address, language_of(contact.language))
    notice = make_notice(
        context, NoticeKind.REMINDER, to, facts, case=case.id, decision=decision.id
    )
    add_notice(context, notice, changes)
    record(
        context,
        changes.entries,
        rows=changes.rows,
        effects=changes.effects,
        seen=[case],
        done=lease,
    )


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
