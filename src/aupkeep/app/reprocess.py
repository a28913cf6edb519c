"""Rejected rows of a report: a person corrects one, and it goes through its parser again."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.access.authority import authorised
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.consider import consider
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.reading.attribute import attributing, inbox_reason
from aupkeep.app.reading.caps import was_cut
from aupkeep.app.reading.claims import claim_source, claims_of, without_claim
from aupkeep.app.reading.join import join_cases
from aupkeep.app.reading.name_lookup import resolve_names
from aupkeep.app.reading.own_letters import own_claims_apart
from aupkeep.app.reading.retractions import taken_back_before
from aupkeep.app.reading.shadowserver_schema import schema_file
from aupkeep.app.reading.submitted_notice import Reader
from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.intake.auth.dns_resolver import resolver
from aupkeep.intake.formats.row_repair import repaired_document, row_text
from aupkeep.intake.future_events import without_future
from aupkeep.intake.readings import with_site
from aupkeep.intake.sandbox.pool import SandboxPool
from aupkeep.model.case import Case
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.finding import Offset
from aupkeep.model.origin import Origin, OriginChannel
from aupkeep.model.raw import Channel, Raw
from aupkeep.model.report import Reading, ReadingOutcome, RejectedRow, Report
from aupkeep.model.roles import StaffAct
from aupkeep.store import cases, raws, reports

SHOWN = 200  # characters of a row in a list
TRIES = 5  # when others change the same case meanwhile
CUT_FIRST = "not all of this report was read: read all of it first, then mend its rows"
DONE = "every row that could not be read was mended"


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row of a report that could not be read; `number` counts those of the report, from 1.

    `row` is its place in `file`; `done` and `by` say when and by whom it was corrected.
    """

    report: str
    number: int
    file: str
    row: int
    reason: str
    text: str
    done: datetime | None
    by: str | None


@dataclass(frozen=True, slots=True)
class ReprocessedRow(WaitingRow):
    """A row that was read again, and the cases it changed, by reference."""

    cases: tuple[str, ...]


def list_rejected(report_id: str | None = None, *, limit: int = 50) -> list[WaitingRow]:
    """The rejected rows of the inbox, or all of one report, corrected ones too.

    Raises `Missing` for an unknown report.
    """
    if report_id is not None:
        report = _report(report_id)
        return [_row(report, number) for number in range(1, len(report.reading.dead) + 1)]
    rows: list[WaitingRow] = []
    for name, _, _ in reports.waiting():
        waiting = reports.get(name)
        for number, rejected in enumerate(waiting.reading.dead if waiting else (), 1):
            if waiting and rejected.done_at is None:
                rows.append(_row(waiting, number))
        if len(rows) >= limit:
            break
    return rows[:limit]


def show_rejected(report_id: str, number: int) -> WaitingRow:
    """One row with its whole text. Raises `Missing`."""
    report = _report(report_id)
    text = row_text(report.reading, _rejected(report, number))
    return dataclasses.replace(_row(report, number), text=text)


def reprocess_here(
    context: AppContext, report_id: str, number: int, text: str, *, person: str
) -> list[Case]:
    """`reprocess_row` with a sandbox and a resolver of this call's own, for a person who waits."""
    with SandboxPool(size=1, schema=schema_file(context.home, context.settings)) as pool:
        return reprocess_row(
            context,
            report_id,
            number,
            text,
            person=person,
            reader=pool.read,
            lookup=resolver(context.settings.mail.nameservers),
        )


def reprocess_and_consider(
    context: AppContext, report_id: str, number: int, text: str, *, person: str
) -> ReprocessedRow:
    """`reprocess_here`, then put its cases before the policy as the worker would; for the shell."""
    changed = reprocess_here(context, report_id, number, text, person=person)
    for case in changed:
        consider(context, case.id)
    row = _row(_report(report_id), number)
    return ReprocessedRow(**dataclasses.asdict(row), cases=tuple(x.reference for x in changed))


def reprocess_row(
    context: AppContext,
    report_id: str,
    number: int,
    text: str,
    *,
    person: str,
    reader: Reader,
    lookup: Lookup | None,
) -> list[Case]:
    """Read a rejected row again as `text`; its findings join the report, and cases change.

    The row as it came stays in the report, and the journal names who wrote what. Raises `Missing`,
    `Conflict` for a row that was mended before or of a report that was cut, and `Invalid` with the
    parser's reason when it still cannot be read: then nothing was changed. `Forbidden` for who
    may not.
    """
    authorised(person, StaffAct.DECIDE)
    for left in reversed(range(TRIES)):
        report = _report(report_id)
        raw = raws.get(report.raw)
        rejected = _rejected(report, number)
        if raw is None:
            raise Missing(f"report: expected one with its raw, found {report_id[:60]!r}")
        if was_cut(report.reading):
            raise Conflict(f"{CUT_FIRST}: aupkeep inbox read {report_id}")
        if rejected.done_at is not None:
            raise Conflict(f"row {number}: expected one not yet mended, found it done")
        read = _read(report, rejected, text, reader)
        read = without_future(with_site(read, raw.site), raw.received_at)
        try:
            return _write(context, raw, report, rejected, read, person=person, lookup=lookup)
        except Conflict:
            if not left:
                raise
    return []


