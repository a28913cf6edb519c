"""sFlow version 5: samples of packets with the rate they were taken at.

Source: sflow.org, sFlow version 5, sections 5.1 to 5.4. A sample is one row: one packet, the bytes
of the frame on the wire. Counter samples, and records of vendors, are stepped over.
"""

import struct
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address

from aupkeep.model.subject import Address
from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.rows import IPV4, IPV6, Protocol
from aupkeep.telemetry.wire.frame import read_layer
from aupkeep.telemetry.wire.layers import Inner, Layer
from aupkeep.telemetry.wire.origin import DatagramOrigin
from aupkeep.telemetry.wire.row_builder import BITS, DST, SRC, RowBuilder
from aupkeep.telemetry.wire.sequences import Stream
from aupkeep.telemetry.wire.state import DecoderState

LONG = struct.Struct(">I")
AGENTS = {0: 0, 1: 4, 2: 16}  # bytes of the agent's address by its type
FLOW, EXPANDED = 1, 3  # 2 and 4 are samples of counters
HEADER, ETHERNET, SAMPLED4, SAMPLED6, SWITCH = 1, 2, 3, 4, 1001
HEADERS = {
    1: Layer.ETHERNET, 7: Layer.PPP, 11: Layer.IP, 12: Layer.IP, 13: Layer.MPLS, 14: Layer.HDLC,
}  # fmt: skip
LAST_VLAN = 0xFFF  # itself reserved; exporters write it, or all ones, for none
LOCAL = 0x3FFFFFFF  # the exporter itself
FORMAT_SHIFT, VALUE = 30, 0x3FFFFFFF


class TruncatedSample(Exception):
    """Bytes end before what they promise."""


def read(state: DecoderState, datagram: Datagram) -> list[RowBuilder]:
    """The rows of a datagram; what its lengths promise beyond its end is counted."""
    data = datagram.data
    rows: list[RowBuilder] = []
    try:
        agent, at = _agent(data)
        domain, number, uptime = (_long(data, at + offset) for offset in (0, 4, 8))
        samples = _long(data, at + 12)
    except TruncatedSample:
        state.dropped["short_header"] += 1
        return rows
    exporter = datagram.exporter or agent
    sent = datagram.at or uptime
    origin = DatagramOrigin(
        exporter, state.exporters.number(exporter), Protocol.SFLOW5, domain, sent, uptime
    )
    stream = Stream(exporter, int(Protocol.SFLOW5), domain, agent)
    state.sequences.take(stream, number, 1, uptime)
    at += 16
    for _ in range(min(samples, len(data))):
        if at + 8 > len(data):
            state.dropped["truncated"] += 1
            break
        kind, length = _long(data, at), _long(data, at + 4)
        end = at + 8 + length
        if end > len(data):
            state.dropped["truncated"] += 1
        _sample(state, origin, rows, kind, data[at + 8 : end])
        at = end
    if at < len(data):
        state.dropped["trailing_bytes"] += 1
    return rows


def _agent(data: bytes) -> tuple[Address | None, int]:
    """The agent's address, and where what follows it begins."""
    kind = _long(data, 4)
    length = AGENTS.get(kind)
    if length is None or len(data) < 8 + length:
        raise TruncatedSample
    raw = data[8 : 8 + length]
    address = IPv4Address(raw) if kind == 1 else IPv6Address(raw) if kind == 2 else None  # noqa: PLR2004 - the types
    return (address if address and int(address) else None), 8 + length


def _long(data: bytes, at: int) -> int:
    if at + LONG.size > len(data):
        raise TruncatedSample
    number: int = LONG.unpack_from(data, at)[0]
    return number


