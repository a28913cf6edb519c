"""Frames: addresses, ports, flags, tags, fragments, and the packet within tunnels."""

import struct
from ipaddress import ip_address, ip_network

import pytest

from aupkeep.telemetry.wire.frame import between, read_frame
from telemetry.wire import samples
from telemetry.wire.samples import DST4, DST6, SRC4, SRC6, ethernet, ipv4, ipv6, tcp, udp

ETHERNET, RAW = 1, 101
INNER = ipv4(tcp(22, 4022, 0x12))
INSIDE = ("203.0.113.10", 22, 4022)


def ends(frame):
    """Source and ports, in short."""
    source = SRC4 if frame.family == 4 else SRC6
    assert frame.src == int(source)
    assert frame.dst == int(DST4 if frame.family == 4 else DST6)
    return str(source), frame.sport, frame.dport


@pytest.mark.parametrize(
    ("linktype", "data"),
    [
        (0, struct.pack("<I", 2) + INNER),
        (0, struct.pack(">I", 2) + INNER),
        (108, struct.pack(">I", 2) + INNER),
        (1, ethernet(INNER)),
        (9, b"\x00\x21" + INNER),
        (9, b"\xff\x03\x00\x21" + INNER),
        (9, b"\x21" + INNER),
        (50, b"\xff\x03\x00\x21" + INNER),
        (104, b"\x0f\x00\x08\x00" + INNER),
        (12, INNER),
        (14, INNER),
        (101, INNER),
        (228, INNER),
        (113, bytes(14) + b"\x08\x00" + INNER),
        (276, b"\x08\x00" + bytes(18) + INNER),
        (276, b"\x81\x00" + bytes(18) + b"\0\7\x08\x00" + INNER),
        (1, bytes(12) + struct.pack(">H", 48) + b"\xaa\xaa\x03\0\0\0\x08\x00" + INNER),
        (1, ethernet(b"\x11\x00\0\1\0\x2a\x00\x21" + INNER, 0x8864)),
        (1, ethernet(bytes(4) + ethernet(INNER), 0x88E7)),
    ],
)
def test_each_link_layer(linktype, data):
    """Loopback, Ethernet, SNAP, PPP, PPPoE, HDLC, cooked, provider backbone, none."""
    assert ends(read_frame(data, linktype)) == INSIDE


TAG7, PRIORITY = b"\0\7", b"\xe0\0"


@pytest.mark.parametrize(
    ("linktype", "data", "tag"),
    [
        (1, ethernet(TAG7 + b"\x08\x00" + INNER, 0x8100), 7),
        (1, ethernet(TAG7 + b"\x81\x00\0\x09\x08\x00" + INNER, 0x88A8), 7),
        (1, ethernet(PRIORITY + b"\x08\x00" + INNER, 0x8100), None),
        (1, ethernet(PRIORITY + b"\x81\x00" + TAG7 + b"\x08\x00" + INNER, 0x8100), 7),
        # a customer's own tag, within a pseudowire and a provider's backbone
        (1, ethernet(b"\0\1\1\x40" + bytes(4) + ethernet(TAG7 + b"\x08\x00" + INNER, 0x8100),
                     0x8847), None),
        (219, b"\0\1\1\x40" + bytes(4) + ethernet(TAG7 + b"\x08\x00" + INNER, 0x8100), None),
        (1, ethernet(bytes(4) + ethernet(TAG7 + b"\x08\x00" + INNER, 0x8100), 0x88E7), None),
    ],
)  # fmt: skip
def test_a_tag_is_that_of_the_port_or_none(linktype, data, tag):
    """Unknown is said: a tag within somebody's tunnel names none of our networks."""
    frame = read_frame(data, linktype)
    assert ends(frame) == INSIDE
    assert frame.vlan == tag


@pytest.mark.parametrize("proto", [6, 17, 1, 132])
@pytest.mark.parametrize("build", [ipv4, ipv6])
def test_what_fills_a_frame_up_is_no_port(build, proto):
    """An IP packet that states that nothing stands above it."""
    kind = 0x0800 if build is ipv4 else 0x86DD
    length = b"\0\x14" if build is ipv4 else b"\0\2"
    packet = bytearray(build(b"\1\2" + bytes(30), proto))
    at = 2 if build is ipv4 else 4
    packet[at : at + 2] = length
    frame = read_frame(ethernet(bytes(packet), kind), 1)
    assert frame is not None
    assert (frame.proto, frame.sport, frame.dport) == (proto, None, None)


