"""The packet of a sampled Ethernet frame or IP header, as numbers: the plain ones.

Plain is: at most four tags, no IP at all, IPv4, IPv6, TCP, UDP or ICMP with their whole headers in
the sample, protocols that carry no ports, fragments. Everything else (tunnels, MPLS, PPPoE, cut
headers) is for `telemetry.wire.frame`, the oracle of this kernel.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.fast.big_endian import load2, load4, load8, signed
from aupkeep.telemetry.jit import inlined
from aupkeep.telemetry.rows import RowField

Data: TypeAlias = NDArray[np.uint8]
ODD, NOTHING = -1, 0
ENDS = int(RowField.SRC | RowField.DST | RowField.PROTO)
PORTS, WITH_FLAGS, WITH_ICMP = (
    int(RowField.SPORT | RowField.DPORT),
    int(RowField.FLAGS),
    int(RowField.ICMP),
)
GTP, TEREDO = 2152, 3544
MOST_TAGS, MOST_EXTENSIONS = 4, 8
SNAP = 0xAAAA03  # and a zero organisation: an EtherType follows
NO = np.uint64(0)


class TransportFields(NamedTuple):
    """What stands above IP: the has-bits of the whole packet, -1 where it is not plain."""

    has: int
    sport: int
    dport: int
    flags: int
    icmp: int


class FastPacket(NamedTuple):
    """An IP packet; `upper.has` is 0 where there is none, -1 where it is not plain."""

    upper: TransportFields
    family: int
    proto: int
    fragment: int
    src_hi: np.uint64
    src_lo: np.uint64
    dst_hi: np.uint64
    dst_lo: np.uint64


@inlined
def is_tag(kind: int) -> bool:
    """Whether an EtherType is that of a tag: 802.1Q, 802.1ad and what came before it."""
    return kind in (0x8100, 0x88A8, 0x9100, 0x9200, 0x9300)


@inlined
def holds_nothing(kind: int) -> bool:
    """Whether an EtherType names neither a packet nor anything that may carry one."""
    carries = kind in (0x8847, 0x8848, 0x8864, 0x88E7, 0x6558)  # MPLS, PPPoE, 802.1ah, bridged
    return kind > 1500 and not carries and not is_tag(kind)


@inlined
def enter(data: Data, at: int, end: int) -> tuple[int, int]:
    """Where the packet of an Ethernet frame begins, `NOTHING`, `ODD`; its outermost tag or -1."""
    tag = -1
    if at + 14 > end:
        return ODD, tag
    at += 12
    kind = load2(data, at)
    if kind <= 1500:  # a length: 802.3
        return NOTHING if at + 8 <= end and load4(data, at + 2) >> 8 != SNAP else ODD, tag
    for _ in range(MOST_TAGS):
        if not is_tag(kind):
            break
        if at + 6 > end:
            return ODD, tag
        if tag < 1:  # 0 is a priority alone
            tag = load2(data, at + 2) & 0xFFF
        at += 4
        kind = load2(data, at)
    if kind in (0x0800, 0x86DD):
        return at + 2, tag
    return NOTHING if holds_nothing(kind) else ODD, tag


@inlined
def no_packet(has: int) -> FastPacket:
    """`NOTHING` or `ODD` as a packet."""
    return FastPacket(TransportFields(has, 0, 0, 0, 0), 0, 0, 0, NO, NO, NO, NO)


@inlined
def packet(data: Data, at: int, end: int, within: int) -> FastPacket:
    """The IP packet that begins at a place."""
    if at + 20 > end:
        return no_packet(ODD)
    version = data[at] >> 4
    if version == 4:
        return packet4(data, at, end, within)
    return packet6(data, at, end, within) if version == 6 and at + 40 <= end else no_packet(ODD)


@inlined
def packet4(data: Data, at: int, end: int, within: int) -> FastPacket:
    """The same of IPv4 (RFC 791)."""
    header, length = (data[at] & 15) * 4, load2(data, at + 2)
    if header < 20 or length < header:
        return no_packet(ODD)
    word, proto = load2(data, at + 6), signed(data[at + 9])
    part = 2 if word & 0x1FFF else 1 if word & 0x2000 else 0
    src, dst = np.uint64(load4(data, at + 12)), np.uint64(load4(data, at + 16))
    upper = above(data, at + header, min(end, at + length), proto, part, within)
    return FastPacket(upper, 4, proto, part, NO, src, NO, dst)


@inlined
def packet6(data: Data, at: int, end: int, within: int) -> FastPacket:
    """The same of IPv6 (RFC 8200), its extension headers stepped over."""
    length, proto, part = load2(data, at + 4), signed(data[at + 6]), 0
    if length == 0:
        return no_packet(ODD)
    first = at + 8
    at, end = at + 40, min(end, at + 40 + length)
    for _ in range(MOST_EXTENSIONS):
        if part == 2 or not (proto == 44 or is_extension(proto)):
            break
        if at + 8 > end:
            return no_packet(ODD)
        size = 8
        if proto == 44:  # the fragment header
            word = load2(data, at + 2)
            part = 2 if word & 0xFFF8 else 1 if word & 1 else part
        else:
            size = (signed(data[at + 1]) + 1) * 8
        proto = signed(data[at])
        at += size
    return FastPacket(
        above(data, at, end, proto, part, within),
        6,
        proto,
        part,
        load8(data, first),
        load8(data, first + 8),
        load8(data, first + 16),
        load8(data, first + 24),
    )


@inlined
def is_extension(proto: int) -> bool:
    """Whether the number is that of an extension header other than the fragment header."""
    return proto in (0, 43, 60, 135, 139, 140)


@inlined
def above(data: Data, at: int, end: int, proto: int, part: int, within: int) -> TransportFields:
    """Ports, flags, ICMP's type and code; a later fragment has none."""
    if part == 2:
        return TransportFields(ENDS, 0, 0, 0, 0)
    shortest = 14 if proto == 6 else 8 if proto == 17 else 2 if proto in (1, 58) else 0
    if at + shortest > end:
        return TransportFields(ODD, 0, 0, 0, 0)
    if proto in (6, 17):
        source, port = load2(data, at), load2(data, at + 2)
        if proto == 6:
            flags = signed(data[at + 13])
            return TransportFields(ENDS | PORTS | WITH_FLAGS, source, port, flags, 0)
        tunnel = within and (source in (GTP, TEREDO) or may_tunnel(port))
        return TransportFields(ODD if tunnel else ENDS | PORTS, source, port, 0, 0)
    if proto in (1, 58):
        return TransportFields(ENDS | WITH_ICMP, 0, 0, 0, load2(data, at))
    plain = is_portless(proto) or (not within and is_tunnel(proto))
    return TransportFields(ENDS if plain else ODD, 0, 0, 0, 0)


@inlined
def may_tunnel(port: int) -> bool:
    """Whether a tunnel may stand behind a UDP port, as `wire.tunnel_layers` knows them."""
    return port in (GTP, TEREDO, 4341, 4754, 4789, 4790, 6081, 6635, 8472)


@inlined
def is_tunnel(proto: int) -> bool:
    """IPv4, IPv6, GRE, EtherIP or MPLS within IP."""
    return proto in (4, 41, 47, 97, 137)


@inlined
def is_portless(proto: int) -> bool:
    """IGMP, ESP, IPv6 without a next header, EIGRP, OSPF, PIM, VRRP: we read no further."""
    return proto in (2, 50, 59, 88, 89, 103, 112)
