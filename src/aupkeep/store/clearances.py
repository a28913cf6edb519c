"""Clearances as stored."""

from datetime import datetime

from aupkeep.model.clearance import Clearance
from aupkeep.store.models import ClearanceRow
from aupkeep.store.prepared import Prepared

_LIVE = Prepared(
    Clearance,
    lambda customer, resource, now: ClearanceRow.objects.filter(
        customer=customer, resource=resource, until__gt=now
    ).order_by("until", "source", "id"),
    str, str, datetime,
)  # fmt: skip


def live(customer: str, resource: str, now: datetime) -> list[Clearance]:
    """What is cleared on a resource at this moment, the first to end first."""
    return _LIVE.records(customer, resource, now)
