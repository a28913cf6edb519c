"""Own space, assignments, customers; and the question who held it then."""

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from aupkeep.app.context import Desk
from aupkeep.app.journal import entry, record
from aupkeep.inventory import source
from aupkeep.inventory.attribution import holder_at
from aupkeep.inventory.conflicts import Plan, sift
from aupkeep.inventory.customers import COLUMNS, GUARDS, brought, read_customers
from aupkeep.inventory.names import holder_of, host_of
from aupkeep.inventory.row import Row, assignment_from, parse_prefix
from aupkeep.model.actor import SYSTEM
from aupkeep.model.customer import Customer
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.holding import Assignment, Disputed, Held, Holding, NotOurs, OwnSpace
from aupkeep.model.moments import show_moment
from aupkeep.model.name import NameRecord
from aupkeep.model.report import Dead
from aupkeep.model.subject import Address, Subject, parse_subject
from aupkeep.store import customers
from aupkeep.store import inventory as stored

TRIES = 5  # of an import whose prefixes others change meanwhile
CHUNK = 5_000  # rows in one transaction, so that an import never holds the writer for long


def declare_space(desk: Desk, prefix: str, site: str) -> dict[str, Any]:
    """Declare a prefix as ours; twice is once. Raises `Invalid`."""
    space = OwnSpace(prefix=parse_prefix(prefix, "prefix"), site=site)
    known = any((x.prefix, x.site) == (space.prefix, site) for x in stored.own_space())
    if not known:
        told = {"prefix": str(space.prefix), "site": site}
        record(desk, entry(desk, EntryType.SPACE_DECLARED, SYSTEM, told), rows=[space])
    return {"prefix": str(space.prefix), "site": site, "known": known}


def own_space(desk: Desk) -> list[dict[str, Any]]:
    """Every declared prefix with its site."""
    del desk
    return [{"prefix": str(x.prefix), "site": x.site} for x in stored.own_space()]


def import_assignments(desk: Desk, data: bytes, kind: str) -> dict[str, Any]:
    """Import by a source plugin: broken and intersecting rows are named, the others go in.

    The answer counts `imported` and `unchanged` rows and lists `dead` ones as row and reason;
    `refused` counts those that intersect a live record. Raises `Unreadable`, `Invalid`.
    """
    now = desk.now()
    dead: list[Dead] = []
    rows: list[Row] = []
    for item in source.read(kind, data):
        (dead if isinstance(item, Dead) else rows).append(item)  # type: ignore[arg-type]
    fresh = [assignment_from(row, desk.new_id(), now, source=kind) for row in rows]
    numbers = {item.id: row.number for item, row in zip(fresh, rows, strict=True)}
    plans = _admit(desk, fresh)
    refused = [clash for plan in plans for clash in plan.refused]
    dead += [Dead(row=numbers[x.new.id], reason=f"refused: {x}") for x in refused]
    return {
        "imported": sum(len(plan.add) for plan in plans),
        "unchanged": sum(len(plan.repeated) for plan in plans),
        "refused": len(refused),
        "dead": [{"row": x.row, "reason": x.reason} for x in sorted(dead, key=lambda x: x.row)],
    }


def _admit(desk: Desk, fresh: Sequence[Assignment]) -> list[Plan]:
    """Put rows in where they fit; what somebody else wrote meanwhile is looked at again.

    The database refuses two live holders, so a look that has aged changes nothing. A retired
    record is known by its replacement, which goes in with it.
    """
    plans: list[Plan] = []
    for _ in range(TRIES):
        keys = {(item.site, item.prefix) for item in fresh}
        plan = sift(stored.same_prefixes(keys), fresh)
        done = _write_plan(desk, plan)
        plans.append(dataclasses.replace(plan, add=tuple(x for x in plan.add if x.id in done)))
        fresh = [item for item in plan.add if item.id not in done]
        if not fresh:
            return plans
    raise Conflict(f"expected nobody else to import, found others {TRIES} times; run it again")


