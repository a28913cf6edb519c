"""Who holds an address at this moment, and with whom: what a measure may touch.

A report says who held an address *then*; a measure acts *now*. Both are answered by
`inventory.attribution.holder_at`, with ports, site and tolerance: a prefix that covers the address
proves nothing, since a narrower record may give it to somebody else.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from ipaddress import IPv6Address, IPv6Network

from aupkeep.app.context import AppContext
from aupkeep.app.inventory.attribution_window import attribution_window
from aupkeep.app.inventory.holders import HolderLookup, named_host
from aupkeep.inventory.names import join
from aupkeep.model.case import Claim
from aupkeep.model.decision import WIDEST_PREFIX, PortRange, Scope
from aupkeep.model.entry import Effect
from aupkeep.model.holding import ALL_PORTS, Assignment, Disputed, Held, Holding, Network
from aupkeep.model.host import is_address
from aupkeep.model.hosted_name import HostedName
from aupkeep.model.subject import Address, Subject
from aupkeep.store import hosted_names
from aupkeep.store import inventory as stored

MOST = 64  # addresses of one resource that are looked up; further ones count as not held
SIX = 6  # the IP version
Holder = tuple[str, str]  # customer and resource


class CurrentHolders:
    """Answers for the addresses of one case, with the ports and sites its claims name.

    An address is held when every port that the claims name is held by the same resource, for the
    whole tolerance before and after this moment.
    """

    def __init__(
        self,
        context: AppContext,
        now: datetime,
        claims: Iterable[Claim],
        records: Iterable[Assignment] = (),
    ) -> None:
        """Read of the claims which port and site each address was seen with.

        `records` are assignments that are loaded already.
        """
        self.now = now
        self._lookup = HolderLookup(context, seen_at=now, records=records)
        self._names: dict[Address, list[HostedName]] = {}
        self._ports: dict[Address, set[int | None]] = {}
        self._sites: dict[Address, set[str]] = {}
        for claim in claims:
            address = claim.finding.subject.address
            if address is not None:
                self._ports.setdefault(address, set()).add(claim.finding.subject.port)
                self._sites.setdefault(address, set()).update(
                    filter(None, [self._lookup.site_of(claim)])
                )

    @property
    def lookup(self) -> HolderLookup:
        """What answers for the records of today, each address loaded once."""
        return self._lookup

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

    def of(self, subject: Subject) -> Holding:
        """Who holds the subject now."""
        return self._lookup.holder(subject, self.now)

    def why_nobody(self, subject: Subject) -> str:
        """Why nobody certainly holds the subject now."""
        several = self.candidates(subject)
        if several:
            return f"several may hold it: {', '.join(sorted(' '.join(x) for x in several))}"
        return self._lookup.why_nobody(subject)

    def addresses_of(self, subject: Subject) -> tuple[Address, ...]:
        """What the subject's name meant when it was last looked up, else where it is served."""
        looked_up = self._lookup.addresses_of(subject)
        host = named_host(subject.url or subject.domain)
        served = hosted_names.believed([host]) if host and not looked_up else []
        return looked_up or tuple(item.address for item in served)

    def candidates(self, subject: Subject) -> set[Holder]:
        """Who may hold it now, where that is not certain."""
        now = self.of(subject)
        held = now.candidates if isinstance(now, Disputed) else ()
        return {(item.customer, item.resource) for item in held}

    def sharers(self, address: Address) -> set[Holder]:
        """Everybody who holds some port of the address now; more than one: it is shared.

        What is only partly held, and a router's address, are shared with somebody no record names;
        whoever has a host name at the address shares it too.
        """
        now, tenants = self._holding(address, None), set(self.tenants(address))
        if isinstance(now, Held):
            holders = {_holder(now)}
        elif isinstance(now, Disputed):
            holders = {(item.customer, item.resource) for item in now.candidates}
            holders.add(("", "on other ports"))
        else:
            holders = {("", "under other names")} if tenants else set()
        routers = [item for item in self._live(address) if item.router and holders]
        return holders | tenants | {("", f"behind {item.resource}") for item in routers}

    def tenants(self, address: Address) -> dict[Holder, list[str]]:
        """Who has host names at the address now, with the names."""
        by_holder: dict[Holder, list[str]] = {}
        if address not in self._names:
            self._names[address] = hosted_names.at_address(address)
        for item in self._names[address]:
            if in_force(item.as_assignment(), self.now):
                by_holder.setdefault(item.holder, []).append(item.name)
        return by_holder

    def own_ports(self, address: Address, holder: Holder) -> tuple[PortRange, ...]:
        """The port ranges of a shared address that the holder certainly has alone.

        None behind a router: there nobody's ports are on record.
        """
        live = self._live(address)
        if any(item.router for item in live):
            return ()
        mine = [item for item in live if (item.customer, item.resource) == holder]
        ranges = [PortRange(item.port_from, item.port_to) for item in mine]
        return tuple(
            ports
            for item, ports in zip(mine, ranges, strict=True)
            if ports != ALL_PORTS
            and not any(_cuts(other, item) for other in live)
            and all(self._is_of(address, port, holder) for port in ports)
        )

    def own_assignment(self, address: Address, holder: Holder) -> IPv6Network | None:
        """The IPv6 assignment around an address that the holder has alone; None: there is none.

        It is the narrowest record around the address, whole, no wider than what one site is given,
        and no record inside it, now or later, names anybody else.
        """
        if not isinstance(address, IPv6Address) or not self._is_of(address, None, holder):
            return None
        around = next(iter(self._live(address)), None)
        if around is None or around.router or not _one_site(around.prefix):
            return None
        network = around.prefix
        inside = stored.nested(network, self._site(address))
        others = any(
            (item.customer, item.resource) != holder or item.router
            for item in inside
            if item.end is None or item.end > self.now
        )
        full = len(inside) == stored.MOST_NESTED
        return network if isinstance(network, IPv6Network) and not (others or full) else None

    def refusal(self, scope: Scope) -> str | None:
        """Why a measure on this scope would touch what its holder does not certainly hold alone."""
        address, holder = scope.address, (scope.customer, scope.resource)
        if address is None:
            return self._name_refusal(scope, holder)
        if not self.is_held_by(address, holder):
            return f"{address} is not known to be held by {holder[1]} any more"
        if scope.source_ports is not None:
            return self._ports_refusal(address, scope.source_ports, holder)
        network = scope.network
        own = None if network is None else self.own_assignment(address, holder)
        if network is not None and (own is None or not network.subnet_of(own)):
            return f"{network} is not known to be held by {holder[1]} alone"
        if len(self.sharers(address)) > 1:
            return f"others than {holder[1]} hold {address} too"
        return None

    def moved_names(self, names: Iterable[str], holder: Holder) -> frozenset[str]:
        """Those pages and names that are on record, or at an address, and not the holder's now."""
        hosts = {name: host for name in names if (host := named_host(name)) is not None}
        recorded = {item.name for item in hosted_names.believed(hosts.values())} if hosts else set()
        recorded |= {host for host in hosts.values() if is_address(host)}
        subjects = {name: Subject(url=name) for name, host in hosts.items() if host in recorded}
        return frozenset(
            name for name, subject in subjects.items() if not self._is_named(subject, holder)
        )

    def _is_named(self, subject: Subject, holder: Holder) -> bool:
        """Whether a page or name is certainly the holder's now, wherever it is served."""
        at = self.addresses_of(subject)
        held = join(self.of(replace(subject, address=address)) for address in at)
        return isinstance(held, Held) and _holder(held) == holder

    def _name_refusal(self, scope: Scope, holder: Holder) -> str | None:
        moved = self.moved_names(filter(None, (scope.url, scope.name)), holder)
        return f"{min(moved)} is not {holder[1]}'s any more" if moved else None

    def _ports_refusal(self, address: Address, ports: PortRange, holder: Holder) -> str | None:
        """Why these ports are not certainly the holder's, None where they are."""
        own = self.own_ports(address, holder)
        whole = self._is_of(address, None, holder)
        if whole or any(x.first <= ports.first and ports.last <= x.last for x in own):
            return None
        return f"ports {ports} of {address} are not known to be {holder[1]}'s any more"

    def _is_of(self, address: Address, port: int | None, holder: Holder) -> bool:
        holding = self._holding(address, port)
        return isinstance(holding, Held) and _holder(holding) == holder

    def _site(self, address: Address) -> str | None:
        sites = self._sites.get(address, set())
        return next(iter(sites)) if len(sites) == 1 else None

    def _holding(self, address: Address, port: int | None) -> Holding:
        subject = Subject(address=address, port=port)
        return self._lookup.holder(subject, self.now, site=self._site(address))

    def _live(self, address: Address) -> list[Assignment]:
        around = self._lookup.covering(address, self._site(address))
        return [item for item in around if in_force(item, self.now)]


