"""The buffer that rows wait in, the columns they are laid apart into, and the file they become."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from aupkeep.telemetry.history import transpose
from aupkeep.telemetry.history.layout import (
    EXPORTER,
    FIELDS,
    NAMES,
    SCHEMA,
    SITE,
    TIMES,
    fast_writer,
)
from aupkeep.telemetry.history.transpose import Numbers
from aupkeep.telemetry.rows import ROW, ROW_BYTES, Exporters, Rows, empty

Chosen: TypeAlias = NDArray[np.bool_] | None  # None: all rows


class RowBuffer:
    """Rows that wait, as bytes: all that the thread that hears does for them is one copy."""

    def __init__(self, most: int) -> None:
        """Room for so many, taken at once."""
        self.most, self.count = most, 0
        self._bytes = np.empty(most, ROW_BYTES)

    def take(self, rows: Rows) -> int:
        """Copy as many of these as there is room for; answers how many."""
        fits = min(len(rows), self.most - self.count)
        some = np.ascontiguousarray(rows[:fits])
        self._bytes[self.count : self.count + fits] = some.view(ROW_BYTES)
        self.count += fits
        return fits

    @property
    def rows(self) -> Rows:
        """Those that were taken; the next ones after `clear` overwrite them."""
        return self._bytes[: self.count].view(ROW)

    def clear(self) -> None:
        """Forget them."""
        self.count = 0


class RowColumns:
    """The same rows column by column."""

    def __init__(self, most: int) -> None:
        """Room for so many rows, taken at once."""
        self.count = 0
        names, self._wide = transpose.NAMES, transpose.room(most)
        self._parts: dict[str, Numbers] = {
            name: part.view(ROW[name])
            for width, table in zip(transpose.WIDTHS, self._wide, strict=True)
            for name, part in zip(names[width], table, strict=True)
        }

    def lay(self, rows: Rows) -> None:
        """These rows, one or more, instead of those before."""
        self.count = len(rows)
        transpose.transpose(transpose.numbers(rows), self._wide)

    def filed(self, hour_ms: int, first: int, last: int) -> tuple[NDArray[np.int64], int]:
        """The hour, counted from 1970, under which each row is filed; how many are dated wrongly.

        An hour that all rows are of stands there once. Rows seen outside the hours from `first` to
        `last` are filed under the one before `last`.
        """
        seen = self._column("seen")
        ends = np.array([seen.min(), seen.max()]) // hour_ms
        if first <= ends[0] == ends[1] <= last:
            return ends[:1], 0
        hours = seen.astype(np.int64) // hour_ms
        wrong = (hours < first) | (hours > last)
        hours[wrong] = last - 1
        return hours, int(wrong.sum())

    def exporters(self, known: int) -> list[int]:
        """The numbers of the exporters of the rows; a row of none of the `known` is the first's."""
        column = self._column(EXPORTER)
        if column.max() >= known:
            column[column >= known] = 0
        if column.min() == column.max():
            return [int(column[0])]
        return [int(number) for number in np.flatnonzero(np.bincount(column))]

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
        """The rows (None: all) as a file has them; the exporter is written out as text."""
        columns = {name: self._column(name) for name in self._parts}
        if chosen is not None:
            columns = {name: column[chosen] for name, column in columns.items()}
        columns.update(_timed(columns))
        names = [str(address) if address else "" for address in exporters.addresses]
        arrays = {NAMES.get(name, name): pa.array(columns[name]) for name in FIELDS}
        arrays[EXPORTER] = _texts(columns[EXPORTER], names)
        arrays[SITE] = _texts(np.zeros(len(columns[EXPORTER]), np.int32), [site])
        return pa.table(arrays, SCHEMA)

    def _column(self, name: str) -> Numbers:
        return self._parts[name][: self.count]


def _texts(places: Numbers, texts: Sequence[str]) -> pa.Array:
    """A column of text: for each row the place of its text."""
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(texts))


def _timed(columns: Mapping[str, Numbers]) -> Mapping[str, Numbers]:
    """Beginning and end of rows that tell neither: when they were seen, so that they are found."""
    has = columns["has"]
    in_all = int(np.bitwise_and.reduce(has))
    return {
        name: np.where(has & np.uint32(bit), columns[name], columns["seen"])
        for name, bit in TIMES
        if not in_all & bit
    }


def write(table: pa.Table, path: Path) -> None:
    """One Parquet file. Raises `OSError`."""
    try:
        with fast_writer(path) as file:
            file.write_table(table)
    except pa.ArrowException as error:
        raise OSError(f"Parquet: {error}") from error


@cache
def warm() -> None:
    """Compile the loop, so that no first file does it while rows come."""
    RowColumns(1).lay(empty(1))