def _write_plan(desk: Desk, plan: Plan) -> set[str]:
    """Write what an import changes: first what is no longer believed, then what is, in chunks.

    A replacement and what it replaces go in one transaction, so that no look-up falls between.
    The answer is the ids that went in; it ends early where another import was there before.
    """
    _make_bare(desk, {item.customer for item in plan.add})
    replaced = {_place(item) for item in plan.retired}
    paired = [item for item in plan.add if _place(item) in replaced]
    simple = [item for item in plan.add if _place(item) not in replaced]
    groups: list[list[Assignment]] = [[*plan.retired, *paired]]
    groups += [simple[i : i + CHUNK] for i in range(0, len(simple), CHUNK)]
    done: set[str] = set()
    with suppress(Conflict):
        for group in filter(None, groups):
            told = {"assignments": len(group)}
            record(desk, entry(desk, EntryType.ASSIGNMENTS_IMPORTED, SYSTEM, told), rows=group)
            done |= {item.id for item in group}
    return done


def _place(item: Assignment) -> tuple[object, ...]:
    return (item.site, item.prefix, item.port_from, item.port_to, item.start)


def _make_bare(desk: Desk, wanted: set[str]) -> None:
    """Customers known only from an assignment exist bare: their cases wait in the inbox."""
    missing = sorted(wanted - customers.ids())
    for i in range(0, len(missing), CHUNK):
        rows = [Customer(id=name, name=name, bare=True) for name in missing[i : i + CHUNK]]
        told = {"customers": len(rows), "bare": True}
        record(desk, entry(desk, EntryType.CUSTOMERS_IMPORTED, SYSTEM, told), rows=rows)


def import_customers(desk: Desk, data: bytes) -> dict[str, Any]:
    """Import customers; one that is known is replaced by what the file says now.

    What the file has no column for stays. While rows of it are broken it lifts no protection: one
    of them may be what protects.
    """
    found, dead = read_customers(data)
    known = customers.by_ids([customer.id for customer in found])
    said = brought(data)
    found = [_joined(known.get(one.id), one, said, whole=not dead) for one in found]
    fresh = [customer for customer in found if known.get(customer.id) != customer]
    for i in range(0, len(fresh), CHUNK):
        rows = fresh[i : i + CHUNK]
        told = {"customers": len(rows)}
        record(desk, entry(desk, EntryType.CUSTOMERS_IMPORTED, SYSTEM, told), rows=rows)
    return {
        "imported": len(fresh),
        "unchanged": len(found) - len(fresh),
        "refused": 0,
        "dead": [{"row": x.row, "reason": x.reason} for x in dead],
    }


def _joined(old: Customer | None, new: Customer, said: Collection[str], *, whole: bool) -> Customer:
    """What is known of a customer after a file spoke of these fields."""
    if old is None:
        return new
    kept = {name: getattr(old, name) for name in (*COLUMNS, "contacts") if name not in said}
    joined = dataclasses.replace(new, **kept)
    return joined if whole else dataclasses.replace(joined, tags=joined.tags | old.tags & GUARDS)


def customer_facts(desk: Desk, customer: str) -> dict[str, Any]:
    """What is known of a customer. Raises `Missing`."""
    del desk
    found = customers.get(customer)
    if found is None:
        raise Missing(f"customer: expected a known id, found {customer!r}")
    return {
        "customer": found.id,
        "name": found.name,
        "type": found.type,
        "contacts": [dataclasses.asdict(contact) for contact in found.contacts],
        "brand": found.brand,
        "tier": found.tier,
        "parent": found.parent,
        "external_id": found.external_id,
        "tags": sorted(found.tags),
        "since": show_moment(found.since) if found.since else None,
        "bare": found.bare,
    }


def holder(
    desk: Desk,
    subject: Subject,
    at: datetime,
    *,
    exact: float = 0.0,
    site: str | None = None,
    seen_at: datetime | None = None,
) -> Holding:
    """Who held a subject at a moment: an address by assignment, a name by records of `seen_at`."""
    return Asker(desk, seen_at=seen_at or at).holder(subject, at, exact=exact, site=site)


