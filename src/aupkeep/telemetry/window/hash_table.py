"""The hashed tables of the window: finding a key's place, and claiming one."""

import numpy as np

from aupkeep.telemetry.jit import constant, kernel
from aupkeep.telemetry.rows import Record
from aupkeep.telemetry.window.layout import PROBES
from aupkeep.telemetry.window.sketches import hash3, signed64

NONE = constant(-1)
FOREVER = 1 << 62
FREE = np.uint64(0)
LOW = 0xFFFFFFFF  # of a time in ms: those of 49 days
PURPOSE = np.uint64(15)  # the bits of a key that say what it is for


@kernel
def key_of(
    table: Record, first: np.uint64, second: np.uint64, third: np.uint64, tag: int
) -> np.uint64:
    """Three numbers as the key of a purpose. Never 0, since no purpose is."""
    return (hash3(table["seed"], first, second, third) & ~PURPOSE) | np.uint64(tag)


@kernel
def find(table: Record, wanted: np.uint64) -> int:
    """The place of a key, -1: none."""
    place = table["place"]
    mask, first = len(place) - 1, first_of(wanted)
    for step in range(PROBES):
        at = (first + step) & mask
        if place[at]["key"] == wanted:
            return at
    return -1


@kernel
def first_of(wanted: np.uint64) -> int:
    """The first of the places that a key may stand in; it begins a line of memory."""
    return signed64(wanted >> np.uint64(32)) & ~3


@kernel
def worth(place: Record, now: int, window: int) -> int:
    """How much would be forgotten with an entry: 0 when it is free or over."""
    if place["key"] == FREE or (now & LOW) - place["last"] & LOW > window:
        return 0
    return signed64(place["weight"])


@kernel
def claim_place(table: Record, wanted: np.uint64, now: int, window: int) -> int:
    """The place of a key: `at` when its window goes on, `-1 - at` when it begins.

    An entry that begins is to be cleared by the caller. A new key takes a free place, one whose
    window is over, or that of the entry that counts least.
    """
    place = table["place"]
    mask, first = len(place) - 1, first_of(wanted)
    chosen, least = NONE, 0
    for step in range(PROBES):
        at = (first + step) & mask
        if place[at]["key"] == wanted:
            it = table["entry"][at]
            if now - it["first"] > window:
                return begin(table, at, wanted, now, signed64(it["last"]))
            place[at]["weight"] += 1
            it["last"], place[at]["last"] = now, now & LOW
            return at
        cost = worth(place[at], now, window)
        if chosen < 0 or cost < least:
            chosen, least = at, cost
    table["lost"] += least > 0
    return begin(table, chosen, wanted, now, 0)


@kernel
def begin(table: Record, at: int, wanted: np.uint64, now: int, before: int) -> int:
    """Let an entry begin now; `before` is when the key's last one was claimed, 0: it had none."""
    place = table["place"][at]
    place["key"], place["last"], place["weight"] = wanted, now & LOW, 1
    it = table["entry"][at]
    it["first"], it["last"], it["before"] = now, now, before
    it["began"], it["until"] = FOREVER, 0
    it["rate"], it["inner"], it["unknown"] = 0, 0, 0
    return -1 - at
