"""Acceptances as stored."""

from aupkeep.model.acceptance import Acceptance
from aupkeep.store.models import AcceptanceRow
from aupkeep.store.prepared import Prepared

_OF_CUSTOMER = Prepared(
    Acceptance,
    lambda customer: AcceptanceRow.objects.filter(customer=customer).order_by("accepted_at", "id"),
    str,
)


def of_customer(customer: str) -> list[Acceptance]:
    """What a customer accepted, the newest last."""
    return _OF_CUSTOMER.records(customer)
