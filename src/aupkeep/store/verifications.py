"""Verifications that were made: our own note, outside the journal, for it proves nothing by itself.

An entry for each would be written on top of what a verification just found wanting.
"""

from dataclasses import asdict

from aupkeep.model.verification import Verification
from aupkeep.store.guard import writing_whole
from aupkeep.store.models import VerificationRow

KEPT = 100


def newest() -> Verification | None:
    """The one made last, None before the first."""
    row = VerificationRow.objects.order_by("-id").values().first()
    return Verification(**row) if row else None


def add(made: Verification) -> None:
    """Keep one; the oldest beyond `KEPT` go. Raises `Unavailable`."""
    with writing_whole():
        VerificationRow.objects.create(**asdict(made))
        kept = VerificationRow.objects.order_by("-id").values_list("id", flat=True)[:KEPT]
        VerificationRow.objects.filter(id__lt=min(kept)).delete()
