"""The walk over a batch: who sent a datagram, which stream it belongs to, which reader takes it."""

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.fast.batch import Batch
from aupkeep.telemetry.fast.big_endian import load2, load4, load8, signed
from aupkeep.telemetry.fast.fill_rows import NONE, DatagramFields
from aupkeep.telemetry.fast.kernel_state import (
    BOOT,
    DATAGRAMS,
    DONE,
    EXPECTED,
    FIRST_AT,
    FULL,
    GAP,
    LAST_AT,
    NEXT,
    NUMBER,
    ODD,
    ODD_NUMBER,
    ODD_UNITS,
    ODD_UPTIME,
    REFUSED,
    ROW,
    ROWS,
    SEEN_DATAGRAMS,
    SEEN_ROWS,
    SENDER,
    SLOT,
    STRANGER,
    UNITS,
    UPTIME,
    WITHIN,
    Cursor,
    KernelTables,
)
from aupkeep.telemetry.fast.lookup_table import ABSENT, BY1, BY2, TOP, find
from aupkeep.telemetry.fast.netflow import (
    HEADER5,
    HEADER9,
    HEADER10,
    IPFIX,
    NETFLOW5,
    NETFLOW9,
    read5,
    read_sets,
)  # fmt: skip
from aupkeep.telemetry.fast.raw_arrays import raw_array
from aupkeep.telemetry.fast.row_words import RowWords
from aupkeep.telemetry.fast.sflow import read_samples
from aupkeep.telemetry.jit import inlined, kernel

SFLOW, SFLOW5 = 5, 105  # as its datagrams state it, as rows have it
SHORTEST = 28  # of sFlow; every other header is shorter
ZERO, ONE, MAPPED = np.uint64(0), np.uint64(1), np.uint64(0xFFFF << 32)
WRAP = 1 << 32


@kernel
def decode_batch(
    batch: Batch, at_ms: int, tables: KernelTables, words: RowWords, cursor: Cursor
) -> int:
    """Decode datagrams from where the cursor stands until one stops the walk; why it stopped."""
    return decode_all(
        raw_batch(batch), at_ms, raw_tables(tables), raw_words(words), raw_cursor(cursor)
    )


@inlined
def raw_batch(batch: Batch) -> Batch:
    """The arrays without their counts of references, which nobody changes while a walk lasts."""
    return Batch(
        raw_array(batch.data),
        raw_array(batch.offsets),
        raw_array(batch.lengths),
        raw_array(batch.high),
        raw_array(batch.low),
        batch.size,
    )


@inlined
def raw_tables(tables: KernelTables) -> KernelTables:
    """The same of the tables."""
    return KernelTables(
        raw_array(tables.sender_keys), raw_array(tables.sender_values),
        raw_array(tables.stream_keys),
        raw_array(tables.stream_values), raw_array(tables.template_keys),
        raw_array(tables.template_values),
        raw_array(tables.rate_keys), raw_array(tables.rate_values), raw_array(tables.streams),
        raw_array(tables.plans),
        raw_array(tables.steps), raw_array(tables.exporters), raw_array(tables.refused),
    )  # fmt: skip


@inlined
def raw_words(words: RowWords) -> RowWords:
    """The same of the rows."""
    return RowWords(
        raw_array(words.w8),
        raw_array(words.w4),
        raw_array(words.w2),
        raw_array(words.w1),
        raw_array(words.flat),
    )


@inlined
def raw_cursor(cursor: Cursor) -> Cursor:
    """The same of the cursor."""
    return Cursor(raw_array(cursor.at), raw_array(cursor.key))


@inlined
def decode_all(
    batch: Batch, at_ms: int, tables: KernelTables, words: RowWords, cursor: Cursor
) -> int:
    """The walk itself."""
    at = cursor.at
    while at[NEXT] < batch.size:
        index = at[NEXT]
        high, low = batch.high[index], batch.low[index]
        exporter = find(tables.sender_keys, tables.sender_values, high, low, ONE, ZERO)
        at[SENDER] = exporter
        if exporter == ABSENT:
            if len(tables.refused) == 0:
                return STRANGER
            refuse(high, low, at_ms, tables.refused)
            at[NEXT] += 1
            continue
        length = signed(batch.lengths[index])
        why = decode_datagram(
            batch.data, batch.offsets[index], length, at_ms, tables, words, cursor
        )
        if why in (FULL, ODD):
            return why
        at[NEXT] += 1
        if why == GAP:
            return why
    return DONE


