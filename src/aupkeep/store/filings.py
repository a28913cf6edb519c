"""Filings as stored: by the things that lead to one, and who has not heard the end yet."""

from aupkeep.model.case import CaseState
from aupkeep.model.filing import Filing
from aupkeep.store.models import ClaimRow, FilingRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import many


def by_raw(raw: str) -> Filing | None:
    """The filing whose bytes these are."""
    return first(Filing, raw_id=raw)


def by_digest(digest: str) -> Filing | None:
    """The filing whose status page this token digest opens."""
    return first(Filing, digest=digest)


def by_confirm(digest: str) -> Filing | None:
    """The filing whose address this token digest confirms."""
    return first(Filing, confirm=digest)


def by_key(key: str) -> Filing | None:
    """The filing made under this hashed Idempotency-Key."""
    return first(Filing, key=key)


def by_reference(reference: str) -> Filing | None:
    """The filing of this outside reference, in any case of letters."""
    return first(Filing, reference=reference.strip().upper())


def ended(limit: int = 50) -> list[Filing]:
    """Confirmed filings who have not heard the end, and all of whose cases are closed."""
    claims = ClaimRow.objects.filter(incident__isnull=False, report__isnull=False)
    closed = claims.filter(incident__case__state=CaseState.CLOSED.value).values("report_id")
    open_ = claims.exclude(incident__case__state=CaseState.CLOSED.value).values("report_id")
    rows = FilingRow.objects.filter(told_at__isnull=True, confirmed_at__isnull=False)
    rows = rows.filter(report__in=closed).exclude(report__in=open_)
    return many(Filing, rows.order_by("id")[:limit])
