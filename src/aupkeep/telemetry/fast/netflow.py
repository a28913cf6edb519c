"""NetFlow v5, v9 and IPFIX that are plain. The oracles: `wire.netflow5`, `netflow9_ipfix`.

Plain is, in v5, a count that agrees with the length; in v9 and IPFIX, whole sets of data whose
templates have a plan, each with a record at least. Anything else is answered `ODD`, nothing done.
"""

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.fast import fill_rows
from aupkeep.telemetry.fast.big_endian import load2, load4, load8, signed
from aupkeep.telemetry.fast.fill_rows import NONE, DatagramFields, RecordSpan
from aupkeep.telemetry.fast.kernel_state import (
    FIXED,
    FULL,
    GUESS_ICMP,
    HEADER,
    INTERFACE,
    KIN,
    NAMED,
    ODD,
    OWN,
    PLAIN,
    RATED,
    SAMPLER,
    SAMPLER_AT,
    SAMPLER_SHIFT,
    SIZE,
    STEPS,
    TEMPLATE,
    TOLD,
    WITH,
    KernelTables,
)
from aupkeep.telemetry.fast.lookup_table import ABSENT, find
from aupkeep.telemetry.fast.row_words import HAS, INPUT, SAMPLING, RowWords
from aupkeep.telemetry.jit import inlined
from aupkeep.telemetry.rows import RowField

NETFLOW5, NETFLOW9, IPFIX = 5, 9, 10
HEADER5, RECORD5, MOST5 = 24, 48, 30
HEADER9, HEADER10 = 20, 16
FIRST_DATA = 256
EACH = -1
PLAN5 = 0  # the plan of v5's records stands before those of templates
WITH_SAMPLING = int(RowField.SAMPLING)
BY_SAMPLER, BY_INTERFACE, BY_TEMPLATE = np.uint64(1), np.uint64(2), np.uint64(3)
ONE, ZERO = np.uint64(1), np.uint64(0)


@inlined
def read5(
    data: NDArray[np.uint8], at: int, length: int, exporter: int, tables: KernelTables,
    words: RowWords,
    row: int, slot: int,
) -> int:  # fmt: skip
    """The count of rows of a v5 datagram, or `ODD`, `FULL`."""
    count = load2(data, at + 2)
    if count == 0 or length != HEADER5 + count * RECORD5:
        return ODD
    if row + count > len(words.w8):
        return FULL
    sent = load4(data, at + 8) * 1000 + load4(data, at + 12) // 1_000_000
    fields = DatagramFields(exporter, NETFLOW5, sent, load4(data, at + 4), NONE)
    own = load2(data, at + 22) & 0x3FFF
    tables.streams[slot, OWN], tables.streams[slot, HEADER] = 0, own
    rate = tables.streams[slot, FIXED]
    if rate < 0:
        rate = own or tables.streams[slot, PLAIN]
    span = RecordSpan(at + HEADER5, RECORD5, row, count)
    put(data, PLAN5, span, fields, tables, words, rate)
    return count


@inlined
def put(
    data: NDArray[np.uint8], plan: int, span: RecordSpan, fields: DatagramFields,
    tables: KernelTables, words: RowWords, rate: int,
) -> None:  # fmt: skip
    """The rows of a span of records; a rate of 0 is unknown, `EACH`: each record's own stands."""
    about, w4 = tables.plans[plan], words.w4
    has = about[WITH] | (WITH_SAMPLING if rate > 0 else 0)
    fill_rows.blank(words, span.row, span.records, fields, has, about[KIN])
    fill_rows.fill(data, tables.steps[plan, : about[STEPS]], words, span, fields)
    if rate != EACH:
        for row in range(span.row, span.row + span.records):
            w4[row, SAMPLING] = rate
    if about[GUESS_ICMP]:
        fill_rows.tell_icmp(words, span.row, span.records)


@inlined
def judge(
    data: NDArray[np.uint8], at: int, end: int, exporter: int, domain: int, version: int,
    tables: KernelTables,
) -> int:  # fmt: skip
    """How many records the sets from `at` to `end` hold, or `ODD`."""
    count = 0
    while at + 4 <= end:
        number, length = load2(data, at), load2(data, at + 2)
        if number < FIRST_DATA or length <= 4 or at + length > end:
            return ODD
        plan = plan_of(exporter, domain, version, number, tables)
        if plan == ABSENT:
            return ODD
        records_in = (length - 4) // tables.plans[plan, SIZE]
        if records_in == 0:
            return ODD
        count += records_in
        at += length
    return count


