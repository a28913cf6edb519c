"""Legal holds as stored."""

from datetime import datetime

from aupkeep.model.hold import Hold
from aupkeep.store.models import HoldRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import many


def get(hold: str) -> Hold | None:
    """The hold of this id."""
    return first(Hold, id=hold)


def live(now: datetime) -> list[Hold]:
    """Every hold that holds at this moment, the oldest first."""
    rows = HoldRow.objects.filter(ended_at__isnull=True, until__gt=now)
    return many(Hold, rows.order_by("at", "id"))


def of(key: str) -> list[Hold]:
    """All that ever named this case or customer, the oldest first."""
    return many(Hold, HoldRow.objects.filter(key=key).order_by("at", "id"))
