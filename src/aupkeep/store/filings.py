"""Filings as stored: by the things that lead to one, and who still waits for an answer."""

from aupkeep.model.filing import Filing
from aupkeep.store.models import FilingRow
from aupkeep.store.tables import many, one


def by_raw(raw: str) -> Filing | None:
    """The filing whose bytes these are."""
    return one(Filing, raw_id=raw)


def by_digest(digest: str) -> Filing | None:
    """The filing whose status page this token digest opens."""
    return one(Filing, digest=digest)


def by_confirm(digest: str) -> Filing | None:
    """The filing whose address this token digest confirms."""
    return one(Filing, confirm=digest)


def by_key(key: str) -> Filing | None:
    """The filing made under this hashed Idempotency-Key."""
    return one(Filing, key=key)


def by_reference(reference: str) -> Filing | None:
    """The filing of this outside reference, in any case of letters."""
    return one(Filing, reference=reference.strip().upper())


def untold(limit: int = 50, after: str = "") -> list[Filing]:
    """Filings that were read, whose address is confirmed and who have not heard the end.

    By id, so by time, from behind `after`.
    """
    rows = FilingRow.objects.filter(
        told_at__isnull=True, confirmed_at__isnull=False, report__isnull=False, id__gt=after
    )
    return many(Filing, rows.order_by("id")[:limit])
