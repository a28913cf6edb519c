"""sFlow: samples become rows, with the rate they were taken at."""

import struct
from ipaddress import ip_address

import pytest

from telemetry.wire.samples import (
    DST4,
    DST6,
    SRC4,
    SRC6,
    a_record,
    ethernet,
    expanded,
    header,
    ipv4,
    ipv6,
    sample,
    sflow,
    tcp,
    udp,
)
from telemetry.wire.seat import Seat

FRAME = ethernet(ipv4(tcp()), tags=((0x8100, 42),))


def test_a_sample_is_one_packet_of_the_frames_length():
    seat = Seat()
    (flow,) = seat.take(sflow(sample(header(FRAME, length=1518), rate=512)), at=1_772_366_400_123)
    assert flow == {
        "exporter": "192.0.2.1",
        "protocol": "sflow5",
        "src": str(SRC4),
        "dst": str(DST4),
        "sport": 1024,
        "dport": 80,
        "proto": 6,
        "flags": 2,
        "packets": 1,
        "bytes": 1518,
        "sampling": 512,
        "start": None,
        "end": None,
        "input": 3,
        "output": 4,
        "vlan": 42,
    }
    assert seat.rows["seen"].tolist() == [1_772_366_400_123]


def test_without_a_sender_the_agent_is_the_exporter():
    data = sflow(sample(header(FRAME)), agent=SRC6)
    assert Seat().take(data, exporter=None)[0]["exporter"] == str(SRC6)


def test_an_agent_without_an_address_is_nobody():
    data = sflow(sample(header(FRAME)), agent=ip_address("0.0.0.0"))
    assert Seat().take(data, exporter=None)[0]["exporter"] is None


@pytest.mark.parametrize(
    ("input_", "output", "expected"),
    [
        (3, 4, (3, 4)),
        (3, 1 << 30 | 258, (3, None)),
        (3, 2 << 30 | 9, (3, None)),
        (0x3FFFFFFF, 0x3FFFFFFF, (None, None)),
        (0, 0, (0, 0)),
    ],
)
def test_what_is_no_interface_is_absent(input_, output, expected):
    """Discarded for a reason, several at once, the exporter itself."""
    (flow,) = Seat().take(sflow(sample(header(FRAME), input_=input_, output=output)))
    assert (flow["input"], flow["output"]) == expected


@pytest.mark.parametrize(
    ("output", "expected"), [((0, 70_000), 70_000), ((1, 258), None), ((2, 9), None)]
)
def test_expanded_samples_have_wide_interfaces(output, expected):
    (flow,) = Seat().take(sflow(expanded(header(FRAME), output=output, rate=64)))
    assert (flow["output"], flow["sampling"], flow["sport"]) == (expected, 64, 1024)


@pytest.mark.parametrize(
    ("protocol", "frame"),
    [
        (1, FRAME),
        (7, b"\x00\x21" + ipv4(tcp())),
        (11, ipv4(tcp())),
        (13, struct.pack(">I", 9 << 12 | 1 << 8) + ipv4(tcp())),
    ],
)
def test_each_header_protocol(protocol, frame):
    """Ethernet, PPP, IPv4 and MPLS without a link layer."""
    (flow,) = Seat().take(sflow(sample(header(frame, protocol))))
    assert (flow["src"], flow["dport"]) == (str(SRC4), 80)


def test_a_header_of_version_six():
    (flow,) = Seat().take(sflow(sample(header(ipv6(udp(), 17), 12))))
    assert (flow["src"], flow["dst"], flow["dport"]) == (str(SRC6), str(DST6), 53)


def sampled(kind, src, dst, proto=6):
    """A record that the exporter read from the packet itself."""
    body = struct.pack(">II", 1400, proto) + src.packed + dst.packed
    return a_record(kind, body + struct.pack(">IIII", 1024, 80, 0x12, 0))


@pytest.mark.parametrize(("kind", "src", "dst"), [(3, SRC4, DST4), (4, SRC6, DST6)])
def test_fields_that_the_exporter_read(kind, src, dst):
    (flow,) = Seat().take(sflow(sample(sampled(kind, src, dst))))
    assert (flow["src"], flow["dst"]) == (str(src), str(dst))
    assert (flow["sport"], flow["dport"], flow["flags"]) == (1024, 80, 0x12)
    assert (flow["packets"], flow["bytes"]) == (1, 1400)


