"""Reminders: once at half time of a deadline without an answer, twice of a service on hold."""

import dataclasses
from datetime import datetime, timedelta

from aupkeep.app.case_context import load_case_context
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying.notices import (
    add_notice,
    add_written,
    case_notice,
    contact_of,
    failed_addresses,
    suppression_reason,
)
from aupkeep.casework.deadlines import reminder
from aupkeep.casework.termination import ended, standing, termination_of
from aupkeep.model.action import Limiting, limiting
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, CaseState
from aupkeep.model.customer import Contact
from aupkeep.model.decision import Decision
from aupkeep.model.entry import Effect, EntryType
from aupkeep.model.ladder import HOLD, Measure
from aupkeep.model.notice import Notice, NoticeKind
from aupkeep.store import actions, cases, customers, decisions, notices, outbox
from aupkeep.store.outbox import Lease

HELD = (timedelta(days=15), timedelta(days=27))  # of the thirty days of a hold
HOUR = timedelta(hours=1)
ALSO = "{resource} ({reference}): {link}"  # a line about what else a mail reminds of
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
    first notice, or whom the desk may not write to now; an entry says why. What one digest told is
    reminded of in one mail, and each case keeps a notice that names it.
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
    others = _told_with(context, case, decision)
    members = [_reminder(context, *other, contact, changes) for other in others]
    also = tuple(ALSO.format_map(member.facts) for member in members)
    first = _reminder(context, case, decision, contact, changes, also=also)
    add_notice(context, first, changes)
    for member in members:
        reminded = dataclasses.replace(member, within=first.id)
        add_written(context, reminded, changes, within=first.id)
    record(
        context,
        changes.entries,
        rows=changes.rows,
        effects=changes.effects,
        seen=[case, *(other for other, _ in others)],
        done=lease,
    )


def _told_with(context: AppContext, case: Case, decision: Decision) -> list[tuple[Case, Decision]]:
    """What else the same digest told and is due at the same time: one mail reminds of it all."""
    of_case = (notice for notice in notices.of_case(case.id) if notice.decision == decision.id)
    digest = next((notice.within for notice in of_case if notice.within), "")
    others = []
    for notice in notices.within(digest) if digest else ():
        other = cases.get(notice.case or "")
        decided = decisions.get(notice.decision or "")
        if other is None or decided is None or other.id == case.id:
            continue
        if _waits(context, other, decided) and _near(case, other):
            others.append((other, decided))
    return others


def _near(case: Case, other: Case) -> bool:
    """Whether both deadlines are one, as who reads them counts."""
    return bool(
        case.deadline_at and other.deadline_at and abs(case.deadline_at - other.deadline_at) < HOUR
    )


def _reminder(
    context: AppContext, case: Case, decision: Decision, contact: Contact, changes: ChangeSet,
    *, also: tuple[str, ...] = (),
) -> Notice:  # fmt: skip
    """The reminder of one decision, not yet written; `also` is what else its mail reminds of."""
    facts = {"told_at": decision.starts, **_dates(context, case, decision, also)}
    kind = _kind(decision)
    return case_notice(context, kind, case, contact, facts, changes, decision=decision.id)


def _kind(decision: Decision) -> NoticeKind:
    held = decision.measure is Measure.TERMINATE
    return NoticeKind.ENDING if held else NoticeKind.REMINDER


def _dates(
    context: AppContext, case: Case, decision: Decision, also: tuple[str, ...]
) -> dict[str, object]:
    """Until when they may answer, or until when the service is held."""
    if decision.measure is not Measure.TERMINATE:
        return {"kind": case.kind, "deadline": case.deadline_at, "also": also}
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
    """Whether the customer still owes this decision an answer, was told of it, and only once."""
    if case.state is not CaseState.WAITING or not case.deadline_at:
        return False
    if case.deadline_at <= context.now() or cases.answers(case.id):
        return False
    newest = max(decisions.of_case(case.id), key=lambda decision: (decision.starts, decision.id))
    sent = [notice for notice in notices.of_case(case.id) if notice.decision == decision.id]
    if any(notice.kind is NoticeKind.REMINDER for notice in sent):
        return False
    return newest.id == decision.id and any(
        notice.kind is NoticeKind.CUSTOMER and notice.sent_at for notice in sent
    )
