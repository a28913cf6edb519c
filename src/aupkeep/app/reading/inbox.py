"""The inbox: reports that wait for a person, each with the reason and its kind."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.reading.attribute import NO_CONTACT, NO_HOLDER, URGENT
from aupkeep.app.reading.case_mail import TAKEN_BACK
from aupkeep.app.reading.claims import SUSPENDED
from aupkeep.app.reading.own_letters import OWN_LETTER
from aupkeep.intake.parse_output import ParsedFinding, ParsedRow, parsed_file
from aupkeep.intake.unclaimed import ASKS, NOBODY, UNSURE
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.report import ReadingOutcome, Report
from aupkeep.store import reports

UNREAD = re.compile(r"\brows? (?:could not be read|says itself|say themselves)")
BACK = (TAKEN_BACK, "a retraction", "said to be no spam", "copyright counter-notice",
        "copyright retraction")  # fmt: skip
BEGINS = ((URGENT, "urgent"), (SUSPENDED, "held"), (OWN_LETTER, "own"), ("feed ", "feed"),
          (BACK, "back"), (ASKS, "question"), ((NOBODY, UNSURE), "nobody"),
          ("none of ", "foreign"), ("our customer is the victim", "victim"))  # fmt: skip
BY_OUTCOME = {
    ReadingOutcome.BOUNCE.value: "bounce",
    ReadingOutcome.INBOX.value: "unread",
    ReadingOutcome.REPLY.value: "reply",
}


def kind_of(outcome: str, reason: str) -> str:
    """Which kind of reason a report waits for: one of `KINDS`."""
    begins = next((kind for start, kind in BEGINS if reason.startswith(start)), None)
    if begins or outcome in BY_OUTCOME:
        return begins or BY_OUTCOME[outcome]
    if UNREAD.search(reason):
        return "rows"
    if NO_HOLDER in reason:
        return "holder"
    return "contact" if reason.endswith(NO_CONTACT) else "other"


KINDS = (
    "urgent", "question", "nobody", "unread", "reply", "back", "bounce", "rows", "own", "held",
    "holder", "contact", "victim", "feed", "foreign", "other",
)  # fmt: skip
STEP = 200  # items of one question where only some are wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """One line of the list; `kind` is one of `KINDS`, as the page's filter has it."""

    report: str
    at: datetime
    reporter: str | None
    title: str
    reason: str | None
    kind: str


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
    context: AppContext, *, reason: str = "", limit: int = 50, after: str | None = None
) -> list[InboxItem]:
    """What waits for a person: what cannot wait, then the oldest first, each with its reason.

    `reason` leaves one of `KINDS`; `after` is the id of the last one seen. Raises `Invalid`,
    `WrongCursor`.
    """
    del context
    if reason and reason not in KINDS:
        raise Invalid(f"reason: expected one of {', '.join(KINDS)}, found {reason[:40]!r}")
    if not reason:
        return [_item(report) for report in reports.inbox(limit, URGENT, after)]
    alike = (item for item in _walk(after) if item.kind == reason)
    return [item for item, _ in zip(alike, range(limit), strict=False)]


def _walk(after: str | None) -> Iterator[InboxItem]:
    """All that waits behind an item, in the order of the list."""
    while waiting := reports.inbox(STEP, URGENT, after):
        yield from map(_item, waiting)
        after = waiting[-1].id


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
        kind=kind_of(report.reading.outcome.value, report.inbox_reason or ""),
    )
