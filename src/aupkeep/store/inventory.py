"""Own space, assignments and name records as stored; what they mean is said by the inventory room.

Assignments are found by their key: site, family, prefix length, network (16 bytes), start.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet

from aupkeep.model.holding import Assignment, Network, OwnSpace, Tenure
from aupkeep.model.name import NameRecord
from aupkeep.model.subject import Address
from aupkeep.store.models import AssignmentRow, NameRow, SpaceRow
from aupkeep.store.prepared import Prepared, PreparedRows, first
from aupkeep.store.tables import TABLES, many, network_bytes

BITS = {4: 32, 6: 128}
MOST_NESTED = 1000  # records inside a prefix that are looked at
FEW = 40  # of them that a page shows
CHUNK = 200  # prefixes in one query: SQLite takes a limited number of terms
MOST_OF_ONE = 100  # records of one resource that are asked for
STEP = 5000  # rows fetched at a time when all are read
_OWN_SPACE = Prepared(OwnSpace, lambda: SpaceRow.objects.order_by("site", "prefix"))
_OF_RESOURCE = Prepared(
    Assignment,
    lambda customer, resource: AssignmentRow.objects.filter(
        customer_id=customer, resource=resource, known_until__isnull=True
    ).order_by("-start", "id")[:MOST_OF_ONE],
    str, str,
)  # fmt: skip
_LENGTHS = PreparedRows(
    lambda family: AssignmentRow.objects.filter(family=family)
    .order_by().values_list("site", "length").distinct(),
    int,
)  # fmt: skip
_LENGTHS_AT = PreparedRows(
    lambda family, site: AssignmentRow.objects.filter(family=family, site=site)
    .order_by().values_list("site", "length").distinct(),
    int, str,
)  # fmt: skip


def own_space() -> list[OwnSpace]:
    """Every declared prefix, by site and prefix."""
    return _OWN_SPACE.records()


def get(assignment: str) -> Assignment | None:
    """The assignment of this id."""
    return first(Assignment, id=assignment)


def covering(address: Address, site: str | None = None) -> list[Assignment]:
    """Every assignment, past and present, believed or not, whose prefix holds the address.

    That which counts first, then by start. One index look-up for each prefix length in use.
    """
    used = _LENGTHS(address.version) if site is None else _LENGTHS_AT(address.version, site)
    wanted = [
        value for where, length in used for value in (where, length, _masked(address, length))
    ]
    return _covering(len(used)).records(address.version, *wanted) if used else []


@cache
def _covering(many_lengths: int) -> Prepared[Assignment]:
    """The query for so many pairs of a site and a prefix length."""

    def build(family: int, *values: Any) -> QuerySet[AssignmentRow]:  # noqa: ANN401 - places
        candidates = Q()
        for place in range(0, len(values), 3):
            where, length, network = values[place : place + 3]
            candidates |= Q(site=where, length=length, network=network)
        rows = AssignmentRow.objects.filter(candidates, family=family)
        return rows.order_by("-precedence", "-length", "start", "id")

    return Prepared(Assignment, build, int, *(str, int, bytes) * many_lengths)


def nested(prefix: Network, site: str | None = None) -> list[Assignment]:
    """The believed assignments inside a prefix, narrower than it; the first `MOST_NESTED`."""
    rows = _inside(prefix)
    if site is not None:
        rows = rows.filter(site=site)
    return many(Assignment, rows.order_by("length", "start", "id")[:MOST_NESTED])


def some_nested(prefix: Network) -> list[Assignment]:
    """As `nested`, in no order: the first `FEW`, and one more where there are more."""
    return many(Assignment, _inside(prefix)[: FEW + 1])


def same_prefix(site: str, prefix: Network) -> list[Assignment]:
    """The assignments of exactly this prefix at this site that are still believed, by start."""
    return same_prefixes([(site, prefix)])


def same_prefixes(wanted: Iterable[tuple[str, Network]]) -> list[Assignment]:
    """`same_prefix` for many: what an import is compared with."""
    keys = sorted(set(wanted), key=lambda key: (key[0], str(key[1])))
    assignments: list[Assignment] = []
    for place in range(0, len(keys), CHUNK):
        assignments += _live(keys[place : place + CHUNK])
    return assignments


def open_of_source(source: str) -> list[Assignment]:
    """What a source said that is believed and has no end."""
    rows = AssignmentRow.objects.filter(source=source, known_until__isnull=True, end__isnull=True)
    return many(Assignment, rows.order_by("site", "family", "network", "length", "port_from", "id"))


def count_open(source: str) -> int:
    """How many records of a source are believed and have no end."""
    rows = AssignmentRow.objects.filter(source=source, known_until__isnull=True)
    return rows.filter(end__isnull=True).count()


def of_site(site: str) -> Iterator[Assignment]:
    """Every believed assignment at a site, past ones too; a stream."""
    rows = AssignmentRow.objects.filter(site=site, known_until__isnull=True).order_by()
    read = TABLES[Assignment].read
    return (read(row) for row in rows.iterator(chunk_size=STEP))


def all_assignments(*, believed: bool = False) -> Iterator[Assignment]:
    """Every assignment in the order of its key, if asked only `believed` ones; a stream."""
    rows = AssignmentRow.objects.order_by("site", "family", "length", "network", "start", "id")
    if believed:
        rows = rows.filter(known_until__isnull=True)
    read = TABLES[Assignment].read
    return (read(row) for row in rows.iterator(chunk_size=STEP))


def held(now: datetime) -> list[Tenure]:
    """Every assignment that is believed and in force at `now`, in no order."""
    rows = (
        _held(now)
        .order_by()
        .values_list(
            *("site", "family", "network", "length", "port_from", "port_to"),
            *("customer_id", "resource", "precedence"),
        )
    )
    return [
        Tenure(
            site, family, int.from_bytes(network, "big"), length, low, high, customer or "", *rest
        )
        for site, family, network, length, low, high, customer, *rest in rows.iterator(
            chunk_size=STEP
        )
    ]


def of_resource(customer: str, resource: str, limit: int = MOST_OF_ONE) -> list[Assignment]:
    """The believed assignments of a customer's resource, the newest first."""
    return _OF_RESOURCE.records(customer, resource)[:limit]


