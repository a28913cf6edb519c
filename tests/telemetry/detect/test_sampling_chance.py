"""What sampling hides, against dice."""

import numpy as np
import pytest

from aupkeep.telemetry.detect.sampling_chance import FEWEST, ratio, reached, sampled_threshold


@pytest.mark.parametrize(("rate", "each"), [(10, 1), (10, 3), (100, 1), (1000, 20)])
def test_the_share_is_that_of_sampled_packets(rate: int, each: int):
    """Of many targets with so many packets each, the share that has one sampled or more."""
    seen = np.random.default_rng(7).binomial(each, 1 / rate, 400_000) > 0
    assert sampled_threshold(100, rate, each).share == pytest.approx(seen.mean(), rel=0.1)


@pytest.mark.parametrize(("count", "rate"), [(300, 10), (5000, 100), (200, 100), (10_000, 1000)])
def test_the_chance_is_how_often_dice_reach_the_need(count: int, rate: int):
    wanted = sampled_threshold(count, rate)
    thrown = np.random.default_rng(8).binomial(count, 1 / rate, 100_000)
    assert wanted.chance == pytest.approx((thrown >= wanted.seen).mean(), abs=0.01)


def test_without_sampling_everything_is_seen():
    assert sampled_threshold(20, 1) == (20, 1.0, 1.0)


def test_a_few_sampled_packets_prove_nothing():
    assert sampled_threshold(20, 100_000).seen == FEWEST
    assert sampled_threshold(20, 100_000).chance < 0.001


def test_large_counts_are_judged_too():
    assert reached(50_000, 100_000, 0.5) == pytest.approx(0.5, abs=0.01)
    assert reached(10, 5, 0.5) == 0.0


@pytest.mark.parametrize(
    ("one", "other"), [(300, 300), (3000, 500), (100, 5000), (0, 2000), (9000, 90)]
)
def test_a_ratio_lies_within_its_bounds(one: int, other: int):
    """Of many samples of the same traffic, hardly one whose bounds leave the truth out."""
    dice = np.random.default_rng(9)
    thrown = zip(dice.binomial(one, 0.01, 5000), dice.binomial(other, 0.01, 5000), strict=True)
    found = [ratio(some, rest, 100) for some, rest in thrown]
    right = [bounds.least <= one / other <= bounds.most for bounds in found]
    assert np.mean(right) > 0.99


def test_bounds_draw_together_with_what_is_seen():
    widths = [ratio(seen, seen, 100) for seen in (0, 5, 50, 5000)]
    assert [bounds.least < 1 < bounds.most for bounds in widths] == [True] * 4
    assert sorted(widths, key=lambda bounds: -bounds.most) == widths
    assert widths[-1].most < 1.1


def test_without_sampling_a_ratio_is_known():
    assert ratio(3, 4, 1) == (0.75, 0.75)
    assert ratio(3, 0, 1).least == float("inf")


@pytest.mark.parametrize("rate", [10, 100, 1000])
def test_what_is_known_to_be_as_many_is_seldom_seen_of_just_as_many(rate: int):
    wanted = sampled_threshold(50_000, rate, spreads=3)
    thrown = np.random.default_rng(10).binomial(50_000, 1 / rate, 100_000)
    assert (thrown >= wanted.seen).mean() < 0.003
    assert wanted.chance == pytest.approx((thrown >= wanted.seen).mean(), abs=0.001)
