"""Without evidence that stands a person tells and limits nobody."""

from dataclasses import replace

import pytest

from aupkeep.casework.founded import BACK, NONE, unfounded
from aupkeep.model.ladder import Measure
from casework.scenes import CLAIMS, HELD, KARI, RULE, claim, proposal

OTHERS = claim("other", held=replace(HELD, customer="c2"))


@pytest.mark.parametrize(
    ("measure", "people", "standing", "why"),
    [
        (Measure.BLOCK_PORT, [KARI], (), BACK),
        (Measure.ISOLATE, [RULE, KARI], (), BACK),
        (Measure.INFORM, [KARI], (), BACK),
        (Measure.INFORM_DEADLINE, [KARI], (OTHERS,), BACK),
        (Measure.INFORM_DEADLINE, [KARI], CLAIMS[:1], None),
        (Measure.BLOCK_PORT, [KARI], CLAIMS[:1], None),
        (Measure.BLOCK_PORT, [KARI], (OTHERS, CLAIMS[0]), None),
        (Measure.RECORD, [KARI], (), None),
        (Measure.BLOCK_PORT, [RULE], (), None),
    ],
)
def test_what_people_may_do_without_evidence(measure, people, standing, why):
    """They write down, no more; a rule is held by its facts."""
    refused = unfounded(proposal(measure), people, CLAIMS, standing)
    assert (refused.reason if refused else None) == why
    assert refused is None or (refused.invariant, refused.withheld, refused.person) == (
        None,
        False,
        False,
    )


def test_what_is_lifted_needs_no_evidence():
    """A decision is reversed whatever stands."""
    assert unfounded(proposal(reverses="d0"), [KARI], CLAIMS, ()) is None


def test_a_case_without_any_evidence():
    """It says that there never was any."""
    refused = unfounded(proposal(), [KARI], (), ())
    assert refused is not None
    assert refused.reason == NONE
    assert (BACK, NONE) == (
        "no evidence of this case stands: what was reported was taken back, is wrong or in doubt",
        "no evidence of this case stands: it has none",
    )
