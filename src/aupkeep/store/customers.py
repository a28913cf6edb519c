"""Customers as stored."""

from collections.abc import Iterable, Iterator

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from aupkeep.model.action import STANDING
from aupkeep.model.customer import Customer
from aupkeep.store.models import ActionRow, AssignmentRow, CaseRow, CustomerRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import CLOSED_RANK, many


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


def page(*, text: str, view: str, limit: int, after: str | None = None) -> list[Customer]:
    """Customers by id whose id begins with the text, or whose name or external id has it.

    `view` leaves those with a case that is `open`, a measure `standing`, or that are `unreachable`.
    """
    rows = _like(text, view)
    if after is not None:
        rows = rows.filter(id__gt=after)
    return many(Customer, rows.order_by("id")[:limit])


def _like(text: str, view: str) -> QuerySet[CustomerRow]:
    rows = CustomerRow.objects.filter(named(text)) if text else CustomerRow.objects.all()
    if view == "open":
        rows = rows.filter(
            Exists(CaseRow.objects.filter(customer_id=OuterRef("pk"), rank__lt=CLOSED_RANK))
        )
    if view == "standing":
        states = [state.value for state in STANDING]
        rows = rows.filter(id__in=ActionRow.objects.filter(state__in=states).values("customer"))
    return rows.filter(contacts=[]) if view == "unreachable" else rows


def named(text: str) -> Q:
    """Customers that a person may mean by a text. SQLite folds the case of ASCII letters alone."""
    text = text[:320]  # SQLite compares no longer one
    wanted = Q(id__istartswith=text) | Q(external_id=text)
    for spelled in dict.fromkeys((text, text.lower(), text.capitalize(), text.upper())):
        wanted |= Q(name__icontains=spelled)
    return wanted


def tiers() -> Iterator[tuple[str, str | None, str]]:
    """Id, tier and type of every customer; a stream."""
    rows = CustomerRow.objects.order_by().values_list("id", "tier", "type")
    return rows.iterator(chunk_size=5000)


def below(customer: str) -> list[str]:
    """The ids of the customers whose reseller it is, in order."""
    rows = CustomerRow.objects.filter(parent=customer).exclude(id=customer)
    return list(rows.order_by("id").values_list("id", flat=True))


def parents() -> dict[str, str]:
    """The reseller of each customer that has one, by its id."""
    rows = CustomerRow.objects.filter(parent__isnull=False).order_by().values_list("id", "parent")
    return {customer: above for customer, above in rows.iterator(chunk_size=5000) if above}


def held_below(resellers: Iterable[str]) -> list[Customer]:
    """The customers whose reseller is one of these."""
    return many(Customer, CustomerRow.objects.filter(parent__in=list(resellers)))


def ids() -> set[str]:
    """The ids of all customers."""
    return set(CustomerRow.objects.values_list("id", flat=True))


def count() -> int:
    """How many customers there are."""
    return CustomerRow.objects.count()


def unreachable(limit: int = 100) -> list[str]:
    """Customers without a contact that hold an address now or have a case that is not closed."""
    holding = AssignmentRow.objects.filter(
        customer_id=OuterRef("pk"), end__isnull=True, known_until__isnull=True
    )
    cases = CaseRow.objects.filter(customer_id=OuterRef("pk")).exclude(state="closed")
    rows = CustomerRow.objects.filter(contacts=[]).filter(Exists(holding) | Exists(cases))
    waits = Case(When(Exists(cases), then=0), default=1)
    return list(rows.order_by(waits, "id").values_list("id", flat=True)[:limit])
