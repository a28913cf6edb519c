"""Facts of one customer."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.model.customer import Contact, Customer
from aupkeep.model.errors import Missing
from aupkeep.store import customers


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """A customer as imported; one that is `bare` is known from an assignment only."""

    customer: str
    name: str
    type: str
    contacts: tuple[Contact, ...]
    brand: str | None
    tier: str | None
    parent: str | None
    external_id: str | None
    tags: frozenset[str]
    since: datetime | None
    bare: bool


def customer_facts(customer: str) -> CustomerFacts:
    """The facts of a customer. Raises `Missing`."""
    known = known_customer(customer)
    return CustomerFacts(
        customer=known.id,
        name=known.name,
        type=known.type,
        contacts=known.contacts,
        brand=known.brand,
        tier=known.tier,
        parent=known.parent,
        external_id=known.external_id,
        tags=known.tags,
        since=known.since,
        bare=known.bare,
    )


def known_customer(customer: str) -> Customer:
    """The customer of this id. Raises `Missing`."""
    known = customers.get(customer)
    if known is None:
        raise Missing(f"customer: expected a known id, found {customer!r}")
    return known
