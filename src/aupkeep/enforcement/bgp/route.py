"""One route: which traffic it is about and what becomes of that, and its text for ExaBGP. Pure.

A blackhole is a host route with the community BLACKHOLE (RFC 7999); a flow (RFC 8955, RFC 8956) is
discarded or limited. The grammar is fixed: hosts, protocol, ports, SYN without ACK. Commands are
built of parsed addresses and whole numbers alone, so no text of anybody becomes part of one.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from aupkeep.model.action import Action
from aupkeep.model.decision import PortRange
from aupkeep.model.errors import DriverRefused
from aupkeep.model.holding import Network
from aupkeep.model.ladder import MEASURES, SMTP_PORTS, Measure, Way
from aupkeep.model.subject import Address

TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58  # IANA protocol numbers
SIX = 6  # the IP version
SYN, ACK = 0x02, 0x10  # RFC 9293 section 3.1
MAX_RATE = 10**12  # bytes per second; ExaBGP sends no more
COMMUNITY = "65535:666"  # BLACKHOLE, RFC 7999 section 5
MARK = 1  # the middle of our large community: PROVIDER:1:NUMBER


class RouteKind(StrEnum):
    """By which family of routes a measure is told to peers."""

    BLACKHOLE = "blackhole"
    FLOW = "flow"


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpRoute:
    """`rate` is bytes per second, None = all of it is discarded; None elsewhere = any.

    `smtp`: to one of the ports of mail; `asks`: only TCP that asks for a connection.
    """

    kind: RouteKind
    source: Address | None = None
    destination: Address | None = None
    protocol: int | None = None
    ports: PortRange | None = None  # of the destination
    source_ports: PortRange | None = None
    smtp: bool = False
    asks: bool = False
    rate: int | None = None

    @property
    def six(self) -> bool:
        """Whether it is of IPv6."""
        address = self.destination or self.source
        return address is not None and address.version == SIX

    @property
    def matches(self) -> tuple[tuple[str, tuple[PortRange, ...]], ...]:
        """Numbers by component, in the order of RFC 8955 section 4.2.2."""
        to = tuple(PortRange(port, port) for port in SMTP_PORTS) if self.smtp else ()
        rows = (
            ("protocol", (PortRange(self.protocol, self.protocol),) if self.protocol else ()),
            ("destination-port", (self.ports,) if self.ports else to),
            ("source-port", (self.source_ports,) if self.source_ports else ()),
        )
        return tuple((name, ranges) for name, ranges in rows if ranges)


def host(address: Address) -> str:
    """The prefix of one host."""
    return f"{address}/{address.max_prefixlen}"


def wire_rate(rate: int | None) -> bytes:
    """A rate as the traffic-rate community carries it, an IEEE 754 float (RFC 8955 section 7.1)."""
    return struct.pack(">f", float(rate or 0))


def route_of(action: Action) -> BgpRoute:
    """The route of a measure. Raises `DriverRefused` for one that no route of ours can be."""
    measure, scope = action.measure, action.scope
    if scope.network is not None:
        raise DriverRefused(f"expected one host, found {scope.network}: no route of ours is wider")
    entry = MEASURES[measure]
    outgoing, incoming = entry.way is Way.OUT, entry.way is Way.IN
    if measure is Measure.ISOLATE:
        if scope.source_ports is not None:
            raise DriverRefused("a blackhole takes the whole address, which others share")
        return BgpRoute(kind=RouteKind.BLACKHOLE, destination=scope.address)
    port = PortRange(scope.port, scope.port) if scope.port is not None else None
    six = scope.address is not None and scope.address.version == SIX
    numbers = {None: None, "tcp": TCP, "udp": UDP, "icmp": ICMP6 if six else ICMP}
    smtp = bool(entry.ports)
    return BgpRoute(
        kind=RouteKind.FLOW,
        source=scope.address if outgoing else None,
        destination=scope.address if incoming else scope.destination,
        protocol=TCP if smtp else numbers[scope.protocol],
        ports=port if outgoing else None,
        source_ports=scope.source_ports if outgoing else port,
        smtp=smtp,
        asks=measure is Measure.LIMIT_INBOUND and scope.protocol == "tcp",
        rate=scope.rate,
    )


def route_refusal(route: BgpRoute, own: Sequence[Network]) -> str | None:
    """Why a route is not announced, or None.

    * Neither its source nor its destination is an address of ours, or the versions differ.
    * A blackhole is of anything but one destination of ours.
    * A number is none that the wire has.
    """
    ends = [address for address in (route.source, route.destination) if address is not None]
    plain = BgpRoute(kind=RouteKind.BLACKHOLE, destination=route.destination)
    if len({address.version for address in ends}) != 1:
        return "expected source and destination of one IP version, or one of them"
    if route.kind is RouteKind.BLACKHOLE and route != plain:
        return "expected a blackhole of one destination, found more in it"
    if not any(address in prefix for address in ends for prefix in own):
        return f"expected an address in {', '.join(map(str, own)) or 'no prefix'}, found {ends[0]}"
    if route.protocol not in (None, TCP, UDP, ICMP6 if route.six else ICMP):
        return f"expected protocol tcp, udp or icmp, found {route.protocol}"
    if route.rate is not None and not 1 <= route.rate <= MAX_RATE:
        return f"expected a rate from 1 to {MAX_RATE} bytes per second, found {route.rate}"
    return None


def announcement(route: BgpRoute, next_hop: str, provider: int, number: int) -> str:
    """The command of ExaBGP that announces it, marked with our number for it."""
    mark = f"large-community [{provider}:{MARK}:{number}]"
    if route.kind is RouteKind.BLACKHOLE:
        return f"announce {_blackhole(route, next_hop)} community [{COMMUNITY}] {mark}"
    return f"announce {_flow(route, f'{mark};')}"


def withdrawal(route: BgpRoute, next_hop: str) -> str:
    """The command of ExaBGP that withdraws it."""
    blackhole = route.kind is RouteKind.BLACKHOLE
    return f"withdraw {_blackhole(route, next_hop) if blackhole else _flow(route, '')}"


def _blackhole(route: BgpRoute, next_hop: str) -> str:
    return f"route {host(route.destination)} next-hop {next_hop}" if route.destination else ""


def _words(ranges: Sequence[PortRange]) -> list[str]:
    return [f"={first}" if first == last else f">={first}&<={last}" for first, last in ranges]


def matching(ranges: Sequence[PortRange]) -> str:
    """Numbers as routers write them.

    >>> matching((PortRange(25, 25), PortRange(1024, 2047)))
    '=25,>=1024&<=2047'
    """
    return ",".join(_words(ranges))


def _flow(route: BgpRoute, mark: str) -> str:
    hosts = (("destination", route.destination), ("source", route.source))
    parts = [f"{name} {host(address)}" for name, address in hosts if address is not None]
    for name, ranges in route.matches:
        words = _words(ranges)
        shown = words[0] if len(words) == 1 else f"[ {' '.join(words)} ]"
        parts.append(f"{'next-header' if name == 'protocol' and route.six else name} {shown}")
    if route.asks:
        parts.append("tcp-flags [ syn&!ack ]")
    then = f"rate-limit {route.rate}" if route.rate else "discard"
    return f"flow route {{ match {{ {'; '.join(parts)}; }} then {{ {then}; {mark} }} }}"