def customers_of(resource: str, now: datetime) -> set[str]:
    """Whose a resource of this name is at `now`; every customer with such a one."""
    rows = _held(now).filter(resource=resource, pool=False).order_by()
    return set(rows.values_list("customer_id", flat=True).distinct()[:MOST_OF_ONE])


def of_customer(customer: str, now: datetime) -> list[Assignment]:
    """What a customer holds at `now`, by resource and address."""
    rows = _held(now).filter(customer_id=customer)
    return many(Assignment, rows.order_by("resource", "family", "network", "length", "id"))


def history_of_customer(customer: str, limit: int) -> list[Assignment]:
    """What a customer holds and held, as it is believed now, the newest first."""
    rows = AssignmentRow.objects.filter(customer_id=customer, known_until__isnull=True)
    return many(Assignment, rows.order_by("-start", "id")[:limit])


def count_held(now: datetime) -> int:
    """How many assignments are believed and held at `now`."""
    return _held(now).filter(pool=False).count()


def names(name: str, at: datetime | None = None) -> list[NameRecord]:
    """What a name was seen to mean, the newest first; with `at`, seen by then."""
    rows = NameRow.objects.filter(name=name.lower().rstrip("."))
    if at is not None:
        rows = rows.filter(seen_at__lte=at)
    return many(NameRecord, rows.order_by("-seen_at", "type", "value"))


def _inside(prefix: Network) -> QuerySet[AssignmentRow]:
    return AssignmentRow.objects.filter(
        family=prefix.version,
        length__gt=prefix.prefixlen,
        network__gte=network_bytes(prefix),
        network__lte=int(prefix.broadcast_address).to_bytes(16, "big"),
        known_until__isnull=True,
    )


def _held(now: datetime) -> QuerySet[AssignmentRow]:
    rows = AssignmentRow.objects.filter(known_until__isnull=True, start__lte=now)
    return rows.filter(Q(end__isnull=True) | Q(end__gt=now))


def _live(keys: Sequence[tuple[str, Network]]) -> list[Assignment]:
    condition = Q()
    for site, prefix in keys:
        condition |= Q(
            site=site,
            family=prefix.version,
            length=prefix.prefixlen,
            network=network_bytes(prefix),
        )
    if not condition:
        return []
    rows = AssignmentRow.objects.filter(condition, known_until__isnull=True)
    return many(Assignment, rows.order_by("start", "id"))


def _masked(address: Address, length: int) -> bytes:
    """The network of this length around an address, as its key."""
    host = BITS[address.version] - length
    return (int(address) >> host << host).to_bytes(16, "big")