@inlined
def refuse(high: np.uint64, low: np.uint64, at_ms: int, refused: NDArray[np.uint64]) -> None:
    """Count a datagram of a sender that is not on the list, and remember who it was."""
    place = signed((high * BY1 ^ low * BY2) >> TOP) & (REFUSED - 1)
    for _ in range(REFUSED // 2):
        if refused[place, 2] == ZERO:
            refused[place, 0], refused[place, 1] = high, low
            break
        if refused[place, 0] == high and refused[place, 1] == low:
            break
        place = (place + 1) & (REFUSED - 1)
    else:
        place = REFUSED
    refused[place, 2] += ONE
    refused[place, 3] = at_ms


@inlined
def decode_datagram(
    data: NDArray[np.uint8], start: int, length: int, at_ms: int, tables: KernelTables,
    words: RowWords,
    cursor: Cursor,
) -> int:  # fmt: skip
    """One datagram: `DONE` and its rows are written, or why not; `GAP`: and its number is odd."""
    key, exporter, row = cursor.key, cursor.at[SENDER], cursor.at[ROW]
    version = read_header(data, start, length, key)
    cursor.at[SLOT], key[0] = ABSENT, ZERO
    if version == 0:
        return ODD
    key[0] = np.uint64(exporter) << TOP | np.uint64(version)
    slot = find(tables.stream_keys, tables.stream_values, key[0], key[1], key[2], key[3])
    cursor.at[SLOT] = slot
    if slot == ABSENT:
        return ODD
    number, units, uptime, count = 0, 1, NONE, 0
    if version == NETFLOW5:
        number, uptime = load4(data, start + 16), load4(data, start + 4)
        count = read5(data, start, length, exporter, tables, words, row, slot)
        units = count
    elif version == SFLOW5:
        at = start + (24 if data[start + 7] == 2 else 12)
        number, uptime = load4(data, at + 4), load4(data, at + 8)
        fields = DatagramFields(exporter, SFLOW5, at_ms, uptime, NONE)
        count = read_samples(
            data,
            at + 12,
            start + length,
            fields,
            tables.streams[slot],
            words,
            row,
            cursor.at[WITHIN],
        )
    else:
        old = version == NETFLOW9
        sent = load4(data, start + (8 if old else 4)) * 1000
        number, uptime = load4(data, start + (12 if old else 8)), NONE
        if old:
            uptime = load4(data, start + 4)
        fields = DatagramFields(exporter, version, sent, uptime, tables.streams[slot, BOOT])
        at, domain = start + (HEADER9 if old else HEADER10), signed(key[1])
        count = read_sets(data, at, start + length, fields, domain, tables, words, row, slot)
        units = 1 if old else count
    if count < 0:
        return count
    cursor.at[ROW] += count
    tables.streams[slot, ROWS] += count
    count_datagram(tables.exporters[exporter], count, at_ms)
    if expect_next(tables.streams[slot], number, units, uptime):
        return DONE
    cursor.at[ODD_NUMBER], cursor.at[ODD_UNITS], cursor.at[ODD_UPTIME] = number, units, uptime
    return GAP


@inlined
def read_header(data: NDArray[np.uint8], at: int, length: int, key: NDArray[np.uint64]) -> int:
    """The version of a datagram as rows have it, its domain and agent in the key; 0: not plain."""
    key[1], key[2], key[3] = ZERO, ZERO, ZERO
    if length < HEADER10:
        return 0
    version = load2(data, at)
    if version == NETFLOW5 and length >= HEADER5:
        key[1] = np.uint64(load2(data, at + 20))
    elif version == NETFLOW9 and length >= HEADER9:
        key[1] = np.uint64(load4(data, at + 16))
    elif version == IPFIX and length == load2(data, at + 2):
        key[1] = np.uint64(load4(data, at + 12))
    elif load4(data, at) == SFLOW and length >= SHORTEST:
        return read_sflow_header(data, at, length, key)
    else:
        return 0
    return version


@inlined
def read_sflow_header(
    data: NDArray[np.uint8], at: int, length: int, key: NDArray[np.uint64]
) -> int:
    """The same of sFlow, whose agent is an IPv4 or IPv6 address."""
    kind = load4(data, at + 4)
    if kind == 1:
        agent = np.uint64(load4(data, at + 8))
        key[1] = np.uint64(load4(data, at + 12))
        key[3] = MAPPED | agent if agent else ZERO
        return SFLOW5
    if kind != 2 or length < 40:
        return 0
    key[1], key[2], key[3] = (
        np.uint64(load4(data, at + 24)),
        load8(data, at + 8),
        load8(data, at + 16),
    )
    return SFLOW5 if key[2] else 0


@inlined
def count_datagram(exporter: NDArray[np.int64], rows: int, at_ms: int) -> None:
    """Count a datagram for its exporter."""
    if exporter[SEEN_DATAGRAMS] == 0:
        exporter[FIRST_AT] = at_ms
    exporter[SEEN_DATAGRAMS] += 1
    exporter[SEEN_ROWS] += rows
    exporter[LAST_AT] = at_ms


@inlined
def expect_next(stream: NDArray[np.int64], number: int, units: int, uptime: int) -> bool:
    """Note a datagram's number; whether it is the one that was expected."""
    if stream[EXPECTED] != number:
        return False
    stream[DATAGRAMS] += 1
    stream[EXPECTED] = (number + units) & (WRAP - 1)
    stream[NUMBER], stream[UNITS], stream[UPTIME] = number, units, uptime
    return True
