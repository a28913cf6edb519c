"""The end of a second or a minute: averages are updated, quiet addresses are no longer tracked."""

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.jit import kernel
from aupkeep.telemetry.rows import Record, Rows
from aupkeep.telemetry.window.exported_ways import grow_old
from aupkeep.telemetry.window.layout import COUNTS, QUIET
from aupkeep.telemetry.window.sketches import signed64
from aupkeep.telemetry.window.state import WindowState

LASTS = 300.0  # seconds in which an average forgets all but 1/e
Floats = NDArray[np.float32]


def advance(state: WindowState, second: int) -> None:
    """Close the current second and begin another; many at once after a silence."""
    it = state.record[0]
    before = int(it["second"])
    if before < 0:
        it["second"], it["minute"] = second, second // 60
        return
    if second <= before:
        return
    close_second(state.slots, state.record, before, second)
    it["second"] = second
    minutes = second // 60 - int(it["minute"])
    if minutes:
        close_minute(state, minutes)
        it["minute"] += minutes


@kernel
def close_second(slots: Rows, records: Rows, before: int, second: int) -> None:
    """Put the closed second into the averages and clear it; release who is tracked for nothing."""
    record = records[0]
    decay = np.float32(np.exp(-(second - before) / LASTS))
    for at in range(len(slots)):
        it = slots[at]
        hot = fold(it["second"], it["mean"], record["floors"], decay)
        place = signed64(it["track"])
        if place < 0:
            continue
        if hot:
            record["tracked"][place]["hot"] = before
        if second - record["tracked"][place]["hot"] > QUIET:
            it["track"] = -1
            clear(record["tracked"][place])
            record["free"][record["left"]] = place
            record["left"] += 1


@kernel
def fold(now: Floats, mean: Floats, floors: Floats, decay: np.float32) -> bool:
    """Fold a second of one slot; whether it was above a floor."""
    hot = False
    for way in range(2):
        for what in range(COUNTS):
            value = now[way, what]
            mean[way, what] = mean[way, what] * decay + value * np.float32(1 / LASTS)
            hot |= value >= floors[what]
            now[way, what] = 0
    return hot


@kernel
def clear(it: Record) -> None:
    """Make a place as if nobody had ever been tracked in it."""
    it["slot"], it["hot"] = -1, 0
    it["second"][:] = -1
    it["peers"][:, :, :] = 0
    it["key"][:, :] = 0
    it["peer"][:, :, :] = 0
    it["what"][:, :] = 0
    it["weight"][:, :] = 0


def close_minute(state: WindowState, minutes: int) -> None:
    """Close the minute: the last one is kept, or none when a whole minute was silent."""
    slots, record, tracked = state.slots, state.record[0], state.tracked
    slots["minute"] = 0
    record["groups"] = 0
    for what in ("rate", "unknown"):
        slots[what][:, 1] = slots[what][:, 0]
        slots[what][:, 0] = 0
    half = int(record["minute"]) + minutes & 1
    tracked["peers"][:, half] = 0
    tracked["weight"] *= np.float32(0.5 ** min(minutes, 100))
    record["rows"] //= 2
    grow_old(state, int(record["minute"]) + minutes, minutes)
