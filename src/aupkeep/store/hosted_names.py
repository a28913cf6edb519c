"""Host names at shared addresses, as stored."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from aupkeep.model.hosted_name import HostedName
from aupkeep.model.subject import Address
from aupkeep.store.models import HostedNameRow
from aupkeep.store.prepared import Prepared
from aupkeep.store.tables import many

if TYPE_CHECKING:
    from django.db.models import QuerySet

CHUNK = 500  # names in one query
_AT_ADDRESS = Prepared(
    HostedName,
    lambda address: HostedNameRow.objects.filter(
        address=address, known_until__isnull=True
    ).order_by("name", "start", "id"),
    str,
)


def of_name(name: str, address: Address) -> list[HostedName]:
    """Every record of a name at an address, past and present, believed or not."""
    rows = HostedNameRow.objects.filter(name=name, address=str(address))
    return many(HostedName, rows.order_by("start", "id"))


def at_address(address: Address) -> list[HostedName]:
    """The believed records of every name at an address, by name."""
    return _AT_ADDRESS.records(str(address))


def believed(names: Iterable[str]) -> list[HostedName]:
    """The believed records of these names, wherever: what an import is compared with."""
    wanted = sorted(set(names))
    names_held: list[HostedName] = []
    for i in range(0, len(wanted), CHUNK):
        rows = HostedNameRow.objects.filter(name__in=wanted[i : i + CHUNK], known_until=None)
        names_held += many(HostedName, rows.order_by("start", "id"))
    return names_held


def of_customer(customer: str, now: datetime) -> list[HostedName]:
    """The names that are a customer's at `now`, by name."""
    return many(HostedName, _live(customer, now).order_by("name", "address", "id"))


def how_many(customer: str, now: datetime) -> int:
    """How many names are a customer's at `now`."""
    return _live(customer, now).count()


def _live(customer: str, now: datetime) -> "QuerySet[HostedNameRow, Any]":
    rows = HostedNameRow.objects.filter(customer_id=customer, known_until=None, start__lte=now)
    return rows.filter(Q(end__isnull=True) | Q(end__gt=now))


def all_believed(limit: int) -> list[HostedName]:
    """The believed records by name."""
    rows = HostedNameRow.objects.filter(known_until__isnull=True)
    return many(HostedName, rows.order_by("name", "address", "start", "id")[:limit])
