"""Reading all of a mail on a person's word: it was cut, in doubt, or its writer's own trouble."""

import dataclasses

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.consider import consider
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.reading.attribute import attributing, inbox_reason
from aupkeep.app.reading.caps import was_cut
from aupkeep.app.reading.claims import claim_source, claims_of, without_claim
from aupkeep.app.reading.join import join_cases
from aupkeep.app.reading.name_lookup import resolve_names
from aupkeep.app.reading.own_letters import is_own_letter
from aupkeep.app.reading.read import RawChanges, readings_of
from aupkeep.app.reading.retractions import is_gone_first
from aupkeep.app.reading.shadowserver_schema import schema_file
from aupkeep.app.reading.submitted_notice import Reader
from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.intake.auth.dns_resolver import resolver
from aupkeep.intake.readings import inbox
from aupkeep.intake.sandbox.pool import SandboxPool
from aupkeep.intake.unclaimed import NOBODY, UNSURE
from aupkeep.model.actor import Actor
from aupkeep.model.case import Case
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Missing
from aupkeep.model.raw import Raw
from aupkeep.model.report import Reading, ReadingOutcome, Report
from aupkeep.model.roles import StaffAct
from aupkeep.store import cases, raws, reports

AS_REPORT = "report"  # the form in which a letter is read whatever it says of itself


def read_whole_here(context: AppContext, report_id: str, *, person: str) -> list[str]:
    """`read_whole` with a box of this call's own, and its cases put before the policy."""
    lookup = resolver(context.settings.mail.nameservers)
    with SandboxPool(size=1, schema=schema_file(context.home, context.settings)) as box:
        changed = read_whole(context, report_id, person=person, reader=box.read, lookup=lookup)
    for case in changed:
        consider(context, case.id)
    return [case.reference for case in changed]


def read_whole(
    context: AppContext, report_id: str, *, person: str, reader: Reader, lookup: Lookup | None
) -> list[Case]:
    """Read all of a report's bytes; what is new joins the report, and cases change.

    A letter that was not certain to report is read as the report that the person calls it, and what
    a customer wrote about their own address, or a reporter took back before it was read, counts as
    any other report from then on.
    What else the bytes hold becomes reports of their own. Raises `Missing`, `Conflict` where
    nothing was left out, and `Forbidden` for who may not.
    """
    actor = authorised(person, StaffAct.DECIDE)
    asked = reports.get(report_id)
    raw = raws.get(asked.raw) if asked else None
    if asked is None or raw is None:
        raise Missing(f"report: expected a known one, found {report_id[:60]!r}")
    if not _has_more(asked):
        raise Conflict(f"report {report_id}: expected one that was cut, found it read whole")
    data = raws.read(raw.digest)
    if is_doubted(asked.reading):
        reader = _confirming(reader)
    whole = readings_of(context, raw, data, reader, lookup, whole=True)
    readings = whole or [inbox("expected something to read, found nothing in it")]
    known = reports.by_raw(raw.id)
    changes = RawChanges()
    for number, reading in enumerate(readings):
        before = known[number] if number < len(known) else None
        if before is None or _has_more(before):
            _take(context, raw, reading, before, changes, actor=actor, lookup=lookup)
    changes.add(join_cases(context, changes.claims, changes.place))
    record_changes(context, changes)
    return [row for row in changes.rows if isinstance(row, Case)]


def is_doubted(reading: Reading) -> bool:
    """Whether a letter holds nothing because it was not certain to report."""
    doubted = (reading.reason or "").startswith((NOBODY, UNSURE)) and not reading.findings
    return doubted and reading.outcome is ReadingOutcome.INBOX and reading.meaning is None


def _has_more(report: Report) -> bool:
    return is_own_letter(report) or is_gone_first(report) or _is_partial(report.reading)


def _is_partial(reading: Reading) -> bool:
    return was_cut(reading) or is_doubted(reading)


def _confirming(reader: Reader) -> Reader:
    """A reader that takes every mail for the report that a person calls it."""
    return lambda data, name, form: reader(data, name, AS_REPORT if form == "auto" else form)


def _take(
    context: AppContext, raw: Raw, reading: Reading, before: Report | None, changes: RawChanges,
    *, actor: Actor, lookup: Lookup | None,
) -> None:  # fmt: skip
    """Add what a reading has more than the report of it before, and the entry that says so."""
    if before and not _is_partial(before.reading):
        reading = before.reading  # with the rows that somebody mended in it
    first = before.reading.findings if before else ()
    known = cases.claims_by_report(before.id) if before else []
    waits = first if before and before.done_at is None else ()
    left = {id(finding) for finding in without_claim(waits, known)}
    renewed = [new for new, old in zip(reading.findings, first, strict=False) if id(old) in left]
    waiting = (*renewed, *reading.findings[len(first) :])
    name = before.id if before else context.new_id()
    names = resolve_names(lookup, context.now())(waiting)
    source = claim_source(context, raw, reading, changes.sources)
    if source.row is not None:
        changes.sources.append(source.row)
        changes.rows.append(source.row)
    new = dataclasses.replace(reading, findings=waiting)
    attribute = attributing(context, raw, names)
    claims, trouble = claims_of(new, name, attribute, source.marks)
    claims = [] if source.held else claims
    reason = source.held or inbox_reason(new, [*known, *claims], trouble)
    report = _report(context, before, reading, reason, name=name, raw=raw.id, source=source.key)
    payload = {"report": name, "raw": raw.id, "whole": True, "claims": len(claims),
               "outcome": reading.outcome.value, "findings": len(reading.findings),
               "dead": len(reading.dead), "inbox": reason, "source": source.key}  # fmt: skip
    changes.entries.append(entry(context, EntryType.REPORT_READ, actor, payload))
    changes.rows += [*names, report, *claims]
    changes.seen += [before] if before else []
    changes.claims += claims
    changes.place = source.place


def _report(
    context: AppContext, before: Report | None, reading: Reading, reason: str | None,
    *, name: str, raw: str, source: str | None,
) -> Report:  # fmt: skip
    """The report with all that was read; it leaves the inbox where nothing else waits."""
    if before is None:
        return Report(
            id=name, raw=raw, at=context.now(), reading=reading, inbox_reason=reason, source=source
        )
    done = context.now() if reason is None and before.done_at is None else before.done_at
    return dataclasses.replace(
        before, reading=reading, inbox_reason=reason or before.inbox_reason, done_at=done
    )
