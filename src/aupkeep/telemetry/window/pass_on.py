"""What happens when a second or a minute is over: averages, minutes, who is tracked no more."""

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.kernel import kernel
from aupkeep.telemetry.mixing import whole
from aupkeep.telemetry.rows import Rows
from aupkeep.telemetry.window.shape import COUNTS, QUIET
from aupkeep.telemetry.window.state import Floats, State

LASTS = 300.0  # seconds in which an average forgets all but 1/e


def advance(state: State, second: int) -> None:
    """Close the current second and begin another; many at once after a silence."""
    before = int(state.clock[0])
    if before < 0:
        state.clock[:2] = second, second // 60
        return
    if second <= before:
        return
    over(state.slots, state.tracked, state.free, state.floors, before, second)
    state.clock[0] = second
    minutes = second // 60 - int(state.clock[1])
    if minutes:
        turn(state, minutes)
        state.clock[1] += minutes


@kernel
def over(
    slots: Rows, tracked: Rows, free: NDArray[np.int32], floors: Floats, before: int, second: int
) -> None:
    """Put the closed second into the averages and clear it; release who is tracked for nothing."""
    decay = np.float32(np.exp(-(second - before) / LASTS))
    gain = np.float32(1 / LASTS)
    for at in range(len(slots)):
        now, mean = slots[at]["second"], slots[at]["mean"]
        hot = fold(now, mean, floors, decay, gain)
        place = whole(slots[at]["track"])
        if place < 0:
            continue
        if hot:
            tracked[place]["hot"] = before
        if second - tracked[place]["hot"] > QUIET:
            slots[at]["track"] = -1
            clear(tracked, place)
            free[free[len(free) - 1]] = place
            free[len(free) - 1] += 1


@kernel
def fold(now: Floats, mean: Floats, floors: Floats, decay: np.float32, gain: np.float32) -> bool:
    """Fold a second of one slot; whether it was above a floor."""
    hot = False
    for way in range(2):
        for what in range(COUNTS):
            value = now[way, what]
            mean[way, what] = mean[way, what] * decay + value * gain
            hot |= value >= floors[what]
            now[way, what] = 0
    return hot


@kernel
def clear(tracked: Rows, place: int) -> None:
    """Make a place as if nobody had ever been tracked in it."""
    it = tracked[place]
    it["slot"], it["hot"] = -1, 0
    it["second"][:] = -1
    it["minute"][:] = -1
    it["peers"][:, :, :] = 0
    it["ports"][:, :, :] = 0
    it["peer"][:, :, :] = 0
    it["what"][:, :] = 0
    it["weight"][:, :] = 0


def turn(state: State, minutes: int) -> None:
    """Close the minute: the last one is kept, or none when a whole minute was silent."""
    slots, tracked = state.slots, state.tracked
    slots["last"] = slots["minute"] if minutes == 1 else 0
    slots["minute"] = 0
    slots["amplify"] = 0
    for what in ("rate", "unknown"):
        slots[what][:, 1] = slots[what][:, 0]
        slots[what][:, 0] = 0
    half = int(state.clock[1]) + minutes & 1
    tracked["peers"][:, half] = 0
    tracked["ports"][:, half] = 0
    tracked["weight"] *= np.float32(0.5 ** min(minutes, 100))
    state.clock[2:] //= 2
