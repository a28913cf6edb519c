"""Processing reports that waited because of their source: the kept reading makes its claims."""

import dataclasses

from aupkeep.app.access.authority import authorised
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.reading.attribute import attributing, inbox_reason
from aupkeep.app.reading.claims import SUSPENDED, claim_source, claims_of
from aupkeep.app.reading.join import join_cases
from aupkeep.app.reading.own_letters import own_claims_apart
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Missing
from aupkeep.model.report import Report
from aupkeep.model.roles import StaffAct
from aupkeep.model.source import Source
from aupkeep.store import raws, reports, sources


def resume_report(context: AppContext, report_id: str, *, person: str, reasons: str) -> int:
    """Process one report that waits because its source is suspended; the answer is its claims.

    Who held each address is asked for the time of the event, as it would have been at receipt. On
    the word of a source that is still suspended no rule acts. Raises `Missing`, and `Conflict` when
    it does not wait, or when others changed its cases meanwhile.
    """
    actor = authorised(person, StaffAct.DECIDE)
    report = reports.get(report_id)
    raw = raws.get(report.raw) if report else None
    if report is None or raw is None:
        raise Missing(f"report: expected a known one, found {report_id[:60]!r}")
    if report.done_at is not None or not is_held(report):
        raise Conflict(f"report {report.id}: expected it to wait because of its source, found not")
    source = claim_source(context, raw, report.reading)
    attribute = attributing(context, raw, ())
    claims, trouble = claims_of(report.reading, report.id, attribute, source.marks)
    claims, own = own_claims_apart(context, report.reading, claims)
    joined = join_cases(context, claims, source.place)
    payload = {"report": report.id, "reason": reasons, "claims": len(claims)}
    new_entry = entry(context, EntryType.INBOX_DONE, actor, payload)
    done = dataclasses.replace(report, done_at=context.now())
    if own:  # it waits for a person's word as it would have waited at once
        why = inbox_reason(report.reading, claims, trouble, own)
        done = dataclasses.replace(report, inbox_reason=why)
    changes = ChangeSet(rows=[done, *claims], entries=[new_entry], seen=[report])
    changes.add(joined)
    record_changes(context, changes)
    return len(claims)


def resume_source(context: AppContext, source: Source, *, person: str, reasons: str) -> int:
    """Process every report that waits because of a source; the answer is how many."""
    waiting = [report for report in sources.held_reports(source.key) if is_held(report)]
    for report in waiting:
        resume_report(context, report.id, person=person, reasons=reasons)
    return len(waiting)


def is_held(report: Report) -> bool:
    """Whether a report stands in the inbox because its source was suspended."""
    return (report.inbox_reason or "").startswith(SUSPENDED)
