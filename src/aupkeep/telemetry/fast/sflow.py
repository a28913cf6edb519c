"""sFlow v5 datagrams that are plain. The oracle: `wire.sflow`.

Plain is: whole samples, each flow sample with the header of a frame or packet that
`fast.packet_headers` can read. Counter samples and what else exporters say of a packet are stepped
over as the oracle does.
"""

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.fast.big_endian import load4
from aupkeep.telemetry.fast.fill_rows import DatagramFields
from aupkeep.telemetry.fast.kernel_state import FIXED, FULL, HEADER, INTERFACE, PLAIN
from aupkeep.telemetry.fast.kernel_state import ODD as ODD_DATAGRAM
from aupkeep.telemetry.fast.packet_headers import (
    NOTHING,
    ODD,
    Data,
    FastPacket,
    enter,
    no_packet,
    packet,
)
from aupkeep.telemetry.fast.row_words import (
    BYTES,
    DPORT,
    DST_HI,
    DST_LO,
    EXPORTER,
    FAMILY,
    FLAGS,
    FRAGMENT,
    HAS,
    ICMP,
    INPUT,
    LENGTH,
    OUTPUT,
    PACKETS,
    PROTO,
    PROTOCOL,
    SAMPLING,
    SEEN,
    SPORT,
    SRC_HI,
    SRC_LO,
    VLAN,
    RowWords,
)
from aupkeep.telemetry.jit import inlined
from aupkeep.telemetry.rows import RowField

FLOW, EXPANDED = 1, 3
RAW, ETHERNET, SAMPLED4, SAMPLED6, SWITCH = 1, 2, 3, 4, 1001
LOCAL = 0x3FFFFFFF  # the exporter itself
ALWAYS = int(RowField.PACKETS | RowField.BYTES)
WITH_INPUT, WITH_OUTPUT = int(RowField.INPUT), int(RowField.OUTPUT)
WITH_SAMPLING, WITH_VLAN = int(RowField.SAMPLING), int(RowField.VLAN)
LAST_VLAN = 0xFFF  # itself reserved; exporters write it, or all ones, for none


@inlined
def read_samples(
    data: Data, at: int, end: int, fields: DatagramFields, stream: NDArray[np.int64],
    words: RowWords, row: int, within: int,
) -> int:  # fmt: skip
    """The count of rows of the samples; `at` is where their number stands. Or `ODD`, `FULL`.

    `within` is 1 where packets are looked for within tunnels; then tunnels are not plain.
    """
    first, count = row, load4(data, at)
    w8, w4, w2, w1 = words.w8, words.w4, words.w2, words.w1
    at += 4
    for _ in range(count):
        if at + 8 > end:
            return ODD_DATAGRAM
        kind, length = load4(data, at), load4(data, at + 4)
        at += 8
        if at + length > end:
            return ODD_DATAGRAM
        if kind in (FLOW, EXPANDED):
            if row == len(w8):
                return FULL
            wide = kind == EXPANDED
            begin = at + (44 if wide else 32)
            if begin > at + length:
                return ODD_DATAGRAM
            raw, tag = find_said(data, begin, at + length, load4(data, begin - 4))
            packet, vlan = read_raw(data, raw, within) if raw != ODD else (no_packet(ODD), -1)
            if packet.upper.has == ODD:
                return ODD_DATAGRAM
            if vlan < 1 and 0 < tag < LAST_VLAN:
                vlan = tag
            put_told(w8, w4, w1, row, fields)
            put_packet(w8, w2, w1, row, packet)
            has = packet.upper.has | put_sides(data, at, wide, w4, row) | ALWAYS
            if vlan > 0:
                w2[row, VLAN] = vlan
                has |= WITH_VLAN
            rate = load4(data, at + (12 if wide else 8))
            stream[HEADER], stream[INTERFACE] = rate, w4[row, INPUT]
            rate = stream[FIXED] if stream[FIXED] >= 0 else rate or stream[PLAIN]
            w8[row, PACKETS] = 1
            w8[row, BYTES] = load4(data, raw + 4)
            w4[row, SAMPLING] = rate
            w4[row, HAS] = has | (WITH_SAMPLING if rate else 0)
            row += 1
        at += length
    return row - first if at == end else ODD_DATAGRAM  # what is left over is counted


