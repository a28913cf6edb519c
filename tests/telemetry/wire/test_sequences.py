"""Losses are counted exactly; what is late, doubled or started anew is no loss."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.telemetry.wire.sequences import Sequences, Stream, StreamSequence
from telemetry.wire.exports import FLOW, a_set, ipfix, netflow5, netflow9, record, record5, template
from telemetry.wire.seat import EXPORTER, Seat

VALUES = (1, 2, 3, 4, 6, 2, 5, 600, 7, 8)


def counted(numbers, *, units=1, uptimes=None):
    """A sequence that took datagrams of these numbers."""
    one = StreamSequence()
    for index, number in enumerate(numbers):
        one.take(number, units, uptimes[index] if uptimes else None)
    return one


@pytest.mark.parametrize(
    ("numbers", "units", "expected"),
    [  # lost, reordered, repeated, restarts
        ([5, 6, 7], 1, (0, 0, 0, 0)),
        ([5, 8], 1, (2, 0, 0, 0)),
        ([5, 8, 6, 9], 1, (1, 1, 0, 0)),
        ([5, 8, 6, 7, 9], 1, (0, 2, 0, 0)),
        ([5, 6, 6, 7], 1, (0, 0, 1, 0)),
        ([5, 6, 5, 6, 7], 1, (0, 0, 2, 0)),
        ([0, 30, 90, 60, 120], 30, (0, 30, 0, 0)),
        ([0, 30, 120, 60], 30, (30, 30, 0, 0)),
        ([4294967290, 4294967295, 4], 5, (0, 0, 0, 0)),
        ([4294967290, 9], 5, (10, 0, 0, 0)),
        ([900_000, 0, 1], 1, (0, 0, 0, 1)),
        ([100, 101, 0, 1, 2, 3], 1, (0, 0, 0, 1)),
    ],
)
def test_numbers(numbers, units, expected):
    one = counted(numbers, units=units)
    assert (one.lost, one.reordered, one.repeated, one.restarts) == expected


def test_a_fallen_uptime_is_a_restart_at_once():
    one = counted([100, 101, 0], uptimes=[500_000, 501_000, 20])
    assert (one.lost, one.restarts) == (0, 1)


def test_an_uptime_that_wraps_is_none():
    one = counted([100, 103], uptimes=[(1 << 32) - 1000, 500])
    assert (one.lost, one.restarts) == (2, 0)


@given(st.data())
def test_losses_are_exact_whatever_the_order(data):
    """Datagrams are lost at random and the others shuffled within a short distance."""
    total = data.draw(st.integers(5, 60))
    kept = [0, *sorted(data.draw(st.sets(st.integers(1, total - 2)))), total - 1]
    for place in range(1, len(kept) - 2):
        if data.draw(st.booleans()):
            kept[place], kept[place + 1] = kept[place + 1], kept[place]
    one = counted([(4294967270 + 20 * number) % (1 << 32) for number in kept], units=20)
    assert one.lost == 20 * (total - len(kept))
    assert (one.repeated, one.restarts) == (0, 0)


def test_version_nine_counts_datagrams():
    seat = Seat()
    for number in (1, 2, 5):
        seat.take(netflow9(a_set(300, bytes(8)), sequence=number))
    stream = seat.decoder.sequences.streams[Stream(EXPORTER, 9, 0)]
    assert (stream.lost, stream.datagrams) == (2, 3)


def test_version_five_counts_records():
    seat = Seat()
    for number in (0, 2, 7):
        seat.take(netflow5(record5(1, 2), record5(3, 4), sequence=number))
    assert seat.decoder.sequences.lost() == 3


def test_ipfix_counts_records_of_all_kinds():
    """Templates count nothing, three records three."""
    seat = Seat()
    flow = record(FLOW, VALUES)
    seat.take(ipfix(template(10, 256, FLOW), sequence=10))
    seat.take(ipfix(a_set(256, flow * 3), sequence=10))
    seat.take(ipfix(a_set(256, flow), sequence=15))
    assert seat.decoder.sequences.lost() == 2


def test_ipfix_records_that_cannot_be_counted_are_no_loss():
    """Their template is unknown; the stream says so and goes on from the next datagram."""
    seat = Seat()
    seat.take(ipfix(a_set(256, bytes(60)), sequence=10))
    seat.take(ipfix(a_set(256, bytes(60)), sequence=12))
    (stream,) = seat.decoder.sequences.streams.values()
    assert (stream.lost, stream.unsure) == (0, 2)


def test_domains_and_agents_count_for_themselves():
    streams = Sequences()
    agents = [None, ip_address("192.0.2.8"), ip_address("192.0.2.9")]
    for domain in (0, 1):
        for agent in agents:
            streams.take(Stream(EXPORTER, 105, domain, agent), 1000 * domain, 1)
            streams.take(Stream(EXPORTER, 105, domain, agent), 1000 * domain + 2, 1)
    assert [stream.lost for stream in streams.streams.values()] == [1] * 6


def test_streams_are_bounded_for_each_exporter():
    streams = Sequences()
    other = Stream(ip_address("192.0.2.2"), 9, 0)
    streams.take(other, 0, 1)
    for domain in range(5000):
        streams.take(Stream(EXPORTER, 9, domain), 0, 1)
    assert len(streams.streams) == 4097
    assert other in streams.streams
