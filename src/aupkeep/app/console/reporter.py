"""The reporter's status page: how far the report has come, never who the accused is."""

from datetime import datetime

from aupkeep.app.console.customer import LANGUAGES
from aupkeep.app.console.kinds import named
from aupkeep.app.console.words import subject_of
from aupkeep.app.desk import Desk
from aupkeep.app.inventory import holder
from aupkeep.app.links import find_link
from aupkeep.app.pages.reporter import Progress, ReporterPage, Result
from aupkeep.app.receipts import report_reference
from aupkeep.model.action import ActionState
from aupkeep.model.case import Case, CaseState, Outcome
from aupkeep.model.errors import Missing
from aupkeep.model.holding import NotOurs
from aupkeep.model.link import LinkKind
from aupkeep.model.notice import Party
from aupkeep.model.report import Report
from aupkeep.notify.phrases import spoken
from aupkeep.store import actions, cases, notices, reports

RESULTS = {
    Outcome.FIXED: Result.FIXED,
    Outcome.NOT_ABUSE: Result.NO_ABUSE,
    Outcome.NO_ACTION: Result.WITHDRAWN,  # the page's words: closed without a measure
    Outcome.WITHDRAWN: Result.WITHDRAWN,
}
SEEN = (ActionState.APPLIED, ActionState.LIFTING, ActionState.LIFTED, ActionState.EXPIRED)
ASKED = 20  # findings of a report for which the inventory is asked


def reporter_page(desk: Desk, token: str, language: str) -> ReporterPage:
    """The page of a reporter's link. Raises `Missing`, `Gone`."""
    link = find_link(desk, token, LinkKind.REPORTER)
    report = reports.get(link.report or "")
    if report is None:
        raise Missing("this link names no report any more")
    speaks = spoken(language or desk.settings.provider.language)
    joined = cases.of_report(report.id)
    steps = _steps(report, joined)
    others = reports.count_of_cases(one.id for one in joined) - 1 if joined else 0
    first = report.reading.findings[0] if report.reading.findings else None
    return ReporterPage(
        now=desk.now(),
        language=speaks,
        languages=LANGUAGES,
        operator=desk.settings.provider.name,
        contact=desk.settings.mail.sender,
        reference=report_reference(report),
        subject=subject_of(first) if first else report.reading.title,
        kind=named(first.kind, speaks) if first else "",
        received_at=report.at,
        progress=steps[-1][0],
        steps=steps,
        result=_result(desk, report, joined),
        link_until=link.expires_at,
        others=others,
    )


def _steps(report: Report, joined: list[Case]) -> tuple[tuple[Progress, datetime], ...]:
    """When each stage was reached; what happened before the report counts from the report on."""
    steps = [(Progress.RECEIVED, report.at)]
    told = [
        one.sent_at
        for case in joined
        for one in notices.of_case(case.id)
        if one.party is Party.CUSTOMER and one.sent_at
    ]
    limited = [
        one.starts for case in joined for one in actions.of_case(case.id) if one.state in SEEN
    ]
    for stage, times in ((Progress.PASSED_ON, told), (Progress.LIMITED, limited)):
        steps += [(stage, max(min(times), report.at))] if times else []
    if joined and all(one.state is CaseState.CLOSED for one in joined):
        steps.append((Progress.CLOSED, max(one.changed_at for one in joined)))
    return tuple(steps)


def _result(desk: Desk, report: Report, joined: list[Case]) -> Result:
    """What came of it; a report that named nobody of ours has its answer at once."""
    if joined:
        outcomes = [one.outcome for one in joined]
        if None in outcomes:
            return Result.OPEN
        found = [RESULTS[one] for one in outcomes if one is not None]
        return Result.FIXED if Result.FIXED in found else found[0]
    if _foreign(desk, report):
        return Result.NOT_OURS
    waits = report.inbox_reason is not None and report.done_at is None
    return Result.OPEN if waits else Result.NOT_FOUND


def _foreign(desk: Desk, report: Report) -> bool:
    """Whether the report is about addresses that were not ours."""
    findings = report.reading.findings[:ASKED]
    return bool(findings) and all(
        isinstance(
            holder(desk, one.subject, one.at or report.at, exact=one.exact, seen_at=report.at),
            NotOurs,
        )
        for one in findings
    )
