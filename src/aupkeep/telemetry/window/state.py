"""The arrays of a window, and how many bytes they are."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.rows import Rows
from aupkeep.telemetry.window.layout import (
    COUNTS,
    FLOORS,
    GRACE,
    SLOT,
    TRACKED,
    WINDOW_RECORD,
    TrafficCounter,
    ports,
)
from aupkeep.telemetry.window.own_slots import OwnSlots


class TableArrays(NamedTuple):
    """A hashed table of the window's record."""

    key: NDArray[np.uint64]  # 0: free
    last: NDArray[np.uint32]  # ms when it was claimed last, modulo 2**32
    weight: NDArray[np.uint32]
    entry: Rows


class ListedArrays(NamedTuple):
    """Listed addresses, hashed; customers' interfaces, sorted."""

    bits: NDArray[np.uint64]  # which keys may be listed; one word: nothing is
    contact: Rows
    interface: Rows


@dataclass(frozen=True, slots=True)
class WindowState:
    """All of a window: `record` is one record of HOUSE, `slots` has one of SLOT an address."""

    space: Rows
    slots: Rows
    record: Rows
    listed: ListedArrays

    def table(self, name: str) -> TableArrays:
        """One of TABLES."""
        it = self.record[name]
        places = it["place"][0]
        return TableArrays(places["key"], places["last"], places["weight"], it["entry"][0])

    @property
    def tracked(self) -> Rows:
        """The places of tracked addresses."""
        table: Rows = self.record["tracked"][0]
        return table

    @property
    def bytes(self) -> int:
        """Bytes of all arrays."""
        listed = sum(array.nbytes for array in self.listed)
        return self.space.nbytes + self.slots.nbytes + self.record.nbytes + listed


LINE = 64  # bytes
TABLES = ("fan", "pair", "session", "asked", "lanes")
CONTACT = np.dtype(
    [("key", "u8"), ("hi", "u8"), ("lo", "u8"), ("port", "i4"), ("label", "u4")], align=True
)
INTERFACE = np.dtype([("key", "u8"), ("hi", "u8"), ("lo", "u8"), ("family", "u1")], align=True)


def nothing_listed() -> ListedArrays:
    """No list of contacts, no interfaces."""
    return ListedArrays(np.zeros(1, np.uint64), np.zeros(1, CONTACT), np.zeros(0, INTERFACE))


def aligned(form: np.dtype[np.void]) -> Rows:
    """One record of zeros that begins with a line of memory."""
    room = np.zeros(form.itemsize + LINE, np.uint8)
    first = -room.ctypes.data % LINE
    return room[first : first + form.itemsize].view(form)


def empty_window(own: OwnSlots, listed: ListedArrays, seed: int) -> WindowState:
    """An empty window over our own addresses."""
    slots, record = np.zeros(own.slots, SLOT), aligned(WINDOW_RECORD)
    slots["track"] = -1
    it = record[0]
    for number, name in enumerate(TABLES):
        record[name]["seed"] = (seed + number) % (1 << 64)
    it["ports"][:] = ports()
    it["floors"][:] = [FLOORS.get(TrafficCounter(what), np.inf) for what in range(COUNTS)]
    it["free"][:] = np.arange(TRACKED)[::-1]
    it["left"], it["second"], it["minute"], it["grace"] = TRACKED, -1, -1, GRACE
    it["dense"] = own.dense
    tracked = record["tracked"]
    for name in ("slot", "second"):
        tracked[name] = -1
    return WindowState(space=own.space, slots=slots, record=record, listed=listed)
