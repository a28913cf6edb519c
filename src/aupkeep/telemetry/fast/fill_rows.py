"""The records of one data set, written into rows by the plan of their template.

A plan is a list of steps, one a field: what to do, where in the row, where in the record, and how
many bits of the eight bytes that end with the field are not the field's. Every field of one to
eight bytes is one load and two shifts; all records of a set take a step before the next one is
taken,
so that nothing is judged again for each record. The oracle is `telemetry.wire.record_to_row`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.fast.big_endian import load8, signed
from aupkeep.telemetry.fast.row_words import (
    DPORT,
    EXPORTER,
    FAMILY,
    HAS,
    ICMP,
    LENGTH,
    PROTO,
    PROTOCOL,
    SEEN,
    START,
    RowWords,
)
from aupkeep.telemetry.jit import inlined
from aupkeep.telemetry.rows import RowField

# What a step does: write a number into a word of that many bytes, or one of the two times.
WORD8, WORD4, WORD2, WORD1, TIME_MS, TIME_S, TIME_UP = range(7)
DO, TO, FROM, SHIFT = range(4)  # the columns of a step
WRAP = 1 << 32
LAST_MS = 253_402_300_799_999  # the end of the year 9999: no flow is later
WITH_START, WITH_END, WITH_ICMP = int(RowField.START), int(RowField.END), int(RowField.ICMP)
NONE = -1


class DatagramFields(NamedTuple):
    """What a datagram says of all its records. `uptime`, `boot`: milliseconds, -1 is not told."""

    exporter: int
    protocol: int
    sent: int
    uptime: int
    boot: int


class RecordSpan(NamedTuple):
    """Records of one template: the first one's place, how long one is, and their rows."""

    at: int
    size: int
    row: int
    records: int


@inlined
def blank(
    words: RowWords, row: int, count: int, fields: DatagramFields, has: int, family: int
) -> None:
    """Rows of zeros but for what is the same in all of them."""
    w8, w4, w1, flat = words.w8, words.w4, words.w1, words.flat
    for word in range(row * LENGTH, (row + count) * LENGTH):
        flat[np.uint64(word)] = 0
    for index in range(row, row + count):
        place = np.uint64(index)
        w8[place, SEEN] = fields.sent
        w4[place, HAS] = has
        w4[place, EXPORTER] = fields.exporter
        w1[place, PROTOCOL] = fields.protocol
        w1[place, FAMILY] = family


@inlined
def fill(
    data: NDArray[np.uint8],
    steps: NDArray[np.int32],
    words: RowWords,
    span: RecordSpan,
    fields: DatagramFields,
) -> None:
    """Take each step of a plan for all records of a span; their rows are blank."""
    w8, w4, w2, w1 = words.w8, words.w4, words.w2, words.w1
    first, last = span.row, span.row + span.records
    size = span.size
    for step in range(len(steps)):
        kind, to = steps[step, DO], np.uint64(steps[step, TO])
        at, shift = span.at + steps[step, FROM], np.uint64(steps[step, SHIFT])
        if kind == WORD8:
            for row in range(first, last):
                w8[np.uint64(row), to] = load8(data, at) << shift >> shift
                at += size
        elif kind == WORD4:
            for row in range(first, last):
                w4[np.uint64(row), to] = load8(data, at) << shift >> shift
                at += size
        elif kind == WORD2:
            for row in range(first, last):
                w2[np.uint64(row), to] = load8(data, at) << shift >> shift
                at += size
        elif kind == WORD1:
            for row in range(first, last):
                w1[np.uint64(row), to] = load8(data, at) << shift >> shift
                at += size
        else:
            fill_time(data, steps[step], words, span, fields)


@inlined
def fill_time(
    data: NDArray[np.uint8],
    step: NDArray[np.int32],
    words: RowWords,
    span: RecordSpan,
    fields: DatagramFields,
) -> None:
    """Take a step that writes a time, unless it is before 1970 or after 9999."""
    w8, w4, at, shift = words.w8, words.w4, span.at + step[FROM], np.uint64(step[SHIFT])
    bit = WITH_START if step[TO] == START else WITH_END
    for row in range(span.row, span.row + span.records):
        moment = time_of(step[DO], signed(load8(data, at) << shift >> shift), fields)
        if 0 < moment <= LAST_MS:
            w8[row, step[TO]] = moment
            w4[row, HAS] |= bit
        at += span.size


@inlined
def time_of(kind: int, value: int, fields: DatagramFields) -> int:
    """Milliseconds since 1970 of a time in one of its forms; 0: none.

    An uptime counter wraps after 49.7 days; up to half of that ahead is a clock's jitter.
    """
    if kind == TIME_MS:
        return value
    if kind == TIME_S:
        return value * 1000
    if fields.boot == NONE and fields.uptime == NONE:
        return 0
    uptime = fields.uptime if fields.boot == NONE else fields.sent - fields.boot
    ago = (uptime - value) & (WRAP - 1)
    return fields.sent - (ago - WRAP if ago > WRAP // 2 else ago)


@inlined
def tell_icmp(words: RowWords, row: int, count: int) -> None:
    """ICMP's type and code stand in the destination port where no element holds them."""
    w4, w2, w1 = words.w4, words.w2, words.w1
    for index in range(row, row + count):
        if w1[index, PROTO] in (1, 58):
            w2[index, ICMP] = w2[index, DPORT]
            w4[index, HAS] |= WITH_ICMP
