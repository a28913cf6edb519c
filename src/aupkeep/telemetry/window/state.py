"""The arrays of a window: few, so that kernels that call each other pass little."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.own import Space
from aupkeep.telemetry.rows import Rows
from aupkeep.telemetry.window.shape import (
    ASKED,
    COUNTS,
    FAN,
    FANS,
    FLOORS,
    PAIR,
    PAIRS,
    PLACE,
    REQUEST,
    SESSION,
    SESSIONS,
    SLOT,
    TRACKED,
    Lost,
    ports,
)

Floats = NDArray[np.float32]


class Table(NamedTuple):
    """A hashed table: keys apart from entries, so that a miss touches one line of memory."""

    key: NDArray[np.uint64]  # 0: free
    entry: Rows
    lost: NDArray[np.int64]  # how often something was forgotten for want of a place
    seed: NDArray[np.uint64]


class Listed(NamedTuple):
    """Listed addresses, hashed; customers' interfaces, sorted."""

    bits: NDArray[np.uint64]  # which keys may be listed; one word: nothing is
    contact: Rows
    interface: Rows


class State(NamedTuple):
    """All of a window."""

    space: Space
    ports: NDArray[np.uint8]  # by port: what it is known for, place among the amplifiers
    floors: Floats  # by counter
    slots: Rows
    tracked: Rows
    free: NDArray[np.int32]  # a stack of free places, and how many in its last item
    fan: Table
    pair: Table
    session: Table
    asked: Table
    listed: Listed
    lost: NDArray[np.int64]
    clock: NDArray[np.int64]  # the last second and minute; rows out and in, decaying


CONTACT = np.dtype(
    [("key", "u8"), ("hi", "u8"), ("lo", "u8"), ("port", "i4"), ("label", "u4")], align=True
)
INTERFACE = np.dtype([("key", "u8"), ("hi", "u8"), ("lo", "u8"), ("family", "u1")], align=True)


def table(size: int, entry: np.dtype[np.void], lost: NDArray[np.int64], seed: int) -> Table:
    """An empty table; `size` is a power of two."""
    seeds = np.array([seed], np.uint64)
    return Table(np.zeros(size, np.uint64), np.zeros(size, entry), lost, seeds)


def floors() -> Floats:
    """By counter; infinite where nothing is tracked for it alone."""
    found = np.full(COUNTS, np.inf, np.float32)
    for name, value in FLOORS.items():
        found[name] = value
    return found


def nothing_listed() -> Listed:
    """No list of contacts, no interfaces."""
    return Listed(np.zeros(1, np.uint64), np.zeros(1, CONTACT), np.zeros(0, INTERFACE))


def state(space: Space, slots: int, listed: Listed, seed: int, *, places: int = TRACKED) -> State:
    """An empty window over so many slots."""
    lost = np.zeros(len(Lost), np.int64)
    made = State(
        space=space,
        ports=ports(),
        floors=floors(),
        slots=np.zeros(slots, SLOT),
        tracked=np.zeros(places, PLACE),
        free=np.append(np.arange(places, dtype=np.int32)[::-1], np.int32(places)),
        fan=table(FANS, FAN, lost[Lost.FAN :], seed + 1),
        pair=table(PAIRS, PAIR, lost[Lost.PAIR :], seed + 2),
        session=table(SESSIONS, SESSION, lost[Lost.SESSION :], seed + 3),
        asked=table(ASKED, REQUEST, lost[Lost.ASKED :], seed + 4),
        listed=listed,
        lost=lost,
        clock=np.array([-1, -1, 0, 0], np.int64),
    )
    made.slots["track"] = -1
    made.tracked["slot"] = -1
    made.tracked["second"] = made.tracked["minute"] = -1
    return made


def size(one: State) -> int:
    """Bytes of all arrays."""
    total = 0
    for part in one:
        arrays = part if isinstance(part, tuple) else (part,)
        total += sum(array.nbytes for array in arrays)
    return total
