"""When one case or report will be erased, under which rule, or what keeps it."""

from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.retention.due import keeps_of_one, table_in_force
from aupkeep.model.case import Case, CaseState
from aupkeep.model.errors import AupkeepError, Missing
from aupkeep.model.hold import HoldScope
from aupkeep.model.report import Report
from aupkeep.model.retention import HeldUntil, RetentionClock, RetentionKind, RetentionPeriod
from aupkeep.store import holds, reports, retention

WAITING = "it waits for a person in the inbox"
WITH_CASE = "a case rests on it, and it goes with the last of them"


def case_clock(context: AppContext, case: Case) -> RetentionClock:
    """The clock of a case; of a policy that does not load it says so."""
    closed = case.state is CaseState.CLOSED
    keeps = tuple(keep.value for keep in keeps_of_one(context, case))
    about = {(HoldScope.CASE, case.id), (HoldScope.CUSTOMER, case.customer)}
    live = [hold for hold in holds.live(context.now()) if (hold.scope, hold.key) in about]
    return _clock(
        context,
        RetentionKind.CASE,
        case.changed_at if closed else None,
        keeps,
        tuple(HeldUntil(until=hold.until, by=hold.by) for hold in live),
    )


def report_clock(context: AppContext, report: Report) -> RetentionClock:
    """The clock of a report and its bytes."""
    if retention.cases_behind(report.raw) or retention.answered_case(report):
        return _clock(context, RetentionKind.REPORT, None, (WITH_CASE,), ())
    if report.inbox_reason is not None and report.done_at is None:
        return _clock(context, RetentionKind.REPORT, None, (WAITING,), ())
    return _clock(context, RetentionKind.REPORT, report.done_at or report.at, (), ())


def clock_of(context: AppContext, name: str) -> RetentionClock:
    """The clock of a case by its reference, or of a report or raw by its id. Raises `Missing`."""
    report = reports.get(name) or next(iter(reports.by_raw(name)), None)
    if report is not None:
        return report_clock(context, report)
    try:
        return case_clock(context, find_case(name))
    except Missing as error:
        raise Missing(f"{name[:60]!r}: expected a case, a report or a raw, found none") from error


def _clock(
    context: AppContext,
    kind: RetentionKind,
    since: datetime | None,
    keeps: tuple[str, ...],
    held: tuple[HeldUntil, ...],
) -> RetentionClock:
    try:
        table = table_in_force(context)
    except AupkeepError:  # a policy that does not load erases nothing
        return RetentionClock(
            rule="", until=None, keeps=keeps, holds=held, automatic=False,
            trouble="the policy in force does not load",
        )  # fmt: skip
    period: RetentionPeriod | None = table.periods.get(kind)
    return RetentionClock(
        rule=period.rule if period else "",
        until=since + timedelta(days=period.days) if since and period else None,
        keeps=keeps,
        holds=held,
        automatic=table.automatic,
    )
