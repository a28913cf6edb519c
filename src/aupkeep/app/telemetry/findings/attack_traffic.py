"""What the rows towards an attacked address have in common: the protocol, one port, the rate."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aupkeep.telemetry.detect.detector import DetectorHit
from aupkeep.telemetry.rows import FlowRecord

PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp"}  # IANA protocol numbers
MOSTLY = 0.9  # share of the packets from which on a flood is told by what they have in common
OPENING = 60  # bytes of a packet that asks for a connection, RFC 9293 section 3.1 with options
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackTraffic:
    """`port` is the one that nearly all comes from, None where it comes from many.

    `rate` is bytes a second, None where nobody measured it.
    """

    protocol: str | None
    port: int | None
    rate: int | None


def attack_traffic(hit: DetectorHit, flows: Sequence[FlowRecord]) -> AttackTraffic:
    """What the rows towards the hit's address have in common.

    Of TCP no port is told: what asks for a connection is known by its flags, and a port would cut
    the answers that our side asked for.
    """
    towards = [flow for flow in flows if flow.dst == str(hit.address)]
    protocol = hit.transport or _mostly((_protocol(flow), _packets(flow)) for flow in towards)
    same = [flow for flow in towards if _protocol(flow) == protocol]
    port = _mostly((flow.sport, _packets(flow)) for flow in same)
    return AttackTraffic(
        protocol=protocol,
        port=(port or None) if protocol == "udp" else None,
        rate=_rate(hit, protocol),
    )


def _protocol(flow: FlowRecord) -> str | None:
    return PROTOCOLS.get(flow.proto or 0)


def _packets(flow: FlowRecord) -> int:
    return max(flow.packets or 0, 1)


def _mostly(pairs: Iterable[tuple[T | None, int]]) -> T | None:
    """The value that nearly all packets have, None where there is none."""
    counted: Counter[T | None] = Counter()
    for value, packets in pairs:
        counted[value] += packets
    value, packets = next(iter(counted.most_common(1)), (None, 0))
    return value if packets >= MOSTLY * counted.total() else None


def _rate(hit: DetectorHit, protocol: str | None) -> int | None:
    """Bytes a second that came, of TCP those of what asked for connections.

    A detector's bits are those of everything that came; in a flood of all but TCP it is nearly all.
    """
    bits, packets = (hit.evidence.get(name) for name in ("bits_per_second", "packets_per_second"))
    if not isinstance(bits, int | float):
        return None
    whole = int(bits) // 8
    if protocol != "tcp" or not isinstance(packets, int | float):
        return whole
    return min(whole, int(packets) * OPENING)