def _sample(
    state: DecoderState, origin: DatagramOrigin, rows: list[RowBuilder], kind: int, body: bytes
) -> None:
    """A flow sample becomes a row; its own length bounds what it may hold."""
    if kind not in (FLOW, EXPANDED):
        return
    wide = kind == EXPANDED
    try:
        rate = _long(body, 12 if wide else 8)
        records, at = (_long(body, 40), 44) if wide else (_long(body, 28), 32)
        input_, output = _interfaces(body, wide=wide)
    except TruncatedSample:
        state.dropped["short_sample"] += 1
        return
    row = origin.new_row()
    row.put("packets", 1)
    row.put("input", input_)
    row.put("output", output)
    _records(state, row, body, at, records)
    if not row.has & (SRC | DST | BITS["bytes"]):
        state.dropped["empty_sample"] += 1  # nothing is known of the packet
        return
    state.sample(row, origin, header=rate)
    rows.append(row)


def _interfaces(body: bytes, *, wide: bool) -> tuple[int | None, int | None]:
    """Input and output; None where it is no interface: discarded, several, the exporter itself."""
    if wide:
        kinds = (_long(body, 24), _long(body, 32))
        values = (_long(body, 28), _long(body, 36))
    else:
        both = (_long(body, 20), _long(body, 24))
        kinds = (both[0] >> FORMAT_SHIFT, both[1] >> FORMAT_SHIFT)
        values = (both[0] & VALUE, both[1] & VALUE)
    first, second = (
        value if kind == 0 and value != LOCAL else None
        for kind, value in zip(kinds, values, strict=True)
    )
    return first, second


def _records(state: DecoderState, row: RowBuilder, body: bytes, at: int, count: int) -> None:
    """What the records of a sample say; the packet's own header before what was read from it."""
    bodies: dict[int, bytes] = {}
    for _ in range(min(count, len(body))):
        if at + 8 > len(body):
            state.dropped["truncated_sample"] += 1
            break
        kind, length = _long(body, at), _long(body, at + 4)
        if at + 8 + length > len(body):
            state.dropped["truncated_sample"] += 1
        bodies.setdefault(kind, body[at + 8 : at + 8 + length])
        at += 8 + length
    for kind in (HEADER, SAMPLED4, SAMPLED6, ETHERNET, SWITCH):
        data = bodies.get(kind)
        try:
            if data is not None:
                READERS[kind](row, data, state.inner)
        except TruncatedSample:
            state.dropped["short_sample"] += 1


def _header(row: RowBuilder, data: bytes, inner: Inner) -> None:
    """The first bytes of the packet as it was on the wire."""
    protocol, length, size = _long(data, 0), _long(data, 4), _long(data, 12)
    row.put("bytes", length)
    frame = read_layer(data[16 : 16 + size], HEADERS.get(protocol), inner=inner)
    if frame is not None:
        row.lay(frame)


def _sampled(row: RowBuilder, data: bytes, family: int, width: int) -> None:
    """Fields that the exporter read from the packet."""
    if len(data) < 8 + 2 * width + 12:
        raise TruncatedSample
    src, dst = (int.from_bytes(data[at : at + width], "big") for at in (8, 8 + width))
    if not row.has & (SRC | DST):
        row.ends(family, src, dst)
    after = 8 + 2 * width
    proto = _long(data, 4)
    row.fill("bytes", _long(data, 0))
    row.fill("proto", proto)
    if proto in WITH_PORTS:
        row.fill("sport", _long(data, after))
        row.fill("dport", _long(data, after + 4))
    if proto == TCP:
        row.fill("flags", _long(data, after + 8))


def _switch(row: RowBuilder, data: bytes) -> None:
    """The tag that the packet came in with, where the header no longer has it."""
    tag = _long(data, 0)
    row.fill("vlan", tag if 0 < tag < LAST_VLAN else None)


TCP = 6
WITH_PORTS = (TCP, 17, 33, 132, 136)
READERS: Mapping[int, Callable[[RowBuilder, bytes, Inner], None]] = {
    HEADER: _header,
    SAMPLED4: lambda row, data, _inner: _sampled(row, data, IPV4, 4),
    SAMPLED6: lambda row, data, _inner: _sampled(row, data, IPV6, 16),
    ETHERNET: lambda row, data, _inner: row.fill("bytes", _long(data, 0)),
    SWITCH: lambda row, data, _inner: _switch(row, data),
}
