"""Sources as stored, their reports, and the cases from which their record is counted."""

import functools
import operator
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from aupkeep.model.case import Case, CaseState
from aupkeep.model.errors import WrongCursor
from aupkeep.model.origin import DOMAINS, Origin
from aupkeep.model.report import Report
from aupkeep.model.source import Lane, Source
from aupkeep.store.models import CaseRow, ClaimRow, ConfirmedRow, ReportRow, SourceRow
from aupkeep.store.prepared import Prepared, PreparedRows, first
from aupkeep.store.tables import many

NAMELESS = functools.reduce(
    operator.or_,
    (Q(key__startswith=str(Origin(channel, "", proven=False))) for channel in sorted(DOMAINS)),
)
MOST = 2000  # cases, or judged reports, a record is counted from, the newest
_HELD_BACK = Prepared(
    Source,
    lambda now: SourceRow.objects.filter(
        lane__in=[Lane.SLOW.value, Lane.SUSPENDED.value], until__gt=now
    ),
    datetime,
)
_RIGHT = PreparedRows(lambda key: ConfirmedRow.objects.filter(key=key).values_list("key"), str)
_TRUSTED = PreparedRows(
    lambda key, now: SourceRow.objects.filter(key=key, trusted_until__gt=now).values_list("key"),
    str, datetime,
)  # fmt: skip


def get(source: str) -> Source | None:
    """The source of this id."""
    return first(Source, id=source)


def by_key(key: str) -> Source | None:
    """The source of this key."""
    return first(Source, key=key)


def by_keys(keys: Iterable[str]) -> dict[str, Source]:
    """Those of these keys that are known, by key."""
    rows = SourceRow.objects.filter(key__in=list(dict.fromkeys(keys)))
    return {row.key: row for row in many(Source, rows)}


def page(
    limit: int = 50, after: str | None = None, *, proven: bool = True
) -> list[tuple[Source, int, datetime | None]]:
    """Sources with how many reports they made and when the last came.

    The proven ones, who was heard last first; or the names that nobody proved, of which anybody can
    make up any number, the newest name first. `after` is the id of the last one shown.
    """
    rows = SourceRow.objects.filter(NAMELESS) if not proven else SourceRow.objects.exclude(NAMELESS)
    chosen = _heard(rows, limit, after) if proven else _newest(rows, limit, after)
    chosen_sources = {
        source.key: source for source in many(Source, SourceRow.objects.filter(id__in=chosen))
    }
    counts = (
        ReportRow.objects.filter(source__in=list(chosen_sources))
        .order_by()
        .values("source")
        .annotate(count=Count("id"), last=Max("at"))
    )
    heard = {row["source"]: (row["count"], row["last"]) for row in counts}
    known = {
        source.id: (source, *heard.get(key, (0, None))) for key, source in chosen_sources.items()
    }
    return [known[name] for name in chosen if name in known]


def _heard(rows: QuerySet[SourceRow], limit: int, after: str | None) -> list[str]:
    """Ids by when the source was last heard, the latest first."""
    mine = ReportRow.objects.filter(source=OuterRef("key")).order_by("-at").values("at")[:1]
    last = Coalesce(Subquery(mine), "first_at")
    ids = list(rows.annotate(last=last).order_by("-last", "-id").values_list("id", flat=True))
    if after is not None and after not in ids:
        raise WrongCursor(f"after: expected the id of the last source shown, found {after[:60]!r}")
    start = 0 if after is None else ids.index(after) + 1
    return ids[start : start + limit]


def _newest(rows: QuerySet[SourceRow], limit: int, after: str | None) -> list[str]:
    """Ids by age, the youngest first: they are UUIDv7."""
    if after is not None and not rows.filter(id=after).exists():
        raise WrongCursor(f"after: expected the id of the last name shown, found {after[:60]!r}")
    rows = rows if after is None else rows.filter(id__lt=after)
    return list(rows.order_by("-id").values_list("id", flat=True)[:limit])


def held_back(now: datetime) -> list[Source]:
    """Those in the slow lane or suspended at this moment."""
    return _HELD_BACK.records(now)


def confirmed(keys: Iterable[str], now: datetime) -> set[str]:
    """Those of these keys of which a claim was confirmed once, or that are trusted now."""
    wanted = list(dict.fromkeys(keys))
    if len(wanted) == 1:  # most cases name one
        return {key for (key,) in (*_RIGHT(*wanted), *_TRUSTED(*wanted, now))}
    right = ConfirmedRow.objects.filter(key__in=wanted)
    trusted = SourceRow.objects.filter(key__in=wanted, trusted_until__gt=now)
    return set(right.values_list("key", flat=True).union(trusted.values_list("key", flat=True)))


def reports_of(key: str, limit: int = 50) -> list[Report]:
    """A source's reports, the newest first."""
    return many(Report, ReportRow.objects.filter(source=key).order_by("-at", "-id")[:limit])


def own(key: str, reports: Iterable[str]) -> set[str]:
    """Those of these reports that are the source's."""
    rows = ReportRow.objects.filter(source=key, id__in=list(reports))
    return set(rows.values_list("id", flat=True))


def count_of(key: str) -> int:
    """How many reports a source made."""
    return ReportRow.objects.filter(source=key).count()


def reports_since(key: str, since: datetime) -> int:
    """How many reports with claims in them a source made from a moment on."""
    rows = ReportRow.objects.filter(source=key, at__gte=since)
    claimed = Exists(ClaimRow.objects.filter(report=OuterRef("pk")))  # a join repeats the document
    return rows.filter(claimed | Q(judged__isnull=False)).count()


def judged_reports(key: str) -> list[Report]:
    """A source's reports that a person judged, the newest first."""
    rows = ReportRow.objects.filter(source=key, judged__isnull=False)
    return many(Report, rows.order_by("-at", "-id")[:MOST])


def cases_of(key: str, *, without: Iterable[str] = ()) -> list[Case]:
    """The cases a source's claims were joined to, the newest first; none closed before them.

    `without` are reports whose claims are left aside, because a person judged them.
    """
    before = Q(incidentrow__claimrow__report__at__lte=F("changed_at"))
    mine = Q(incidentrow__claimrow__report__source=key) & (
        before | ~Q(state=CaseState.CLOSED.value)
    )
    left = list(without)
    if left:
        mine &= ~Q(incidentrow__claimrow__report__in=left)
    return many(Case, CaseRow.objects.filter(mine).distinct().order_by("-changed_at", "-id")[:MOST])


def closed_cases(key: str) -> int:
    """How many closed cases a source's claims were joined to."""
    rows = CaseRow.objects.filter(incidentrow__claimrow__report__source=key)
    return rows.filter(state=CaseState.CLOSED.value).distinct().count()


def held_reports(key: str, limit: int = 1000) -> list[Report]:
    """A source's reports that still stand in the inbox, the oldest first."""
    rows = ReportRow.objects.filter(source=key, inbox_reason__isnull=False, done_at__isnull=True)
    return many(Report, rows.order_by("at", "id")[:limit])
