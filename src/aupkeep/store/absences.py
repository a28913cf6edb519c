"""Absences of the desk's people, as stored."""

from datetime import datetime

from aupkeep.model.absence import Absence
from aupkeep.store.models import AbsenceRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import many


def get(absence: str) -> Absence | None:
    """The absence of this id."""
    return first(Absence, id=absence)


def coming(now: datetime) -> list[Absence]:
    """Those that stand and are not over at this moment, by their first moment."""
    rows = AbsenceRow.objects.filter(ended_at__isnull=True, until__gt=now)
    return many(Absence, rows.order_by("start", "id"))
