"""Figures counted in a bounded number of rows: the newest, where there are more."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from statistics import median

from aupkeep.app.context import AppContext
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.statistics.page import (
    AgeCount,
    CustomerCount,
    DeskFigures,
    FirstAct,
    OutcomeCount,
    StatisticsPage,
    WrongShare,
)
from aupkeep.casework.track_record import wilson
from aupkeep.model.case import CaseState, Outcome
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.model.roles import StaffAct
from aupkeep.store import figures, log

AGES = (4, 24, 72, 168, 336)  # hours
PERIODS = (30, 91, 365)
LONGEST = 3660  # days
MOST = 20_000  # rows that one figure is counted from
TOP = 10
SHOWN = 20  # sources and rules
METHOD = "Wilson's score interval (1927), 95 %"
ACTS = (EntryType.DECISION_MADE, EntryType.NOTICE_SENT, EntryType.CASE_CLOSED)
WRONG = {Outcome.NOT_ABUSE.value, Outcome.WITHDRAWN.value}
JUDGED = {*WRONG, Outcome.FIXED.value}  # closed without a measure says nothing of who was right


def desk_figures(context: AppContext, days: int = 30, *, reporters: bool = True) -> DeskFigures:
    """The figures of the last `days`. Raises `Invalid`."""
    if not 1 <= days <= LONGEST:
        raise Invalid(f"days: expected 1 to {LONGEST}, found {days}")
    now = context.now()
    since = now - timedelta(days=days)
    ages = _open_by_age(now)
    closed = log.since(EntryType.CASE_CLOSED, since, MOST)
    ended = {case: str(said.get("outcome")) for case, _, said in reversed(closed) if case}
    opened = figures.opened(since, MOST)
    acts = log.times(ACTS, since, MOST)
    ruled = figures.by_rules(since, MOST)
    sources = _by_source(ended) if reporters else None
    outcomes = Counter(str(said.get("outcome")) for _, _, said in closed)
    return DeskFigures(
        now=now,
        since=since,
        days=days,
        method=METHOD,
        open_by_age=ages,
        open=sum(age.desk + age.customer for age in ages),
        first_act=_first_act(opened, acts),
        outcomes=tuple(OutcomeCount(outcome=it, cases=outcomes[it.value]) for it in Outcome),
        closed=len(closed),
        sources=sources,
        rules=_shares(
            ((decision.rule, decision.case) for decision in ruled),
            figures.outcomes_of({decision.case for decision in ruled}),
        ),
        customers=tuple(
            CustomerCount(customer=name, cases=count)
            for name, count in figures.top_customers(since, TOP)
        ),
        cut=max(len(closed), len(opened), len(ruled), len(acts)) >= MOST,
    )


def statistics_page(context: AppContext, person: Person, days: str = "") -> StatisticsPage:
    """The page. Raises `Invalid` for a period that is no number of days."""
    if days and not (days.isascii() and days.isdigit() and len(days) <= len(str(LONGEST))):
        raise Invalid(f"days: expected 1 to {LONGEST}, found {days[:20]!r}")
    chosen = int(days) if days else PERIODS[0]
    shows = person.may(StaffAct.SEE_REPORTERS)
    return StatisticsPage(
        header=page_header(context, person),
        figures=desk_figures(context, chosen, reporters=shows),
        periods=PERIODS,
    )


def _open_by_age(now: datetime) -> tuple[AgeCount, ...]:
    counts = figures.open_by_age(now, [timedelta(hours=hours) for hours in AGES])
    return tuple(
        AgeCount(
            hours=hours,
            desk=states.get(CaseState.OPEN, 0) + states.get(CaseState.ANSWERED, 0),
            customer=states.get(CaseState.WAITING, 0),
        )
        for hours, states in zip((*AGES, None), counts, strict=True)
    )


def _first_act(
    opened: Sequence[tuple[str, datetime]], acts: Iterable[tuple[str, datetime]]
) -> FirstAct:
    first: dict[str, datetime] = {}
    for case, at in acts:
        first[case] = min(at, first.get(case, at))
    waits = sorted((first[case] - at).total_seconds() for case, at in opened if case in first)
    return FirstAct(
        opened=len(opened),
        acted=len(waits),
        median=median(waits) if waits else None,
        p90=waits[ceil(len(waits) * 0.9) - 1] if waits else None,
    )


def _by_source(ended: Mapping[str, str]) -> tuple[WrongShare, ...]:
    judged = [case for case, outcome in ended.items() if outcome in JUDGED]
    return _shares(figures.sources_of(judged), ended)


def _shares(pairs: Iterable[tuple[str, str]], ended: Mapping[str, str]) -> tuple[WrongShare, ...]:
    """For each name how many of its judged cases came to nothing, the most judged first."""
    judged, wrong = Counter[str](), Counter[str]()
    for name, case in set(pairs):
        if ended.get(case) in JUDGED:
            judged[name] += 1
            wrong[name] += ended[case] in WRONG
    rows = []
    for name, count in judged.most_common(SHOWN):
        low, high = wilson(wrong[name], count)
        rows.append(WrongShare(name=name, judged=count, wrong=wrong[name], low=low, high=high))
    return tuple(rows)
