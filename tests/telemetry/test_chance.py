"""What sampling hides, against dice."""

import numpy as np
import pytest

from aupkeep.telemetry.chance import FEWEST, need, reached


@pytest.mark.parametrize(("rate", "each"), [(10, 1), (10, 3), (100, 1), (1000, 20)])
def test_the_share_is_that_of_sampled_packets(rate: int, each: int):
    """Of many targets with so many packets each, the share that has one sampled or more."""
    seen = np.random.default_rng(7).binomial(each, 1 / rate, 400_000) > 0
    assert need(100, rate, each).share == pytest.approx(seen.mean(), rel=0.1)


@pytest.mark.parametrize(("count", "rate"), [(300, 10), (5000, 100), (200, 100), (10_000, 1000)])
def test_the_chance_is_how_often_dice_reach_the_need(count: int, rate: int):
    wanted = need(count, rate)
    thrown = np.random.default_rng(8).binomial(count, 1 / rate, 100_000)
    assert wanted.chance == pytest.approx((thrown >= wanted.seen).mean(), abs=0.01)


def test_without_sampling_everything_is_seen():
    assert need(20, 1) == (20, 1.0, 1.0)


def test_a_few_sampled_packets_prove_nothing():
    assert need(20, 100_000).seen == FEWEST
    assert need(20, 100_000).chance < 0.001


def test_large_counts_are_judged_too():
    assert reached(50_000, 100_000, 0.5) == pytest.approx(0.5, abs=0.01)
    assert reached(10, 5, 0.5) == 0.0
