"""The entries of a hashed table whose window is not over, by tag."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.jit import kernel
from aupkeep.telemetry.window.sketches import signed64

Numbers = NDArray[np.int64]
LOW = 0xFFFFFFFF


class EntriesByTag(NamedTuple):
    """Places of a table by tag: those of one are `places[ends[tag]:ends[tag + 1]]`."""

    ends: Numbers  # two more than there are tags
    places: Numbers  # as many as the table has
    some: Numbers  # as many again, for the work itself

    def of(self, tag: int) -> Numbers:
        """The places of a tag, in their order."""
        return self.places[self.ends[tag] : self.ends[tag + 1]]


def room(tags: int, size: int) -> EntriesByTag:
    """Room for the places of a table of that size."""
    return EntriesByTag(np.empty(tags + 2, np.int64), *(np.empty(size, np.int64) for _ in range(2)))


@kernel
def find_live(
    key: NDArray[np.uint64],
    last: NDArray[np.uint32],
    purpose: np.uint64,
    windows: Numbers,
    now: int,
    entries: EntriesByTag,
) -> None:
    """Find the places whose window is not over.

    `purpose` are the bits of a key that hold its tag, `windows` the ms of each; a key of 0 is free.
    `last` is when each was claimed last, in ms modulo 2**32.
    """
    ends, some, count = entries.ends, entries.some, 0
    ends[:] = 0
    for at in range(len(key)):
        tag = signed64(key[at] & purpose)
        if key[at] != 0 and (now - signed64(last[at])) & LOW <= windows[tag]:
            some[count] = at
            count += 1
            ends[tag + 2] += 1
    for tag in range(len(windows)):
        ends[tag + 2] += ends[tag + 1]
    for at in some[:count]:
        tag = signed64(key[at] & purpose)
        entries.places[ends[tag + 1]] = at
        ends[tag + 1] += 1
