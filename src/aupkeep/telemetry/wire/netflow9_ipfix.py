"""NetFlow version 9 and IPFIX: datagrams of sets; some tell templates, some hold records.

Sources: RFC 3954 (version 9), RFC 7011 (IPFIX). A set whose template comes later in the same
datagram is read after it; one whose template does not come waits in `pending_sets`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.rows import Protocol
from aupkeep.telemetry.wire import record_to_row
from aupkeep.telemetry.wire.options_records import take_options
from aupkeep.telemetry.wire.origin import DatagramOrigin
from aupkeep.telemetry.wire.pending_sets import PendingSet
from aupkeep.telemetry.wire.record_reader import DataRecord, RecordReader
from aupkeep.telemetry.wire.row_builder import RowBuilder
from aupkeep.telemetry.wire.sequences import Stream
from aupkeep.telemetry.wire.state import DecoderState
from aupkeep.telemetry.wire.template import TemplateKey
from aupkeep.telemetry.wire.template_sets import update_templates

HEADER9, HEADER10, SET_HEADER = 20, 16, 4
FIRST_DATA = 256
TEMPLATE_SETS = {Protocol.NETFLOW9: (0, 1), Protocol.IPFIX: (2, 3)}


@dataclass(slots=True)
class SetMessage:
    """One datagram being read: its rows so far, and the sets whose template was not known yet."""

    origin: DatagramOrigin
    at: int
    rows: list[RowBuilder] = field(default_factory=list)
    later: list[PendingSet] = field(default_factory=list)
    learnt: set[TemplateKey] = field(default_factory=set)
    records: int = 0

    def key(self, number: int) -> TemplateKey:
        """The key of a template of this datagram's domain."""
        return TemplateKey(
            self.origin.exporter, int(self.origin.protocol), self.origin.domain, number
        )


def read9(state: DecoderState, datagram: Datagram) -> list[RowBuilder]:
    """The rows of a NetFlow v9 datagram."""
    data = datagram.data
    if len(data) < HEADER9:
        state.dropped["short_header"] += 1
        return []
    uptime, seconds, number, domain = (
        int.from_bytes(data[at : at + 4], "big") for at in range(4, HEADER9, 4)
    )
    exporter = datagram.exporter
    origin = DatagramOrigin(
        exporter,
        state.exporters.number(exporter),
        Protocol.NETFLOW9,
        domain,
        seconds * 1000,
        uptime,
    )
    message = SetMessage(origin, datagram.at)
    _sets(state, message, data, HEADER9, len(data))
    state.sequences.take(Stream(*origin.sampling_domain), number, 1, uptime)
    return _finish(state, message)


def read10(state: DecoderState, datagram: Datagram) -> list[RowBuilder]:
    """The rows of the IPFIX messages of a datagram: one, or several behind each other."""
    return [
        row
        for message in messages10(datagram.data)
        for row in _read10(state, replace(datagram, data=message))
    ]


def messages10(data: bytes) -> Iterator[bytes]:
    """The messages; what does not go on with another whole one belongs to the one before."""
    at = 0
    while True:
        end = at + int.from_bytes(data[at + 2 : at + 4], "big")
        following = int.from_bytes(data[end : end + 2], "big") == int(Protocol.IPFIX)
        size = int.from_bytes(data[end + 2 : end + 4], "big")
        if end < at + HEADER10 or not following or not HEADER10 <= size <= len(data) - end:
            yield data[at:]
            return
        yield data[at:end]
        at = end


def _read10(state: DecoderState, datagram: Datagram) -> list[RowBuilder]:
    """The rows of an IPFIX message; its own length tells where it ends."""
    data = datagram.data
    if len(data) < HEADER10:
        state.dropped["short_header"] += 1
        return []
    length = int.from_bytes(data[2:4], "big")
    seconds, number, domain = (
        int.from_bytes(data[at : at + 4], "big") for at in range(4, HEADER10, 4)
    )
    if length < HEADER10:
        state.dropped["bad_length"] += 1
        return []
    if length != len(data):
        state.dropped["truncated" if length > len(data) else "trailing_bytes"] += 1
    exporter = datagram.exporter
    origin = DatagramOrigin(
        exporter, state.exporters.number(exporter), Protocol.IPFIX, domain, seconds * 1000
    )
    message = SetMessage(origin, datagram.at)
    _sets(state, message, data, HEADER10, min(length, len(data)))
    rows = _finish(state, message)
    known = not message.later and length <= len(data)
    state.sequences.take(
        Stream(*origin.sampling_domain), number, message.records if known else None
    )
    return rows


