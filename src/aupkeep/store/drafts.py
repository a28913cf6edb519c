"""Uploads of forms not sent yet: bytes in the raw store, spared by its reaper for a time."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from aupkeep.store import raws
from aupkeep.store.guard import writing
from aupkeep.store.models import DraftRow


def keep(data: bytes, until: datetime) -> str:
    """Keep an upload until a moment; returns its SHA-256. Raises `Unavailable`."""
    digest = raws.keep(data)
    row = DraftRow(digest=digest, size=len(data), until=until)
    with writing(), transaction.atomic():
        DraftRow.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["digest"], update_fields=["until"]
        )
    return digest


def total() -> int:
    """Bytes of all drafts."""
    size: int | None = DraftRow.objects.aggregate(total=Sum("size"))["total"]
    return size or 0


def sweep(now: datetime) -> int:
    """Let the reaper have what is too old; returns how many."""
    with writing(), transaction.atomic():
        return DraftRow.objects.filter(until__lt=now).delete()[0]
