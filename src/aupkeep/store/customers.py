"""Customers as stored."""

from collections.abc import Iterable, Iterator

from aupkeep.model.customer import Customer
from aupkeep.store.models import CustomerRow
from aupkeep.store.tables import first, many


def get(customer: str) -> Customer | None:
    """The customer of this id."""
    return first(Customer, id=customer)


def by_ids(customers: Iterable[str]) -> dict[str, Customer]:
    """Those of these ids that exist, by id."""
    return {
        row.id: row for row in many(Customer, CustomerRow.objects.filter(id__in=list(customers)))
    }


def all() -> list[Customer]:  # noqa: A001 - the room's name is context: customers.all()
    """Every customer, by id."""
    return many(Customer, CustomerRow.objects.order_by("id"))


def tiers() -> Iterator[tuple[str, str | None, str]]:
    """Id, tier and type of every customer; a stream."""
    rows = CustomerRow.objects.order_by().values_list("id", "tier", "type")
    return rows.iterator(chunk_size=5000)


def ids() -> set[str]:
    """The ids of all customers."""
    return set(CustomerRow.objects.values_list("id", flat=True))


def count() -> int:
    """How many customers there are."""
    return CustomerRow.objects.count()
