"""Export datagrams out of captures and out of files of bytes."""

import struct
from collections import Counter
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.telemetry.capture.datagrams import datagrams
from aupkeep.telemetry.datagram import Datagram
from telemetry.capture import files
from telemetry.wire import samples
from telemetry.wire.exports import ipfix, netflow5, netflow9, record5

EXPORT = netflow9(sequence=7)


def read(data):
    """The datagrams, and what was counted besides."""
    dropped = Counter()
    return list(datagrams(data, dropped)), dict(dropped)


@pytest.mark.parametrize(
    ("packet", "exporter"),
    [
        (samples.ipv4(samples.udp(EXPORT), 17), "203.0.113.10"),
        (samples.ipv6(samples.udp(EXPORT), 17), "2001:db8::a"),
    ],
)
def test_the_exporter_is_who_sent_the_datagram(packet, exporter):
    found, dropped = read(files.pcap([(1234, packet)], linktype=101))
    assert found == [Datagram(data=EXPORT, at=1234, exporter=ip_address(exporter))]
    assert not dropped


def test_padding_of_a_frame_is_not_part_of_the_datagram():
    packet = samples.ethernet(samples.ipv4(samples.udp(EXPORT), 17)) + b"padding"
    [found], _ = read(files.pcap([(0, packet)]))
    assert found.data == EXPORT


def test_a_length_of_udp_that_is_smaller_holds():
    packet = bytearray(samples.ipv4(samples.udp(EXPORT), 17))
    packet[24:26] = b"\0\x0c"
    [found], _ = read(files.pcap([(0, bytes(packet))], linktype=101))
    assert found.data == EXPORT[:4]


def test_what_is_no_datagram_is_counted():
    packets = [
        samples.ipv4(samples.tcp(), 6),
        b"not IP",
        samples.ipv4(samples.udp(EXPORT), 17, fragment=0x2000),
        samples.ipv4(b"the rest of it", 17, fragment=3),
    ]
    found, dropped = read(files.pcap([(0, packet) for packet in packets], linktype=101))
    assert (found, dropped) == ([], {"not_udp": 2, "ip_fragment": 2})


LARGE = netflow5(*(record5(one, 9) for one in range(30)))  # 1,464 bytes


def pieces(build, size=512):
    """A datagram in fragments, each as a packet."""
    body = samples.udp(LARGE)
    places = range(0, len(body), size)
    return [build(body[at : at + size], at, at + size < len(body)) for at in places]


def piece4(body, at, more):
    return samples.ipv4(body, 17, fragment=at // 8 | more << 13)


def piece6(body, at, more):
    head = struct.pack(">BBHI", 17, 0, at | more, 7)
    return samples.ipv6(head + body, 44)


@pytest.mark.parametrize("build", [piece4, piece6])
@given(order=st.permutations([0, 1, 2]))
def test_fragments_are_put_together(build, order):
    """In whatever order they come."""
    sent = pieces(build)
    packets = [(at, sent[one]) for at, one in enumerate(order)]
    found, dropped = read(files.pcap(packets, linktype=101))
    assert ([one.data for one in found], dropped) == ([LARGE], {})


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_packet_with_a_piece_missing_is_counted(missing):
    packets = [(0, one) for number, one in enumerate(pieces(piece4)) if number != missing]
    found, dropped = read(files.pcap(packets, linktype=101))
    assert (found, dropped) == ([], {"ip_fragment": 2})


def test_a_piece_that_comes_twice_is_counted():
    first, *rest = pieces(piece4)
    found, dropped = read(files.pcap([(0, one) for one in (first, first, *rest)], linktype=101))
    assert ([one.data for one in found], dropped) == ([LARGE], {"ip_fragment": 1})


def test_pieces_of_a_packet_that_was_never_whole_do_not_join_a_later_one():
    """Its number is used again, an hour later."""
    packets = [(0, piece4(bytes(512), 0, True)), *((3_600_000, piece) for piece in pieces(piece4))]
    found, dropped = read(files.pcap(packets, linktype=101))
    assert ([one.data for one in found], dropped) == ([LARGE], {"ip_fragment": 1})


def test_a_flood_of_fragments_is_bounded():
    """Each the first of another packet."""
    packets = []
    for number in range(700):
        one = bytearray(pieces(piece4)[0])
        one[4:6] = struct.pack(">H", number)
        packets.append((0, bytes(one)))
    found, dropped = read(files.pcap(packets, linktype=101))
    assert (found, dropped) == ([], {"ip_fragment": 700})


def test_an_export_within_a_tunnel_is_not_taken_out():
    """Whoever sends the outer packet is the exporter that we know."""
    inside = samples.ipv4(samples.udp(EXPORT), 17)
    found, dropped = read(files.pcap([(0, samples.ipv4(inside, 4))], linktype=101))
    assert (found, dropped) == ([], {"not_udp": 1})


@pytest.mark.parametrize(
    "parts",
    [
        [netflow5(record5(1, 2)), netflow5(record5(1, 2), record5(3, 4))],
        [ipfix(b"\1\0\0\x08abcd"), ipfix(), ipfix(b"\1\0\0\x06ab")],
        [netflow9(b"\1\0\0\x08abcd"), EXPORT, netflow9(b"\1\0\0\x08\0\x09\0\x09")],
        [samples.sflow(agent=samples.SRC6), samples.sflow(samples.sample()), samples.sflow()],
    ],
)
def test_a_file_of_bytes_may_hold_several(parts):
    """Where their headers, sets or samples tell how long they are."""
    found, dropped = read(b"".join(parts))
    assert ([one.data for one in found], dropped) == (parts, {})
    assert {one.exporter for one in found} == {None}


@pytest.mark.parametrize(
    "data",
    [
        EXPORT + b"\0\0\0\0" + EXPORT,
        EXPORT + b"\1\0\0\x08",
        ipfix() + b"??",
        netflow5(record5(1, 2)) + b"\0\x09",
        samples.sflow() + b"\0\0\0\4",
        b"\0\0\0\5",
        b"x",
    ],
)
def test_else_it_is_one(data):
    assert [one.data for one in read(data)[0]] == [data]


def test_an_empty_file_holds_none():
    assert read(b"") == ([], {})


@given(st.binary(max_size=200))
def test_no_byte_of_a_file_is_lost(data):
    whole = b"\0\x0a" + data
    assert b"".join(datagram.data for datagram in datagrams(whole)) == whole
