"""Acceptances as stored."""

from aupkeep.model.acceptance import Acceptance
from aupkeep.store.models import AcceptanceRow
from aupkeep.store.tables import many


def of_customer(customer: str) -> list[Acceptance]:
    """What a customer accepted, the newest last."""
    rows = AcceptanceRow.objects.filter(customer=customer)
    return many(Acceptance, rows.order_by("accepted_at", "id"))
