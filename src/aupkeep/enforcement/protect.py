"""The protect list: what no driver may touch. Deny wins, and an unknown owner is protected.

A list is text, one entry a line: an address or prefix, `resource:NAME`, `customer:NAME`, or
`name:shop.example` for that name and all below it. In a file of the machine a `#` at the beginning
of a line or after a blank begins a comment; a name may hold one. The agent's own file adds to what
the signed desired state carries; neither can take an entry of the other away (invariant 4).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

from aupkeep.enforcement.durable_file import text_lines
from aupkeep.model.action import Action
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Invalid
from aupkeep.model.holding import Network
from aupkeep.model.host import literal_address, plain_name
from aupkeep.model.ladder import PROTECTIVE
from aupkeep.model.subject import Address

FILE = "protect"
COMMENT = re.compile(r"(?:^|\s)#")
MAX_BYTES = 4 << 20
NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectList:
    """Prefixes, resources, customers and names that are never restricted."""

    networks: frozenset[Network] = frozenset()
    resources: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def __or__(self, other: "ProtectList") -> "ProtectList":
        """Everything that either protects."""
        return ProtectList(
            networks=self.networks | other.networks,
            resources=self.resources | other.resources,
            customers=self.customers | other.customers,
            names=self.names | other.names,
        )

    def against(self, action: Action) -> str | None:
        """Why an action may not be carried, as a sentence, or None.

        What a person orders to protect an attacked customer is not refused because that customer
        is protected: only the customer's name is passed over, never a prefix or a resource.
        """
        spared = action.measure in PROTECTIVE and not action.automatic
        listed = replace(self, customers=frozenset()) if spared else self
        return listed.refusal(action.scope)

    def refusal(self, scope: Scope) -> str | None:
        """Why the scope may not be restricted, as a sentence, or None.

        * The owner is unknown: customer or resource is blank.
        * The customer or the resource is protected.
        * The address, or the peer it would be cut from, is protected, or a part of the assignment.
        * The host of the page, or the name, is protected, or what is below the name.
        """
        if not scope.customer.strip() or not scope.resource.strip():
            return "the owner is unknown: expected a customer and a resource, found a blank"
        if scope.customer in self.customers:
            return f"customer {scope.customer} is on the protect list"
        if scope.resource in self.resources:
            return f"resource {scope.resource} is on the protect list"
        host = scope_host(scope)
        for address in (scope.address, scope.destination, literal_address(host)):
            for meant in _reached(address):
                if prefix := self._around(meant):
                    return f"address {address} is on the protect list ({prefix})"
        if host and (name := self._named(host, below=scope.name is not None)):
            return f"{host} is on the protect list (name:{name})"
        return self.part_of([scope.network] if scope.network else [])

    def reached(self, scope: Scope, addresses: Iterable[Address]) -> str | None:
        """Why the scope may not be restricted by what reaches further addresses of its holder's."""
        at = (Scope(customer=scope.customer, resource=scope.resource, address=x) for x in addresses)
        return next(filter(None, map(self.refusal, at)), None)

    def part_of(self, prefixes: Iterable[Network]) -> str | None:
        """Why prefixes may not be restricted as a whole: the protected entry in or around one."""
        pairs = product(prefixes, sorted(self.networks, key=str))
        entry = next(((whole, net) for whole, net in pairs if whole.overlaps(net)), None)
        return f"a part of {entry[0]} is on the protect list ({entry[1]})" if entry else None

    def _named(self, host: str, *, below: bool) -> str | None:
        """The protected name that a host is or is below, or, asked so, that is `below` it."""
        labels = host.split(".")
        above = (".".join(labels[start:]) for start in range(len(labels)))
        under = (x for x in sorted(self.names) if below and x.endswith(f".{host}"))
        return next((x for x in above if x in self.names), None) or next(under, None)

    def _around(self, address: Address) -> Network | None:
        """The narrowest protected prefix around an address; one probe a prefix length in use."""
        for length in _lengths(self.networks, address.version):
            network: Network = (
                IPv4Network((int(address), length), strict=False)
                if isinstance(address, IPv4Address)
                else IPv6Network((int(address), length), strict=False)
            )
            if network in self.networks:
                return network
        return None


NOTHING = ProtectList()


def scope_host(scope: Scope) -> str:
    """The host of a scope's page, or its name, in lower case; "" for none.

    >>> scope_host(Scope(customer="acme", resource="vm-7", url="http://203.0.113.70:80/a"))
    '203.0.113.70'
    """
    try:
        host = scope.name or urlsplit(scope.url or "").hostname or ""
    except ValueError:
        return ""
    return plain_name(host)


def _reached(address: Address | None) -> Iterator[Address]:
    """The address, and the IPv4 one that is meant by it: RFC 6052 and RFC 3056."""
    if address is None:
        return
    yield address
    if isinstance(address, IPv6Address):
        if address.sixtofour is not None:
            yield address.sixtofour
        if address in NAT64:
            yield IPv4Address(int(address) & 0xFFFFFFFF)


@lru_cache(maxsize=16)
def _lengths(networks: frozenset[Network], version: int) -> tuple[int, ...]:
    return tuple(sorted({n.prefixlen for n in networks if n.version == version}, reverse=True))


def read_protect(
    entries: Iterable[str], where: str = "protect list", *, comments: bool = False
) -> ProtectList:
    """Read entries; blank lines are skipped. Raises `Invalid` naming the line.

    >>> lines = ["203.0.113.0/24  # the office", "resource:vm#7"]
    >>> read_protect(lines, comments=True).resources
    frozenset({'vm#7'})
    """
    networks: set[Network] = set()
    resources: set[str] = set()
    customers: set[str] = set()
    hosts: set[str] = set()
    names = {"resource": resources, "customer": customers, "name": hosts}
    for number, line in enumerate(entries, 1):
        entry = (COMMENT.split(line, maxsplit=1)[0] if comments else line).strip()
        kind, colon, name = entry.partition(":")
        if not entry:
            continue
        if colon and kind in names and name.strip():
            names[kind].add(name.strip())
        else:
            networks.add(_network(entry, f"{where} line {number}"))
    return ProtectList(
        networks=frozenset(networks),
        resources=frozenset(resources),
        customers=frozenset(customers),
        names=frozenset(map(plain_name, hosts)),
    )


def _network(entry: str, where: str) -> Network:
    try:
        return ip_network(entry)
    except ValueError as error:
        raise Invalid(
            f"{where}: expected an address, a prefix without host bits, resource:NAME,"
            f" customer:NAME or name:NAME, found {entry[:60]!r}"
        ) from error


def write_protect(protect: ProtectList) -> tuple[str, ...]:
    """The entries of a list, sorted; `read_protect` gives the same list again."""
    return (
        *sorted(str(network) for network in protect.networks),
        *sorted(f"resource:{name}" for name in protect.resources),
        *sorted(f"customer:{name}" for name in protect.customers),
        *sorted(f"name:{name}" for name in protect.names),
    )


def own_protect(folder: Path) -> ProtectList:
    """The agent's own additive list; no file = nothing added.

    Raises `DriverRefused` for a list that cannot be read: who may be protected is then unknown,
    so nothing new may be applied.
    """
    path = folder / FILE
    try:
        lines = text_lines(path, MAX_BYTES)
        return NOTHING if lines is None else read_protect(lines, str(path), comments=True)
    except Invalid as error:
        raise DriverRefused(f"the protect list cannot be read: {error}") from error
