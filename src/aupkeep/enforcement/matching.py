"""Whether a packet is one that a measure stops; for flow records beside what a system counts."""

from collections.abc import Callable
from dataclasses import dataclass

from aupkeep.enforcement.nft_ruleset import SMTP_PORTS
from aupkeep.model.decision import Scope
from aupkeep.model.ladder import Measure
from aupkeep.model.subject import Address

NUMBERS = {"icmp": (1, 58), "tcp": (6,), "udp": (17,)}  # IANA protocol numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What of a packet says whether a measure is about it; None where it is not known."""

    source: Address | None
    destination: Address | None
    protocol: int | None
    source_port: int | None = None
    port: int | None = None


def stops(measure: Measure, scope: Scope, ends: Ends) -> bool | None:
    """Whether the measure stops such packets; None for one that lets some through.

    >>> from ipaddress import ip_address
    >>> customer, peer = ip_address("203.0.113.10"), ip_address("192.0.2.1")
    >>> scope = Scope(customer="acme", resource="vm-7", address=customer, protocol="tcp", port=22)
    >>> ends = Ends(source=customer, destination=peer, protocol=6, source_port=40000, port=22)
    >>> stops(Measure.BLOCK_PORT, scope, ends)
    True
    """
    rule = RULES.get(measure)
    return None if rule is None else rule(scope, ends)


def _leaves(scope: Scope, ends: Ends) -> bool:
    """Whether it leaves what the scope is on: an address, its sharer's ports, an assignment."""
    return _is(scope, ends.source, ends.source_port)


def _comes(scope: Scope, ends: Ends) -> bool:
    return _is(scope, ends.destination, ends.port)


def _is(scope: Scope, address: Address | None, port: int | None) -> bool:
    if address is None or scope.address is None:
        return False
    ports = scope.source_ports
    if ports is not None and not (port is not None and ports.first <= port <= ports.last):
        return False
    whole = scope.network
    return address in whole if whole is not None else address == scope.address


def _protocol(scope: Scope, ends: Ends) -> bool:
    return scope.protocol is None or ends.protocol in NUMBERS.get(scope.protocol, ())


RULES: dict[Measure, Callable[[Scope, Ends], bool]] = {
    Measure.BLOCK_PORT: lambda scope, ends: (
        _leaves(scope, ends) and _protocol(scope, ends) and ends.port == scope.port
    ),
    Measure.BLOCK_DESTINATION: lambda scope, ends: (
        _leaves(scope, ends) and ends.destination == scope.destination
    ),
    Measure.LIMIT_SMTP: lambda scope, ends: (
        _leaves(scope, ends) and ends.protocol == NUMBERS["tcp"][0] and ends.port in SMTP_PORTS
    ),
    Measure.BLOCK_INBOUND: lambda scope, ends: (
        _comes(scope, ends) and _protocol(scope, ends) and ends.source_port == scope.port
    ),
    Measure.ISOLATE: lambda scope, ends: _leaves(scope, ends) or _comes(scope, ends),
}
