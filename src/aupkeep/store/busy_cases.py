"""What the queue shows beside each case: its claims by the hour, its customer's other cases."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, IntegerField, OuterRef, Subquery

from aupkeep.store.models import CaseRow, ClaimRow
from aupkeep.store.newest_claims import OF_CASE
from aupkeep.store.tables import CLOSED_RANK

HOURS = 24
HOUR = timedelta(hours=1)
MOST = 200  # claims of an hour; of more no more are read


class _Counted(Subquery):
    """How many rows a question that has a limit answers."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def hours_of(cases: Collection[str], now: datetime) -> dict[str, tuple[int, ...]]:
    """The claims about each of the last `HOURS` hours of UTC, the oldest first, by case.

    Of an hour at most `MOST` are counted, so that a case under a flood of reports costs no more
    than others. A case without any is absent.
    """
    this = now.replace(minute=0, second=0, microsecond=0)
    starts = [this - HOUR * back for back in reversed(range(HOURS))]
    claims = ClaimRow.objects.filter(incident__case=OuterRef("id"), **OF_CASE).order_by()
    counts = {
        f"hour_{number}": _Counted(claims.filter(at__gte=at, at__lt=at + HOUR).values("id")[:MOST])
        for number, at in enumerate(starts)
    }
    rows = CaseRow.objects.filter(id__in=list(cases)).order_by()
    listed = rows.annotate(**counts).values_list("id", *counts)
    return {case: tuple(hours) for case, *hours in listed if any(hours)}


def open_of_customers(customers: Collection[str]) -> dict[str, int]:
    """How many cases are not closed, by customer; one without any is absent."""
    rows = CaseRow.objects.filter(rank__lt=CLOSED_RANK, customer_id__in=list(customers))
    counted = rows.order_by().values_list("customer_id").annotate(number=Count("id"))
    return dict(counted)
