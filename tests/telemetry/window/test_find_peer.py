"""One entry of an own address and a peer, against a plain loop."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.telemetry.window.find_peer import SlotAndPeer, find_pair
from aupkeep.telemetry.window.layout import PAIR

HALF = st.sampled_from([0, 1, 1 << 63])
WHO = st.tuples(st.integers(0, 2), st.sampled_from([4, 6]), HALF, HALF)


@given(st.lists(WHO, max_size=30), WHO)
@settings(deadline=None)
def test_finds_the_first_that_a_plain_loop_finds(entries, wanted):
    entry, places = np.zeros(60, PAIR), np.arange(len(entries)) * 2
    for place, one in zip(places, entries, strict=True):
        entry["slot"][place], entry["family"][place] = one[:2]
        entry["hi"][place], entry["lo"][place] = one[2:]
    whom = SlotAndPeer(wanted[0], wanted[1], np.uint64(wanted[2]), np.uint64(wanted[3]))
    expected = entries.index(wanted) * 2 if wanted in entries else -1
    assert find_pair(entry, places, entry["slot"][places], whom) == expected
