"""Permissions as stored."""

from datetime import datetime

from django.db.models import F

from aupkeep.model.permission import Permission
from aupkeep.store.models import PermissionRow
from aupkeep.store.tables import first, many

BY_AGE = (F("granted_at").asc(nulls_first=True), "id")  # an older version kept no time


def standing(customer: str, resource: str) -> list[Permission]:
    """All of a resource that nobody revoked, those whose time is over too; the newest last."""
    rows = PermissionRow.objects.filter(customer=customer, resource=resource)
    return many(Permission, rows.filter(revoked_at__isnull=True).order_by(*BY_AGE))


def live(now: datetime) -> list[Permission]:
    """Every permission that stands at this moment, the newest last."""
    rows = PermissionRow.objects.filter(revoked_at__isnull=True, until__gt=now)
    return many(Permission, rows.order_by(*BY_AGE))


def covering(customer: str, resource: str, kind: str) -> Permission | None:
    """The one that nobody revoked for this conduct of a resource, None without one."""
    return first(
        Permission, customer=customer, resource=resource, kind=kind, revoked_at__isnull=True
    )
