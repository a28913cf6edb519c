"""Peaks and who got most, against sums in plain Python."""

from ipaddress import ip_address, ip_network

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import Generator

from aupkeep.telemetry.rows import Rows, halves
from aupkeep.telemetry.window.layout import COUNTS, IN, OUT, RING, TOPS, TRACK
from aupkeep.telemetry.window.own_slots import OwnSlots
from aupkeep.telemetry.window.strongest import STRONG, PeakQuery, strongest

LAST = 1_772_366_430  # s
OWN = OwnSlots([ip_network("192.0.2.0/24"), ip_network("2001:db8::/32")])
PEERS = [ip_address(one) for one in ("192.0.2.9", "198.51.100.7", "2001:db8::5", "2001:db9::1")]


def places(rng: Generator, count: int) -> Rows:
    """Tracked addresses whose cells are old, free, or of now, with peers of several kinds."""
    made = np.zeros(count, TRACK)
    ring = (LAST - np.arange(RING)[::-1])[np.argsort((LAST - np.arange(RING)[::-1]) % RING)]
    age = rng.choice([0, 0, 0, RING, -1], (count, RING))
    made["slot"] = rng.integers(0, 500, count)
    made["second"] = np.where(age < 0, -1, ring - age)
    made["seconds"] = rng.integers(0, 40, made["seconds"].shape)
    family = rng.choice([4, 6], (count, 2, TOPS))
    made["what"] = family << 32 | rng.integers(3, 6, family.shape) << 24 | rng.integers(0, 3)
    made["weight"] = rng.integers(0, 5, family.shape)
    for at in np.ndindex(family.shape):
        some = [peer for peer in PEERS if peer.version == family[at]]
        made["peer"][at] = halves(some[int(rng.integers(len(some)))])
    return made


def plain_run(it: Rows, ask: PeakQuery) -> tuple[float, int]:
    """The oracle: the greatest sum of a run within the ring, and the first end that has it."""
    held = {int(tick): at for at, tick in enumerate(it["second"])}
    first = ask.last - RING + 1

    def value(tick: int) -> float:
        return float(it["seconds"][held[tick], ask.way, ask.what]) if tick in held else 0.0

    ends = range(first, ask.last + 1)
    sums = [
        sum(value(t) for t in range(max(end - ask.seconds + 1, first), end + 1)) for end in ends
    ]
    return max(sums), ends[sums.index(max(sums))]


def plain_top(it: Rows, ask: PeakQuery) -> tuple[float, float, int] | None:
    """The oracle: packets and share of the first who has most of a kind, and at which rank."""
    mine = [
        (float(weight), -at)
        for at, (what, weight) in enumerate(
            zip(*(it[one][ask.way] for one in ("what", "weight")), strict=True)
        )
        if int(what) >> 24 & 0xFF == ask.what and weight > 0
    ]
    if not mine:
        return None
    packets, rank = max(mine)
    return packets, packets / sum(weight for weight, _ in mine), -rank


@given(st.integers(0, 2**32), st.sampled_from([OUT, IN]), st.integers(3, 5), st.integers(1, 70))
@settings(deadline=None, max_examples=40)
def test_finds_what_plain_sums_find(seed, way, what, seconds):
    rng = np.random.default_rng(seed)
    made = places(rng, 8)
    ask = PeakQuery(LAST, way, what, seconds, float(rng.integers(1, 20 * seconds + 20)))
    expected = [(at, *run) for at in range(8) if (run := plain_run(made[at], ask))[0] >= ask.least]
    found = np.full(8, 3).astype(STRONG)
    count = strongest(made, OWN.space, np.arange(8), ask, np.full(RING, 9.0), found)
    assert found[:count][["place", "end"]].tolist() == [(at, end) for at, _, end in expected]
    for one, (at, most, end) in zip(found[:count], expected, strict=True):
        inside = range(max(end - seconds + 1, LAST - RING + 1), end + 1)
        held = [bool(tick in inside) for tick in made[at]["second"]]
        assert one["sums"].tolist() == made[at]["seconds"][held].sum(0).tolist()
        assert one["sums"].shape == (2, COUNTS)
        lately = made[at]["second"] > LAST - RING
        assert one["remembered"].tolist() == made[at]["seconds"][lately].sum(0).tolist()
        assert (one["sums"][way, what], one["slot"]) == (most, made[at]["slot"])
        check_top(one, made[at], ask)


def check_top(one: Rows, it: Rows, ask: PeakQuery) -> None:
    """The peer of a peak is the oracle's."""
    top = plain_top(it, ask)
    if top is None:
        assert one[["family", "inner", "port"]].item() == (0, 0, -1)
        return
    packets, share, rank = top
    assert one[["packets", "share"]].item() == (packets, share)
    peer = next(
        peer
        for peer in PEERS
        if halves(peer) == tuple(it["peer"][ask.way, rank].tolist())
        and peer.version == one["family"]
    )
    assert one["inner"] == any(
        peer.version == prefix.version and peer in prefix for prefix in OWN.prefixes
    )
    assert one["port"] == int(it["what"][ask.way, rank]) % (1 << 24) - 1
