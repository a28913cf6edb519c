"""What waits in the inbox for a contact leaves it by itself once the contact is there.

The worker looks at every tick. Nothing has to be told to it: an import, a source or a person that
gives a customer a contact is seen from the records, as `deciding.retell` sees it for the notices.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.reading.attribute import NO_CONTACT, URGENT, unreachable
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.report import Report
from aupkeep.store import cases, reports

MENDED = "the customer has a contact now: the case goes on by itself"
MOST = 200  # reports in one look


def settle_reached(context: AppContext) -> int:
    """Take out of the inbox what waits for a contact that is there now; how many were.

    One that waits for another reason too keeps that one, and one that names several customers
    names the next without a contact.
    """
    settled = 0
    for report, left in _mended():
        changed = replace(report, inbox_reason=left)
        if left is None:
            changed = replace(report, done_at=context.now())
        payload = {"report": report.id, "reason": MENDED, "inbox": left}
        done = entry(context, EntryType.INBOX_DONE, SYSTEM, payload)
        with suppress(Conflict):  # somebody took it out meanwhile
            record(context, done, rows=[changed], seen=[report])
            settled += left is None
    return settled


def _mended() -> Iterator[tuple[Report, str | None]]:
    """The reports whose reason is no longer true, with what is left of it."""
    for report in reports.waiting_with(NO_CONTACT, MOST):
        reason = report.inbox_reason or ""
        now = unreachable(cases.claims_by_report(report.id))
        if now is None or not reason.endswith(now):
            before = reason[: reason.rfind("customer ")]
            left = before + now if now else before.removesuffix("; ")
            yield report, None if left in {"", URGENT} else left
