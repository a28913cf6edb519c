"""Decisions as stored: written once."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db.models import TextField
from django.db.models.functions import Concat

from aupkeep.model.actor import ActorKind
from aupkeep.model.decision import Decision
from aupkeep.model.ladder import Measure
from aupkeep.store.cases import joined_to
from aupkeep.store.models import DecisionRow
from aupkeep.store.prepared import Prepared, PreparedRows, first
from aupkeep.store.tables import many

_OF_CASE = Prepared(
    Decision,
    lambda case: DecisionRow.objects.filter(case_id=case).order_by("starts", "id"),
    str,
)
_TOLD = PreparedRows(
    lambda customer, since: DecisionRow.objects.filter(
        case__customer_id=customer, starts__gte=since, level__gt=0
    ).order_by("-starts").values_list("starts", "author"),
    str, datetime,
)  # fmt: skip


def get(decision: str) -> Decision | None:
    """The decision of this id."""
    return first(Decision, id=decision)


def by_ids(decisions: Iterable[str]) -> dict[str, Decision]:
    """Those of these ids that exist, by id."""
    return {
        row.id: row for row in many(Decision, DecisionRow.objects.filter(id__in=list(decisions)))
    }


def named(address: str) -> bool:
    """Whether any decision names this person: as author, as approver, or behind one of them."""
    people = Concat("author", "approvers", output_field=TextField())
    rows = DecisionRow.objects.annotate(people=people)
    return rows.filter(people__contains=json.dumps(address)).exists()


def of_case(case: str) -> list[Decision]:
    """A case's decisions, by their start."""
    return _OF_CASE.records(case)


def of_measure(measure: Measure, since: datetime) -> list[Decision]:
    """The decisions of one measure made since a moment, by their start."""
    rows = DecisionRow.objects.filter(measure=measure.value, starts__gte=since)
    return many(Decision, rows.order_by("starts", "id"))


def newest_by_clause(report: str) -> list[Decision]:
    """Of each clause applied in the cases of a report the newest decision, by their start."""
    rows = DecisionRow.objects.filter(case_id__in=joined_to(report))
    clauses = set(rows.order_by().values_list("clause", flat=True).distinct())
    newest = [rows.filter(clause=clause).order_by("-starts", "-id")[:1] for clause in clauses]
    return sorted((many(Decision, row)[0] for row in newest), key=lambda made: made.starts)


def of_cases(cases: Iterable[str]) -> dict[str, list[Decision]]:
    """The decisions of these cases, by case and by their start."""
    by_case: dict[str, list[Decision]] = {}
    rows = DecisionRow.objects.filter(case_id__in=list(cases)).order_by("starts", "id")
    for decision in many(Decision, rows):
        by_case.setdefault(decision.case, []).append(decision)
    return by_case


def told_at(customer: str, since: datetime) -> datetime | None:
    """When a rule last decided more than a record in a customer's cases, from a moment on."""
    decided = _TOLD(customer, since)
    return next((at for at, author in decided if author["kind"] == ActorKind.RULE), None)
