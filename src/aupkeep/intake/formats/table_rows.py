"""The rows of a table in a text (RFC 4180, loosely); a quote left open costs its own line only."""

import csv
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Offset
from aupkeep.model.report import RejectedRow

DELIMITERS = ",;\t|"
LONGEST_ROW = 200  # lines that the quoted cells of one row may span together
MOST_CELLS = 1_000
MOST_QUOTED = 20_000  # delimiters of a line of which some may stand in quotes


class TableRow(NamedTuple):
    """`number` is its line in the text, the header's is 1; `start` its first character."""

    number: int
    start: int
    text: str
    cells: list[str]


def top(text: str) -> tuple[TableRow | None, str]:
    """The first row with its cells, None in an empty text, and the delimiter it uses most."""
    first = next(_lines(text), None)
    if first is None:
        return None, DELIMITERS[0]
    delimiter = max(DELIMITERS, key=first.text.count)
    return first._replace(cells=_cells(first.text, delimiter)), delimiter


def _lines(text: str, *, blank: bool = False) -> Iterator[TableRow]:
    """Lines that are neither blank (or blank too) nor, before the header, a remark."""
    start, number, remarks = 0, 0, True
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end == -1 else end
        number += 1
        line = text[start:end]
        remarks = remarks and (line.startswith("#") or not line.strip())
        if not remarks and (blank or line.strip()):
            yield TableRow(number, start, line, [])
        start = end + 1


def rows(text: str, delimiter: str, width: int) -> Iterator[TableRow]:
    """Rows with their cells, the header's too; no cells for a line whose quote is never closed.

    A row of several lines must have `width` cells, else each line stands on its own.
    """
    waiting: list[TableRow] = []
    for line in _lines(text, blank=True):
        if not waiting and not line.text.strip():
            continue
        quotes = line.text.count('"')
        if not quotes and not waiting:
            yield line._replace(cells=line.text.split(delimiter, MOST_CELLS))
            continue
        waiting.append(line)
        closed = quotes % 2 == (len(waiting) > 1)  # the first opens a quote, the last closes it
        if closed or len(waiting) > LONGEST_ROW:
            yield from _joined(waiting, delimiter, width) if closed else _split(waiting, delimiter)
            waiting = []
    yield from _split(waiting, delimiter)


def _joined(waiting: Sequence[TableRow], delimiter: str, width: int) -> Iterator[TableRow]:
    """One row of several lines, if it has the width of a row; else each line on its own."""
    whole = "\n".join(row.text for row in waiting)
    cells = _cells(whole, delimiter)
    if len(waiting) > 1 and len(cells) != width:
        yield from _split(waiting, delimiter)
    else:
        yield waiting[0]._replace(text=whole, cells=cells)


def _split(waiting: Sequence[TableRow], delimiter: str) -> Iterator[TableRow]:
    """Lines behind a quote that does not close, each on its own; the broken one has no cells."""
    for line in filter(lambda row: row.text.strip(), waiting):
        whole = line.text.count('"') % 2 == 0
        yield line._replace(cells=_cells(line.text, delimiter) if whole else [])


def _cells(line: str, delimiter: str) -> list[str]:
    if line.count(delimiter) > MOST_QUOTED:
        return line.split(delimiter, MOST_CELLS)[:MOST_CELLS]
    try:
        return next(csv.reader([line], delimiter=delimiter), [])[:MOST_CELLS]
    except csv.Error:  # a cell of more than 128 KiB
        return []


def rejected_row(row: TableRow, reason: str, part: int, name: str) -> RejectedRow:
    """A row that could not be read, with where it stands, so that a person can repair it."""
    place = Offset(part, row.start, row.start + len(row.text))
    return RejectedRow(row=row.number, reason=reason, place=place, name=name)


def fitted(row: TableRow, width: int) -> list[str]:
    """The row's cells, as many as the header has; more may be empty. Raises `Invalid`."""
    cells = row.cells
    if not cells:
        raise Invalid("row: expected closed quotes, found an open one")
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) != width:
        raise Invalid(f"row: expected {width} cells, found {len(cells)}")
    return cells


def starts(row: TableRow, delimiter: str, most: int = MOST_CELLS) -> list[int]:
    """The character in the row from which the value of each cell, `most` of them, is looked for."""
    breaks, position = [], 0
    quoted = '"' in row.text
    for cell in row.cells[:most]:
        breaks.append(position)
        if quoted:
            where = row.text.find(cell, position)
            position = where + len(cell) if where >= 0 else position
        else:
            position += len(cell) + len(delimiter)
    return breaks
