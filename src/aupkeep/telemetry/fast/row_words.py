"""Rows as kernels write them: the same memory as whole words of 8, 4, 2 and 1 bytes.

A kernel that wrote fields by name would need a branch for each field; with the memory seen as words
a field is a width and a place, which a template's plan states as numbers.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.rows import ROW, Rows


class RowWords(NamedTuple):
    """Views of a batch of rows; row i of each is row i of the batch."""

    w8: NDArray[np.uint64]
    w4: NDArray[np.uint32]
    w2: NDArray[np.uint16]
    w1: NDArray[np.uint8]
    flat: NDArray[np.uint64]  # w8, all rows in one line


def words(rows: Rows) -> RowWords:
    """The views of some rows, which lie together."""
    raw = rows.view(np.uint8).reshape(len(rows), ROW.itemsize)
    w8 = raw.view(np.uint64)
    return RowWords(w8, raw.view(np.uint32), raw.view(np.uint16), raw, w8.reshape(-1))


def width(name: str) -> int:
    """How many bytes a field of a row has."""
    return int(ROW[name].itemsize)


def place(name: str) -> int:
    """Which word of its width a field of a row is."""
    assert ROW.fields is not None  # noqa: S101 - ROW is a structure
    return int(ROW.fields[name][1]) // width(name)


LENGTH = ROW.itemsize // 8  # words of 8 bytes in a row
SRC_HI, SRC_LO, DST_HI, DST_LO = place("src_hi"), place("src_lo"), place("dst_hi"), place("dst_lo")
PACKETS, BYTES = place("packets"), place("bytes")
START, END, SEEN = place("start"), place("end"), place("seen")
HAS, EXPORTER, SAMPLING = place("has"), place("exporter"), place("sampling")
INPUT, OUTPUT = place("input"), place("output")
SPORT, DPORT, FLAGS = place("sport"), place("dport"), place("flags")
VLAN, ICMP = place("vlan"), place("icmp")
PROTOCOL, FAMILY, PROTO, FRAGMENT = (
    place("protocol"), place("family"), place("proto"), place("fragment"),
)  # fmt: skip
