"""Tunnels: what carries one packet within another.

Sources: RFC 2003, 4213, 2473 (IP in IP), RFC 2784, 2890, 2637 (GRE), ERSPAN, RFC 3378 (EtherIP),
RFC 4023 (MPLS in IP), RFC 7348 (VXLAN), RFC 8926 (Geneve), RFC 4380 (Teredo), 3GPP TS 29.281
(GTP-U), RFC 8086 (GRE in UDP), RFC 7510 (MPLS in UDP), RFC 9300 (LISP).
"""

from collections.abc import Mapping

from aupkeep.telemetry.wire.layers import Layer, LayerWalk, Read

CHECKSUM, ROUTED, KEY, SEQUENCE, ACKNOWLEDGED = 0x8000, 0x4000, 0x2000, 0x1000, 0x80
GRE_VERSION, PPTP, ERSPAN2, ERSPAN3 = 7, 0x880B, 0x88BE, 0x22EB
TYPES = {
    0x0800: Layer.IP, 0x86DD: Layer.IP, 0x6558: Layer.ETHERNET, 0x8847: Layer.MPLS,
    0x8848: Layer.MPLS, PPTP: Layer.PPP,
}  # fmt: skip
GPE = {1: Layer.IP, 2: Layer.IP, 3: Layer.ETHERNET}
G_PDU = 0xFF
MOST_HEADERS = 8  # of GTP-U extensions, of Teredo's


def _gre(walk: LayerWalk) -> Layer | None:
    """Optional words by flag, then what the protocol type names."""
    flags, kind = walk.short(), walk.short(2)
    if flags & GRE_VERSION > 1 or flags & ROUTED:
        return None
    words = [flags & CHECKSUM, flags & KEY, flags & SEQUENCE]
    if flags & GRE_VERSION:
        words = [1, flags & SEQUENCE, flags & ACKNOWLEDGED]  # RFC 2637: the key is always there
    size = 4 + 4 * sum(map(bool, words))
    if kind == ERSPAN2:
        return walk.step(size + (8 if flags & SEQUENCE else 0), Layer.ETHERNET)
    if kind == ERSPAN3:
        return walk.step(size + 12 + 8 * (walk.byte(size + 11) & 1), Layer.ETHERNET)
    return walk.step(size, TYPES.get(kind))


def _etherip(walk: LayerWalk) -> Layer | None:
    return walk.step(2, Layer.ETHERNET if walk.byte() == 0x30 else None)  # noqa: PLR2004 - version 3


def _udp(walk: LayerWalk) -> Layer | None:
    """The tunnel that a well-known port tells; its own words must fit, for anybody may use it."""
    frame = walk.frame
    if frame is None:
        return None
    known = PORTS.get(frame.dport or 0) or ANSWERS.get(frame.sport or 0)
    return known(walk) if known else None


def _vxlan(walk: LayerWalk) -> Layer | None:
    """Only with the identifier's bit set and the last byte, reserved, zero."""
    fits = walk.byte() & 0x7F == 0x08 and walk.byte(7) == 0  # noqa: PLR2004 - the identifier's bit
    return walk.step(8, Layer.ETHERNET if fits else None)


def _vxlan_gpe(walk: LayerWalk) -> Layer | None:
    return walk.step(8, GPE.get(walk.byte(3)) if walk.byte() & 0x08 else None)


def _geneve(walk: LayerWalk) -> Layer | None:
    fits = walk.byte() >> 6 == 0
    return walk.step(8 + (walk.byte() & 0x3F) * 4, TYPES.get(walk.short(2)) if fits else None)


def _gtp(walk: LayerWalk) -> Layer | None:
    """User traffic of GTP version 1; extension headers tell their length in words of four bytes."""
    flags, kind = walk.byte(), walk.byte(1)
    if flags >> 4 != 3 or kind != G_PDU:  # noqa: PLR2004 - version 1, and GTP not GTP'
        return None
    following = walk.byte(11) if flags & 4 else 0
    walk.at += 12 if flags & 7 else 8
    for _ in range(MOST_HEADERS):
        if not following:
            return Layer.IP
        size = walk.byte() * 4
        if size == 0:
            return None
        following = walk.byte(size - 1)
        walk.at += size
    return None


def _teredo(walk: LayerWalk) -> Layer | None:
    """An IPv6 packet that fills the datagram; authentication and origin may precede it."""
    for _ in range(MOST_HEADERS):
        kind = walk.short()
        if kind == 1:  # authentication: lengths of identifier and value, then a nonce
            walk.at += 13 + walk.byte(2) + walk.byte(3)
        elif kind == 0:  # origin indication
            walk.at += 8
        else:
            break
    return Layer.IP if walk.byte() >> 4 == 6 else None  # noqa: PLR2004 - the IP version


GTP, TEREDO = 2152, 3544
ANSWERS: Mapping[int, Read] = {GTP: _gtp, TEREDO: _teredo}  # also where they come from
PORTS: Mapping[int, Read] = {
    **ANSWERS,
    4341: lambda walk: walk.step(8, Layer.IP),  # LISP
    4754: lambda _walk: Layer.GRE,
    4789: _vxlan,
    4790: _vxlan_gpe,
    6081: _geneve,
    6635: lambda _walk: Layer.MPLS,
    8472: _vxlan,
}
LAYERS: Mapping[Layer, Read] = {
    Layer.GRE: _gre,
    Layer.ETHERIP: _etherip,
    Layer.INNER_IP: lambda _walk: Layer.IP,
    Layer.INNER_MPLS: lambda _walk: Layer.MPLS,
    Layer.UDP: _udp,
}
