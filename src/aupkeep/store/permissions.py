"""Permissions as stored."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from aupkeep.model.permission import Permission, PermissionState
from aupkeep.store.models import PermissionRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import many

BY_AGE = (F("granted_at").asc(nulls_first=True), "id")  # an older version kept no time


def standing(customer: str, resource: str) -> list[Permission]:
    """All of a resource that nobody revoked, those whose time is over too; the newest last."""
    rows = PermissionRow.objects.filter(customer=customer, resource=resource)
    return many(Permission, rows.filter(revoked_at__isnull=True).order_by(*BY_AGE))


def of_customer(customer: str) -> list[Permission]:
    """All that were ever granted to a customer, the newest last."""
    rows = PermissionRow.objects.filter(customer=customer)
    return many(Permission, rows.order_by(*BY_AGE))


def get(permission: str) -> Permission | None:
    """The permission of this id."""
    return first(Permission, id=permission)


def live(now: datetime) -> list[Permission]:
    """Every permission that stands at this moment, the newest last."""
    rows = PermissionRow.objects.filter(revoked_at__isnull=True, until__gt=now)
    return many(Permission, rows.order_by(*BY_AGE))


def covering(customer: str, resource: str, kind: str) -> Permission | None:
    """The one that nobody revoked for this conduct of a resource, None without one."""
    return first(
        Permission, customer=customer, resource=resource, kind=kind, revoked_at__isnull=True
    )


def listed(
    now: datetime, state: PermissionState, limit: int, after: str | None = None
) -> list[Permission]:
    """A page of those in a state, the newest first; `after` is the id of the last one seen."""
    rows = _in_state(now, state).order_by("-id")
    return many(Permission, (rows.filter(id__lt=after) if after else rows)[:limit])


def counts(now: datetime) -> dict[PermissionState, int]:
    """How many are in each state."""
    return {state: _in_state(now, state).count() for state in PermissionState}


def _in_state(now: datetime, state: PermissionState) -> QuerySet[PermissionRow]:
    over = Q(revoked_at__isnull=False) | Q(until__lte=now)
    rows = PermissionRow.objects
    return rows.filter(over) if state is PermissionState.ENDED else rows.exclude(over)