def _sets(state: DecoderState, message: SetMessage, data: bytes, at: int, end: int) -> None:
    """Walk the sets; a length that cannot be ends the walk, for nothing tells what follows."""
    templates, options = TEMPLATE_SETS[message.origin.protocol]
    while at + SET_HEADER <= end:
        number = int.from_bytes(data[at : at + 2], "big")
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < SET_HEADER:
            if any(data[at:end]):  # zeros fill some datagrams up
                state.dropped["bad_set_length"] += 1
            return
        if at + length > end:
            state.dropped["truncated_set"] += 1
        body = data[at + SET_HEADER : min(at + length, end)]
        at += length
        if number >= FIRST_DATA:
            _data(state, message, number, body)
        elif number in (templates, options):
            _templates(state, message, body, options=number == options)
        else:
            state.dropped["unknown_set"] += 1


def _templates(state: DecoderState, message: SetMessage, body: bytes, *, options: bool) -> None:
    """Take in the templates of a set, and note which, so that what waited can be read."""
    like = message.key(0)
    now = message.at or message.origin.sent
    for key in update_templates(state, like, body, now, options=options):
        message.learnt.add(key)


def _data(state: DecoderState, message: SetMessage, number: int, body: bytes) -> None:
    key = message.key(number)
    reader = _reader(state, key)
    if reader is None:
        message.later.append(PendingSet(key, body, message.origin, message.at))
        return
    message.records += _records(state, message.rows, message.origin, reader, number, body)


def _reader(state: DecoderState, key: TemplateKey) -> RecordReader | None:
    template = state.templates.get(key)
    return None if template is None else state.plan(key, template)


def _finish(state: DecoderState, message: SetMessage) -> list[RowBuilder]:
    """Read what waited for a template of this datagram, then keep what still waits."""
    waiting, message.later = message.later, []
    for pending_set in waiting:
        reader = _reader(state, pending_set.key)
        if reader is None:
            message.later.append(pending_set)
        else:
            message.records += _records(
                state,
                message.rows,
                pending_set.origin,
                reader,
                pending_set.key.id,
                pending_set.body,
            )
    for row in message.rows:
        state.sample(row, message.origin)
    rows = [*_released(state, message.learnt), *message.rows]
    for pending_set in message.later:
        fallen = state.pending.keep(pending_set)
        if fallen:
            state.dropped["no_template"] += fallen
    return rows


def _released(state: DecoderState, learnt: set[TemplateKey]) -> Iterator[RowBuilder]:
    """Rows of earlier datagrams that waited for these templates."""
    for key in sorted(learnt, key=lambda template: template.id):
        reader = _reader(state, key)
        if reader is None:
            continue
        for pending_set in state.pending.release(key):
            rows: list[RowBuilder] = []
            _records(state, rows, pending_set.origin, reader, key.id, pending_set.body)
            for row in rows:
                state.sample(row, pending_set.origin)
            yield from rows


def _records(
    state: DecoderState,
    rows: list[RowBuilder],
    origin: DatagramOrigin,
    reader: RecordReader,
    number: int,
    body: bytes,
) -> int:
    """Read the records of a set; how many there are. What is left over is padding."""
    if reader.shortest == 0:
        state.dropped["zero_length_record"] += 1
        return 0
    at, end, count = 0, len(body), 0
    boot = state.boots.get(origin.sampling_domain)
    while at + reader.shortest <= end:
        values, length = reader.read(body, at, end)
        if length == 0:
            break
        data_record = DataRecord(values)
        if reader.template.options:
            take_options(state, data_record, origin)
        else:
            row = record_to_row.row_of_record(
                data_record, origin, boot, plain=reader.plain, inner=state.inner
            )
            row.template = number
            rows.append(row)
        at += length
        count += 1
    if count == 0 and any(body):
        state.dropped["short_set"] += 1
    return count
