"""What waits in the inbox for a holder is attributed once the records say who held it then.

An assignment often comes later than the report about it: a list is imported once a day, an install
learns its customers after its first mails. Whatever changes the records has the worker look, and
the findings that had no certain holder become claims as they would have at receipt. A report that
was taken back meanwhile, or whose source is suspended, goes on waiting for a person.
"""

from contextlib import suppress
from dataclasses import replace

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.reading.attribute import NO_HOLDER, attributing, inbox_reason
from aupkeep.app.reading.claims import claim_source, claims_of, without_claim
from aupkeep.app.reading.inbox_round import InboxRound
from aupkeep.app.reading.join import join_cases
from aupkeep.app.reading.own_letters import own_claims_apart
from aupkeep.app.reading.retractions import taken_back_before
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.report import Report
from aupkeep.store import cases, raws, reports
from aupkeep.store.reports import Place

PAGE = 20  # reports that are held at once
MOST, EACH = 5_000, 25  # findings in one look; what a report counts besides
WHY = "the records say now who held it then"


def unheld(before: Place | None) -> list[Report]:
    """A page of what waits for a certain holder, as `InboxRound` asks for it."""
    return reports.newest_waiting_for(NO_HOLDER, PAGE, before)


def attribute_waiting(context: AppContext, waiting: InboxRound | None = None) -> int:
    """Attribute what had no certain holder and has one now; how many reports changed.

    One look goes as far as a worker has time for between two others; the round goes on at the next.
    """
    waiting = waiting or InboxRound(unheld)
    changed = seen = 0
    while seen < MOST and (page := waiting.take()):
        seen += sum(EACH + len(report.reading.findings) for report in page)
        changed += sum(_attributed(context, report) for report in page)
    return changed


def _attributed(context: AppContext, report: Report) -> bool:
    raw = raws.get(report.raw)
    if raw is None:
        return False
    source = claim_source(context, raw, report.reading)
    if source.held or taken_back_before(context, report.reading, source.key):
        return False
    known = cases.claims_by_report(report.id)
    waiting = replace(report.reading, findings=without_claim(report.reading.findings, known))
    attribute = attributing(context, raw, ())
    claims, trouble = claims_of(waiting, report.id, attribute, source.marks)
    claims, own = own_claims_apart(context, report.reading, claims)
    reason = inbox_reason(report.reading, [*known, *claims], trouble, own)
    if reason == report.inbox_reason:
        return False
    changes = ChangeSet()
    changes.add(join_cases(context, claims, source.place))
    joined = {row.id for row in changes.rows if isinstance(row, Claim)}
    changed = replace(report, inbox_reason=reason or report.inbox_reason)
    changes.rows += [
        replace(changed, done_at=None if reason else context.now()),
        *(claim for claim in claims if claim.id not in joined),
    ]
    changes.seen.append(report)
    payload = {
        "report": report.id,
        "claims": [claim.id for claim in claims],
        "why": WHY,
        "inbox": reason,
    }
    changes.entries.insert(0, entry(context, EntryType.FINDING_ATTRIBUTED, SYSTEM, payload))
    with suppress(Conflict):  # somebody took it out, or changed the case: the next look
        record_changes(context, changes)
        return True
    return False