def test_icmp_read_by_the_exporter_has_no_ports():
    (flow,) = Seat().take(sflow(sample(sampled(3, SRC4, DST4, proto=1))))
    assert (flow["proto"], flow["sport"], flow["flags"]) == (1, None, None)


def test_the_header_counts_before_what_was_read_from_it():
    records = (sampled(3, DST4, SRC4), header(FRAME, length=99))
    (flow,) = Seat().take(sflow(sample(*records)))
    assert (flow["src"], flow["bytes"]) == (str(SRC4), 99)


@pytest.mark.parametrize(("tag", "expected"), [(0, None), (77, 77), (4095, None), (1 << 31, None)])
def test_a_tag_that_the_switch_took_off(tag, expected):
    switch = a_record(1001, struct.pack(">IIII", tag, 0, 5, 0))
    (flow,) = Seat().take(sflow(sample(switch, header(ethernet(ipv4(tcp()))))))
    assert flow["vlan"] == expected


def test_a_frame_without_a_packet_is_a_row_without_addresses():
    """Its bytes went over the line all the same."""
    (flow,) = Seat().take(sflow(sample(header(ethernet(bytes(28), 0x0806), length=64))))
    assert (flow["src"], flow["proto"], flow["bytes"]) == (None, None, 64)


def test_counters_and_records_of_vendors_are_stepped_over():
    seat = Seat()
    counters, vendor = a_record(2, bytes(40)), a_record(4413 << 12 | 5, bytes(8))
    strange = a_record(9 << 12 | 1, bytes(4))
    flows = seat.take(sflow(counters, vendor, sample(strange, header(FRAME)), counters))
    assert len(flows) == 1
    assert not seat.dropped


@pytest.mark.parametrize(
    ("cut", "flows", "reasons"),
    [
        (1, 2, {"truncated", "truncated_sample"}),
        (20, 2, {"truncated", "truncated_sample"}),
        (76, 1, {"truncated", "truncated_sample", "empty_sample", "short_sample"}),
        (90, 1, {"truncated", "short_sample"}),
        (250, 0, {"short_header"}),
    ],
)
def test_a_cut_datagram_keeps_what_is_whole(cut, flows, reasons):
    """A sample of whose packet something is there is a row with what it still says."""
    seat = Seat()
    data = sflow(sample(header(FRAME)), sample(header(FRAME)))
    assert len(seat.take(data[:-cut])) == flows
    assert set(seat.dropped) == reasons


def test_a_sample_that_says_nothing_of_its_packet_is_no_row():
    seat = Seat()
    assert seat.take(sflow(sample(a_record(1003, bytes(16))))) == []
    assert seat.dropped == {"empty_sample": 1}


@pytest.mark.parametrize("count", [0, 1, 5, 1 << 31])
def test_a_count_of_samples_that_lies_costs_only_its_own(count):
    """What it promises is not there; what it hides is counted."""
    seat = Seat()
    data = sflow(sample(header(FRAME)), sample(header(FRAME)))
    flows = seat.take(data[:24] + struct.pack(">I", count) + data[28:])
    assert len(flows) == min(count, 2)
    assert sum(seat.dropped.values()) == 1


def test_a_rate_of_zero_is_unknown():
    (flow,) = Seat().take(sflow(sample(header(FRAME), rate=0)))
    assert flow["sampling"] is None


def test_the_agents_uptime_stands_for_a_clock_that_is_not_there():
    """Bytes without a capture tell no time; the distance between them stays right."""
    seat = Seat()
    seat.take(sflow(sample(header(FRAME)), uptime=5000), at=0)
    assert seat.rows["seen"].tolist() == [5000]


def test_datagrams_are_counted_by_agent():
    seat = Seat()
    for number in (1, 2, 4):
        seat.take(sflow(sequence=number))
        seat.take(sflow(sequence=2 * number, agent=SRC6))
    lost = [stream.lost for stream in seat.decoder.sequences.streams.values()]
    assert lost == [1, 4]
