"""Packets become the flows that a router's cache would export."""

import struct
from ipaddress import ip_address

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.telemetry.capture.meter import LINGER, Meter, metered
from aupkeep.telemetry.capture.packets import CapturedPacket
from aupkeep.telemetry.rows import RowField, Rows

RAW = 101  # linktype of bare IP packets
NOW = 1_772_366_400_000
FIN, SYN, RST, ACK = 1, 2, 4, 16


def ip4(payload: bytes, proto: int, src: str, dst: str, fragment: int = 0) -> bytes:
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 1, fragment, 64, proto, 0)
    return head + ip_address(src).packed + ip_address(dst).packed + payload


def tcp(flags: int, sport: int = 40000, dport: int = 22, size: int = 0) -> bytes:
    return struct.pack(">HHIIBBHHH", sport, dport, 1, 1, 0x50, flags, 8192, 0, 0) + bytes(size)


def at(ms: int, data: bytes, linktype: int = RAW) -> CapturedPacket:
    return CapturedPacket(NOW + ms, linktype, data)


def out(ms: int, flags: int, **more: int) -> CapturedPacket:
    return at(ms, ip4(tcp(flags, **more), 6, "192.0.2.1", "198.51.100.7"))


def back(ms: int, flags: int) -> CapturedPacket:
    return at(ms, ip4(tcp(flags, 22, 40000), 6, "198.51.100.7", "192.0.2.1"))


def run(*packets: CapturedPacket, **more: int) -> Rows:
    meter = Meter(**more)
    parts = [rows for _, rows in metered(packets, meter)]
    return np.concatenate(parts)


def test_both_directions_are_flows_of_their_own_with_flags_ored() -> None:
    rows = run(out(0, SYN), back(10, SYN | ACK), out(20, ACK), out(30, ACK, size=100))
    assert [(int(r["sport"]), int(r["packets"]), int(r["flags"])) for r in rows] == [
        (40000, 3, SYN | ACK),
        (22, 1, SYN | ACK),
    ]
    assert int(rows["bytes"][0]) == 3 * 40 + 100
    assert (int(rows["start"][0]) - NOW, int(rows["end"][0]) - NOW) == (0, 30)


def test_a_long_flow_leaves_at_the_active_timeout() -> None:
    rows = run(*(out(ms, ACK) for ms in range(0, 150_000, 10_000)), active_ms=60_000)
    assert [int(row["packets"]) for row in rows] == [6, 6, 3]
    assert int(rows["seen"][0]) == NOW + 60_000


def test_a_silent_flow_leaves_at_the_inactive_timeout() -> None:
    meter = Meter(inactive_ms=15_000)
    meter.take(out(0, SYN))
    assert len(meter.flush(NOW + 14_999)) == 0
    (row,) = meter.flush(NOW + 20_000)
    assert int(row["seen"]) == NOW + 15_000


def test_a_second_after_fin_a_flow_leaves_with_its_last_ack() -> None:
    meter = Meter()
    for packet in (out(0, SYN), out(10, FIN | ACK), out(20, ACK)):
        meter.take(packet)
    (row,) = meter.flush(NOW + 10 + LINGER)
    assert int(row["packets"]) == 3


def test_a_new_syn_on_the_same_ports_is_a_new_flow() -> None:
    assert [int(r["packets"]) for r in run(out(0, SYN), out(1, RST), out(2, SYN))] == [2, 1]


def test_the_answer_to_a_syn_begins_no_flow_where_one_closes() -> None:
    """SYN with ACK is sent again when the first one was lost; only SYN alone asks anew."""
    (row,) = run(out(0, SYN | ACK), out(1, RST), out(2, SYN | ACK))
    assert int(row["packets"]) == 3


def test_a_syn_within_an_open_flow_is_a_repetition() -> None:
    (row,) = run(out(0, SYN), out(1, SYN))
    assert int(row["packets"]) == 2


def test_a_packet_with_an_earlier_time_moves_the_start_and_leaves_the_end() -> None:
    """Captures on several processors hold packets a little out of order."""
    (row,) = run(out(100, ACK), out(40, ACK), out(70, ACK))
    assert (int(row["start"]) - NOW, int(row["end"]) - NOW) == (40, 100)