def _read(report: Report, rejected: RejectedRow, text: str, reader: Reader) -> Reading:
    """What the row says now. Raises `Invalid` when it still cannot be read."""
    data, name, form = repaired_document(report.reading, rejected, text)
    [(_, reading), *others] = reader(data, name, form)
    if (
        others
        or reading.dead
        or not reading.findings
        or reading.outcome is not ReadingOutcome.PARSED
    ):
        why = reading.dead[0].reason if reading.dead else reading.reason or "it claims nothing"
        raise Invalid(f"row: expected one that can be read; {why}")
    return reading


def _write(
    context: AppContext,
    raw: Raw,
    report: Report,
    rejected: RejectedRow,
    read: Reading,
    *,
    person: str,
    lookup: Lookup | None,
) -> list[Case]:
    """Join the findings to report and cases, in one transaction with the entry that says so."""
    reading = _joined(report.reading, rejected, read, _source(report, raw), person, context)
    new = reading.findings[len(report.reading.findings) :]
    names = resolve_names(lookup, context.now())(new)
    attribute = attributing(context, raw, names)
    source = claim_source(context, raw, reading)
    known = cases.claims_by_report(report.id)
    settled = report.done_at or taken_back_before(context, report.reading, source.key)
    waiting = without_claim(new if settled else reading.findings, known)
    of_row = dataclasses.replace(reading, findings=waiting)
    claims, trouble = claims_of(of_row, report.id, attribute, source.marks)
    fresh, own = own_claims_apart(context, reading, claims)
    fresh = [] if source.held else fresh
    reason = source.held or inbox_reason(reading, [*known, *fresh], trouble, own)
    over = reason is None and report.done_at is None
    changed = dataclasses.replace(
        report,
        reading=reading,
        inbox_reason=reason or report.inbox_reason,
        done_at=context.now() if over else report.done_at,
    )
    actor = authorised(person, StaffAct.DECIDE)
    payload = {
        "report": report.id,
        "raw": raw.id,
        "row": rejected.row,
        "was": row_text(report.reading, rejected)[:SHOWN],
        "text": reading.parts[-1][-10 * SHOWN :],
        "findings": len(read.findings),
        "claims": len(fresh),
        "inbox": reason,
    }
    entries = [entry(context, EntryType.ROW_MENDED, actor, payload)]
    if over:
        done = {"report": report.id, "reason": DONE}
        entries.append(entry(context, EntryType.INBOX_DONE, actor, done))
    changes = ChangeSet(rows=[*names, changed, *fresh], entries=entries, seen=[report])
    changes.add(join_cases(context, fresh, source.place))
    record_changes(context, changes)
    return [row for row in changes.rows if isinstance(row, Case)]


def _joined(
    reading: Reading,
    rejected: RejectedRow,
    read: Reading,
    source: Origin,
    person: str,
    context: AppContext,
) -> Reading:
    """The reading with the row's findings; their offsets point into the mended text."""
    part = len(reading.parts)
    findings = [
        dataclasses.replace(
            finding,
            source=source,
            offsets={
                name: Offset(part, place.start, place.end)
                for name, place in finding.offsets.items()
            },
        )
        for finding in read.findings
    ]
    done = dataclasses.replace(rejected, done_at=context.now(), done_by=person)
    unread = reading.outcome is ReadingOutcome.INBOX
    return dataclasses.replace(
        reading,
        outcome=ReadingOutcome.PARSED,
        reason=None if unread else reading.reason,
        findings=(*reading.findings, *findings),
        dead=tuple(done if row is rejected else row for row in reading.dead),
        parts=(*reading.parts, *read.parts),
    )


def _source(report: Report, raw: Raw) -> Origin:
    """Who claims the row: whoever claims the others of its report."""
    others = report.reading.findings
    if others:
        return others[0].source
    if raw.channel is Channel.API:
        return Origin(OriginChannel.API, str(raw.token))
    proven = report.reading.authentication.identity
    claimed = (report.reading.reporter or "").rpartition("@")[2]
    return Origin(OriginChannel.MAIL, proven or claimed or "nobody", proven=bool(proven))


def _report(report_id: str) -> Report:
    report = reports.get(report_id)
    if report is None:
        raise Missing(f"report: expected a known one, found {report_id[:60]!r}")
    return report


def _rejected(report: Report, number: int) -> RejectedRow:
    if not 0 < number <= len(report.reading.dead):
        raise Missing(
            f"row: expected a number from 1 to {len(report.reading.dead)}, found {number}"
        )
    return report.reading.dead[number - 1]


def _row(report: Report, number: int) -> WaitingRow:
    rejected = report.reading.dead[number - 1]
    return WaitingRow(
        report=report.id,
        number=number,
        file=rejected.name,
        row=rejected.row,
        reason=rejected.reason,
        text=row_text(report.reading, rejected)[:SHOWN],
        done=rejected.done_at,
        by=rejected.done_by,
    )
