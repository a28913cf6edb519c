"""Hostile text costs no more than its length: four times the input, at most seven times the CPU."""

import runpy
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aupkeep.intake.extract import extract
from aupkeep.model.origin import parse_origin
from timing import cpu_seconds

BENCH = runpy.run_path(str(Path(__file__).parents[3] / "bench" / "extract.py"))
SENT = datetime(2026, 3, 2, tzinfo=UTC)
MOST = 7
TRIES = 3
FLOOR = 0.02  # seconds of CPU below which a figure is noise


def cost(text):
    return cpu_seconds(
        lambda: extract([text], source=parse_origin("mail:?a.example"), sent_at=SENT)
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", list(BENCH["SAMPLES"]))
def test_cost_grows_with_length_alone(name):
    """From 250 kB to 1 MB of each hostile text the cost at most grows sevenfold.

    Linear growth is fourfold, quadratic sixteenfold each time it is measured; a busy machine, or
    memory that is fetched afresh, takes up to half as much again.
    """
    make = BENCH["SAMPLES"][name]
    short, long = make(250_000), make(1_000_000)
    over = [cost(long) - MOST * cost(short)]
    while over[-1] > FLOOR and len(over) < TRIES:
        over.append(cost(long) - MOST * cost(short))
    assert min(over) <= FLOOR
