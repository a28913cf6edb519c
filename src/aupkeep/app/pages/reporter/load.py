"""The reporter's status page: how far the report has come, never who the accused is."""

from datetime import datetime

from aupkeep.app.access.links import find_link
from aupkeep.app.context import AppContext
from aupkeep.app.inventory.holders import holder
from aupkeep.app.modes import withheld
from aupkeep.app.notifying.receipts import report_reference
from aupkeep.app.pages.labels import LANGUAGES, subject_of
from aupkeep.app.pages.notice_form.page import AppliedClause, SubmissionStatus
from aupkeep.app.pages.reporter.page import (
    AppliedRule,
    NoticeProgress,
    Progress,
    ReachedStep,
    ReporterPage,
    Result,
)
from aupkeep.app.policies import policy_in_force
from aupkeep.app.receiving.notice_bytes import unpack
from aupkeep.app.submissions.filing import filing_of
from aupkeep.model.case import Case, CaseState, Outcome
from aupkeep.model.errors import Broken, Missing, Unreadable
from aupkeep.model.filing import KIND_OF, Filing
from aupkeep.model.grant import GrantKind
from aupkeep.model.holding import NotOurs
from aupkeep.model.link import LinkKind
from aupkeep.model.report import Report
from aupkeep.notify.kind_names import named
from aupkeep.notify.phrases import notice_language
from aupkeep.store import actions, cases, decisions, notices, raws, reports

RESULTS = {
    Outcome.FIXED: Result.FIXED,
    Outcome.NOT_ABUSE: Result.NO_ABUSE,
    Outcome.NO_ACTION: Result.WITHDRAWN,  # the page's words: closed without a measure
    Outcome.WITHDRAWN: Result.WITHDRAWN,
    Outcome.IMPORTED: Result.WITHDRAWN,
}
Steps = tuple[tuple[Progress, datetime], ...]
ASKED = 20  # findings of a report for which the inventory is asked


def reporter_page(context: AppContext, token: str, language: str) -> ReporterPage:
    """The page of a reporter's link. Raises `Missing`, `Gone`."""
    filing = filing_of(context, token)
    if filing is not None:
        return filed_page(context, filing, language)
    link = find_link(context, token, LinkKind.REPORTER)
    report = reports.get(link.report or "")
    if report is None:
        raise Missing("this link names no report any more")
    speaks = notice_language(language or context.settings.provider.language)
    joined = cases.of_report(report.id)
    steps = _steps(report, joined)
    first = report.reading.findings[0] if report.reading.findings else None
    return ReporterPage(
        now=context.now(),
        language=speaks,
        languages=LANGUAGES,
        operator=context.settings.provider.name,
        contact=context.settings.mail.sender,
        reference=report_reference(report),
        subject=subject_of(first) if first else report.reading.title,
        kind=named(first.kind, speaks) if first else "",
        received_at=report.at,
        progress=steps[-1][0],
        steps=steps,
        result=_result(context, report, joined),
        link_until=link.expires_at,
        others=_others(report, joined),
    )


def filed_page(context: AppContext, filing: Filing, language: str) -> ReporterPage:
    """The page of a notice filed by the form.

    Until its filer is known it says no more than that we have it and, in the end, how a person
    closed it: the form answers to nobody's question whose an address is.
    """
    speaks = notice_language(language or filing.language)
    report = reports.get(filing.report or "")
    joined = cases.of_report(report.id) if report else []
    over = bool(joined) and all(case.state is CaseState.CLOSED for case in joined)
    steps: Steps = ((Progress.RECEIVED, filing.made_at),)
    result = Result.OPEN
    if report is not None and (filing.known or over):
        steps = _steps(report, joined)
        result = _result(context, report, joined)
    return ReporterPage(
        now=context.now(),
        language=speaks,
        languages=LANGUAGES,
        operator=context.settings.provider.name,
        contact=context.settings.mail.sender,
        reference=filing.reference,
        subject=_written(filing),
        kind=named(KIND_OF[filing.matter], speaks),
        received_at=filing.made_at,
        progress=steps[-1][0],
        steps=steps,
        result=result,
        link_until=filing.expires_at,
        others=_others(report, joined) if report and filing.known else 0,
        filing=SubmissionStatus(
            asked=filing.confirm is not None and filing.confirmed_at is None,
            known=filing.known,
            anonymous=filing.email is None,
            listen=bool(withheld(context, GrantKind.RECEIPTS)),
            ruled=ruled(context, report) if report and over else (),
        ),
    )


