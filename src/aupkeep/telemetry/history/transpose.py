"""Transposes rows into columns with a kernel; its oracle copies numpy's fields one by one."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.jit import kernel
from aupkeep.telemetry.rows import ROW, Rows

Numbers: TypeAlias = NDArray[Any]  # u8, u4, u2 or u1
Wide: TypeAlias = tuple[Numbers, ...]  # of u8, u4, u2 and u1
PLACES = {name: place[1] for name, place in (ROW.fields or {}).items()}  # bytes into a row
WIDTHS = (8, 4, 2, 1)  # bytes; fields of a width stand side by side in a row
NAMES = {
    width: tuple(name for name in ROW.names or () if ROW[name].itemsize == width)
    for width in WIDTHS
}
COUNT8, COUNT4, COUNT2, COUNT1 = (len(NAMES[width]) for width in WIDTHS)
FIRST8, FIRST4, FIRST2, FIRST1 = (PLACES[NAMES[width][0]] // width for width in WIDTHS)


def room(most: int) -> Wide:
    """Room for the columns of so many rows; what it holds does not matter."""
    return tuple(np.empty((len(NAMES[width]), most), f"u{width}") for width in WIDTHS)


def numbers(rows: Rows) -> Wide:
    """The same memory as numbers of each width, one line a row."""
    return tuple(rows.view(f"u{size}").reshape(-1, ROW.itemsize // size) for size in WIDTHS)


@kernel
def transpose(rows: Wide, columns: Wide) -> None:
    """Rows into columns, all fields of a row together.

    Both stand there once a width of WIDTHS: the rows as numbers of it, one line a row, and the
    columns of its fields, one line a field. The counts are constants, so that no loop is left.
    """
    eights, fours, twos, ones = rows
    to8, to4, to2, to1 = columns
    for row in range(len(eights)):
        for field in range(COUNT8):
            to8[field, row] = eights[row, FIRST8 + field]
        for field in range(COUNT4):
            to4[field, row] = fours[row, FIRST4 + field]
        for field in range(COUNT2):
            to2[field, row] = twos[row, FIRST2 + field]
        for field in range(COUNT1):
            to1[field, row] = ones[row, FIRST1 + field]
