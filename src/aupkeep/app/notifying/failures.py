"""Notices that reached nobody: marked as failed, and no deadline runs on them."""

import dataclasses

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry
from aupkeep.casework.states import Event, move
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, CaseState
from aupkeep.model.correspondence import DeliveryFailure
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.notice import Notice, NoticeKind
from aupkeep.store import cases, decisions, notices

STOPPED = "nobody got the notice: its deadline no longer runs, and the case is back at the desk"


def mark_undelivered(context: AppContext, notice: Notice, why: str, **more: object) -> ChangeSet:
    """Mark a notice as failed; a case that waited on it goes back to the desk.

    A case stops waiting only where its newest decision set the deadline, this notice told of it,
    and no other notice of that decision reached anybody. `more` goes into the entry.
    """
    changes = ChangeSet()
    payload = {"notice": notice.id, "kind": notice.kind.value, "why": why, **more}
    changes.entries.append(
        entry(context, EntryType.NOTICE_FAILED, SYSTEM, payload, case=notice.case)
    )
    changes.rows.append(dataclasses.replace(notice, failure=why))
    changes.seen.append(notice)
    for member in notices.within(notice.id):
        changes.add(mark_undelivered(context, member, why, within=notice.id, **more))
    case = cases.get(notice.case) if notice.case else None
    if case is not None and _waits_on(case, notice):
        changes.rows.append(move(case, Event.UNREACHED, context.now()))
        changes.entries.append(deadline_stopped(context, case))
        changes.seen.append(case)
    return changes


def deadline_stopped(context: AppContext, case: Case) -> Entry:
    """The entry that says why a deadline no longer runs."""
    payload = {"case": case.id, "why": STOPPED}
    return entry(context, EntryType.CASE_CHANGED, SYSTEM, payload, case=case.id)


def _waits_on(case: Case, notice: Notice) -> bool:
    """Whether the case waits for an answer to this notice and to no other."""
    if case.state is not CaseState.WAITING or notice.kind is not NoticeKind.CUSTOMER:
        return False
    newest = max(
        decisions.of_case(case.id),
        key=lambda decision: (decision.starts, decision.id),
        default=None,
    )
    if newest is None or newest.id != notice.decision:
        return False
    others = (other for other in notices.of_case(case.id) if other.id != notice.id)
    return not any(
        other.decision == newest.id and other.sent_at and not other.failure for other in others
    )


def concerns(failure: DeliveryFailure, notice: Notice) -> bool:
    """Whether a delivery report's recipient is the notice's: the same address or its domain.

    A mail may have gone on to somewhere else, where it failed; then the contact may have it.
    """
    if failure.delayed:
        return False
    if failure.recipient is None:
        return True
    ours, theirs = notice.recipient.lower(), failure.recipient.lower()
    return theirs == ours or theirs.rpartition("@")[2] == ours.rpartition("@")[2]
