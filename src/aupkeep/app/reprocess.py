"""Rows that could not be read: a person sees them, mends one, and it goes through its parser."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.consider import consider
from aupkeep.app.journal import entry, record
from aupkeep.app.reading.attribute import attributing, inbox_reason
from aupkeep.app.reading.claims import claims_of, telling
from aupkeep.app.reading.join import join_cases
from aupkeep.app.reading.name_lookup import resolve_names
from aupkeep.app.reading.read import Reader
from aupkeep.app.reading.shadowserver_schema import schema_file
from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.intake.auth.dns_resolver import resolver
from aupkeep.intake.formats.row_repair import repaired_document, row_text
from aupkeep.intake.sandbox.pool import SandboxPool
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import Case, Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.finding import Finding, Offset
from aupkeep.model.moments import show_moment
from aupkeep.model.raw import Channel, Raw
from aupkeep.model.report import Dead, Outcome, Reading, Report
from aupkeep.store import raws, reports

SHOWN = 200  # characters of a row in a list
TRIES = 5  # when others change the same case meanwhile
DONE = "every row that could not be read was mended"


def list_dead(report_id: str | None = None, *, limit: int = 50) -> list[dict[str, Any]]:
    """The rows of the inbox that wait to be mended, or all of one report, mended ones too.

    `number` tells the rows of one report apart, from 1. Raises `Missing` for an unknown report.
    """
    if report_id is not None:
        report = _report(report_id)
        return [_told(report, number) for number in range(1, len(report.reading.dead) + 1)]
    found: list[dict[str, Any]] = []
    for name, _, _ in reports.waiting():
        waiting = reports.get(name)
        for number, dead in enumerate(waiting.reading.dead if waiting else (), 1):
            if waiting and dead.done_at is None and len(found) < limit:
                found.append(_told(waiting, number))
        if len(found) >= limit:
            break
    return found


def show_row(report_id: str, number: int) -> dict[str, Any]:
    """One row with its whole text. Raises `Missing`."""
    report = _report(report_id)
    dead = _dead(report, number)
    return {**_told(report, number), "text": row_text(report.reading, dead)}


def mend_here(
    context: AppContext, report_id: str, number: int, text: str, *, person: str
) -> list[Case]:
    """`mend_row` with a box and a resolver of this call's own, for a person who waits."""
    with SandboxPool(size=1, schema=schema_file(context.home, context.settings)) as box:
        return mend_row(
            context,
            report_id,
            number,
            text,
            person=person,
            reader=box.read,
            lookup=resolver(context.settings.mail.nameservers),
        )


def mend_and_consider(
    context: AppContext, report_id: str, number: int, text: str, *, person: str
) -> dict[str, Any]:
    """`mend_here`, then put its cases before the policy as the worker would; for the shell."""
    changed = mend_here(context, report_id, number, text, person=person)
    for case in changed:
        consider(context, case.id)
    return {**_told(_report(report_id), number), "cases": [one.reference for one in changed]}


def mend_row(
    context: AppContext,
    report_id: str,
    number: int,
    text: str,
    *,
    person: str,
    reader: Reader,
    lookup: Lookup | None,
) -> list[Case]:
    """Read a dead row again as `text`; its findings join the report and its cases are answered.

    The row as it came stays in the report, and the journal names who wrote what. Raises `Missing`,
    `Conflict` for a row that was mended before, and `Invalid` with the parser's reason when it
    still cannot be read: then nothing was changed.
    """
    for left in reversed(range(TRIES)):
        report = _report(report_id)
        raw = raws.get(report.raw)
        dead = _dead(report, number)
        if raw is None:
            raise Missing(f"report: expected one with its raw, found {report_id[:60]!r}")
        if dead.done_at is not None:
            raise Conflict(f"row {number}: expected one not yet mended, found it done")
        read = _read(report, dead, text, reader)
        try:
            return _write(context, raw, report, dead, read, person=person, lookup=lookup)
        except Conflict:
            if not left:
                raise
    return []


def _read(report: Report, dead: Dead, text: str, reader: Reader) -> Reading:
    """What the row says now. Raises `Invalid` when it still cannot be read."""
    data, name, form = repaired_document(report.reading, dead, text)
    [(_, found), *others] = reader(data, name, form)
    if others or found.dead or not found.findings or found.outcome is not Outcome.PARSED:
        why = found.dead[0].reason if found.dead else found.reason or "it claims nothing"
        raise Invalid(f"row: expected one that can be read; {why}")
    return found


