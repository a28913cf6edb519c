"""Any bytes at all: nothing raises, nothing loops, nothing grows without bound."""

import random
import struct
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.telemetry.capture.packets import packets
from aupkeep.telemetry.rows import flow_record
from aupkeep.telemetry.wire.frame import LAYERS, read_frame, read_layer
from aupkeep.telemetry.wire.link_layers import LINKTYPES
from aupkeep.telemetry.wire.pending_sets import MOST_EACH
from telemetry.corpora import CORPORA, MARKS
from telemetry.wire import samples
from telemetry.wire.exports import FLOW, a_set, fields_of, message, netflow5, record5, template
from telemetry.wire.seat import Seat

HEADS = st.sampled_from(
    [
        b"\0\5",
        b"\0\x09\0\x02" + bytes(16),
        b"\0\x0a\0\xff" + bytes(12),
        b"\0\0\0\5\0\0\0\1" + bytes(19) + b"\3",
        template(9, 256, FLOW),
    ]
)


def told(data: bytes) -> None:
    """Decode twice, with what the first time taught; every row can be shown."""
    seat = Seat()
    for _ in range(2):
        for flow in seat.take(data):
            assert flow["exporter"] == "192.0.2.1"
    seat.decoder.expire(1 << 50)
    seat.decoder.close()
    assert len(seat.decoder.state.pending) == 0


@given(HEADS, st.binary(max_size=300))
def test_any_bytes_behind_a_header_end_in_rows_or_reasons(head, rest):
    told(head + rest)


@given(
    st.sampled_from([9, 10]),
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 2, 3, 4, 256, 257, 65535]),
            st.one_of(st.none(), st.integers(0, 80)),
            st.binary(max_size=60),
        ),
        max_size=6,
    ),
)
def test_sets_of_any_length_end_in_rows_or_reasons(version, sets):
    """Their stated lengths are true, too small or too large."""
    made = [
        struct.pack(">HH", number, 4 + len(body) if length is None else length) + body
        for number, length, body in sets
    ]
    told(message(version, *made))


@given(
    st.sampled_from([9, 10]),
    st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from([0, 1, 2, 3, 4, 7, 8, 16, 255, 0xFFFF])),
        min_size=1,
        max_size=12,
    ),
    st.binary(max_size=200),
)
def test_any_template_reads_any_data(version, fields, body):
    """Elements with widths that nobody expects of them, variable lengths, none at all."""
    told(message(version, template(version, 256, fields), a_set(256, body)))


@given(st.sampled_from(list(LINKTYPES)), st.binary(max_size=120))
def test_any_frame_is_read_or_not(linktype, data):
    read_frame(data, linktype)


@given(st.sampled_from(sorted(LAYERS)), st.binary(max_size=120), st.booleans())
def test_a_walk_may_begin_anywhere(layer, data, inner):
    read_layer(data, layer, inner=inner)


def test_a_frame_of_tunnels_without_end_is_left_after_some_layers():
    """Three hundred packets one in another."""
    data = b""
    for _ in range(300):
        data = samples.ipv4(data[:1400], 4)
    frame = read_layer(data, "ip")
    assert frame is not None
    assert frame.proto == 4


def test_a_record_without_bytes_ends_its_set():
    """A template whose fields are all empty would fit for ever."""
    seat = Seat()
    fields = [(8, 0), (12, 0)]
    assert seat.take(message(10, template(10, 256, fields), a_set(256, bytes(64)))) == []
    assert seat.dropped == {"zero_length_record": 1}


@pytest.mark.slow
def test_a_flood_of_templates_is_bounded():
    """The oldest of the one who floods give way; another exporter's stay."""
    seat = Seat()
    other = ip_address("192.0.2.2")
    seat.take(message(10, template(10, 300, FLOW)), exporter=other)
    for domain in range(3):
        for first in range(256, 6000, 100):
            many = [template(10, number, FLOW) for number in range(first, first + 100)]
            seat.take(message(10, *many, domain=domain))
    assert len(seat.decoder.templates.of(ip_address("192.0.2.1"))) == 4096
    assert len(seat.decoder.templates.of(other)) == 1


def test_a_template_of_too_many_fields_is_refused():
    seat = Seat()
    seat.take(message(9, template(9, 256, [(1, 1)] * 1025)))
    assert seat.dropped == {"bad_template": 1}


