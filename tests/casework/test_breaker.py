"""The breaker (invariant 8): counts of the last hour and day, and where each opens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aupkeep.casework.breaker import AutomationCount, BreakerLimits, allowed, count, trip
from aupkeep.model.automatic_measure import AutomaticMeasure
from aupkeep.model.decision import Refused
from aupkeep.model.ladder import Level
from casework.scenes import NOW

LIMITS = BreakerLimits()
OPEN = "The breaker is open: {}; a person must decide."
BLOCK = AutomaticMeasure(customer="c1", level=Level.L3, starts=NOW)
ISOLATION = replace(BLOCK, level=Level.L4)
WORD = replace(BLOCK, level=Level.L2)


def test_counts_what_rules_restricted():
    """By level in the last hour, by customer in the last day; words are not counted."""
    hour_ago = replace(BLOCK, customer="c2", starts=NOW - timedelta(hours=1))
    day_ago = replace(BLOCK, customer="c3", starts=NOW - timedelta(days=1))
    all_of_them = [BLOCK, BLOCK, ISOLATION, WORD, hour_ago, day_ago]
    assert count(all_of_them, 7, NOW) == AutomationCount(
        l3=2, l4=1, touched=frozenset({"c1", "c2"}), customers=7
    )
    moment = timedelta(microseconds=1)
    within = [replace(hour_ago, starts=hour_ago.starts + moment),
              replace(day_ago, starts=day_ago.starts + moment)]  # fmt: skip
    assert count(within, 0, NOW) == AutomationCount(l3=1, touched=frozenset({"c2", "c3"}))


@pytest.mark.parametrize(
    ("level", "so_far", "words"),
    [
        (Level.L2, AutomationCount(l3=99, l4=99), None),
        (Level.L3, AutomationCount(l3=19, l4=99, customers=200), None),
        (Level.L3, AutomationCount(l3=20), "20 automatic narrow blocks in the last hour"),
        (Level.L3, AutomationCount(l3=21), "21 automatic narrow blocks in the last hour"),
        (Level.L4, AutomationCount(l3=99, l4=4, customers=200), None),
        (Level.L4, AutomationCount(l4=5), "5 automatic isolations in the last hour"),
        (Level.L3, AutomationCount(touched=frozenset({"c1"})), None),
        (Level.L3, AutomationCount(touched=frozenset({"c2"})),
         "automation touched 1 customer today, 1 allowed"),
        (Level.L3, AutomationCount(touched=frozenset({"c2"}), customers=400), None),
        (Level.L4, AutomationCount(touched=frozenset({"c2", "c3"}), customers=400),
         "automation touched 2 customers today, 2 allowed"),
    ],
)  # fmt: skip
def test_opens_at_its_limits(level, so_far, words):
    """The last that is allowed passes, the next waits for a person."""
    said = None if words is None else Refused(reason=OPEN.format(words), invariant=8)
    assert trip(level, "c1", so_far, LIMITS) == said


def test_the_share_rounds_down_and_is_at_least_one():
    """Half a per cent of 399 customers is one."""
    assert [allowed(n, LIMITS) for n in (0, 1, 399, 400, 1000)] == [1, 1, 1, 2, 5]
    assert allowed(1000, BreakerLimits(share_a_day=0.01)) == 10
    assert allowed(1000, BreakerLimits(share_a_day=0.1)) == 20  # no setting lifts the ceiling
