"""Clearances as stored."""

from datetime import datetime

from aupkeep.model.clearance import Clearance
from aupkeep.store.models import ClearanceRow
from aupkeep.store.tables import many


def live(customer: str, resource: str, now: datetime) -> list[Clearance]:
    """What is cleared on a resource at this moment, the first to end first."""
    rows = ClearanceRow.objects.filter(customer=customer, resource=resource, until__gt=now)
    return many(Clearance, rows.order_by("until", "source", "id"))
