"""Rows as columns: the buffer they wait in, and the Arrow table and Parquet file they become.

The strided fields of the rows are copied in blocks that fit the processor's cache; one pass a field
over all rows would read the whole memory once a field.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from aupkeep.model.subject import Address, parse_address
from aupkeep.telemetry.rows import ROW, Exporters, Has, Rows, empty

BLOCK = 2_048  # rows copied at a time: 256 kB
SITE, EXPORTER = "site", "exporter"
NAMES = {"start": "started", "end": "ended"}  # `end` is a reserved word of SQL
FIELDS = tuple(name for name in ROW.names or () if name != EXPORTER)
DELTA = dict.fromkeys(("started", "ended", "seen"), "DELTA_BINARY_PACKED")
PLAIN = frozenset({"src_lo", "dst_lo", "packets", "bytes", "sport", *DELTA})  # no dictionary pays
TIMES = (("start", int(Has.START)), ("end", int(Has.END)))
Chosen: TypeAlias = NDArray[np.bool_] | None  # None: all rows


class Columns:
    """A bounded buffer of rows, column by column."""

    def __init__(self, most: int) -> None:
        """Room for so many rows, taken at once."""
        self.most, self.count = most, 0
        self._parts: dict[str, NDArray[np.generic]] = {
            name: np.empty(most, ROW[name]) for name in ROW.names or ()
        }

    def take(self, rows: Rows) -> int:
        """Copy as many of these rows as there is room for; answers how many."""
        fits = min(len(rows), self.most - self.count)
        for first in range(0, fits, BLOCK):
            block = rows[first : min(first + BLOCK, fits)]
            at = self.count + first
            for name, column in self._parts.items():
                column[at : at + len(block)] = block[name]
        self.count += fits
        return fits

    def clear(self) -> None:
        """Forget them."""
        self.count = 0

    def filed(self, hour_ms: int, first: int, last: int) -> tuple[NDArray[np.int64], int]:
        """The hour, counted from 1970, under which each row is filed; how many are dated wrongly.

        Rows seen outside the hours from `first` to `last` are filed under the one before `last`.
        """
        hours = self._column("seen").astype(np.int64) // hour_ms
        wrong = (hours < first) | (hours > last)
        hours[wrong] = last - 1
        return hours, int(wrong.sum())

    def exporters(self, known: int) -> list[int]:
        """The numbers of the exporters of the rows; a row of none of the `known` is the first's."""
        column = self._column(EXPORTER)
        column[column.astype(np.uint32) >= known] = 0
        return [int(number) for number in np.unique(column)]

    def chosen(
        self, filed: NDArray[np.int64], exporters: Sequence[int], *, whole: bool
    ) -> Iterator[tuple[int, Chosen]]:
        """Each hour with the rows of these exporters in it; `whole`: there are no other ones."""
        hours = np.unique(filed)
        if whole and len(hours) == 1:
            yield int(hours[0]), None
            return
        ours = np.isin(self._column(EXPORTER), exporters)
        for hour in hours:
            chosen = ours & (filed == hour)
            if chosen.any():
                yield int(hour), chosen

    def table(self, chosen: Chosen, site: str, exporters: Exporters) -> pa.Table:
        """The rows (None: all) as a table; the exporter is written out as text."""
        columns = {name: self._column(name) for name in self._parts}
        if chosen is not None:
            columns = {name: column[chosen] for name, column in columns.items()}
        columns.update(_timed(columns))
        names = [str(address) if address else "" for address in exporters.addresses]
        numbers = pa.array(columns[EXPORTER].astype(np.int32))
        count = len(columns[EXPORTER])
        arrays = {NAMES.get(name, name): pa.array(columns[name]) for name in FIELDS}
        arrays[EXPORTER] = pa.DictionaryArray.from_arrays(numbers, pa.array(names, pa.string()))
        arrays[SITE] = pa.DictionaryArray.from_arrays(
            pa.array(np.zeros(count, np.int32)), pa.array([site])
        )
        return pa.table(arrays)

    def _column(self, name: str) -> NDArray[np.generic]:
        return self._parts[name][: self.count]


def _timed(columns: Mapping[str, NDArray[np.generic]]) -> Mapping[str, NDArray[np.generic]]:
    """Beginning and end of rows that tell neither: when they were seen, so that they are found."""
    has = columns["has"].astype(np.uint32)
    return {
        name: np.where(has & bit, columns[name], columns["seen"])
        for name, bit in TIMES
        if not (has & bit).all()
    }


def write(table: pa.Table, path: Path) -> None:
    """One Parquet file, zstd. Raises `OSError`.

    Encodings by measurement: with dictionaries for all columns and statistics of all, the file is a
    quarter larger and takes more than twice the time.
    """
    try:
        with writer(path, table.schema) as file:
            file.write_table(table)
    except pa.ArrowException as error:
        raise OSError(f"Parquet: {error}") from error


def writer(path: Path, schema: pa.Schema) -> parquet.ParquetWriter:
    """A file that tables can be written to, one row group each. Raises `OSError`."""
    return parquet.ParquetWriter(
        path, schema, compression="zstd", compression_level=1, write_statistics=["seen"],
        use_dictionary=[name for name in schema.names if name not in PLAIN], column_encoding=DELTA,
    )  # fmt: skip


def rows_of(table: pa.Table, exporters: Exporters) -> Rows:
    """The rows of a table as `write` wrote it; exporters are numbered in the given table."""
    rows = empty(table.num_rows)
    for name in FIELDS:
        rows[name] = table.column(NAMES.get(name, name)).to_numpy()
    for name, bit in TIMES:
        rows[name][rows["has"] & bit == 0] = 0
    texts = table.column(EXPORTER).combine_chunks()
    texts = texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
    known = [exporters.number(_address(text)) for text in texts.dictionary.to_pylist()]
    if known:
        rows[EXPORTER] = np.array(known, np.uint32)[texts.indices.to_numpy()]
    return rows


def _address(text: str) -> Address | None:
    return parse_address(text) if text else None