def test_data_without_templates_is_bounded():
    """What falls out of the ring is counted; nothing is counted twice."""
    seat = Seat()
    taken = 3 * MOST_EACH // 1400
    for number in range(taken):
        seat.take(message(9, a_set(256 + number % 7, bytes(1400))))
    kept = len(seat.decoder.state.pending)
    assert kept * 1400 < MOST_EACH
    seat.decoder.close()
    assert seat.dropped == {"no_template": taken}


def test_neighbours_of_a_bad_set_are_read():
    """A set of an unknown kind costs nothing else."""
    seat = Seat()
    flow = a_set(256, bytes(30))
    data = message(9, template(9, 256, FLOW), flow, a_set(77, b"????"), flow)
    assert len(seat.take(data)) == 2
    assert seat.dropped == {"unknown_set": 1}


@pytest.mark.parametrize("count", [0, 31, 200, 65535])
def test_a_v5_count_that_cannot_be_drops_the_datagram(count):
    seat = Seat()
    data = netflow5(record5(1, 2), record5(3, 4))
    assert seat.take(data[:2] + struct.pack(">H", count) + data[4:]) == []
    assert seat.dropped == {"bad_count": 1}


def test_a_cut_v5_datagram_keeps_its_whole_records():
    seat = Seat()
    assert len(seat.take(netflow5(record5(1, 2), record5(3, 4))[:-1])) == 1
    assert seat.dropped == {"truncated": 1}


def test_v5_bytes_behind_the_last_record_are_counted():
    seat = Seat()
    assert len(seat.take(netflow5(record5(1, 2)) + b"?")) == 1
    assert seat.dropped == {"trailing_bytes": 1}


def test_several_ipfix_messages_in_a_datagram_are_read():
    """Each counts in its own sequence; what follows the last whole one is counted."""
    seat = Seat()
    first = message(10, template(10, 256, FLOW), a_set(256, bytes(34)), sequence=0)
    second = message(10, a_set(256, bytes(34) * 2), sequence=1)
    assert len(seat.take(first + second + message(10, sequence=3, domain=7))) == 3
    assert not seat.dropped
    assert len(seat.take(second + second[:-1])) == 2
    assert seat.dropped == {"trailing_bytes": 1}
    assert [stream.datagrams for stream in seat.decoder.sequences.streams.values()] == [3, 1]


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\5", b"\0\x09\0\1", b"\0\x0a\0\1", b"\0\0\0\5"])
def test_less_than_a_header_is_counted(data):
    seat = Seat()
    assert seat.take(data) == []
    assert seat.dropped == {"short_header": 1}


def test_enterprise_fields_that_are_cut_are_refused():
    seat = Seat()
    body = struct.pack(">HH", 256, 2) + fields_of([(8, 4), (1, 4, 29305)])[:-2]
    seat.take(message(10, a_set(2, body)))
    assert seat.dropped == {"bad_template": 1}


def changed(data: bytes, draw: random.Random) -> bytes:
    """The bytes with a few of them changed, cut or doubled."""
    made = bytearray(data)
    for _ in range(draw.randrange(1, 8)):
        place = draw.randrange(len(made))
        made[place] = draw.choice([0, 1, 4, 0x7F, 0x80, 0xFF, draw.randrange(256)])
    end = draw.choice([len(made), draw.randrange(1, len(made) + 1)])
    return bytes(made[:end])


@pytest.mark.parametrize("files", [pytest.param("flows-*/**/*", marks=MARKS)])
@settings(max_examples=5, deadline=None)
@given(draw=st.randoms(use_true_random=False))
def test_real_exports_with_changed_bytes_end_in_rows_or_reasons(files, draw):
    """Each file as it is, then with a few bytes changed, so that its own templates are known."""
    found = sorted(path for path in CORPORA.glob(files) if usable(path))
    assert len(found) > 100
    for path in found:
        data, seat = path.read_bytes(), Seat()
        for one in [data, changed(data, draw)]:
            for piece in pieces(path, one):
                seat.take(piece)


def pieces(path: Path, data: bytes) -> list[bytes]:
    """The datagrams of a file; of a capture whatever follows 42 bytes of headers."""
    if path.suffix == ".dat":
        return [data]
    found = list(packets(data))
    for packet in found:
        read_frame(packet.data, packet.linktype)
    return [packet.data[42:] for packet in found]


def usable(path: Path) -> bool:
    """Captures and datagrams that are not large."""
    return path.suffix in {".dat", ".pcap", ".pcapng"} and path.stat().st_size < 8192


@settings(max_examples=50)
@given(st.binary(max_size=400))
def test_any_datagram_can_be_shown(data):
    seat = Seat()
    seat.take(data)
    for row in seat.rows:
        flow_record(row, seat.exporters)
