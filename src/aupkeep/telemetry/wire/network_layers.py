"""IPv4, IPv6 with its extension headers, and what stands above them.

Sources: RFC 791, RFC 8200, RFC 4302 (authentication header), RFC 9293, RFC 768, RFC 792, RFC 4443.
"""

from collections.abc import Mapping

from aupkeep.telemetry.wire.layers import (
    FIRST,
    LATER,
    WHOLE,
    FragmentPiece,
    IpFrame,
    Layer,
    LayerWalk,
    Read,
)

ICMP, IPIP, TCP, UDP, IN6, GRE, AH, ICMP6, ETHERIP, MPLS = 1, 4, 6, 17, 41, 47, 51, 58, 97, 137
PORTS = {TCP, UDP, 33, 132, 136}  # and DCCP, SCTP, UDP-Lite
HOPS, ROUTING, FRAGMENT, DESTINATION = 0, 43, 44, 60
EXTENSIONS = {HOPS, ROUTING, DESTINATION, 135, 139, 140}
MOST_EXTENSIONS = 8
TUNNELS = {
    IPIP: Layer.INNER_IP,
    IN6: Layer.INNER_IP,
    GRE: Layer.GRE,
    ETHERIP: Layer.ETHERIP,
    MPLS: Layer.INNER_MPLS,
}
SHORTEST4, HEADER6, UDP_HEADER = 20, 40, 8


def _ip(walk: LayerWalk) -> Layer | None:
    """Either version; the first four bits tell which."""
    walk.tagged = False
    version = walk.byte() >> 4
    if version == 4:  # noqa: PLR2004 - the IP version
        return _ipv4(walk)
    return _ipv6(walk) if version == 6 else None  # noqa: PLR2004 - the IP version


def _ipv4(walk: LayerWalk) -> Layer | None:
    header, length = (walk.byte() & 15) * 4, walk.short(2)
    if header < SHORTEST4 or (length < header and length != 0):  # 0: the card segments later
        return None
    end = walk.stop(walk.at + length if length else walk.end)
    fragment = walk.short(6)
    part = LATER if fragment & 0x1FFF else FIRST if fragment & 0x2000 else WHOLE
    walk.next = walk.byte(9)
    src, dst = walk.long(12), walk.long(16)
    walk.frame = IpFrame(4, src, dst, walk.next, length or end - walk.at, end, part, vlan=walk.vlan)
    if part != WHOLE:
        place = (fragment & 0x1FFF) * 8
        walk.frame.piece = FragmentPiece(
            walk.short(4), place, walk.at + header, bool(fragment & 0x2000)
        )
    return walk.step(header, None if part == LATER else Layer.TRANSPORT)


def _ipv6(walk: LayerWalk) -> Layer | None:
    data = walk.data[walk.at + 8 : walk.at + HEADER6]
    length = HEADER6 + walk.short(4)
    walk.next = walk.byte(6)
    if len(data) < HEADER6 - 8:
        return None
    src, dst = int.from_bytes(data[:16], "big"), int.from_bytes(data[16:], "big")
    end = walk.stop(walk.at + length if length > HEADER6 else walk.end)
    walk.frame = IpFrame(6, src, dst, walk.next, length, end, vlan=walk.vlan)
    walk.at += HEADER6
    part = _extensions(walk, walk.frame)
    walk.frame.proto, walk.frame.fragment = walk.next, part
    return None if part == LATER else Layer.TRANSPORT


def _extensions(walk: LayerWalk, frame: IpFrame) -> int:
    """Step over extension headers; the answer is which part of a fragmented packet this is."""
    part = WHOLE
    for _ in range(MOST_EXTENSIONS):
        if walk.next == FRAGMENT:
            kind, word = walk.byte(), walk.short(2)
            part, size = LATER if word & 0xFFF8 else FIRST if word & 1 else part, 8
            frame.piece = FragmentPiece(walk.long(4), word & 0xFFF8, walk.at + 8, bool(word & 1))
        elif walk.next in EXTENSIONS:
            kind, size = walk.byte(), (walk.byte(1) + 1) * 8
        else:
            break
        walk.next = kind
        walk.at += size
        if part == LATER:
            break
    return part


def _transport(walk: LayerWalk) -> Layer | None:
    """Ports, flags, ICMP's type and code, or the tunnel that the protocol names."""
    frame = walk.frame
    if frame is None:
        return None
    if walk.next == AH:
        kind, size = walk.byte(), (walk.byte(1) + 2) * 4
        frame.proto = walk.next = kind
        return walk.step(size, Layer.TRANSPORT)
    if walk.next in PORTS:
        frame.sport, frame.dport = walk.short(), walk.short(2)
        if walk.next == TCP:
            frame.flags = walk.byte(13)
        if walk.next != UDP or frame.fragment != WHOLE:
            return None
        frame.payload, stated = walk.at + UDP_HEADER, walk.short(4)
        if stated >= UDP_HEADER:  # 0 in a jumbogram, RFC 2675
            frame.end = min(frame.end, walk.at + stated)
        return walk.step(UDP_HEADER, Layer.UDP)
    if walk.next in (ICMP, ICMP6):
        frame.icmp = walk.short()
        return None
    return TUNNELS.get(walk.next) if frame.fragment == WHOLE else None


LAYERS: Mapping[Layer, Read] = {Layer.IP: _ip, Layer.TRANSPORT: _transport}
