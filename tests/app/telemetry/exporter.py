"""A router for tests: NetFlow v5 datagrams of the flows a scene needs, sent over loopback."""

import socket
import struct
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address

SYN, DONE = 2, 27  # SYN alone; SYN, ACK, PSH, FIN
TCP, UDP = 6, 17
UPTIME = 600_000  # ms the router has been up
AT_ONCE = 30  # records of a datagram, as many as v5 allows


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One flow that ended `ago` milliseconds before it is told."""

    src: str
    dst: str
    sport: int = 40_000
    dport: int = 80
    proto: int = TCP
    flags: int = SYN
    packets: int = 1
    octets: int = 60
    ago: int = 100
    lasted: int = 50


def datagrams(flows: Iterable[Flow], *, sampling: int = 0, sequence: int = 0) -> Iterator[bytes]:
    """NetFlow v5 datagrams that leave now; `sampling` 0 states no rate."""
    rows = [_record(flow) for flow in flows]
    for first in range(0, len(rows), AT_ONCE):
        part = rows[first : first + AT_ONCE]
        now = time.time()
        seconds, nanos = int(now), int(now % 1 * 1e9)
        rate = (1 << 14 | sampling) if sampling else 0
        head = struct.pack(
            ">HHIIIIBBH", 5, len(part), UPTIME, seconds, nanos, sequence + first, 0, 0, rate
        )  # fmt: skip
        yield head + b"".join(part)


def _record(flow: Flow) -> bytes:
    end = UPTIME - flow.ago
    return struct.pack(
        ">IIIHHIIIIHHxBBBHHBBxx",
        int(ip_address(flow.src)), int(ip_address(flow.dst)), 0, 1, 2, flow.packets, flow.octets,
        end - flow.lasted, end, flow.sport, flow.dport, flow.flags, flow.proto, 0, 0, 0, 0, 0,
    )  # fmt: skip


def send(port: int, flows: Iterable[Flow], *, source: str = "127.0.0.1", **how: int) -> None:
    """Send them from a loopback address to a port of 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind((source, 0))
        for data in datagrams(flows, **how):
            one.sendto(data, ("127.0.0.1", port))


def flood(src: str = "203.0.113.10", dst: str = "198.51.100.9") -> list[Flow]:
    """A second of a SYN flood: many bare packets, as no system makes them, and no answer."""
    return [
        Flow(src=src, dst=dst, sport=1024 + number, dport=80, packets=800, octets=32_000)
        for number in range(60)
    ]