@pytest.mark.parametrize(
    ("tags", "vlan"),
    [
        ((), None),
        (((0x8100, 701),), 701),
        (((0x88A8, 30), (0x8100, 40)), 30),
        (((0x8100, 0xE000 | 5),), 5),
    ],
)
def test_the_outermost_tag_is_the_vlan(tags, vlan):
    """Its priority bits are no part of the number."""
    assert read_frame(ethernet(INNER, tags=tags), ETHERNET).vlan == vlan


def label(number, *, bottom):
    """One MPLS label."""
    return struct.pack(">I", number << 12 | bottom << 8 | 64)


@pytest.mark.parametrize(
    "body",
    [
        label(100, bottom=1) + INNER,
        label(100, bottom=0) + label(0, bottom=1) + INNER,
        label(100, bottom=1) + bytes(4) + ethernet(INNER),
        label(100, bottom=1) + b"\0\0\0\7" + ethernet(INNER, tags=((0x8100, 9),)),
    ],
)
def test_labels_lead_to_a_packet_or_to_a_frame(body):
    assert ends(read_frame(ethernet(body, 0x8847), ETHERNET)) == INSIDE


GRE = struct.Struct(">HH")
TUNNELS = {
    "ip in ip": (4, INNER),
    "gre": (47, GRE.pack(0, 0x0800) + INNER),
    "gre with all words": (47, GRE.pack(0xB000, 0x0800) + bytes(12) + INNER),
    "gre bridged": (47, GRE.pack(0, 0x6558) + ethernet(INNER)),
    "gre labels": (47, GRE.pack(0, 0x8847) + label(9, bottom=1) + INNER),
    "pptp": (47, GRE.pack(0x3081, 0x880B) + bytes(12) + b"\xff\x03\x00\x21" + INNER),
    "erspan 1": (47, GRE.pack(0, 0x88BE) + ethernet(INNER)),
    "erspan 2": (47, GRE.pack(0x1000, 0x88BE) + bytes(12) + ethernet(INNER)),
    "erspan 3": (47, GRE.pack(0x1000, 0x22EB) + bytes(16) + ethernet(INNER)),
    "etherip": (97, b"\x30\x00" + ethernet(INNER)),
    "mpls in ip": (137, label(9, bottom=1) + INNER),
    "authenticated": (51, struct.pack(">BBHII", 4, 4, 0, 1, 1) + bytes(12) + INNER),
    "vxlan": (17, udp(b"\x08\0\0\0\0\0\1\0" + ethernet(INNER), dport=4789)),
    "vxlan of Linux": (17, udp(b"\x08\0\0\0\0\0\1\0" + ethernet(INNER), dport=8472)),
    "vxlan gpe": (17, udp(b"\x0c\0\0\1\0\0\1\0" + INNER, dport=4790)),
    "geneve": (17, udp(b"\x01\0\x65\x58\0\0\1\0" + bytes(4) + ethernet(INNER), dport=6081)),
    "gtp": (17, udp(b"\x30\xff\0\x28\0\0\0\1" + INNER, dport=2152)),
    "gtp with a header more": (
        17,
        udp(b"\x34\xff\0\x30\0\0\0\1\0\0\0\x85" + b"\1\0\0\0" + INNER, dport=2152),
    ),
    "gre in udp": (17, udp(GRE.pack(0, 0x0800) + INNER, dport=4754)),
    "mpls in udp": (17, udp(label(9, bottom=1) + INNER, dport=6635)),
    "lisp": (17, udp(bytes(8) + INNER, dport=4341)),
}


@pytest.mark.parametrize("name", TUNNELS)
@pytest.mark.parametrize("outer", [ipv4, ipv6])
def test_each_tunnel(name, outer):
    proto, body = TUNNELS[name]
    assert ends(read_frame(outer(body, proto), RAW)) == INSIDE


@pytest.mark.parametrize("name", TUNNELS)
def test_a_cut_tunnel_is_its_own_flow(name):
    """Whatever remains of it, as long as its own header does."""
    proto, body = TUNNELS[name]
    whole = ipv4(body, proto)
    for length in range(20, len(whole)):
        frame = read_frame(whole[:length], RAW)
        assert frame is not None
        assert (frame.src, frame.dst) == (int(SRC4), int(DST4))


def test_the_outermost_packet_when_asked():
    proto, body = TUNNELS["vxlan"]
    frame = read_frame(ipv4(body, proto), RAW, inner=False)
    assert (frame.proto, frame.dport) == (17, 4789)


@pytest.mark.parametrize(
    ("networks", "port"),
    [
        (["203.0.113.0/24", "198.51.100.0/24"], 4022),
        (["203.0.113.0/24"], 4789),
        (["2001:db8::/32"], 4789),
        ([], 4789),
    ],
)
def test_tunnels_of_others_are_not_believed(networks, port):
    """Both ends must be ours, else anybody could say what a neighbour sent."""
    proto, body = TUNNELS["vxlan"]
    inner = between(map(ip_network, networks))
    assert read_frame(ipv4(body, proto), RAW, inner=inner).dport == port


