"""How many cases each value of a filter leaves: two questions, whatever the filters."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Min, Q, TextField
from django.db.models.functions import Cast

from aupkeep.model.case import CaseState
from aupkeep.store import case_sites
from aupkeep.store.case_filter import CaseFilter, refused, selected
from aupkeep.store.models import CaseRow


class Combination(NamedTuple):
    """How many cases have these values; `assignee` None is nobody.

    `late` of them wait beyond their deadline; `oldest_at` is the first opening.
    """

    clause: str
    kind: str
    level: int
    assignee: str | None
    cases: int
    late: int
    oldest_at: datetime


class FacetCase(NamedTuple):
    """What one case is counted under, lists as their JSON or None.

    `sources` are of one incident; `held` and `named` are sites, where they were asked for.
    """

    id: str
    customer: str
    proposed: bool
    sources: str | None
    held: str | None = None
    named: str | None = None


def combinations(chosen: CaseFilter, now: datetime) -> list[Combination]:
    """All cases of the filter by what there are few values of: from these each count is summed.

    Each state by itself, as the index `case_facets` has them in order.
    """
    rows = selected(chosen).order_by().values("state", "clause", "kind", "level", "assignee")
    late = Count("deadline_at", filter=Q(state=CaseState.WAITING.value, deadline_at__lte=now))
    counted = rows.annotate(cases=Count("*"), late=late, oldest_at=Min("opened_at"))
    return [Combination(*row) for row in counted.values_list(*Combination._fields)]


def first_cases(chosen: CaseFilter, most: int, *, sites: bool) -> Sequence[FacetCase]:
    """The most urgent cases of the filter, `most` at most, a line for each incident of each."""
    first = selected(chosen, in_rank=True).order_by("rank", "opened_at", "id").values("id")[:most]
    asked = {"proposed": refused(), "said": Cast("incidentrow__sources", TextField())}
    if sites:
        asked |= case_sites.listed()
    rows = CaseRow.objects.filter(id__in=first).order_by().annotate(**asked)
    return [FacetCase(*row) for row in rows.values_list("id", "customer_id", *asked)]
