"""Finding and taking places in the hashed tables."""

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.kernel import kernel
from aupkeep.telemetry.mixing import whole
from aupkeep.telemetry.window.shape import PROBES
from aupkeep.telemetry.window.state import Table

FOREVER = 1 << 62
FREE = np.uint64(0)
Keys = NDArray[np.uint64]


@kernel
def find(key: Keys, wanted: np.uint64) -> int:
    """The place of a key, -1: none."""
    mask = len(key) - 1
    start = whole(wanted >> np.uint64(32))
    for step in range(PROBES):
        at = (start + step) & mask
        if key[at] == wanted:
            return at
    return -1


@kernel
def worth(table: Table, at: int, now: int, window: int) -> int:
    """How much would be forgotten with an entry: 0 when it is free or over."""
    if table.key[at] == FREE or now - table.entry[at]["last"] > window:
        return 0
    return whole(table.entry[at]["weight"])


@kernel
def claim(table: Table, wanted: np.uint64, now: int, window: int) -> int:
    """The place of a key: `at` when its window goes on, `-1 - at` when it begins.

    An entry that begins is to be cleared by the caller. A new key takes a free place, one whose
    window is over, or that of the entry that counts least.
    """
    mask = len(table.key) - 1
    start = whole(wanted >> np.uint64(32))
    chosen, least = -1, 0
    for step in range(PROBES):
        at = (start + step) & mask
        if table.key[at] == wanted:
            it = table.entry[at]
            it["weight"] += 1
            it["last"] = now
            return at if now - it["first"] <= window else begin(table, at, wanted, now)
        cost = worth(table, at, now, window)
        if chosen < 0 or cost < least:
            chosen, least = at, cost
    table.lost[0] += least > 0
    return begin(table, chosen, wanted, now)


@kernel
def begin(table: Table, at: int, wanted: np.uint64, now: int) -> int:
    """Let an entry begin now."""
    table.key[at] = wanted
    it = table.entry[at]
    it["first"], it["last"] = now, now
    it["began"], it["until"] = FOREVER, 0
    it["weight"], it["rate"], it["inner"], it["unknown"] = 1, 0, 0, 0
    return -1 - at
