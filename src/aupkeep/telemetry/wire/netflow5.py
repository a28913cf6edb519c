"""NetFlow version 5: a fixed header, up to thirty fixed records.

Source: Cisco's NetFlow Export Datagram Format, table of version 5. IPv4 only.
"""

import struct

from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.rows import IPV4, Protocol
from aupkeep.telemetry.wire.origin import DatagramOrigin
from aupkeep.telemetry.wire.row_builder import RowBuilder
from aupkeep.telemetry.wire.sequences import Stream
from aupkeep.telemetry.wire.state import DecoderState

HEADER = struct.Struct(">HHIIIIBBH")
RECORD = struct.Struct(">III HH IIII HH xBBB HH BB xx")
MOST = 30  # records of a datagram; more are believed only where the length agrees
RATE = 0x3FFF  # the upper two bits tell how packets were chosen


def read(state: DecoderState, datagram: Datagram) -> list[RowBuilder]:
    """The rows of a datagram. A count that cannot be drops it, a cut datagram keeps its start."""
    data = datagram.data
    if len(data) < HEADER.size:
        state.dropped["short_header"] += 1
        return []
    head = HEADER.unpack_from(data)
    _, count, uptime, seconds, nanoseconds, number, engine_type, engine, sampling = head
    room = (len(data) - HEADER.size) // RECORD.size
    if count == 0 or (count > MOST and count != room):
        state.dropped["bad_count"] += 1
        return []
    if count > room:
        state.dropped["truncated"] += 1
    elif len(data) > size(count):
        state.dropped["trailing_bytes"] += 1
    origin = DatagramOrigin(
        datagram.exporter,
        state.exporters.number(datagram.exporter),
        Protocol.NETFLOW5,
        engine_type << 8 | engine,
        seconds * 1000 + nanoseconds // 1_000_000,
        uptime,
    )
    state.sequences.take(Stream(*origin.sampling_domain), number, count, uptime)
    rows = [_record(data, index, origin) for index in range(min(count, room))]
    for row in rows:
        state.sample(row, origin, header=sampling & RATE)
    return rows


def size(count: int) -> int:
    """Bytes of a datagram of so many records."""
    return HEADER.size + count * RECORD.size


def _record(data: bytes, index: int, origin: DatagramOrigin) -> RowBuilder:
    (src, dst, _, input_, output, packets, octets, first, last, sport, dport,
     flags, proto, _, _, _, _, _) = RECORD.unpack_from(data, size(index))  # fmt: skip
    row = origin.new_row()
    row.ends(IPV4, src, dst)
    for name, value in (
        ("input", input_), ("output", output), ("packets", packets), ("bytes", octets),
        ("sport", sport), ("dport", dport), ("flags", flags), ("proto", proto),
    ):  # fmt: skip
        row.put(name, value)
    row.time("start", origin.uptime_ms(first))
    row.time("end", origin.uptime_ms(last))
    row.tell_icmp()
    return row
