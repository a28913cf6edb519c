"""What statistics count, in the database; every answer is bounded by its caller's limit."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Count, Q

from aupkeep.model.case import CaseState, Outcome
from aupkeep.model.ids import uuid7
from aupkeep.store.models import CaseRow, ClaimRow, DecisionRow
from aupkeep.store.tables import CLOSED_RANK

STEP = 500  # ids in one statement


class RuleDecision(NamedTuple):
    """A decision that a rule made: the rule, its case by id and reference, the moment."""

    rule: str
    case: str
    reference: str
    at: datetime


def open_by_age(now: datetime, ages: Sequence[timedelta]) -> list[dict[CaseState, int]]:
    """How many cases that are not closed are younger than each age, and older than all, by state.

    Each case is counted once: under the first age that it is younger than.
    """
    ends = [now - age for age in ages]
    spans = [Q(opened_at__gt=ends[0])]
    spans += [Q(opened_at__gt=end, opened_at__lte=start) for start, end in pairwise(ends)]
    spans.append(Q(opened_at__lte=ends[-1]))
    named = {f"span{number}": Count("id", filter=span) for number, span in enumerate(spans)}
    rows = CaseRow.objects.filter(rank__lt=CLOSED_RANK).order_by().values("state").annotate(**named)
    counts: list[dict[CaseState, int]] = [{} for _ in spans]
    for row in rows:
        for number, name in enumerate(named):
            counts[number][CaseState(row["state"])] = row[name]  # type: ignore[literal-required]
    return counts


def opened(start: datetime, limit: int) -> list[tuple[str, datetime]]:
    """The newest cases that were opened here since a moment, and when; no imported history."""
    rows = CaseRow.objects.filter(opened_at__gte=start)
    here = rows.exclude(outcome=Outcome.IMPORTED.value) | rows.filter(outcome__isnull=True)
    return list(here.order_by("-opened_at").values_list("id", "opened_at")[:limit])


def top_customers(start: datetime, limit: int) -> list[tuple[str, int]]:
    """The customers with the most cases opened since a moment, and how many."""
    rows = CaseRow.objects.filter(opened_at__gte=start).order_by().values_list("customer_id")
    return list(rows.annotate(cases=Count("id")).order_by("-cases", "customer_id")[:limit])


def by_rules(start: datetime, limit: int) -> list[RuleDecision]:
    """The newest decisions that rules made since a moment; ids sort by time."""
    rows = DecisionRow.objects.filter(id__gte=uuid7(start, bytes(10)), reverses__isnull=True)
    newest = rows.order_by("-id").values_list(
        "versions", "author", "case_id", "case__reference", "starts"
    )[:limit]
    return [
        RuleDecision(versions["rule"], case, reference, at)
        for versions, author, case, reference, at in newest
        if author["kind"] == "rule"
    ]


def sources_of(cases: Iterable[str]) -> set[tuple[str, str]]:
    """The sources whose claims were joined to these cases: pairs of source key and case id."""
    wanted, pairs = list(cases), set[tuple[str, str]]()
    for start in range(0, len(wanted), STEP):
        rows = ClaimRow.objects.filter(incident__case_id__in=wanted[start : start + STEP])
        joined = rows.order_by().values_list("report__source", "incident__case_id").distinct()
        pairs |= {(str(source), str(case)) for source, case in joined if source and case}
    return pairs


def outcomes_of(cases: Iterable[str]) -> dict[str, str]:
    """How those of these cases ended that are closed."""
    wanted, ended = list(cases), dict[str, str]()
    for start in range(0, len(wanted), STEP):
        rows = CaseRow.objects.filter(id__in=wanted[start : start + STEP], outcome__isnull=False)
        ended |= {case: outcome or "" for case, outcome in rows.values_list("id", "outcome")}
    return ended
