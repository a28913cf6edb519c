"""Grants as stored: what an install that listens may say or do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet

from aupkeep.model.grant import Grant
from aupkeep.model.ladder import Level
from aupkeep.model.notice import Party
from aupkeep.store.models import ActionRow, DecisionRow, GrantRow, NoticeRow
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


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCount:
    """How often: since the moment that was asked for, in all, and the last time."""

    today: int
    total: int
    last: datetime | None


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


def mailed(
    parties: Sequence[Party],
    begun: datetime,
    over: datetime,
    day: datetime,
    *,
    about: Sequence[str] | None = None,
    under: str | None = None,
) -> UseCount:
    """Notices to these parties that left in a time, today's since `day`.

    `about` are the cases they may be about, `under` the grant that their decision rests on.
    """
    rows = _mailed(parties, begun, over)
    rows = rows if about is None else rows.filter(case__in=about)
    rows = rows if under is None else rows.filter(decision__under_grant=under)
    return UseCount(
        **rows.aggregate(
            today=Count("id", filter=Q(sent_at__gt=day)), total=Count("id"), last=Max("sent_at")
        )
    )


def mailed_cases(
    parties: Sequence[Party], begun: datetime, over: datetime, limit: int
) -> list[str]:
    """The cases that these are about, the newest first."""
    rows = _mailed(parties, begun, over).filter(case__isnull=False)
    return list(rows.order_by("-case").values_list("case", flat=True).distinct()[:limit])


def limited(
    *, automatic: bool, day: datetime, window: tuple[datetime, datetime] | None, grant: str
) -> UseCount:
    """Decisions that limit, of rules or of people: those of a time, else those under a grant."""
    made = Q(decision__starts__range=window) if window else Q(decision__under_grant=grant)
    rows = ActionRow.objects.filter(made, automatic=automatic, level__gt=Level.L2)
    return UseCount(
        **rows.aggregate(
            today=Count("decision", distinct=True, filter=Q(decision__starts__gt=day)),
            total=Count("decision", distinct=True),
            last=Max("decision__starts"),
        )
    )


def _mailed(parties: Sequence[Party], begun: datetime, over: datetime) -> QuerySet[NoticeRow]:
    names = [party.value for party in parties]
    return NoticeRow.objects.filter(party__in=names, sent_at__range=(begun, over))


def _parted(now: datetime, *, over: bool) -> QuerySet[GrantRow]:
    ended = Q(revoked_at__isnull=False) | Q(until__lte=now)
    return GrantRow.objects.filter(ended) if over else GrantRow.objects.exclude(ended)