@inlined
def put_told(
    w8: NDArray[np.uint64], w4: NDArray[np.uint32], w1: Data, row: int, fields: DatagramFields
) -> None:
    """A row of zeros but for what its datagram says."""
    for word in range(LENGTH):
        w8[row, word] = 0
    w8[row, SEEN] = fields.sent
    w4[row, EXPORTER] = fields.exporter
    w1[row, PROTOCOL] = fields.protocol


@inlined
def put_packet(
    w8: NDArray[np.uint64], w2: NDArray[np.uint16], w1: Data, row: int, packet: FastPacket
) -> None:
    """What a packet says."""
    w8[row, SRC_HI], w8[row, SRC_LO] = packet.src_hi, packet.src_lo
    w8[row, DST_HI], w8[row, DST_LO] = packet.dst_hi, packet.dst_lo
    w2[row, SPORT], w2[row, DPORT] = packet.upper.sport, packet.upper.dport
    w2[row, FLAGS], w2[row, ICMP] = packet.upper.flags, packet.upper.icmp
    w1[row, FAMILY], w1[row, PROTO] = packet.family, packet.proto
    w1[row, FRAGMENT] = packet.fragment


@inlined
def put_sides(data: Data, at: int, wide: bool, w4: NDArray[np.uint32], row: int) -> int:  # noqa: FBT001 - a kernel has no keywords
    """The interfaces of a sample, unless they are none: discarded, several, the exporter itself.

    The answer is their has-bits.
    """
    if wide:
        forms = load4(data, at + 24), load4(data, at + 32)
        values = load4(data, at + 28), load4(data, at + 36)
    else:
        both = load4(data, at + 20), load4(data, at + 24)
        forms = both[0] >> 30, both[1] >> 30
        values = both[0] & LOCAL, both[1] & LOCAL
    has = 0
    if forms[0] == 0 and values[0] != LOCAL:
        w4[row, INPUT] = values[0]
        has = WITH_INPUT
    if forms[1] == 0 and values[1] != LOCAL:
        w4[row, OUTPUT] = values[1]
        has |= WITH_OUTPUT
    return has


@inlined
def find_said(data: Data, at: int, end: int, count: int) -> tuple[int, int]:
    """Where the raw header of a sample stands, -1: not plain; the tag that its switch told."""
    raw, tag, tagged = ODD, 0, False
    for _ in range(count):
        if at + 8 > end:
            return ODD, 0
        kind, length = load4(data, at), load4(data, at + 4)
        at += 8
        shortest = 16 if kind == RAW else 4 if kind in (ETHERNET, SWITCH) else 0
        if at + length > end or length < shortest or kind in (SAMPLED4, SAMPLED6):
            return ODD, 0
        if kind == RAW and raw == ODD:
            raw = at
        if kind == SWITCH and not tagged:
            tag, tagged = load4(data, at), True
        at += length
    return raw, tag


@inlined
def read_raw(data: Data, at: int, within: int) -> tuple[FastPacket, int]:
    """The packet of a raw header, and its tag or -1."""
    protocol, size = load4(data, at), load4(data, at + 12)
    stop = at + min(16 + size, load4(data, at - 4))  # the record's own length precedes it
    begin, tag = at + 16, -1
    if protocol == 1:
        begin, tag = enter(data, begin, stop)
    elif protocol not in (11, 12):
        begin = ODD
    if begin in (ODD, NOTHING):
        return no_packet(begin), -1
    return packet(data, begin, stop, within), tag
