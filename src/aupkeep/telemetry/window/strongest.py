"""The strongest run of seconds of each tracked address, and the peer who got most."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.jit import kernel
from aupkeep.telemetry.rows import Rows
from aupkeep.telemetry.window.layout import COUNTS
from aupkeep.telemetry.window.own_space import prefix_at
from aupkeep.telemetry.window.sketches import whole

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


class Ask(NamedTuple):
    """At least `least` of a counter one way within so many seconds; `last` is the second of now."""

    last: int
    way: int
    what: int
    seconds: int
    least: float


@kernel
def strongest(
    tracked: Rows, space: Rows, places: NDArray[np.int64], ask: Ask, run: NDArray[np.float64],
    found: Rows,
) -> int:  # fmt: skip
    """Fill `found` (as long as `places`) with those that had as much; how many there are.

    `run` is as long as the ring; what it holds does not matter.
    """
    count = 0
    for place in places:
        it = tracked[place]
        best, step = climb(it, ask, run)
        if best < ask.least:
            continue
        one = found[count]
        one["place"], one["slot"] = place, it["slot"]
        first = ask.last - len(run) + 1
        one["end"] = first + step
        add(it, first + max(step - ask.seconds + 1, 0), one["end"], one["sums"])
        add(it, first, ask.last, one["remembered"])
        top(it, ask, one)
        if one["family"]:
            one["inner"] = prefix_at(space[0], one["family"], one["hi"], one["lo"]) >= 0
        count += 1
    return count


@kernel
def climb(it: Any, ask: Ask, run: NDArray[np.float64]) -> tuple[float, int]:  # noqa: ANN401 - one numpy record
    """The most within so many seconds, and after which of the ring's it was reached first."""
    size, total, best, end = len(run), 0.0, -1.0, 0
    for step in range(size):
        tick = ask.last - size + 1 + step
        cell = tick & (size - 1)
        if it["second"][cell] == tick:
            total += it["seconds"][cell, ask.way, ask.what]
        run[step] = total
        value = total - run[step - ask.seconds] if step >= ask.seconds else total
        if value > best:
            best, end = value, step
    return best, end


@kernel
def add(it: Any, first: int, end: int, sums: NDArray[np.float64]) -> None:  # noqa: ANN401 - one numpy record
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
def top(it: Any, ask: Ask, one: Any) -> None:  # noqa: ANN401 - two numpy records
    """The peer that got (sent) most packets of the counter's kind, and its share."""
    whats, weights, peers = it["what"][ask.way], it["weight"][ask.way], it["peer"][ask.way]
    total, most, best = 0.0, 0.0, -1
    for at in range(len(whats)):
        if whats[at] >> 24 & 0xFF == ask.what and weights[at] > 0:
            total += weights[at]
            if weights[at] > most:
                most, best = weights[at], at
    one["family"], one["hi"], one["lo"], one["port"], one["inner"] = 0, 0, 0, -1, 0
    one["packets"], one["share"] = most, 0.0
    if best >= 0:
        one["family"], one["port"] = whats[best] >> 32, whole(whats[best] & 0xFFFFFF) - 1
        one["hi"], one["lo"] = peers[best, 0], peers[best, 1]
        one["share"] = most / total