@inlined
def plan_of(exporter: int, domain: int, version: int, number: int, tables: KernelTables) -> int:
    """The plan of a template, or -1."""
    return find(
        tables.template_keys,
        tables.template_values,
        np.uint64(exporter),
        np.uint64(version),
        np.uint64(domain),
        np.uint64(number),
    )


@inlined
def read_sets(
    data: NDArray[np.uint8], at: int, end: int, fields: DatagramFields, domain: int,
    tables: KernelTables,
    words: RowWords, row: int, slot: int,
) -> int:  # fmt: skip
    """The count of rows of a v9 or IPFIX datagram's sets, which begin at `at`; or `ODD`, `FULL`."""
    count = judge(data, at, end, fields.exporter, domain, fields.protocol, tables)
    if count == ODD or row + count > len(words.w8):
        return ODD if count == ODD else FULL
    while at + 4 <= end:
        number, length = load2(data, at), load2(data, at + 2)
        plan = plan_of(fields.exporter, domain, fields.protocol, number, tables)
        size = tables.plans[plan, SIZE]
        span = RecordSpan(at + 4, size, row, (length - 4) // size)
        tables.streams[slot, TEMPLATE] = number
        one_set(data, plan, span, fields, tables, words, slot)
        row += span.records
        at += length
    return count


@inlined
def one_set(
    data: NDArray[np.uint8], plan: int, span: RecordSpan, fields: DatagramFields,
    tables: KernelTables, words: RowWords, slot: int,
) -> None:  # fmt: skip
    """The rows of one set; their rate is found once where it is the same for all."""
    stream = tables.streams[slot]
    by_record = stream[FIXED] < 0 and (tables.plans[plan, RATED] != 0 or stream[TOLD] != 0)
    rate = stream[FIXED] if stream[FIXED] >= 0 else stream[PLAIN]
    put(data, plan, span, fields, tables, words, EACH if by_record else rate)
    stream[OWN], stream[SAMPLER], stream[INTERFACE] = 0, -1, 0
    if by_record:
        each_rate(data, plan, span, tables, words, slot)


@inlined
def each_rate(
    data: NDArray[np.uint8],
    plan: int,
    span: RecordSpan,
    tables: KernelTables,
    words: RowWords,
    slot: int,
) -> None:
    """The rate of each record: its own, else by the sampler or the interface that it names."""
    stream, about, w4 = tables.streams[slot], tables.plans[plan], words.w4
    keys, values = tables.rate_keys, tables.rate_values
    named = about[SAMPLER_SHIFT] != NONE
    at, shift = span.at + about[SAMPLER_AT], np.uint64(about[SAMPLER_SHIFT])
    sampler, before, by_options = ZERO, (ZERO, ZERO), -1
    for row in range(span.row, span.row + span.records):
        rate, interface = signed(w4[row, SAMPLING]), np.uint64(w4[row, INPUT])
        if named:
            sampler = load8(data, at) << shift >> shift
            at += span.size
        stream[OWN], stream[INTERFACE] = rate, interface
        stream[SAMPLER] = np.int64(sampler) if named else -1
        if rate == 0:
            if by_options < 0 or before != (sampler, interface):
                by_options = told_rate(sampler, named, interface, keys, values, stream, slot)
                before = (sampler, interface)
            rate = by_options
        if rate:
            w4[row, SAMPLING] = rate
            w4[row, HAS] |= WITH_SAMPLING


@inlined
def told_rate(
    sampler: np.uint64, named: bool, interface: np.uint64, keys: NDArray[np.uint64],  # noqa: FBT001
    values: NDArray[np.int64], stream: NDArray[np.int64], slot: int,
) -> int:  # fmt: skip
    """What options told of a sampler, an interface or the template, or the stream's only rate.

    A record that names the sampler 0 (`named`) was not sampled by any of those that were told.
    """
    where = np.uint64(slot)
    rate = find(keys, values, where, BY_SAMPLER, sampler, ONE) if sampler else ABSENT
    if rate == ABSENT and interface:
        rate = find(keys, values, where, BY_INTERFACE, interface, ONE)
    if rate == ABSENT:
        rate = find(keys, values, where, BY_TEMPLATE, np.uint64(stream[TEMPLATE]), ONE)
    if rate == ABSENT:
        rate = stream[NAMED if named else PLAIN]
    return rate
