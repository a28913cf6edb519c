"""Absences of the desk's people, as stored."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from aupkeep.model.absence import Absence
from aupkeep.store.models import AbsenceRow, Staff
from aupkeep.store.prepared import first
from aupkeep.store.tables import many


def get(absence: str) -> Absence | None:
    """The absence of this id."""
    return first(Absence, id=absence)


def coming(now: datetime) -> list[Absence]:
    """Those that stand and are not over at this moment, by their first moment."""
    rows = AbsenceRow.objects.filter(ended_at__isnull=True, until__gt=now)
    return many(Absence, rows.order_by("start", "id"))


def here(now: datetime) -> QuerySet[Staff, Any]:
    """The addresses of the desk's active people who are not away at this moment.

    As a query of one column: another may hold cases by it. An address that is nobody's any more,
    of who was renamed or is gone, is not among them.
    """
    away = AbsenceRow.objects.filter(ended_at__isnull=True, start__lte=now, until__gt=now)
    present = Staff.objects.filter(active=True).exclude(id__in=away.values("staff"))
    return present.order_by().values_list("address", flat=True)
