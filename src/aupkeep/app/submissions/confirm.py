"""Confirmation of a submitter's mail address: their claims count as a known sender's from then."""

import dataclasses

from aupkeep.app.access.links import by_token
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record, record_changes
from aupkeep.app.reading.join import recount_cases
from aupkeep.app.reading.submitted_notice import filing_origin
from aupkeep.app.reporters.sources import source_key, source_of
from aupkeep.app.submissions.filing import CONFIRM_LIFE, REPORTER, FiledNotice, status_token
from aupkeep.casework.evidence_level import FROM
from aupkeep.intake.readings import with_source
from aupkeep.model.case import Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Gone, Missing
from aupkeep.model.filing import Filing
from aupkeep.model.report import Report
from aupkeep.store import cases, filings, reports

TRIES = 5


def to_confirm(context: AppContext, token: str) -> Filing:
    """The filing whose address a token confirms. Raises `Missing`, `Gone` when used or old."""
    filing = by_token(context, filings.by_confirm, token)
    if filing is None:
        raise Missing("this link is unknown; look whether the address was copied whole")
    if filing.confirmed_at is not None or context.now() >= filing.made_at + CONFIRM_LIFE:
        raise Gone("this link was used or is too old")
    return filing


def confirm(context: AppContext, token: str) -> FiledNotice:
    """Mark the address as proven: from now on the claims count as those of a known sender.

    Raises `Missing` and `Gone`, `Gone` also for the second of two at once.
    """
    filing = to_confirm(context, token)
    for left in reversed(range(TRIES)):
        try:
            _confirm(context, filing)
        except Conflict:  # it was read meanwhile, or its case changed
            if not left:
                raise
            filing = to_confirm(context, token)
            continue
        break
    return FiledNotice(filing=filing, token=status_token(context, filing.id), repeated=False)


def _confirm(context: AppContext, filing: Filing) -> None:
    """One transaction: the filing, and the source of what it claimed."""
    known = dataclasses.replace(filing, confirmed_at=context.now())
    payload = {"filing": filing.id, "report": filing.report}
    entries = [entry(context, EntryType.FILING_CONFIRMED, REPORTER, payload)]
    report = reports.get(filing.report or "")
    if report is None:
        record(context, entries, rows=[known], seen=[filing])
        return
    claims, proven = cases.claims_by_report(report.id), _proven(context, known, report)
    rows = [known, *proven.rows, *proven.claims]
    changes = ChangeSet(rows=rows, entries=entries, seen=[filing, report, *claims])
    changes.add(recount_cases(context, proven.claims, cases.of_report(report.id)))
    record_changes(context, changes)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Proven:
    """A report and its claims once their source is known; `rows` are the report and the source."""

    claims: list[Claim]
    rows: list[object]


def _proven(context: AppContext, filing: Filing, report: Report) -> _Proven:
    """The report under its proven source: the claims' source, their marks and the report's key."""
    source = filing_origin(filing)
    key = source_key(context, source, filing.email)
    known, new = source_of(context, key, report.at, filing.email)
    reading = with_source(report.reading, source)
    claims = [
        dataclasses.replace(
            claim,
            finding=dataclasses.replace(claim.finding, source=source),
            marks=tuple(f"{FROM}{key}" if mark.startswith(FROM) else mark for mark in claim.marks),
        )
        for claim in cases.claims_by_report(report.id)
    ]
    fresh: list[object] = [known] if new else []
    return _Proven(
        claims=claims, rows=[dataclasses.replace(report, reading=reading, source=key), *fresh]
    )