class Asker:
    """Answers `holder` many times; own space and what covers an address are loaded once.

    `names` are records not yet stored, taken at `seen_at` with the report that asks.
    """

    def __init__(self, desk: Desk, *, seen_at: datetime, names: Sequence[NameRecord] = ()) -> None:
        """Load own space."""
        self._own = stored.own_space()
        self._tolerance = float(desk.settings.deciding.tolerance)
        self._seen_at = seen_at
        self._names = names
        self._covering: dict[tuple[Address, str | None], Sequence[Assignment]] = {}

    def holder(
        self, subject: Subject, at: datetime, *, exact: float = 0.0, site: str | None = None
    ) -> Holding:
        """Who held the subject at `at` (aware, UTC), `exact` seconds before or after."""

        def ask(one: Subject) -> Holding:
            covering = self.covering(one.address, site)
            return holder_at(
                covering, self._own, one, at, exact=exact, site=site, tolerance=self._tolerance
            )

        if subject.address is not None:
            return ask(subject)
        name = subject.url or subject.domain
        if name is None:
            return NotOurs()
        records = self._fresh(name) or _records(name, self._seen_at)
        return holder_of(name, records, lambda one: ask(Subject(address=one)), _Gateways(self))

    def _fresh(self, name: str) -> Sequence[NameRecord]:
        """What was resolved with this report, when its host was: it stands before older answers."""
        with suppress(Invalid):
            host = host_of(name)
            return self._names if any(one.name == host for one in self._names) else ()
        return ()

    def covering(self, address: Address | None, site: str | None = None) -> Sequence[Assignment]:
        """The assignments around an address."""
        if address is None:
            return ()
        key = address, site
        if key not in self._covering:
            self._covering[key] = stored.covering(address, site)
        return self._covering[key]


class _Gateways(Collection[Address]):
    """The addresses many customers share: those of assignments marked as a router's."""

    def __init__(self, asker: Asker) -> None:
        """Ask through what is loaded."""
        self._asker = asker

    def __contains__(self, address: object) -> bool:
        """True when a believed record of the address says it is a router's."""
        if not isinstance(address, IPv4Address | IPv6Address):
            return False
        return any(one.router and one.known_until is None for one in self._asker.covering(address))

    def __iter__(self) -> Iterator[Address]:
        """Never walked: membership is asked of the store, address by address."""
        return iter(())

    def __len__(self) -> int:
        """Not counted."""
        return 0


def _records(name: str, seen_at: datetime) -> Sequence[NameRecord]:
    """What the host of a name, and the names it leads to, were seen to mean by then.

    Of each name only what was seen the last time counts. [] for what has no host.
    """
    try:
        host = host_of(name)
    except Invalid:
        return []
    found = _latest(host, seen_at)
    onward = [item.value for item in found if item.type.value == "CNAME"]
    for target in onward[:8]:
        found += _latest(target.lower().rstrip("."), seen_at)
    return found


def _latest(name: str, seen_at: datetime) -> list[NameRecord]:
    """The records of the last time a name was looked up by then."""
    known = stored.names(name, seen_at)
    newest = max((one.seen_at for one in known), default=None)
    return [one for one in known if one.seen_at == newest]


def who(
    desk: Desk, text: str, at: datetime, *, site: str | None = None, exact: float = 0.0
) -> dict[str, Any]:
    """The stable machine answer of `aupkeep who`. Raises `Invalid` for no subject."""
    return show_holding(holder(desk, parse_subject(text), at, exact=exact, site=site))


def show_holding(holding: Holding) -> dict[str, Any]:
    """A holding as `{"answer", "customer", "resource", "assignment", "candidates"}`."""
    shown: dict[str, Any] = {
        "answer": "unknown",
        "customer": None,
        "resource": None,
        "assignment": None,
        "candidates": [],
    }
    if isinstance(holding, Held):
        told = {"customer": holding.customer, "resource": holding.resource}
        return {**shown, "answer": "held", **told, "assignment": holding.assignment}
    if isinstance(holding, NotOurs):
        return {**shown, "answer": "not-ours"}
    if isinstance(holding, Disputed):
        shown["answer"] = "disputed"
        shown["candidates"] = [
            {
                "customer": one.customer,
                "resource": one.resource,
                "from": show_moment(one.start),
                "until": show_moment(one.end) if one.end else None,
            }
            for one in holding.candidates
        ]
    return shown
