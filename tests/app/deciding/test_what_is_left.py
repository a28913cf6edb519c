"""What the newest entries of a case leave to do: a proposal, or a notice that reached nobody."""

import pytest

from aupkeep.app.deciding.next_step import NextStep, _left
from aupkeep.model.decision import BY_PERSON
from aupkeep.model.entry import EntryType

RULE = ("case1", EntryType.DECISION_REFUSED, {"rule": "r", "measure": "isolate"})
PERSON = ("case1", EntryType.DECISION_REFUSED, {"rule": BY_PERSON, "measure": "inform"})
UNHEARD = ("case1", EntryType.NOTICE_FAILED, {"kind": "customer"})
RECEIPT = ("case1", EntryType.NOTICE_FAILED, {"kind": "receipt"})
WRITTEN = ("case1", EntryType.NOTICE_MADE, {})
MADE = ("case1", EntryType.DECISION_MADE, {})


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([RULE, PERSON], NextStep.APPLY),  # a person's refused try hides no rule
        ([RULE, MADE, UNHEARD], NextStep.TELL),
        ([UNHEARD, RULE], NextStep.APPLY),
        ([UNHEARD, PERSON], NextStep.TELL),
        ([UNHEARD, RECEIPT, WRITTEN], None),
        ([UNHEARD, MADE], None),
        ([RECEIPT], None),
        ([RULE, WRITTEN], NextStep.APPLY),
    ],
)
def test_the_newest_that_leaves_something_to_do_says_what(entries, expected):
    left = _left(entries).get("case1")
    assert (left and left.step) == expected