def test_a_tunnel_within_ours_is_not_ours():
    """The packet inside is a tenant's; what it carries is the tenant's word."""
    proto, body = TUNNELS["gre"]
    outer, inside = ip_address("192.0.2.1"), ipv4(body, proto)
    wrapped = ipv4(inside, 4, src=outer, dst=outer)
    frame = read_frame(wrapped, RAW, inner=between([ip_network("192.0.2.0/24")]))
    assert (frame.src, frame.proto) == (int(SRC4), 47)


@pytest.mark.parametrize(
    "body",
    [
        b"\x00\0\0\0\0\0\1\0" + ethernet(INNER),  # no identifier
        b"\x08\0\0\0\0\0\1\7" + ethernet(INNER),  # a reserved byte
        b"\x08\0\0\0\0\0\1\0" + b"GET / HTTP/1.1",
    ],
)
def test_what_only_uses_a_tunnels_port_is_a_flow(body):
    frame = read_frame(ipv4(udp(body, dport=4789), 17), RAW)
    assert (frame.proto, frame.dport) == (17, 4789)


def test_teredo():
    """With authentication and origin before the packet, either way round."""
    body = b"\0\1\0\0" + bytes(9) + b"\0\0" + bytes(6) + ipv6(tcp(22, 4022))
    for ports in ({"sport": 3544}, {"dport": 3544}):
        frame = read_frame(ipv4(udp(body, **ports), 17), RAW)
        assert (frame.family, frame.sport, frame.src) == (6, 22, int(SRC6))


def test_gtp_answers_from_its_port():
    """A node may send from 2152 to the port that asked."""
    body = b"\x30\xff\0\x28\0\0\0\1" + INNER
    assert ends(read_frame(ipv4(udp(body, sport=2152, dport=5906), 17), RAW)) == INSIDE


def test_six_in_four_and_four_in_six():
    assert ends(read_frame(ipv4(ipv6(tcp(22, 4022)), 41), RAW))[0] == str(SRC6)
    assert ends(read_frame(ipv6(INNER, 4), RAW)) == INSIDE


def test_extension_headers_are_stepped_over():
    """Hop by hop, routing, destination; then TCP."""
    headers = b"\x2b\0" + bytes(6) + b"\x3c\1" + bytes(14) + b"\6\0" + bytes(6)
    frame = read_frame(ipv6(headers + tcp(22, 4022), 0), RAW)
    assert (frame.proto, frame.sport, frame.flags) == (6, 22, 2)


@pytest.mark.parametrize(
    ("word", "part", "ports"),
    [(0, 0, 1024), (0x2000, 1, 1024), (0x2001, 2, None), (0x4000, 0, 1024)],
)
def test_fragments_of_version_four(word, part, ports):
    """Only the first one has ports; Don't Fragment is none."""
    frame = read_frame(ipv4(tcp(), fragment=word), RAW)
    assert (frame.fragment, frame.sport) == (part, ports)


@pytest.mark.parametrize(("word", "part", "ports"), [(0, 0, 1024), (1, 1, 1024), (9, 2, None)])
def test_fragments_of_version_six(word, part, ports):
    data = struct.pack(">BBHI", 6, 0, word, 7) + tcp()
    frame = read_frame(ipv6(data, 44), RAW)
    assert (frame.proto, frame.fragment, frame.sport) == (6, part, ports)


def test_icmp_has_a_type_and_a_code_and_no_ports():
    frame = read_frame(ipv4(b"\x08\x00" + bytes(6), 1), RAW)
    assert (frame.icmp, frame.sport, frame.dport) == (2048, None, None)
    assert read_frame(ipv6(b"\x80\x00" + bytes(6), 58), RAW).icmp == 128 * 256


def test_a_packet_that_a_network_card_cuts_later_has_no_length():
    """Segmentation offload: the length is zero, the bytes tell it."""
    packet = bytearray(ipv4(udp(b"abcd"), 17))
    packet[2:4] = b"\0\0"
    assert read_frame(bytes(packet), RAW).length == 32


@pytest.mark.parametrize(
    "data", [b"", b"\x45", b"\x45" + bytes(10), b"\x41" + INNER[1:], b"\x50" + bytes(40)]
)
def test_what_is_no_packet(data):
    assert read_frame(data, RAW) is None


def test_an_unknown_link_type_is_not_guessed_at():
    assert read_frame(INNER, 147) is None


def test_samples_are_what_they_say():
    """The builder of these tests and the reader agree on lengths."""
    assert read_frame(INNER, RAW).length == len(INNER) == 20 + len(samples.tcp())
