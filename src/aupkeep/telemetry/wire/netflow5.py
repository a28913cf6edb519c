"""NetFlow version 5: a fixed header, up to thirty fixed records.

Source: Cisco's NetFlow Export Datagram Format, table of version 5. IPv4 only.
"""

import struct

from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.rows import IPV4, Protocol
from aupkeep.telemetry.wire.draft import RowDraft
from aupkeep.telemetry.wire.origin import DatagramOrigin
from aupkeep.telemetry.wire.sequences import Stream
from aupkeep.telemetry.wire.state import DecoderState

HEADER = struct.Struct(">HHIIIIBBH")
RECORD = struct.Struct(">III HH IIII HH xBBB HH BB xx")
MOST = 30  # records of a datagram; more are believed only where the length agrees
RATE = 0x3FFF  # the upper two bits tell how packets were chosen


def read(state: DecoderState, datagram: Datagram) -> list[RowDraft]:
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
    stream = Stream(origin.exporter, int(origin.protocol), origin.domain)
    state.sequences.take(stream, number, count, uptime)
    drafts = [_record(data, index, origin) for index in range(min(count, room))]
    for draft in drafts:
        state.sample(draft, origin, header=sampling & RATE)
    return drafts


def size(count: int) -> int:
    """Bytes of a datagram of so many records."""
    return HEADER.size + count * RECORD.size


def _record(data: bytes, index: int, origin: DatagramOrigin) -> RowDraft:
    (src, dst, _, input_, output, packets, octets, first, last, sport, dport,
     flags, proto, _, _, _, _, _) = RECORD.unpack_from(data, size(index))  # fmt: skip
    row_draft = origin.draft()
    row_draft.ends(IPV4, src, dst)
    for name, value in (
        ("input", input_), ("output", output), ("packets", packets), ("bytes", octets),
        ("sport", sport), ("dport", dport), ("flags", flags), ("proto", proto),
    ):  # fmt: skip
        row_draft.put(name, value)
    row_draft.time("start", origin.uptime_ms(first))
    row_draft.time("end", origin.uptime_ms(last))
    row_draft.tell_icmp()
    return row_draft
