"""The strongest seconds of tracked addresses, and the peer who got most."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from aupkeep.model.subject import Address
from aupkeep.telemetry.detect.observation import Observation
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.rows import Record, address
from aupkeep.telemetry.window.layout import RING, TrafficCounter
from aupkeep.telemetry.window.sketches import count_distinct
from aupkeep.telemetry.window.strongest import STRONG, PeakQuery, strongest

Sums = list[list[float]]


class TopPeer(NamedTuple):
    """A peer and about how many packets of a kind; `port` None when it changes."""

    peer: Address
    port: int | None
    packets: float
    share: float  # of what the kept peers of that kind got


class Peak(NamedTuple):
    """The run of seconds in which an address had most: `sums` is [out or in][counter].

    `remembered` is the same of all seconds of the ring, the last minute.
    `top` is who got (sent) most packets of the kind; `seen.inner` is 1 when that is our own.
    """

    seen: Observation
    sums: Sums
    seconds: int
    top: TopPeer | None
    remembered: Sums

    def rate(self, way: int, what: int) -> float:
        """A counter a second."""
        return self.sums[way][what] / self.seconds

    def raw(self, way: int, what: int) -> float:
        """A counter as exported, before sampling was multiplied out."""
        return self.sums[way][what] / max(self.seen.rate, 1)


def peaks(
    view: WindowView, what: TrafficCounter, way: int, seconds: int, least: float
) -> Iterator[Peak]:
    """Tracked addresses that had at least `least` of a counter within so many seconds."""
    state, run, strong = view.state, np.empty(RING), np.empty(len(view.followed), STRONG)
    ask = PeakQuery(view.now // 1000, way, int(what), seconds, float(least))
    strong = strong[: strongest(state.tracked, state.space, view.followed, ask, run, strong)]
    if not len(strong):
        return
    rates = state.slots["rate"][strong["slot"]].max(1).tolist()
    unknown = state.slots["unknown"][strong["slot"]].any(1).tolist()
    sums = zip(strong["sums"].tolist(), strong["remembered"].tolist(), strict=True)
    for row, *rest in zip(strong.tolist(), sums, rates, unknown, strict=True):
        yield _peak(view, row, seconds, *rest)


def _peak(
    view: WindowView, row: Record, seconds: int, sums: tuple[Sums, Sums], rate: int, unknown: int,
) -> Peak:  # fmt: skip
    place, slot, end, inner, family, hi, lo, port, packets, share, *_ = row
    peer = address(family, hi, lo)
    seen = Observation(
        slot, 0, family, hi, lo,
        at=(end - seconds + 1) * 1000,
        until=min((end + 1) * 1000, view.now),
        rate=max(rate, 1),
        unknown=unknown,
        inner=inner,
        tries=1,
        place=place,
    )  # fmt: skip
    top = None if peer is None else TopPeer(peer, None if port < 0 else port, packets, share)
    return Peak(seen, sums[0], seconds, top, sums[1])


def peers(view: WindowView, peak: Peak, way: int) -> float:
    """How many different ones an address had one way, this minute or the last: the greater."""
    return float(count_distinct(view.state.tracked["peers"][peak.seen.place, :, way].max(0)))
