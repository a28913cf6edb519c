"""Finds the entry of an own address and a peer."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.jit import kernel
from aupkeep.telemetry.rows import Rows
from aupkeep.telemetry.window.sketches import signed64


class SlotAndPeer(NamedTuple):
    """An own address by its slot, and a peer."""

    slot: int
    family: int
    hi: np.uint64
    lo: np.uint64


@kernel
def find_pair(
    entry: Rows, places: NDArray[np.int64], slots: NDArray[np.int32], whom: SlotAndPeer
) -> int:
    """The first of `places` that is theirs, -1: none; `slots` are those of the places."""
    for at in range(len(places)):
        if slots[at] != whom.slot:
            continue
        it = entry[places[at]]
        if it["lo"] == whom.lo and it["hi"] == whom.hi and it["family"] == whom.family:
            return signed64(places[at])
    return -1
