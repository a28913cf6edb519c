"""Captured packets become unidirectional flows, as the cache of a router would export them.

    meter = Meter(active_ms=60_000, inactive_ms=15_000)
    for packet in packets(capture):
        meter.take(packet)
    rows = meter.end()

A flow is what shares addresses, ports, protocol, VLAN, ICMP type and code. Its record leaves when
it was open for the active timeout, when it was silent for the inactive one, a second after FIN or
RST (so that the last ACK is no flow of its own), when a new SYN opens the same ports again, or when
the cache is full. Later fragments carry no ports, and are a flow of their own, as in a router.
Bytes are those of the IP packet. Source: RFC 7011 section 2 (flow), RFC 5470 section 5.1.1.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from aupkeep.telemetry.capture.packets import CapturedPacket
from aupkeep.telemetry.rows import HALF, ROW, Protocol, RowField, Rows
from aupkeep.telemetry.wire.frame import read_frame
from aupkeep.telemetry.wire.layers import LATER, IpFrame

LINGER = 1_000  # ms that a flow stays after FIN or RST
MOST_FLOWS = 1 << 17  # some 60 MB
MOST_WAITING = 1 << 18  # rows that left and were not asked for
STEP = 1_000  # ms of capture between two batches
BATCH = 20_000  # packets between two batches of a capture whose clock stands still

FIN, SYN, RST, ACK = 1, 2, 4, 16
ALWAYS = (
    RowField.SRC | RowField.DST | RowField.PROTO | RowField.PACKETS | RowField.BYTES
    | RowField.SAMPLING | RowField.START | RowField.END
)  # fmt: skip


class FlowKey(NamedTuple):
    """What makes packets one flow; ports are 0 where a packet has none."""

    src: int
    dst: int
    sport: int
    dport: int
    vlan: int
    icmp: int
    family: int
    proto: int
    later: bool
    has: int


@dataclass(slots=True)
class OpenFlow:
    """What is known of a flow in the cache; times are milliseconds since 1970."""

    start: int
    last: int
    packets: int = 0
    bytes: int = 0
    flags: int = 0
    fragment: int = LATER  # what all its packets are at least
    closing: int = 0  # when it leaves, after FIN or RST


class Meter:
    """A flow cache: bounded, and what it could not keep to the end is counted in `counts`.

    `counts` has "packets", "unread" (no IP in it), "evicted" (the cache was full: the flow left
    early, nothing is lost), "lost" (rows nobody fetched).
    """

    def __init__(
        self, active_ms: int = 60_000, inactive_ms: int = 15_000, *, sampling: int = 1,
        exporter: int = 0, most: int = MOST_FLOWS, inner: bool = True,
    ) -> None:  # fmt: skip
        """`sampling` is the rate at which the capture was made; `inner` looks into tunnels."""
        self.counts: Counter[str] = Counter()
        self._active, self._inactive, self._most = active_ms, inactive_ms, most
        self._sampling, self._exporter, self._inner = sampling, exporter, inner
        self._flows: OrderedDict[FlowKey, OpenFlow] = OrderedDict()  # in the order of their starts
        self._quiet: OrderedDict[FlowKey, None] = OrderedDict()  # the longest silent first
        self._closing: OrderedDict[FlowKey, None] = OrderedDict()
        self._left: list[tuple[int, ...]] = []
        self._now = -(1 << 62)

    def __len__(self) -> int:
        """How many flows are open."""
        return len(self._flows)

    def take(self, packet: CapturedPacket) -> None:
        """Count one packet. A clock that falls back by more than a timeout begins a new capture."""
        self.counts["packets"] += 1
        if packet.at_ms < self._now - self._inactive:
            self._close_all()
            self._now = packet.at_ms
        self._pass(packet.at_ms)
        frame = read_frame(packet.data, packet.linktype, inner=self._inner)
        if frame is None:
            self.counts["unread"] += 1
        else:
            self._add(key_of(frame), frame, packet.at_ms)

    def flush(self, now_ms: int) -> Rows:
        """The records that have left by then, each once."""
        self._pass(now_ms)
        return self._fetch()

    def end(self) -> Rows:
        """The records that are left, and those of all open flows: the capture is over."""
        self._close_all()
        return self._fetch()

    def _add(self, key: FlowKey, frame: IpFrame, at: int) -> None:
        flow = self._flows.get(key)
        flags = frame.flags or 0
        if flow and flow.closing and flags & (SYN | ACK) == SYN:
            self._leave(key, at)
            flow = None
        if flow is None:
            flow = self._open(key, at)
        flow.start, flow.last = min(flow.start, at), max(flow.last, at)
        flow.packets += 1
        flow.bytes += frame.length
        flow.flags |= flags
        flow.fragment = min(flow.fragment, frame.fragment)
        self._quiet.move_to_end(key)
        if flags & (FIN | RST) and not flow.closing:
            flow.closing = at + LINGER
            self._closing[key] = None

    def _open(self, key: FlowKey, at: int) -> OpenFlow:
        if len(self._flows) >= self._most:
            self.counts["evicted"] += 1
            self._leave(next(iter(self._quiet)), self._now)
        flow = self._flows[key] = OpenFlow(at, at)
        self._quiet[key] = None
        return flow

    def _pass(self, now: int) -> None:
        """Let go what is due by now; time never runs backwards here."""
        self._now = max(self._now, now)
        self._expire(self._closing, lambda flow: flow.closing)
        self._expire(self._quiet, lambda flow: flow.last + self._inactive)
        self._expire(self._flows, lambda flow: flow.start + self._active)

    def _expire(self, queue: Iterable[FlowKey], due: Callable[[OpenFlow], int]) -> None:
        while (key := next(iter(queue), None)) is not None:
            when = due(self._flows[key])
            if when > self._now:
                return
            self._leave(key, when)

    def _close_all(self) -> None:
        for key in list(self._flows):
            self._leave(key, max(self._now, self._flows[key].last))

    def _leave(self, key: FlowKey, seen: int) -> None:
        flow = self._flows.pop(key)
        del self._quiet[key]
        self._closing.pop(key, None)
        if len(self._left) >= MOST_WAITING:
            self.counts["lost"] += 1
            return
        self._left.append((
            key.src >> 64, key.src & HALF, key.dst >> 64, key.dst & HALF,
            flow.packets, flow.bytes, flow.start, flow.last, max(seen, flow.last),
            key.has, self._exporter, self._sampling, 0, 0,
            key.sport, key.dport, flow.flags, key.vlan, key.icmp,
            int(Protocol.METER), key.family, key.proto, flow.fragment,
        ))  # fmt: skip

    def _fetch(self) -> Rows:
        rows = np.array(self._left, ROW)
        self._left = []
        return rows[np.argsort(rows["seen"], kind="stable")]


def key_of(frame: IpFrame) -> FlowKey:
    """Which flow a packet belongs to. ICMP's type and code stand in `dport` too, as routers do."""
    has = ALWAYS
    has |= RowField.FLAGS * (frame.flags is not None) | RowField.VLAN * (frame.vlan is not None)
    has |= RowField.ICMP * (frame.icmp is not None)
    ports = frame.dport is not None or frame.icmp is not None
    return FlowKey(
        src=frame.src,
        dst=frame.dst,
        sport=frame.sport or 0,
        dport=frame.dport or frame.icmp or 0,
        vlan=frame.vlan or 0,
        icmp=frame.icmp or 0,
        family=frame.family,
        proto=frame.proto,
        later=frame.fragment == LATER,
        has=int(has | (RowField.SPORT | RowField.DPORT) * ports),
    )


def metered(packets: Iterable[CapturedPacket], meter: Meter) -> Iterator[tuple[int, Rows]]:
    """Batches of (now, rows) as a capture goes on: each second of it, and at its end."""
    flushed, count, now = None, 0, 0
    for packet in packets:
        meter.take(packet)
        count, now = count + 1, packet.at_ms
        flushed = now if flushed is None else flushed
        if now - flushed >= STEP or now < flushed or count >= BATCH:
            yield now, meter.flush(now)
            flushed, count = now, 0
    if flushed is not None:
        yield now, meter.end()
