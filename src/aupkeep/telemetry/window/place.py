"""Finding and taking places in the hashed tables."""

from typing import Any

import numpy as np

from aupkeep.telemetry.kernel import kernel
from aupkeep.telemetry.mixing import mix3, whole
from aupkeep.telemetry.window.shape import PROBES

FOREVER = 1 << 62
FREE = np.uint64(0)
PURPOSE = np.uint64(15)  # the bits of a key that say what it is for


@kernel
def key_of(table: Any, one: np.uint64, two: np.uint64, three: np.uint64, tag: int) -> np.uint64:  # noqa: ANN401 - one numpy record
    """Three numbers as the key of a purpose. Never 0, since no purpose is."""
    return (mix3(table["seed"], one, two, three) & ~PURPOSE) | np.uint64(tag)


@kernel
def find(table: Any, wanted: np.uint64) -> int:  # noqa: ANN401 - one numpy record
    """The place of a key, -1: none."""
    key = table["key"]
    mask = len(key) - 1
    start = whole(wanted >> np.uint64(32))
    for step in range(PROBES):
        at = (start + step) & mask
        if key[at] == wanted:
            return at
    return -1


@kernel
def worth(table: Any, at: int, now: int, window: int) -> int:  # noqa: ANN401 - one numpy record
    """How much would be forgotten with an entry: 0 when it is free or over."""
    if table["key"][at] == FREE or now - table["last"][at] > window:
        return 0
    return whole(table["weight"][at])


@kernel
def claim(table: Any, wanted: np.uint64, now: int, window: int) -> int:  # noqa: ANN401 - one numpy record
    """The place of a key: `at` when its window goes on, `-1 - at` when it begins.

    An entry that begins is to be cleared by the caller. A new key takes a free place, one whose
    window is over, or that of the entry that counts least.
    """
    mask = len(table["key"]) - 1
    start = whole(wanted >> np.uint64(32))
    chosen, least = -1, 0
    for step in range(PROBES):
        at = (start + step) & mask
        if table["key"][at] == wanted:
            it = table["entry"][at]
            table["weight"][at] += 1
            it["last"], table["last"][at] = now, now
            return at if now - it["first"] <= window else begin(table, at, wanted, now)
        cost = worth(table, at, now, window)
        if chosen < 0 or cost < least:
            chosen, least = at, cost
    table["lost"] += least > 0
    return begin(table, chosen, wanted, now)


@kernel
def begin(table: Any, at: int, wanted: np.uint64, now: int) -> int:  # noqa: ANN401 - one numpy record
    """Let an entry begin now."""
    table["key"][at] = wanted
    it = table["entry"][at]
    it["first"], it["last"] = now, now
    it["began"], it["until"] = FOREVER, 0
    it["rate"], it["inner"], it["unknown"] = 0, 0, 0
    table["weight"][at], table["last"][at] = 1, now
    return -1 - at
