"""Requests for an export of the journal as stored."""

from aupkeep.model.export_request import ExportRequest
from aupkeep.store.models import ExportRequestRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import many


def get(request: str) -> ExportRequest | None:
    """The one of this id."""
    return first(ExportRequest, id=request)


def unused(person: str) -> list[ExportRequest]:
    """What this person asked for and has not made, the newest first."""
    rows = ExportRequestRow.objects.filter(by=person, used_at__isnull=True)
    return many(ExportRequest, rows.order_by("-at", "-id"))