def notice_progress(context: AppContext, reference: str, secret: str) -> NoticeProgress:
    """How far a notice has come. Raises `Missing` unless reference and secret belong together."""
    filing = filing_of(context, secret)
    if filing is None or filing.reference != reference.strip().upper():
        raise Missing("notice: expected the reference and secret of one receipt, found others")
    page = filed_page(context, filing, "en")
    clauses = page.filing.ruled if page.filing else ()
    return NoticeProgress(
        reference=filing.reference,
        matter=filing.matter,
        received_at=filing.made_at,
        confirmed=filing.known,
        progress=page.progress,
        steps=tuple(ReachedStep(step=step, at=at) for step, at in page.steps),
        result=page.result,
        rules=tuple(
            AppliedRule(title=clause.title, text=clause.text, automatic=clause.automatic)
            for clause in clauses
        ),
    )


def ruled(context: AppContext, report: Report) -> tuple[AppliedClause, ...]:
    """Which rules were applied, by whom, without a word of the customer; each clause once."""
    clauses = policy_in_force(context.home).clauses
    applied: dict[str, AppliedClause] = {}
    for decision in decisions.newest_by_clause(report.id):
        clause = clauses.get(decision.clause)
        applied[decision.clause] = AppliedClause(
            title=clause.title if clause else decision.clause,
            text=decision.clause_text,
            document=decision.document,
            automatic=decision.automatic,
            at=decision.starts,
        )
    return tuple(applied.values())


def _written(filing: Filing) -> str:
    """The first location as the filer wrote it; the reference once the bytes are erased."""
    raw = raws.get(filing.raw)
    try:
        draft, _ = unpack(raws.read(raw.digest if raw else ""))
    except (Broken, Missing, Unreadable):
        return filing.reference
    return draft.places[0].text


def _others(report: Report, joined: list[Case]) -> int:
    """How many further reports name the same source."""
    return reports.count_beside(report.id) - 1 if joined else 0


def _steps(report: Report, joined: list[Case]) -> Steps:
    """When each stage was reached; what happened before the report counts from the report on."""
    steps = [(Progress.RECEIVED, report.at)]
    first = notices.first_told(report.id)
    told_at = [first] if first else []
    limited_at = [action.starts for action in actions.of_report(report.id) if action.took_effect]
    for stage, times in ((Progress.PASSED_ON, told_at), (Progress.LIMITED, limited_at)):
        steps += [(stage, max(min(times), report.at))] if times else []
    if joined and all(case.state is CaseState.CLOSED for case in joined):
        steps.append((Progress.CLOSED, max(case.changed_at for case in joined)))
    return tuple(steps)


def _result(context: AppContext, report: Report, joined: list[Case]) -> Result:
    """What came of it; a report that named nobody of ours has its answer at once."""
    if joined:
        outcomes = [case.outcome for case in joined]
        if None in outcomes:
            return Result.OPEN
        results = [RESULTS[outcome] for outcome in outcomes if outcome is not None]
        return Result.FIXED if Result.FIXED in results else results[0]
    if _foreign(context, report):
        return Result.NOT_OURS
    waits = report.inbox_reason is not None and report.done_at is None
    return Result.OPEN if waits else Result.NOT_FOUND


def _foreign(context: AppContext, report: Report) -> bool:
    """Whether the report is about addresses that were not ours."""
    findings = report.reading.findings[:ASKED]
    return bool(findings) and all(
        isinstance(
            holder(
                context,
                finding.subject,
                finding.at or report.at,
                exact=finding.exact,
                seen_at=report.at,
            ),
            NotOurs,
        )
        for finding in findings
    )