def _write(
    context: AppContext,
    raw: Raw,
    report: Report,
    dead: Dead,
    read: Reading,
    *,
    person: str,
    lookup: Lookup | None,
) -> list[Case]:
    """Join the findings to report and cases, in one transaction with the entry that says so."""
    reading = _joined(report.reading, dead, read, _source(report, raw), person, context)
    names = resolve_names(lookup, context.now())(reading.findings[len(report.reading.findings) :])
    attribute = attributing(context, raw, names)
    teller = telling(context, raw, reading)
    claims, trouble = claims_of(reading, report.id, attribute, teller.marks)
    fresh = _fresh(report, reading, claims) if not teller.held else []
    reason = teller.held or inbox_reason(reading, claims, trouble)
    over = reason is None and report.done_at is None
    changed = dataclasses.replace(
        report,
        reading=reading,
        inbox_reason=reason or report.inbox_reason,
        done_at=context.now() if over else report.done_at,
    )
    actor = Actor(kind=ActorKind.PERSON, id=person)
    told = {
        "report": report.id,
        "raw": raw.id,
        "row": dead.row,
        "was": row_text(report.reading, dead)[:SHOWN],
        "text": reading.parts[-1][-10 * SHOWN :],
        "findings": len(read.findings),
        "claims": len(fresh),
        "inbox": reason,
    }
    entries = [entry(context, EntryType.ROW_MENDED, actor, told)]
    if over:
        done = {"report": report.id, "reason": DONE}
        entries.append(entry(context, EntryType.INBOX_DONE, actor, done))
    joined = join_cases(context, fresh, (teller.key or "", teller.lane))
    record(
        context,
        [*entries, *joined.entries],
        rows=[*names, changed, *fresh, *joined.rows],
        effects=joined.effects,
        seen=[report, *joined.seen],
    )
    return [one for one in joined.rows if isinstance(one, Case)]


def _joined(
    reading: Reading, dead: Dead, read: Reading, source: str, person: str, context: AppContext
) -> Reading:
    """The reading with the row's findings; their offsets point into the mended text."""
    part = len(reading.parts)
    findings = [
        dataclasses.replace(
            one,
            source=source,
            offsets={
                name: Offset(part, place.start, place.end) for name, place in one.offsets.items()
            },
        )
        for one in read.findings
    ]
    done = dataclasses.replace(dead, done_at=context.now(), done_by=person)
    unread = reading.outcome is Outcome.INBOX
    return dataclasses.replace(
        reading,
        outcome=Outcome.PARSED,
        reason=None if unread else reading.reason,
        findings=(*reading.findings, *findings),
        dead=tuple(done if one is dead else one for one in reading.dead),
        parts=(*reading.parts, *read.parts),
    )


def _fresh(report: Report, reading: Reading, claims: Sequence[Claim]) -> list[Claim]:
    """The claims of the mended row alone."""
    new: Sequence[Finding] = reading.findings[len(report.reading.findings) :]
    return [one for one in claims if any(one.finding is finding for finding in new)]


def _source(report: Report, raw: Raw) -> str:
    """Who claims the row: whoever claims the others of its report."""
    others = report.reading.findings
    if others:
        return others[0].source
    if raw.channel is Channel.API:
        return f"api:{raw.token}"
    proven = report.reading.authentication.identity
    claimed = (report.reading.reporter or "").rpartition("@")[2]
    return f"mail:{proven}" if proven else f"mail:?{claimed or 'nobody'}"


def _report(report_id: str) -> Report:
    report = reports.get(report_id)
    if report is None:
        raise Missing(f"report: expected a known one, found {report_id[:60]!r}")
    return report


def _dead(report: Report, number: int) -> Dead:
    if not 0 < number <= len(report.reading.dead):
        raise Missing(
            f"row: expected a number from 1 to {len(report.reading.dead)}, found {number}"
        )
    return report.reading.dead[number - 1]


def _told(report: Report, number: int) -> dict[str, Any]:
    dead = report.reading.dead[number - 1]
    return {
        "report": report.id,
        "number": number,
        "file": dead.name,
        "row": dead.row,
        "reason": dead.reason,
        "text": row_text(report.reading, dead)[:SHOWN],
        "done": show_moment(dead.done_at) if dead.done_at else None,
        "by": dead.done_by,
    }
