"""A kernel finds in the arrays what Python put into the dictionary."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.telemetry.fast.lookup_table import ABSENT, LookupTable, find

WORDS = st.sampled_from([0, 1, 2, 1 << 32, (1 << 64) - 1])
KEYS = st.tuples(st.integers(1, 3), WORDS, WORDS, WORDS)
STEPS = st.lists(st.tuples(st.booleans(), KEYS, st.integers(0, 9)), max_size=200)


@settings(max_examples=60, deadline=None)
@given(STEPS, KEYS)
def test_what_was_put_is_found_and_what_was_dropped_is_not(steps, other):
    table, known = LookupTable(), {}
    for puts, key, value in steps:
        if puts:
            known[key] = value
            table.put(key, value)
        else:
            assert table.drop(key) == known.pop(key, None)
    for key in [*known, *(key for _, key, _ in steps), other]:
        found = find(table.keys, table.values, *(np.uint64(word) for word in key))
        assert found == known.get(key, ABSENT)


def test_a_table_never_fills():
    table = LookupTable()
    for number in range(5000):
        table.put((number + 1, 0, 0, 0), number)
        table.drop((number, 0, 0, 0))
    assert len(table.known) == 1
    assert len(table.keys) == 64
