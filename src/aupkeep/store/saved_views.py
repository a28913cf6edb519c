"""Views of the queue that people named, as stored."""

from django.db.models import Q

from aupkeep.model.saved_view import SavedView
from aupkeep.store.models import SavedViewRow, Staff
from aupkeep.store.tables import many


def everybodys() -> list[SavedView]:
    """All there are, by name."""
    rows = SavedViewRow.objects.filter(removed_at__isnull=True)
    return many(SavedView, rows.order_by("name", "id"))


def seen_by(address: str | None) -> list[SavedView]:
    """Those of the person with this address and those that are shared, by name; in one query."""
    seen = Q(shared=True)
    if address is not None:
        seen |= Q(owner__in=Staff.objects.filter(address=address).values("id"))
    rows = SavedViewRow.objects.filter(seen, removed_at__isnull=True)
    return many(SavedView, rows.order_by("name", "id"))
