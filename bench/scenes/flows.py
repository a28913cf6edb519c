"""Flows by the thousand: what two hosts say to each other, as rows of whole flows, unsampled."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from aupkeep.telemetry.rows import HALF, Protocol, RowField, Rows, empty

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
ICMP, TCP, UDP = 1, 6, 17
WHOLE = SYN | ACK | PSH | FIN  # a connection from its first packet to its last
ECHO, REPLY = 0x0800, 0x0000
FULL = (
    RowField.SRC
    | RowField.DST
    | RowField.PROTO
    | RowField.PACKETS
    | RowField.BYTES
    | RowField.START
    | RowField.END
    | RowField.SAMPLING
)
INTERNET4, INTERNET6 = 198 << 24 | 18 << 16, 0x20010DB8F000 << 80
SIZE = 1 << 17  # addresses of 198.18.0.0/15
LISTED = range(70_000, 71_000)  # of those, whom feeds may list: nobody meets them by accident
V4 = 1 << 32
SECOND = 1_000
FIRST, LATER = 1, 2  # of a fragmented packet, as `wire.walk` counts

Numbers: TypeAlias = NDArray[np.int64] | int
Many: TypeAlias = NDArray[np.object_] | Sequence[int] | int


@dataclass(slots=True)
class Place:
    """Where and when somebody acts: an address, a span of ms, and the dice."""

    rng: Generator
    address: int
    start: int
    length: int
    rows: list[Rows] = field(default_factory=list)

    @property
    def six(self) -> bool:
        """Whether the address is one of IPv6."""
        return self.address >= V4

    def peers(self, count: int) -> list[int]:
        """So many different hosts of the internet, of the address's family."""
        found = self.rng.choice(SIZE - len(LISTED), count, replace=False)
        found[found >= LISTED.start] += len(LISTED)
        base = INTERNET6 if self.six else INTERNET4
        return [base + int(one) for one in found]

    def peer(self) -> int:
        """One of them."""
        return self.peers(1)[0]

    def times(self, count: int) -> NDArray[np.int64]:
        """So many moments of the span, in no order, as independent people choose them."""
        return self.start + self.rng.integers(0, self.length, count)

    def steady(self, every_ms: float, jitter: float = 0.0) -> NDArray[np.int64]:
        """Moments at even intervals; each interval varies by `jitter` of itself."""
        count = int(self.length / every_ms)
        pauses = every_ms * (1 + jitter * self.rng.uniform(-1, 1, count))
        return self.start + np.minimum(np.cumsum(pauses), self.length - 1).astype(np.int64)

    def ports(self, count: int) -> NDArray[np.int64]:
        """Client ports."""
        return self.rng.integers(32768, 61000, count)

    def around(self, mean: float, spread: float, count: int) -> NDArray[np.int64]:
        """Sizes around a mean, as deviation by mean; never less than one."""
        sigma = float(np.sqrt(np.log1p(spread * spread)))
        drawn = self.rng.lognormal(np.log(mean) - sigma * sigma / 2, sigma, count)
        return np.maximum(drawn, 1).astype(np.int64)

    def send(  # noqa: PLR0913 - a flow has many parts, each named
        self, src: Many, dst: Many, at: NDArray[np.int64], *, proto: int = TCP, sport: Numbers = 0,
        dport: Numbers = 0, flags: Numbers = 0, packets: Numbers = 1, size: Numbers = 40,
        lasts: Numbers = 0, icmp: int | None = None, fragment: int = 0, answer: bool = False,
    ) -> None:  # fmt: skip
        """Flows of one direction, one a moment. `size` is bytes a packet, `lasts` ms.

        `answer`: the first packet of a connection carries SYN and ACK. `export` forgets the mark.
        """
        rows = empty(len(at))
        _end(rows, "src", src)
        _end(rows, "dst", dst)
        rows["family"] = 6 if self.six else 4
        rows["start"], rows["end"] = at, at + lasts
        rows["packets"], rows["bytes"] = packets, np.asarray(packets) * size
        rows["proto"], rows["sport"], rows["dport"] = proto, sport, dport
        rows["fragment"], rows["sampling"], rows["protocol"] = fragment, 1, Protocol.NETFLOW9
        has = (
            FULL
            | RowField.FLAGS * (proto == TCP)
            | (RowField.SPORT | RowField.DPORT) * (fragment < LATER)
        )
        rows["output"] = answer
        rows["flags"] = flags if proto == TCP else 0
        if icmp is not None:
            rows["icmp"], rows["dport"], has = icmp, icmp, has | RowField.ICMP
        rows["has"] = int(has)
        self.rows.append(rows)

    def talk(  # noqa: PLR0913 - the same
        self, client: Many, server: Many, at: NDArray[np.int64], *, dport: Numbers,
        proto: int = TCP, sport: Numbers | None = None, out: Numbers = 8, back: Numbers = 8,
        out_size: Numbers = 120, back_size: Numbers = 600, lasts: Numbers = SECOND,
    ) -> None:  # fmt: skip
        """Connections that are answered: both directions. `out` and `back` count packets."""
        ports = self.ports(len(at)) if sport is None else sport
        self.send(client, server, at, proto=proto, sport=ports, dport=dport, flags=WHOLE,
                  packets=out, size=out_size, lasts=lasts)  # fmt: skip
        self.send(server, client, at + 20, proto=proto, sport=dport, dport=ports, flags=WHOLE,
                  packets=back, size=back_size, lasts=lasts, answer=True)  # fmt: skip

    def fail(
        self, client: Many, server: Many, at: NDArray[np.int64], *, dport: Numbers,
        refused: float = 0.0, tries: int = 3,
    ) -> None:  # fmt: skip
        """Connections that come to nothing: silence, or RST for a share `refused` of them."""
        ports = self.ports(len(at))
        closed = self.rng.random(len(at)) < refused
        self.send(client, server, at, sport=ports, dport=dport, flags=SYN, size=60,
                  packets=np.where(closed, 1, tries), lasts=np.where(closed, 0, 3000))  # fmt: skip
        if not closed.any():
            return
        back = np.flatnonzero(closed)
        self.send(
            _pick(server, back),
            _pick(client, back),
            at[back] + 30,
            flags=RST | ACK,
            sport=dport if isinstance(dport, int) else dport[back],
            dport=ports[back],
        )


def _pick(hosts: Many, places: NDArray[np.int64]) -> Many:
    return hosts if isinstance(hosts, int) else [hosts[int(at) % len(hosts)] for at in places]


def _end(rows: Rows, side: str, hosts: Many) -> None:
    """Write addresses; several are dealt out in turn."""
    if isinstance(hosts, int):
        rows[f"{side}_hi"], rows[f"{side}_lo"] = hosts >> 64, hosts & HALF
        return
    high = np.array([one >> 64 for one in hosts], np.uint64)
    low = np.array([one & HALF for one in hosts], np.uint64)
    turn = np.arange(len(rows)) % len(hosts)
    rows[f"{side}_hi"], rows[f"{side}_lo"] = high[turn], low[turn]
