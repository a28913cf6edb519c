"""Link layers: Ethernet with its tags, PPP, loopback and cooked captures, MPLS.

Sources: IEEE 802.3, 802.1Q, 802.1ad, 802.1ah; RFC 1661, RFC 2516 (PPPoE); RFC 3032, RFC 4448 (MPLS
and Ethernet over it); the link types of tcpdump.org.
"""

from collections.abc import Mapping

from aupkeep.telemetry.wire.layers import Layer, LayerWalk, Read

LINKTYPES: Mapping[int, Layer] = {
    0: Layer.FAMILY, 1: Layer.ETHERNET, 9: Layer.PPP, 12: Layer.IP, 14: Layer.IP, 50: Layer.HDLC,
    101: Layer.IP, 104: Layer.HDLC, 108: Layer.FAMILY, 113: Layer.COOKED, 219: Layer.MPLS,
    228: Layer.IP, 229: Layer.IP, 276: Layer.COOKED2,
}  # fmt: skip
IPV4, IPV6 = 0x0800, 0x86DD
TAGS = {0x8100, 0x88A8, 0x9100, 0x9200, 0x9300}
MPLS = {0x8847, 0x8848}
PPPOE, BACKBONE = 0x8864, 0x88E7
BRIDGED = 0x6558  # Ethernet within GRE, Geneve
LONGEST_802_3 = 1500  # an EtherType is larger than any length
SNAP = b"\xaa\xaa\x03\0\0\0"
PPP_KINDS = {0x0021: Layer.IP, 0x0057: Layer.IP, 0x0281: Layer.MPLS, 0x0283: Layer.MPLS}
FAMILIES = {2, 10, 24, 28, 30}  # AF_INET, and AF_INET6 as Linux, NetBSD, FreeBSD and macOS have it
LABEL, BOTTOM = 4, 1 << 8
VLAN_ID = 0xFFF


def _ethernet(walk: LayerWalk) -> Layer | None:
    """Two addresses, then an EtherType or a length with LLC."""
    walk.at += 12
    if walk.short() <= LONGEST_802_3 and walk.data[walk.at + 2 : walk.at + 8] == SNAP:
        walk.at += 8
    return Layer.TYPED


def _named(walk: LayerWalk, kind: int) -> Layer | None:
    """What an EtherType names; a tag is noted and stepped over."""
    if kind in TAGS:
        if walk.tagged and walk.vlan is None:
            walk.vlan = walk.short(2) & VLAN_ID or None
        return walk.step(4, Layer.TYPED)
    walk.tagged = False  # what is tagged from here on is somebody's frame within
    if kind in (IPV4, IPV6):
        return walk.step(2, Layer.IP)
    if kind in MPLS:
        return walk.step(2, Layer.MPLS)
    if kind == PPPOE:
        return walk.step(8, Layer.PPP)
    if kind == BACKBONE:
        return walk.step(6, Layer.ETHERNET)
    return walk.step(2, Layer.ETHERNET) if kind == BRIDGED else None


def _ppp(walk: LayerWalk) -> Layer | None:
    """A protocol number of one byte (compressed) or two; address and control may precede it."""
    if walk.short() == 0xFF03:  # noqa: PLR2004 - all stations, unnumbered
        walk.at += 2
    compressed = walk.byte() & 1
    kind = walk.byte() if compressed else walk.short()
    return walk.step(1 if compressed else 2, PPP_KINDS.get(kind))


def _hdlc(walk: LayerWalk) -> Layer | None:
    """PPP's framing, or Cisco's: address, control, an EtherType."""
    if walk.byte() == 0xFF:  # noqa: PLR2004 - all stations
        return Layer.PPP
    return walk.step(2, Layer.TYPED)


def _family(walk: LayerWalk) -> Layer | None:
    """The number of an address family, in the byte order of whoever captured."""
    family = walk.long()
    swapped = int.from_bytes(family.to_bytes(4, "big"), "little")
    return walk.step(4, Layer.IP if family in FAMILIES or swapped in FAMILIES else None)


def _cooked2(walk: LayerWalk) -> Layer | None:
    """The EtherType stands first; what it names stands behind the header."""
    kind = walk.short()
    walk.at += 18
    return _named(walk, kind)


def _mpls(walk: LayerWalk) -> Layer | None:
    """Labels down to the bottom; what follows is told by its first four bits."""
    walk.tagged = False
    while not walk.long() & BOTTOM:
        walk.at += LABEL
    walk.at += LABEL
    first = walk.byte() >> 4
    if first in (4, 6):
        return Layer.IP
    if walk.short() == 0:  # the control word of RFC 4448 section 4.6, its reserved bits zero
        return walk.step(4, Layer.ETHERNET)
    return None


LAYERS: Mapping[Layer, Read] = {
    Layer.ETHERNET: _ethernet,
    Layer.TYPED: lambda walk: _named(walk, walk.short()),
    Layer.PPP: _ppp,
    Layer.HDLC: _hdlc,
    Layer.FAMILY: _family,
    Layer.COOKED: lambda walk: walk.step(14, Layer.TYPED),
    Layer.COOKED2: _cooked2,
    Layer.MPLS: _mpls,
}
