"""Finding and taking places in the hashed tables."""

from typing import Any

import numpy as np

from aupkeep.telemetry.jit import constant, kernel
from aupkeep.telemetry.window.layout import PROBES
from aupkeep.telemetry.window.sketches import mix3, whole

NONE = constant(-1)
FOREVER = 1 << 62
FREE = np.uint64(0)
LOW = 0xFFFFFFFF  # of a time in ms: those of 49 days
PURPOSE = np.uint64(15)  # the bits of a key that say what it is for


@kernel
def key_of(table: Any, one: np.uint64, two: np.uint64, three: np.uint64, tag: int) -> np.uint64:  # noqa: ANN401 - one numpy record
    """Three numbers as the key of a purpose. Never 0, since no purpose is."""
    return (mix3(table["seed"], one, two, three) & ~PURPOSE) | np.uint64(tag)


@kernel
def find(table: Any, wanted: np.uint64) -> int:  # noqa: ANN401 - one numpy record
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
    return whole(wanted >> np.uint64(32)) & ~3


@kernel
def worth(place: Any, now: int, window: int) -> int:  # noqa: ANN401 - one numpy record
    """How much would be forgotten with an entry: 0 when it is free or over."""
    if place["key"] == FREE or (now & LOW) - place["last"] & LOW > window:
        return 0
    return whole(place["weight"])


@kernel
def claim(table: Any, wanted: np.uint64, now: int, window: int) -> int:  # noqa: ANN401 - one numpy record
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
                return begin(table, at, wanted, now, whole(it["last"]))
            place[at]["weight"] += 1
            it["last"], place[at]["last"] = now, now & LOW
            return at
        cost = worth(place[at], now, window)
        if chosen < 0 or cost < least:
            chosen, least = at, cost
    table["lost"] += least > 0
    return begin(table, chosen, wanted, now, 0)


@kernel
def begin(table: Any, at: int, wanted: np.uint64, now: int, before: int) -> int:  # noqa: ANN401 - one numpy record
    """Let an entry begin now; `before` is when the key's last one was claimed, 0: it had none."""
    place = table["place"][at]
    place["key"], place["last"], place["weight"] = wanted, now & LOW, 1
    it = table["entry"][at]
    it["first"], it["last"], it["before"] = now, now, before
    it["began"], it["until"] = FOREVER, 0
    it["rate"], it["inner"], it["unknown"] = 0, 0, 0
    return -1 - at
