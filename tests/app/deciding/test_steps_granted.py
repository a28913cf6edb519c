"""What no grant allows while the install listens is no next step."""

import pytest

from aupkeep.app.deciding.next_step import NextStep, StepOf, _granted
from aupkeep.model.grant import GrantKind
from aupkeep.model.ladder import Measure

RECEIPTS, NOTICES, PEOPLE = GrantKind.RECEIPTS, GrantKind.NOTICES, GrantKind.PEOPLE


@pytest.mark.parametrize(
    ("step", "measure", "granted", "free"),
    [
        (NextStep.PROVE, None, set(), False),
        (NextStep.PROVE, None, {NOTICES}, False),
        (NextStep.PROVE, None, {RECEIPTS}, True),
        (NextStep.DECIDE, None, {RECEIPTS}, False),
        (NextStep.DECIDE, None, {NOTICES}, True),
        (NextStep.APPLY, None, set(), False),
        (NextStep.APPLY, Measure.RECORD, set(), True),
        (NextStep.APPLY, Measure.INFORM, {RECEIPTS}, False),
        (NextStep.APPLY, Measure.INFORM, {NOTICES}, True),
        (NextStep.APPLY, Measure.BLOCK_PORT, {NOTICES}, False),
        (NextStep.APPLY, Measure.BLOCK_PORT, {PEOPLE}, False),
        (NextStep.APPLY, Measure.BLOCK_PORT, {NOTICES, PEOPLE}, True),
        (NextStep.APPLY, Measure.BLOCK_PORT, {NOTICES, GrantKind.ACT}, True),
        (NextStep.APPLY, Measure.BLOCK_PORT, {GrantKind.EVERYTHING}, True),
        (NextStep.READ, None, set(), True),
        (NextStep.WAIT, None, set(), True),
    ],
)
def test_a_step_that_would_be_refused_is_none(step, measure, granted, free):
    """What is read, or waited for, takes none; who is limited must be told, too."""
    found = _granted(StepOf(step=step, measure=measure), frozenset(granted))
    assert found == StepOf(step=step if free else NextStep.GRANT, measure=measure)
