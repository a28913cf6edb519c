"""Grants as stored: what an install that listens may say or do."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from aupkeep.model.grant import Grant
from aupkeep.store.models import DecisionRow, GrantRow
from aupkeep.store.prepared import Prepared, first
from aupkeep.store.tables import many

NAMED = timedelta(days=30)  # how long a refusal names a grant whose time ended
_STANDING = Prepared(
    Grant,
    lambda since: GrantRow.objects.filter(
        granted_at__isnull=False, revoked_at__isnull=True, until__gt=since
    ).order_by("id"),
    datetime,
)


def get(grant: str) -> Grant | None:
    """The grant of this id."""
    return first(Grant, id=grant)


def standing(now: datetime) -> list[Grant]:
    """Those that were given and that nobody revoked, also those to come; the oldest first.

    Those whose time ended lately are among them, so that a refusal can name them.
    """
    return _STANDING.records(now - NAMED)


def open_ones(now: datetime) -> list[Grant]:
    """Those that are live, to come or wait for a second person; the newest first."""
    return many(Grant, _parted(now, over=False).order_by("-id"))


def listed(now: datetime, *, over: bool, limit: int, after: str | None = None) -> list[Grant]:
    """A page of those that are open, or `over`, the newest first, behind the id `after`."""
    rows = _parted(now, over=over).order_by("-id")
    return many(Grant, (rows.filter(id__lt=after) if after else rows)[:limit])


def counts(now: datetime) -> tuple[int, int]:
    """How many are open, and how many over."""
    return _parted(now, over=False).count(), _parted(now, over=True).count()


def used(grants: Iterable[str], since: datetime) -> dict[str, int]:
    """How many decisions rest on each of these since a moment; a lifted one counts too."""
    rows = DecisionRow.objects.filter(under_grant__in=list(grants), starts__gt=since)
    return dict(rows.order_by().values_list("under_grant").annotate(Count("id")))


def _parted(now: datetime, *, over: bool) -> QuerySet[GrantRow]:
    ended = Q(revoked_at__isnull=False) | Q(until__lte=now)
    return GrantRow.objects.filter(ended) if over else GrantRow.objects.exclude(ended)
