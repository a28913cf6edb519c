"""The greatest share that lies together, against a plain sum of every run."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.telemetry.window.similarity import concentration


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=40), st.integers(1, 6))
@settings(deadline=None)
def test_finds_the_share_that_a_plain_sum_finds(bands, width):
    runs = [sum(bands[at : at + width]) for at in range(len(bands))]
    assert concentration(np.array(bands, np.uint16), width) == max(runs) / max(sum(bands), 1)