def _cuts(other: Assignment, item: Assignment) -> bool:
    """Whether a record of somebody else that counts before this takes some of these ports."""
    narrower = other.level > item.level
    meets = other.port_from <= item.port_to and item.port_from <= other.port_to
    same = (other.customer, other.resource) == (item.customer, item.resource)
    return narrower and meets and not same


def _one_site(prefix: Network) -> bool:
    """Whether it is an assignment to one holder, not a single host, nor a provider's block."""
    return prefix.version == SIX and WIDEST_PREFIX <= prefix.prefixlen < prefix.max_prefixlen


def records_of(customer: str, resource: str, now: datetime) -> list[Assignment]:
    """The records that give this resource anything at this moment, the newest first."""
    held = stored.of_resource(customer, resource, limit=MOST)
    return [item for item in held if in_force(item, now)]


def networks_of(
    current: CurrentHolders, holder: Holder, records: Iterable[Assignment]
) -> list[IPv6Network]:
    """The IPv6 assignments that the resource holds alone, of its records."""
    around = [item.prefix.network_address for item in records if _one_site(item.prefix)]
    networks = [current.own_assignment(address, holder) for address in around]
    return [network for network in dict.fromkeys(networks) if network is not None]


def in_force(item: Assignment, now: datetime) -> bool:
    """Whether the record is believed and holds at `now`."""
    started = item.known_until is None and item.start <= now
    return started and (item.end is None or now < item.end)


def hosts_of(records: Iterable[Assignment]) -> list[Address]:
    """The addresses that records give to their resource one by one, whole."""
    return [
        item.prefix.network_address
        for item in records
        if item.prefix.num_addresses == 1 and (item.port_from, item.port_to) == ALL_PORTS
    ]


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


def claim_site(claim: Claim) -> str | None:
    """The site a claim is about: where it was seen, else that of the record it was held by."""
    assignment = stored.get(claim.held.assignment)
    return claim.finding.site or (assignment.site if assignment else None)


def still_held_then(lookup: HolderLookup, claim: Claim, holder: Holder) -> bool:
    """Whether the records of today give the same holder; a name means what it meant at receipt."""
    if claim.finding.subject.address is None:
        return True
    at, exact = attribution_window(claim.finding, claim.at)
    held = lookup.holder(claim.finding.subject, at, exact=exact, site=lookup.site_of(claim))
    return isinstance(held, Held) and _holder(held) == holder


def _holder(held: Held) -> Holder:
    return held.customer, held.resource
