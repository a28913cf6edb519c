"""Hostile text costs no more than its length: four times the input, at most seven times the CPU."""

import math
import runpy
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aupkeep.intake.extract.findings import extract
from aupkeep.model.origin import parse_origin
from timing import cpu_seconds

BENCH = runpy.run_path(str(Path(__file__).parents[3] / "bench" / "extract.py"))
SENT = datetime(2026, 3, 2, tzinfo=UTC)
MOST = 7
TRIES = 3
FLOOR = 0.02  # seconds of CPU below which a figure is noise


def cost(text, enough):
    return cpu_seconds(
        lambda: extract([text], source=parse_origin("mail:?a.example"), sent_at=SENT), enough
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", list(BENCH["SAMPLES"]))
@pytest.mark.nightly("fuzz")
def test_cost_grows_with_length_alone(name):
    """From 125 to 500 kB of each hostile text the cost at most grows sevenfold.

    Linear growth is fourfold, quadratic sixteenfold each time it is measured; a busy machine, or
    memory that is fetched afresh, takes up to half as much again. The first reading is enough
    where it is within the bound.
    """
    make = BENCH["SAMPLES"][name]
    short, long = make(125_000), make(500_000)
    for enough in (math.inf, *[0.0] * TRIES):
        over = cost(long, enough) - MOST * cost(short, enough)
        if over <= FLOOR:
            break
    assert over <= FLOOR
