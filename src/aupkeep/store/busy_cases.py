"""What the queue shows beside each case: its claims by the hour, its customer's other cases."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, TextField, Value
from django.db.models.functions import Cast, Substr

from aupkeep.store.models import CaseRow, ClaimRow
from aupkeep.store.tables import CLOSED_RANK

HOURS = 24
HOUR = timedelta(hours=1)


def hours_and_others(
    cases: Collection[str], customers: Collection[str], now: datetime
) -> tuple[dict[str, tuple[int, ...]], dict[str, int]]:
    """Claims by case, and cases that are not closed by customer, in one query.

    Of a case: the claims about each of the last `HOURS` hours of UTC, the oldest first. What has
    none is absent.
    """
    hours = [f"{now - HOUR * back:%Y-%m-%d %H}" for back in reversed(range(HOURS))]
    first = (now - HOUR * (HOURS - 1)).replace(minute=0, second=0, microsecond=0)
    recent = ClaimRow.objects.filter(incident__case__in=list(cases), at__gte=first).order_by()
    others = CaseRow.objects.filter(rank__lt=CLOSED_RANK, customer_id__in=list(customers))
    said = recent.annotate(hour=Substr(Cast("at", TextField()), 1, 13))
    open_now = others.order_by().annotate(hour=Value("", output_field=TextField()))
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    open_of: dict[str, int] = {}
    rows = said.values_list("incident__case_id", "hour").annotate(number=Count("id"))
    more = open_now.values_list("customer_id", "hour").annotate(number=Count("id"))
    for key, hour, number in rows.union(more, all=True):
        if hour:
            counts[key][hour] = number
        else:
            open_of[key] = number
    return {
        case: tuple(by_hour.get(hour, 0) for hour in hours) for case, by_hour in counts.items()
    }, open_of
