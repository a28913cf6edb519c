"""Kernels over rows and over one column: laid apart, one value or a few, and their bytes.

Their oracles are numpy's fields, `unique`, `packbits` and transposed views; see the tests.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.kernel import kernel
from aupkeep.telemetry.rows import ROW

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
FEW = 256
SLOTS = 1024  # four times as many, so that looking for one is short
SPREAD, SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(54)  # Fibonacci hashing: the upper 10 bits
ONE, LAST = np.uint64(1), np.uint64(SLOTS - 1)
BLOCK = 1024  # values after which a column that is not alike is given up


@kernel
def apart(rows: Wide, columns: Wide) -> None:
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


@kernel
def alike(values: Numbers) -> bool:
    """Whether all are one value."""
    for start in range(0, len(values), BLOCK):
        odd = False
        for place in range(start, min(start + BLOCK, len(values))):
            odd |= values[place] != values[0]
        if odd:
            return False
    return True


@kernel
def few(values: Numbers, slots: Numbers, found: Numbers, codes: Numbers) -> int:
    """The number of different values, at most FEW; 0 when there are more.

    `found` gets them in the order in which they come, `codes` the place there of each. `slots` is
    room for SLOTS numbers.
    """
    slots[:] = 0
    count = 0
    for place in range(len(values)):
        value = np.uint64(values[place])
        slot = np.uint64((value * SPREAD) >> SHIFT)
        while slots[slot] and found[slots[slot] - 1] != value:
            slot = (slot + ONE) & LAST
        if not slots[slot]:
            if count == FEW:
                return 0
            found[count] = value
            count += 1
            slots[slot] = count
        codes[place] = slots[slot] - 1
    return count


@kernel
def pack(codes: Numbers, width: int, packed: Numbers) -> None:
    """Codes of 1, 2, 4 or 8 bits into bytes, the first in the lowest bits; all bytes are whole."""
    each = 8 // width
    for place in range(len(packed)):
        byte = 0
        for part in range(each):
            byte |= codes[place * each + part] << (part * width)
        packed[place] = byte


@kernel
def planes(values: Numbers, split: Numbers) -> None:
    """The bytes of the values: the lowest of all, then the next of all, for as many as fit."""
    count, bits = len(values), np.uint64(0)
    for place in range(count):
        bits |= np.uint64(values[place])
    for plane in range(len(split) // count):
        shift = np.uint64(8 * plane)
        part = split[plane * count : (plane + 1) * count]
        if bits >> shift:
            for place in range(count):
                part[place] = np.uint64(values[place]) >> shift
        else:
            part[:] = 0
