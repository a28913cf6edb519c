"""Reads one flow row once: times by the engine's clock, sampling multiplied out."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.jit import kernel
from aupkeep.telemetry.rows import IPV4, PRIVATE, Protocol, Record, RowField
from aupkeep.telemetry.window.layout import EXPORTERS, LATEST, SKEW, LossReason
from aupkeep.telemetry.window.sketches import signed64

SPORT, DPORT, FLAGS, SAMPLING = (
    int(RowField.SPORT),
    int(RowField.DPORT),
    int(RowField.FLAGS),
    int(RowField.SAMPLING),
)
START, END, ICMP = int(RowField.START), int(RowField.END), int(RowField.ICMP)
NEEDED = int(RowField.SRC | RowField.DST | RowField.PROTO | RowField.PACKETS)
LATE, SKEWED = int(LossReason.LATE), int(LossReason.SKEWED)
ICMP4, TCP, UDP, ICMP6 = 1, 6, 17, 58
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
NOTHING, TRIED, OPENED, CLOSED, TALKED = 0, 1, 2, 4, 8  # what a TCP row shows, as bits
ECHO4, REPLY4, ECHO6, REPLY6 = 8, 0, 128, 129  # ICMP types
REQUEST, REPLY = 1, 2
DAY = 86_400_000  # ms
METER = int(Protocol.METER)


FAMILIES = np.array([network.version for network in PRIVATE], np.int64)
LENGTHS = np.array([network.prefixlen for network in PRIVATE], np.uint64)
STARTS = np.array(
    [
        int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
        for network in PRIVATE
    ],
    np.uint64,
)
MULTICAST4, MULTICAST6 = np.uint64(0xE0000000), np.uint64(0xFF << 56)


class FlowFacts(NamedTuple):
    """A row. `start` and `end` are ms of the watch's clock; `packets` and `bytes` are estimates."""

    family: int
    proto: int
    start: int
    end: int
    packets: float
    bytes: float
    raw: int  # packets as exported
    rate: int
    unknown: int  # 1: the sampling rate is not known
    tcp: int  # bits TRIED, OPENED, CLOSED, TALKED
    echo: int  # REQUEST or REPLY of ICMP, 0: neither
    fragment: int
    sport: int  # -1: not exported, or a fragment without ports
    dport: int
    via: int  # the exporter's place
    metered: int  # 1: metered from all packets, both ways


class FlowSide(NamedTuple):
    """Whose row it is: the slot of ours, the peer, 1 if the peer is ours too, the watch's ms."""

    slot: int
    way: int
    hi: np.uint64
    lo: np.uint64
    inner: int
    now: int


@kernel
def read_facts(row: Record, now: int, lost: NDArray[np.int64]) -> FlowFacts:
    """Read a row that has what is NEEDED."""
    has, proto = row["has"], signed64(row["proto"])
    end = window_time(row, now, lost)
    length = row["end"] - row["start"] if has & START and has & END else 0
    rate = signed64(row["sampling"]) if has & SAMPLING else 1
    rate = max(rate, 1)
    ports = has & SPORT and has & DPORT and (proto in (TCP, UDP))
    return FlowFacts(
        signed64(row["family"]),
        proto,
        end - min(max(length, 0), DAY),
        end,
        np.float64(row["packets"]) * rate,
        np.float64(row["bytes"]) * rate,
        signed64(min(row["packets"], np.uint64(1 << 40))),
        rate,
        0 if has & SAMPLING else 1,
        tcp_bits(signed64(row["flags"]), row["fragment"])
        if has & FLAGS and proto == TCP
        else NOTHING,
        echo_kind(row, has, proto),
        signed64(row["fragment"]),
        signed64(row["sport"]) if ports else -1,
        signed64(row["dport"]) if ports else -1,
        signed64(row["exporter"]) & (EXPORTERS - 1),
        1 if row["protocol"] == METER else 0,
    )


@kernel
def window_time(row: Record, now: int, lost: NDArray[np.int64]) -> int:
    """When the flow ended by the watch's clock: as long ago as the exporter says it was.

    An exporter whose clock differs by more than SKEW is believed about lengths only.
    """
    if not row["has"] & END:
        return now
    ago = row["seen"] - row["end"]
    if ago < -SKEW or ago > DAY:
        lost[SKEWED] += 1
        return now
    lost[LATE] += ago > LATEST
    return now - max(signed64(ago), 0)


@kernel
def tcp_bits(flags: int, fragment: int) -> int:
    """What a TCP row's flags say of its sender: a try without an answer, an opened connection.

    A sender whose connection stood has sent ACK; one that only got RST or nothing has not. A probe
    by FIN alone, by FIN, PSH and URG, or without any flag is a try as well. Who only answers SYN
    with SYN, or anything with RST, has not talked.
    """
    if fragment:
        return NOTHING
    low = flags & 0x3F
    if low & ACK:
        talked = low & (PSH | FIN) or not low & (SYN | RST)
        return (
            (OPENED if low & SYN else NOTHING)
            | (CLOSED if low & (FIN | RST) else NOTHING)
            | (TALKED if talked else NOTHING)
        )
    if low & SYN or low in (0, FIN, FIN | URG | 8):
        return TRIED
    return CLOSED if low == RST else NOTHING


@kernel
def echo_kind(row: Record, has: int, proto: int) -> int:
    """Whether it is an ICMP echo request or reply; a port that carries the type serves too."""
    if proto not in (ICMP4, ICMP6) or not has & (ICMP | DPORT):
        return 0
    kind = signed64(row["icmp"] if has & ICMP else row["dport"]) >> 8
    if proto == ICMP4:
        return REQUEST if kind == ECHO4 else REPLY if kind == REPLY4 else 0
    return REQUEST if kind == ECHO6 else REPLY if kind == REPLY6 else 0


@kernel
def private(family: int, hi: np.uint64, lo: np.uint64) -> bool:
    """Whether the public network carries no such address: what `rows.PRIVATE` lists."""
    for at in range(len(LENGTHS)):
        value = lo << np.uint64(32) if FAMILIES[at] == IPV4 else hi
        if family == FAMILIES[at] and value >> (np.uint64(64) - LENGTHS[at]) == STARTS[at]:
            return True
    return False


@kernel
def shared(family: int, hi: np.uint64, lo: np.uint64) -> bool:
    """Whether an address names no one host: multicast, broadcast, nothing."""
    if family == IPV4:
        return bool(lo == 0 or lo >= MULTICAST4)
    return bool(hi >= MULTICAST6 or (hi == 0 and lo == 0))
