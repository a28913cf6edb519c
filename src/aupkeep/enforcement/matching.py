"""Whether a packet is one that a measure stops; for flow records beside what a system counts."""

from dataclasses import dataclass

from aupkeep.model.decision import Scope
from aupkeep.model.ladder import MEASURES, STOPPING, Measure, Way
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
    entry = MEASURES[measure]
    if measure not in STOPPING:
        return None
    leaves = _is(scope, ends.source, ends.source_port)
    comes = _is(scope, ends.destination, ends.port)
    if entry.way is Way.BOTH:
        return leaves or comes
    ours, there = (leaves, ends.port) if entry.way is Way.OUT else (comes, ends.source_port)
    ports = entry.ports or ((scope.port,) if scope.port is not None else ())
    protocol = scope.protocol or (entry.protocols[0] if entry.ports else None)
    return (
        ours
        and (protocol is None or ends.protocol in NUMBERS.get(protocol, ()))
        and (not ports or there in ports)
        and scope.destination in {None, ends.destination}
    )


def _is(scope: Scope, address: Address | None, port: int | None) -> bool:
    if address is None or scope.address is None:
        return False
    ports = scope.source_ports
    if ports is not None and not (port is not None and ports.first <= port <= ports.last):
        return False
    whole = scope.network
    return address in whole if whole is not None else address == scope.address
