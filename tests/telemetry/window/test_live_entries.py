"""Entries that go on, against one plain loop for each purpose."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.telemetry.window.hash_table import PURPOSE
from aupkeep.telemetry.window.layout import WINDOW
from aupkeep.telemetry.window.live_entries import find_live, room

NOW = (1 << 33) + 100_000  # ms, of which the lower half has just begun anew
ENTRY = st.tuples(
    st.booleans(), st.integers(1, len(WINDOW) - 1), st.integers(1, 1 << 59),
    st.sampled_from([0, 1, 60_000, 60_001, 120_000, 300_000, 300_001, 900_000]),
)  # fmt: skip


@given(st.lists(ENTRY, max_size=60))
@settings(deadline=None)
def test_finds_what_a_plain_loop_finds(entries):
    key = np.array([(rest << 4 | tag) * used for used, tag, rest, _ in entries], np.uint64)
    last = np.array([(NOW - age) % (1 << 32) for *_, age in entries], np.uint32)
    found = room(len(WINDOW), len(key))
    find_live(key, last, PURPOSE, WINDOW, NOW, found)
    for tag in range(len(WINDOW)):
        assert found.of(tag).tolist() == [
            at
            for at, (used, purpose, _, age) in enumerate(entries)
            if used and purpose == tag and age <= WINDOW[tag]
        ]
