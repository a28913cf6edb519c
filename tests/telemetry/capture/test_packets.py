"""Capture files: each form is read, what ends early or lies gives what could be read."""

import struct
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.telemetry.capture.packets import CapturedPacket, is_capture, packets
from telemetry.capture import files

AT = 1_772_366_400_123  # 2026-03-01T12:00:00.123Z
TWO = [(AT, b"first"), (AT + 1000, b"second")]


def read(data):
    """The packets, and why it stopped."""
    dropped = Counter()
    return list(packets(data, dropped)), dict(dropped)


@pytest.mark.parametrize("form", files.PCAP)
@pytest.mark.parametrize("order", ["<", ">"])
def test_pcap_in_both_byte_orders(form, order):
    data = files.pcap(TWO, form=form, order=order, linktype=101)
    assert is_capture(data)
    assert read(data) == ([CapturedPacket(at, 101, packet) for at, packet in TWO], {})


def test_the_upper_half_of_a_link_type_is_not_its_number():
    """It may tell the length of the frame check sequence."""
    [first, _], _ = read(files.pcap(TWO, linktype=0x14000001))
    assert first.linktype == 1


@pytest.mark.parametrize("cut", [1, 3, 6, 20])
def test_a_cut_pcap_gives_what_is_whole(cut):
    captured, dropped = read(files.pcap(TWO)[:-cut])
    assert ([packet.data for packet in captured], dropped) == ([b"first"], {"truncated_capture": 1})


def test_a_record_that_lies_about_its_length_ends_the_file():
    data = bytearray(files.pcap(TWO))
    data[24 + 8 : 24 + 12] = b"\xff\xff\xff\xff"
    assert read(bytes(data)) == ([], {"truncated_capture": 1})


def test_a_header_that_is_cut():
    assert read(files.pcap([])[:20]) == ([], {"truncated_capture": 1})


def test_bytes_that_are_no_capture():
    assert read(b"GIF89a") == ([], {"not_a_capture": 1})


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_interfaces_have_clocks_of_their_own(order):
    """Microseconds, nanoseconds, powers of two, whole seconds with an offset."""
    offset = struct.pack(f"{order}q", 1_772_366_000)
    data = b"".join(
        [
            files.section(order),
            files.interface(1, order=order),
            files.interface(101, [(2, b"eth1"), (9, b"\x09")], order=order),
            files.interface(113, [(9, b"\x8a")], order=order),
            files.interface(276, [(9, b"\x00"), (14, offset)], order=order),
            files.enhanced(0, AT * 1000, b"a", order),
            files.enhanced(1, AT * 1_000_000, b"bb", order),
            files.enhanced(2, AT * 1024 // 1000, b"ccc", order),
            files.enhanced(3, 400, b"dddd", order),
            files.block(2, struct.pack(f"{order}HHIIII", 1, 0, 0, 5_000_000, 1, 1) + b"e", order),
            files.simple(b"ff", order),
        ]
    )
    assert read(data) == (
        [
            CapturedPacket(AT, 1, b"a"),
            CapturedPacket(AT, 101, b"bb"),
            CapturedPacket(
                AT - 1, 113, b"ccc"
            ),  # a 1024th of a second is coarser than a millisecond
            CapturedPacket(AT - 123, 276, b"dddd"),
            CapturedPacket(5, 101, b"e"),
            CapturedPacket(0, 1, b"ff"),
        ],
        {},
    )


def test_a_new_section_forgets_the_interfaces():
    """Its byte order may be another one."""
    data = b"".join(
        [
            files.section("<"),
            files.interface(1),
            files.enhanced(0, 0, b"a"),
            files.section(">"),
            files.interface(101, order=">"),
            files.enhanced(0, 0, b"b", ">"),
        ]
    )
    captured, dropped = read(data)
    assert [(packet.linktype, packet.data) for packet in captured] == [(1, b"a"), (101, b"b")]
    assert not dropped


def test_a_packet_of_no_interface_is_counted():
    data = files.section() + files.enhanced(0, 0, b"a") + files.simple(b"b")
    assert read(data) == ([], {"unknown_interface": 2})


def test_blocks_of_other_kinds_are_stepped_over():
    data = files.section() + files.block(5, bytes(8)) + files.interface() + files.block(0xBAD, b"x")
    assert read(data + files.enhanced(0, 0, b"a"))[1] == {}


@pytest.mark.parametrize("length", [0, 8, 13])
def test_a_block_length_that_cannot_be_ends_the_file(length):
    """Nothing tells where the next block begins."""
    data = files.section() + files.interface() + struct.pack("<II", 6, length) + bytes(20)
    assert read(data) == ([], {"bad_capture_block": 1})


def test_a_cut_pcapng_gives_what_is_whole():
    data = files.section() + files.interface() + files.enhanced(0, 0, b"a") * 2
    captured, dropped = read(data[:-1])
    assert (len(captured), dropped) == (1, {"truncated_capture": 1})


def test_a_time_that_no_calendar_holds_is_the_last_there_is():
    data = files.section() + files.interface(1, [(9, b"\0")]) + files.enhanced(0, 1 << 63, b"a")
    [packet], _ = read(data)
    assert packet.at_ms == 253_402_300_799_999


@given(
    st.sampled_from(
        [files.pcap([]), files.pcap([], order=">"), files.section() + files.interface()]
    ),
    st.binary(max_size=200),
)
def test_any_bytes_behind_a_header_end_in_packets_or_reasons(head, rest):
    captured, dropped = read(head + rest)
    assert all(packet.at_ms >= 0 for packet in captured)
    assert set(dropped) <= {"truncated_capture", "bad_capture_block", "unknown_interface"}
