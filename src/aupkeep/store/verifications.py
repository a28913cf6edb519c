"""Verifications that were made: our own note, outside the journal, for it proves nothing by itself.

An entry for each would be written on top of what a verification just found wanting.
"""

from dataclasses import asdict

from django.db import DatabaseError, transaction

from aupkeep.model.errors import Unavailable
from aupkeep.model.verification import Verification
from aupkeep.store.guard import writing
from aupkeep.store.models import VerificationRow

KEPT = 100


def newest() -> Verification | None:
    """The one made last, None before the first."""
    row = VerificationRow.objects.order_by("-id").values().first()
    return Verification(**row) if row else None


def add(made: Verification) -> None:
    """Keep one; the oldest beyond `KEPT` go. Raises `Unavailable`."""
    try:
        with writing(), transaction.atomic(durable=True):
            VerificationRow.objects.create(**asdict(made))
            kept = VerificationRow.objects.order_by("-id").values_list("id", flat=True)[:KEPT]
            VerificationRow.objects.filter(id__lt=min(kept)).delete()
    except DatabaseError as error:
        raise Unavailable(f"the database did not take it: {error}") from error