def test_the_active_timeout_counts_from_the_earliest_packet() -> None:
    meter = Meter(active_ms=1_000)
    for packet in (out(500, ACK), out(100, ACK)):
        meter.take(packet)
    assert len(meter.flush(NOW + 1_099)) == 0
    (row,) = meter.flush(NOW + 1_100)
    assert (int(row["seen"]) - NOW, int(row["packets"])) == (1_100, 2)


def test_no_record_leaves_before_its_last_packet() -> None:
    """An earlier packet that comes late makes a flow overdue; it was still seen to its end."""
    meter = Meter(active_ms=200)
    for packet in (out(500, ACK), out(100, ACK)):
        meter.take(packet)
    (row,) = meter.flush(NOW + 600)
    assert int(row["seen"]) == int(row["end"]) == NOW + 500


def test_a_second_end_does_not_keep_a_flow_open() -> None:
    meter = Meter()
    for packet in (out(0, FIN | ACK), out(500, RST)):
        meter.take(packet)
    (row,) = meter.flush(NOW + LINGER)
    assert int(row["packets"]) == 2


def test_later_fragments_are_a_flow_without_ports() -> None:
    first = ip4(struct.pack(">HHHH", 53, 4000, 3000, 0) + bytes(1000), 17, "192.0.2.1",
                "198.51.100.7", 0x2000)  # fmt: skip
    later = ip4(bytes(1000), 17, "192.0.2.1", "198.51.100.7", 126)
    rows = run(at(0, first), at(1, later))
    assert [(int(r["sport"]), int(r["fragment"])) for r in rows] == [(53, 1), (0, 2)]
    assert [bool(int(row["has"]) & RowField.SPORT) for row in rows] == [True, False]


def test_type_and_code_of_icmp_stand_in_their_field_and_in_the_port() -> None:
    (row,) = run(at(0, ip4(b"\x08\x00\0\0\0\1\0\1", 1, "192.0.2.1", "198.51.100.7")))
    assert (int(row["icmp"]), int(row["dport"])) == (0x0800, 0x0800)
    assert int(row["has"]) & RowField.ICMP


def test_the_tag_of_a_vlan_is_part_of_the_flow() -> None:
    ether = bytes(12) + b"\x81\x00\x00\x2a\x08\x00" + out(0, SYN).data
    other = bytes(12) + b"\x08\x00" + out(0, SYN).data
    rows = run(at(0, ether, 1), at(1, other, 1))
    assert [int(row["vlan"]) for row in rows] == [42, 0]
    assert [bool(int(row["has"]) & RowField.VLAN) for row in rows] == [True, False]


def test_ipv6_keeps_both_halves() -> None:
    src, dst = ip_address("2001:db8::1"), ip_address("2001:db8::2")
    head = struct.pack(">IHBB", 6 << 28, 20, 6, 64) + src.packed + dst.packed
    (row,) = run(at(0, head + tcp(SYN)))
    assert (int(row["src_hi"]), int(row["src_lo"])) == (int(src) >> 64, 1)
    assert (int(row["family"]), int(row["bytes"])) == (6, 60)


def test_a_full_cache_lets_the_longest_silent_flow_go_early_and_counts_it() -> None:
    meter = Meter(most=2)
    for number in range(3):
        meter.take(out(number, SYN, sport=1000 + number))
    (row,) = meter.flush(NOW + 3)
    assert int(row["sport"]) == 1000
    assert (len(meter), meter.counts["evicted"]) == (2, 1)


def test_a_capture_whose_clock_falls_back_begins_anew() -> None:
    rows = run(out(3_600_000, SYN), out(0, SYN))
    assert [int(row["packets"]) for row in rows] == [1, 1]


def test_what_is_no_ip_is_counted() -> None:
    meter = Meter()
    meter.take(at(0, b"\x00" * 30))
    assert meter.counts["unread"] == 1


@given(
    st.lists(
        st.tuples(st.integers(-(10**13), 10**13), st.integers(0, 3), st.integers(0, 63)),
        max_size=60,
    )
)
def test_no_packet_is_lost_or_counted_twice_whatever_the_clock_does(
    given_: list[tuple[int, int, int]],
) -> None:
    packets = [out(ms, flags, sport=port) for ms, port, flags in given_]
    rows = run(*packets, most=2) if packets else np.zeros(0)
    assert sum(int(row["packets"]) for row in rows) == len(packets)
    assert all(int(r["start"]) <= int(r["end"]) <= int(r["seen"]) for r in rows)
