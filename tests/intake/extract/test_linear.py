"""Hostile text costs no more than its length: twice the input, at most 2.5 times the CPU."""

import runpy
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aupkeep.intake.extract import extract

BENCH = runpy.run_path(str(Path(__file__).parents[3] / "bench" / "extract.py"))
SENT = datetime(2026, 3, 2, tzinfo=UTC)
MOST = 2.5
TRIES = 4
FLOOR = 0.02  # seconds of CPU below which a figure is noise


def cost(text):
    return BENCH["cpu"](lambda: extract([text], source="mail:?a.example", sent_at=SENT))


@pytest.mark.slow
@pytest.mark.parametrize("name", list(BENCH["SAMPLES"]))
def test_cost_grows_with_length_alone(name):
    """From 500 kB to 1 MB of each hostile text the cost at most grows 2.5 times.

    Quadratic growth is fourfold each time it is measured; a busy machine is so once.
    """
    make = BENCH["SAMPLES"][name]
    short, long = make(500_000), make(1_000_000)
    over = [cost(long) - MOST * cost(short)]
    while over[-1] > FLOOR and len(over) < TRIES:
        over.append(cost(long) - MOST * cost(short))
    assert min(over) <= FLOOR
