"""The strongest run of seconds of each tracked address, and the peer who got most."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.jit import kernel
from aupkeep.telemetry.rows import Record, Rows
from aupkeep.telemetry.window.layout import COUNTS
from aupkeep.telemetry.window.own_slots import prefix_at
from aupkeep.telemetry.window.sketches import signed64

STRONG = np.dtype(
    [
        ("place", "i8"), ("slot", "i8"), ("end", "i8"),  # the last second of the run
        ("inner", "i8"),  # 1: the peer is our own
        ("family", "i8"), ("hi", "u8"), ("lo", "u8"),  # of the peer; family 0: there is none
        ("port", "i8"),  # -1: it changes
        ("packets", "f8"), ("share", "f8"),  # of what the kept peers got
        ("sums", "f8", (2, COUNTS)),  # of the run: [out or in, counter]
        ("remembered", "f8", (2, COUNTS)),  # of all seconds of the ring
    ],
    align=True,
)  # fmt: skip


class PeakQuery(NamedTuple):
    """At least `least` of a counter one way within so many seconds; `last` is the second of now."""

    last: int
    way: int
    what: int
    seconds: int
    least: float


@kernel
def strongest(
    tracked: Rows, space: Rows, places: NDArray[np.int64], query: PeakQuery,
    run: NDArray[np.float64], peaks: Rows,
) -> int:  # fmt: skip
    """Fill `peaks` (as long as `places`) with those that had as much; how many there are.

    `run` is as long as the ring; what it holds does not matter.
    """
    count = 0
    for place in places:
        it = tracked[place]
        best, step = climb(it, query, run)
        if best < query.least:
            continue
        peak = peaks[count]
        peak["place"], peak["slot"] = place, it["slot"]
        first = query.last - len(run) + 1
        peak["end"] = first + step
        add(it, first + max(step - query.seconds + 1, 0), peak["end"], peak["sums"])
        add(it, first, query.last, peak["remembered"])
        top(it, query, peak)
        if peak["family"]:
            peak["inner"] = prefix_at(space[0], peak["family"], peak["hi"], peak["lo"]) >= 0
        count += 1
    return count


@kernel
def climb(it: Record, query: PeakQuery, run: NDArray[np.float64]) -> tuple[float, int]:
    """The most within so many seconds, and after which of the ring's it was reached first."""
    size, total, best, end = len(run), 0.0, -1.0, 0
    for step in range(size):
        tick = query.last - size + 1 + step
        cell = tick & (size - 1)
        if it["second"][cell] == tick:
            total += it["seconds"][cell, query.way, query.what]
        run[step] = total
        value = total - run[step - query.seconds] if step >= query.seconds else total
        if value > best:
            best, end = value, step
    return best, end


@kernel
def add(it: Record, first: int, end: int, sums: NDArray[np.float64]) -> None:
    """Add up all counters of a run of seconds."""
    sums[:, :] = 0
    for tick in range(first, end + 1):
        cell = tick & (len(it["second"]) - 1)
        if it["second"][cell] != tick:
            continue
        for way in range(sums.shape[0]):
            for what in range(sums.shape[1]):
                sums[way, what] += it["seconds"][cell, way, what]


@kernel
def top(it: Record, query: PeakQuery, peak: Record) -> None:
    """The peer that got (sent) most packets of the counter's kind, and its share."""
    whats, weights, peers = it["what"][query.way], it["weight"][query.way], it["peer"][query.way]
    total, most, best = 0.0, 0.0, -1
    for at in range(len(whats)):
        if whats[at] >> 24 & 0xFF == query.what and weights[at] > 0:
            total += weights[at]
            if weights[at] > most:
                most, best = weights[at], at
    peak["family"], peak["hi"], peak["lo"], peak["port"], peak["inner"] = 0, 0, 0, -1, 0
    peak["packets"], peak["share"] = most, 0.0
    if best >= 0:
        peak["family"], peak["port"] = whats[best] >> 32, signed64(whats[best] & 0xFFFFFF) - 1
        peak["hi"], peak["lo"] = peers[best, 0], peers[best, 1]
        peak["share"] = most / total
