"""What waits in the inbox for a contact leaves it by itself once the contact is there.

A notice that came back leaves it too, once another contact was written to about the same decision.
The worker looks now and then. Nothing has to be told to it: an import, a source or a person that
gives a customer a contact is seen from the records, as `deciding.retell` sees it for the notices.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.reading.attribute import NO_CONTACT, URGENT, unreachable
from aupkeep.app.reading.case_mail import returned_notice
from aupkeep.app.reading.inbox_round import InboxRound
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.notice import Notice, NoticeState
from aupkeep.model.report import Report
from aupkeep.store import cases, notices, reports
from aupkeep.store.reports import Place

MENDED = "the customer has a contact now: the case goes on by itself"
TOLD = "another contact was written to about the same decision, or its case is closed"
MOST = 100  # reports in one look, of each of both kinds


def uncontacted(before: Place | None) -> list[Report]:
    """A page of what waits for a contact, as `InboxRound` asks for it."""
    return reports.newest_waiting_for(NO_CONTACT, MOST, before)


def returned(before: Place | None) -> list[Report]:
    """A page of the delivery reports, as `InboxRound` asks for it."""
    return reports.bounces_waiting(MOST, before)


def settle_reached(
    context: AppContext, waiting: InboxRound | None = None, bounces: InboxRound | None = None
) -> int:
    """Take out of the inbox what waits for a contact that is there, or was written to; how many.

    One look is at a page of each. One that waits for another reason too keeps that one, and one
    that names several customers names the next without a contact.
    """
    settled = 0
    lost = (bounces or InboxRound(returned)).take()
    for report, left, why in (*_mended((waiting or InboxRound(uncontacted)).take()), *_told(lost)):
        changed = replace(report, inbox_reason=left)
        if left is None:
            changed = replace(report, done_at=context.now())
        payload = {"report": report.id, "reason": why, "inbox": left}
        done = entry(context, EntryType.INBOX_DONE, SYSTEM, payload)
        with suppress(Conflict):  # somebody took it out meanwhile
            record(context, done, rows=[changed], seen=[report])
            settled += left is None
    return settled


def _mended(waiting: Iterable[Report]) -> Iterator[tuple[Report, str | None, str]]:
    """The reports whose reason is no longer true, with what is left of it and why."""
    for report in waiting:
        reason = report.inbox_reason or ""
        if not reason.endswith(NO_CONTACT):
            continue
        now = unreachable(cases.claims_by_report(report.id))
        if now is None or not reason.endswith(now):
            before = reason[: reason.rfind("customer ")]
            left = before + now if now else before.removesuffix("; ")
            yield report, None if left in {"", URGENT} else left, MENDED


def _told(bounces: Iterable[Report]) -> Iterator[tuple[Report, str | None, str]]:
    """The delivery reports about notices in whose place another has left and did not come back."""
    for report in bounces:
        notice = returned_notice(report.reading)
        if notice is None or notice.failure is None:
            continue
        lost = [
            part for part in (notice, *notices.within(notice.id)) if part.case and part.decision
        ]
        if lost and all(map(_made_good, lost)):
            yield report, None, TOLD


def _made_good(lost: Notice) -> bool:
    """Whether another notice of the same decision has left, or nobody has to be told any more."""
    case = cases.get(str(lost.case))
    if case is None or case.state is CaseState.CLOSED:
        return True
    others = (other for other in notices.of_case(case.id) if other.decision == lost.decision)
    return any(other.state is NoticeState.SENT and other.made_at > lost.made_at for other in others)
