"""Who holds an address at this moment, and with whom: what a measure may touch.

A report says who held an address *then*; a measure acts *now*. Both are answered by
`inventory.attribution.holder_at`, with ports, site and tolerance: a prefix that covers the address
proves nothing, since a narrower record may give it to somebody else.
"""

from collections.abc import Iterable
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.inventory.holders import HolderLookup
from aupkeep.model.case import Claim
from aupkeep.model.entry import Effect
from aupkeep.model.holding import ALL_PORTS, Assignment, Disputed, Held, Holding
from aupkeep.model.subject import Address, Subject
from aupkeep.store import inventory as stored

MOST = 64  # addresses of one resource that are looked up; further ones count as not held
Holder = tuple[str, str]  # customer and resource


class CurrentHolders:
    """Answers for the addresses of one case, with the ports and sites its claims name.

    An address is held when every port that the claims name is held by the same resource, for the
    whole tolerance before and after this moment.
    """

    def __init__(self, context: AppContext, now: datetime, claims: Iterable[Claim]) -> None:
        """Read of the claims which port and site each address was seen with."""
        self.now = now
        self._lookup = HolderLookup(context, seen_at=now)
        self._ports: dict[Address, set[int | None]] = {}
        self._sites: dict[Address, set[str]] = {}
        for claim in claims:
            address = claim.finding.subject.address
            if address is not None:
                self._ports.setdefault(address, set()).add(claim.finding.subject.port)
                self._sites.setdefault(address, set()).update(_site(claim))

    @property
    def addresses(self) -> list[Address]:
        """The addresses in evidence, in no order of meaning."""
        return list(self._ports)

    def held(self, address: Address) -> Held | None:
        """Who certainly holds the address now on every port in evidence; None: nobody certainly."""
        holdings = [self._holding(address, port) for port in self._ports.get(address, {None})]
        first = holdings[0]
        if not isinstance(first, Held):
            return None
        same = all(isinstance(item, Held) and _holder(item) == _holder(first) for item in holdings)
        return first if same else None

    def is_held_by(self, address: Address, holder: Holder) -> bool:
        """Whether that customer's resource certainly holds the address now."""
        held = self.held(address)
        return held is not None and _holder(held) == holder

    def sharers(self, address: Address) -> set[Holder]:
        """Everybody who holds some port of the address now; more than one: it is shared.

        What is only partly held, and a router's address, are shared with somebody no record names.
        """
        now = self._holding(address, None)
        if isinstance(now, Held):
            holders = {_holder(now)}
        elif isinstance(now, Disputed):
            holders = {(item.customer, item.resource) for item in now.candidates}
            holders.add(("", "on other ports"))
        else:
            return set()
        routers = [item for item in self._live(address) if item.router]
        return holders | {("", f"behind {item.resource}") for item in routers}

    def _holding(self, address: Address, port: int | None) -> Holding:
        sites = self._sites.get(address, set())
        site = next(iter(sites)) if len(sites) == 1 else None
        return self._lookup.holder(Subject(address=address, port=port), self.now, site=site)

    def _live(self, address: Address) -> list[Assignment]:
        return [item for item in self._lookup.covering(address) if in_force(item, self.now)]


def in_force(item: Assignment, now: datetime) -> bool:
    """Whether the record is believed and holds at `now`."""
    started = item.known_until is None and item.start <= now
    return started and (item.end is None or now < item.end)


def hosts_of(customer: str, resource: str, now: datetime) -> list[Address]:
    """The addresses that records of this moment give to the resource one by one, whole."""
    return [
        item.prefix.network_address
        for item in stored.of_resource(customer, resource, limit=MOST)
        if item.prefix.num_addresses == 1
        and (item.port_from, item.port_to) == ALL_PORTS
        and in_force(item, now)
    ]


def is_router(customer: str, resource: str, now: datetime) -> bool:
    """Whether a record of this moment marks the resource as a router or gateway."""
    held = stored.of_resource(customer, resource, limit=MOST)
    return any(item.router and in_force(item, now) for item in held)


def recheck_effect(context: AppContext) -> Effect:
    """The work that every change of who holds what, or of who is protected, leaves behind."""
    number = context.new_id()
    return Effect(
        id=number,
        kind="recheck",
        key=f"recheck:{number}",
        payload={},
        due_at=context.now(),
        merge="recheck",
    )


def _site(claim: Claim) -> set[str]:
    assignment = stored.get(claim.held.assignment)
    return {assignment.site} if assignment else set()


def _holder(held: Held) -> Holder:
    return held.customer, held.resource
