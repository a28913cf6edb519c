"""Which decision writes a strike, of which tier, and which takes one back."""

from dataclasses import replace

import pytest

from aupkeep.casework.strikes import clears, outweighs, tier_of
from aupkeep.model.ladder import BLAME, Cause, Level, Measure
from aupkeep.model.strike import StrikeTier
from casework.scenes import KARI, OLA, RULE, ask, proposal

MADE = replace(ask(proposal(cause=Cause.OWN_ACT), (KARI,)), cause=Cause.OWN_ACT)


@pytest.mark.parametrize(
    ("level", "tier"),
    [
        (Level.L0, None),
        (Level.L1, StrikeTier.MINOR),
        (Level.L2, StrikeTier.MINOR),
        (Level.L3, StrikeTier.SERIOUS),
        (Level.L4, StrikeTier.SERIOUS),
        (Level.L5, StrikeTier.SEVERE),
        (Level.L6, StrikeTier.SEVERE),
        (Level.L7, StrikeTier.SEVERE),
    ],
)
def test_the_tier_follows_the_measure(level, tier):
    """Of a record the customer is told nothing, so it writes none."""
    assert tier_of(replace(MADE, level=level)) is tier


@pytest.mark.parametrize("cause", Cause)
def test_only_a_cause_of_the_customers_writes_one(cause):
    """A careful customer, and an unknown cause, are nobody's strike; the first takes one back."""
    decision = replace(MADE, cause=cause)
    assert tier_of(decision) is (StrikeTier.SERIOUS if cause in BLAME else None)
    assert clears(decision) is (cause is Cause.CAREFUL)


def test_a_rule_writes_none_and_takes_none_back():
    """Containment is not blame, whatever cause it names."""
    assert tier_of(replace(MADE, author=RULE)) is None
    assert not clears(replace(MADE, author=RULE, cause=Cause.CAREFUL))


def test_a_decision_that_reverses_writes_none_and_takes_none_back():
    """It is about a measure, not about who did it."""
    assert tier_of(replace(MADE, reverses="d0")) is None
    assert not clears(replace(MADE, reverses="d0", cause=Cause.CAREFUL))


@pytest.mark.parametrize("before", StrikeTier)
@pytest.mark.parametrize("tier", StrikeTier)
def test_only_a_severer_finding_takes_the_place(tier, before):
    order = [StrikeTier.MINOR, StrikeTier.SERIOUS, StrikeTier.SEVERE]
    assert outweighs(tier, before) is (order.index(tier) > order.index(before))


def test_a_word_to_the_customer_is_a_minor_strike():
    """Decided at the real gate, by a person who found the cause."""
    told = ask(proposal(Measure.INFORM, cause=Cause.CARELESS), (OLA,))
    assert tier_of(told) is StrikeTier.MINOR
