"""The strongest seconds of tracked addresses, and the peers who got most."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.model.subject import Address
from aupkeep.telemetry.mixing import distinct, marked
from aupkeep.telemetry.rows import address
from aupkeep.telemetry.view import Seen, View
from aupkeep.telemetry.window.shape import COUNTS, RING, Count


class Top(NamedTuple):
    """A peer and about how many packets of a kind; `port` None when it changes."""

    peer: Address | None
    port: int | None
    packets: float
    share: float  # of what the kept peers of that kind got


@dataclass(frozen=True, slots=True)
class Peak:
    """The run of seconds in which an address had most: `sums` is [out or in, counter]."""

    seen: Seen
    sums: NDArray[np.float64]
    seconds: int
    peers: float
    ports: float

    def rate(self, way: int, what: int) -> float:
        """A counter a second."""
        return float(self.sums[way, what]) / self.seconds

    def raw(self, way: int, what: int) -> float:
        """A counter as exported, before sampling was multiplied out."""
        return float(self.sums[way, what]) / max(self.seen.rate, 1)


def peaks(view: View, what: Count, way: int, seconds: int, least: float) -> Iterator[Peak]:
    """Tracked addresses that had at least `least` of a counter within so many seconds."""
    tracked = view.state.tracked
    places = np.flatnonzero(tracked["slot"] >= 0)
    if not len(places):
        return
    last = view.now // 1000
    ticks = np.arange(last - RING + 1, last + 1)
    cells = ticks & (RING - 1)
    valid = tracked["second"][places][:, cells] == ticks
    values = np.where(valid, tracked["seconds"][places][:, cells, way, what], 0).astype(np.float64)
    sums = np.cumsum(values, 1)
    sums[:, seconds:] -= sums[:, :-seconds].copy()
    best = sums.argmax(1)
    for one in np.flatnonzero(sums[np.arange(len(places)), best] >= least):
        end = int(best[one])
        inside = slice(max(end - seconds + 1, 0), end + 1)
        held = valid[one, inside]
        block = tracked["seconds"][places[one]][cells[inside]][held].sum(0, dtype=np.float64)
        yield _peak(view, int(places[one]), way, block.reshape(2, COUNTS), int(ticks[end]), seconds)


def _peak(
    view: View, place: int, way: int, sums: NDArray[np.float64], tick: int, seconds: int
) -> Peak:
    it = view.state.tracked[place]
    slot = int(it["slot"])
    dense = view.state.slots[slot]
    seen = Seen(
        slot=slot,
        address=view.own.address(slot),
        port=0,
        peer=None,
        at=(tick - seconds + 1) * 1000,
        until=min((tick + 1) * 1000, view.now),
        rate=max(int(dense["rate"].max()), 1),
        unknown=bool(dense["unknown"].any()),
        tries=1,
        inner=0,
        place=place,
    )
    return Peak(
        seen=seen,
        sums=sums,
        seconds=seconds,
        peers=float(distinct(it["peers"][:, way].max(0))),
        ports=float(marked(np.bitwise_or.reduce(it["ports"][:, way], 0))),
    )


def tops(view: View, place: int, way: int, what: Count) -> list[Top]:
    """The peers of a tracked address that got (sent) most packets of a kind, the most first."""
    it = view.state.tracked[place]
    whats, weights = it["what"][way], it["weight"][way]
    mine = (whats >> 24 & 0xFF == what) & (weights > 0)
    total = float(weights[mine].sum())
    order = sorted(np.flatnonzero(mine), key=lambda at: -weights[at])
    return [
        Top(
            peer=address(int(whats[at]) >> 32, *(int(half) for half in it["peer"][way, at])),
            port=(int(whats[at]) & 0xFFFFFF) - 1 if int(whats[at]) & 0xFFFFFF else None,
            packets=float(weights[at]),
            share=float(weights[at]) / total,
        )
        for at in order
    ]


__all__ = ["Peak", "Top", "peaks", "tops"]
