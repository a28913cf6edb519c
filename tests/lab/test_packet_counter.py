"""What a packet counter on a link counts, and that it tells the passed from the stopped."""

import time

import pytest

from aupkeep.lab.namespaces import ADDRESS, ADDRESS6
from aupkeep.lab.packet_counter import PacketCount, packet_filter, read_packet_count
from aupkeep.model.ladder import Measure
from lab.stage import Stage, action

A, A6 = ADDRESS["tenant-a"].packed, ADDRESS6["tenant-a"].packed
OTHER, OTHER6 = ADDRESS["internet"].packed, ADDRESS6["internet"].packed


def four(source: bytes, protocol: int, port: int, options: int = 0) -> bytes:
    head = bytes([0x45 + options, 0, 0, 40, 0, 0, 0, 0, 64, protocol, 0, 0])
    return head + source + OTHER + bytes(4 * options) + port_field(port)


def six(source: bytes, protocol: int, port: int) -> bytes:
    return bytes([0x60, 0, 0, 0, 0, 20, protocol, 64]) + source + OTHER6 + port_field(port)


def port_field(port: int) -> bytes:
    return b"\x9c\x40" + port.to_bytes(2) + bytes(16)


@pytest.mark.parametrize(
    ("packet", "counts"),
    [
        (four(A, 6, 22), True),
        (four(A, 6, 22, options=2), True),
        (four(A, 6, 23), False),
        (four(A, 17, 22), False),
        (four(OTHER, 6, 22), False),
        (six(A6, 6, 22), False),
        (b"\x00\x01\x08\x00\x06\x04\x00\x01" + bytes(20), False),
        (four(A, 6, 22)[:15], False),
        (b"", False),
    ],
    ids=["tcp-22", "options", "port", "udp", "source", "ipv6", "arp", "cut", "empty"],
)
def test_what_counts(packet: bytes, *, counts: bool):
    """Only whole packets of the source, protocol and port count; nothing else harms."""
    assert packet_filter("203.0.113.10", "tcp:22").holds(packet) is counts


def test_ipv6_counts():
    """An IPv6 source is looked for in IPv6 packets."""
    which = packet_filter(str(ADDRESS6["tenant-a"]), "tcp:22")
    assert which.holds(six(A6, 6, 22))
    assert not which.holds(six(OTHER6, 6, 22))
    assert not which.holds(four(A, 6, 22))


@pytest.mark.root
@pytest.mark.network
def test_a_block_shows_on_the_far_link(stage: Stage):
    """While a block stands, packets come in from the tenant and none goes out to the internet."""
    near = stage.scene.count_packets("tena", "203.0.113.10", "tcp:22")
    far = stage.scene.count_packets("inet", "203.0.113.10", "tcp:22")
    attacker = stage.scene.attack()
    assert stage.scene.wait_growing()
    block = action(Measure.BLOCK_PORT)
    stage.want(block)
    stage.stands(block)
    time.sleep(0.3)
    before = read_packet_count(near), read_packet_count(far)
    time.sleep(1.0)
    after = read_packet_count(near), read_packet_count(far)
    attacker.terminate()
    assert before[1].packets > 0
    assert after[0].packets > before[0].packets
    assert after[1] == before[1]
    assert 0 < after[1].first <= after[1].last < after[0].last


def test_nothing_is_seen_before_the_first_write(tmp_path):
    """A packet counter that has not begun has seen nothing."""
    assert read_packet_count(tmp_path / "none.json") == PacketCount()
