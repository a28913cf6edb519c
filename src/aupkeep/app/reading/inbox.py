"""The inbox: reports that wait for a person, each with the reason."""

from dataclasses import asdict, dataclass
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.reading.attribute import URGENT
from aupkeep.intake.parse_output import ParsedFinding, ParsedRow, parsed_file
from aupkeep.model.errors import Missing
from aupkeep.model.report import ReadingOutcome, Report
from aupkeep.store import reports


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """One line of the list."""

    report: str
    at: datetime
    reporter: str | None
    title: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxDetails(InboxItem):
    """One report with what was read in it, the rows that were rejected, and its text."""

    outcome: ReadingOutcome
    done: datetime | None
    raw: str
    findings: tuple[ParsedFinding, ...]
    dead: tuple[ParsedRow, ...]
    text: tuple[str, ...]


def list_inbox(
    context: AppContext, *, limit: int = 50, after: str | None = None
) -> list[InboxItem]:
    """What waits for a person: what cannot wait, then the oldest first, each with its reason.

    `after` is the id of the last one seen. Raises `WrongCursor`.
    """
    del context
    found = reports.inbox(limit=limit, leading=URGENT, after=after)
    return [_item(report) for report in found]


def show_inbox(context: AppContext, report_id: str) -> InboxDetails:
    """One report that waits or waited, with its text. Raises `Missing`."""
    del context
    report = reports.get(report_id)
    if report is None or report.inbox_reason is None:
        raise Missing(f"inbox: expected a report that waits or waited, found {report_id[:60]!r}")
    reading = report.reading
    parsed = parsed_file(reading.title, reading)
    return InboxDetails(
        **asdict(_item(report)),
        outcome=reading.outcome,
        done=report.done_at,
        raw=report.raw,
        findings=parsed.findings,
        dead=parsed.dead,
        text=tuple(reading.parts),
    )


def _item(report: Report) -> InboxItem:
    return InboxItem(
        report=report.id,
        at=report.at,
        reporter=report.reading.reporter,
        title=report.reading.title,
        reason=report.inbox_reason,
    )
