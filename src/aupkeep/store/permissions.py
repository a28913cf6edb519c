"""Permissions as stored."""

from datetime import datetime

from aupkeep.model.permission import Permission
from aupkeep.store.models import PermissionRow
from aupkeep.store.tables import many, one


def standing(customer: str, resource: str) -> list[Permission]:
    """All of a resource that nobody revoked, those whose time is over too; by kind."""
    rows = PermissionRow.objects.filter(customer=customer, resource=resource)
    return many(Permission, rows.filter(revoked_at__isnull=True).order_by("kind"))


def live(now: datetime) -> list[Permission]:
    """Every permission that stands at this moment, by holder and kind."""
    rows = PermissionRow.objects.filter(revoked_at__isnull=True, until__gt=now)
    return many(Permission, rows.order_by("customer", "resource", "kind"))


def covering(customer: str, resource: str, kind: str) -> Permission | None:
    """The one that nobody revoked for this conduct of a resource, None without one."""
    return one(Permission, customer=customer, resource=resource, kind=kind, revoked_at__isnull=True)
