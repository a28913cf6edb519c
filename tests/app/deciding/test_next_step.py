"""The next step of a case is true whatever became of what was decided."""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, report
from app.reading.test_name_lookup import answering, letter
from app.steps import arrive, enforce, look_at_clocks
from aupkeep.app.deciding.case_list import list_cases
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.enforcing.by_hand import confirm_by_hand
from aupkeep.model.errors import Forbidden
from aupkeep.store import actions

REASONS = {"people": ("ada",), "reasons": "it goes on", "hours": 4}


def step(context):
    """The next step of the one case, and whether it is dealt with."""
    (line,) = list_cases(context)
    return line.step.value, line.handled is not None


def test_what_the_agent_refuses_is_decided_again(furnished):
    """The protect list stands before every driver: nothing stands, so nothing was dealt with."""
    (case,) = arrive(furnished, report("203.0.113.200", JUST_NOW, proven=False))
    decide_case(furnished, case.reference, measure="block-port", port=22, **REASONS)
    enforce(furnished)
    (action,) = actions.of_case(case.id)
    assert (action.state, "protect list" in action.proof) == ("failed", True)
    assert step(furnished) == ("prove", False)


def test_what_is_done_by_hand_waits_for_a_hand(furnished, now):
    """A page is blocked, and at its end given back, by a person who says what they saw."""
    (case,) = arrive(furnished, letter("shop.example"), lookup=answering(shop=["203.0.113.10"]))
    decide_case(furnished, case.reference, measure="block-url", **REASONS)
    assert step(furnished)[0] == "carry"
    (action,) = actions.of_case(case.id)
    confirm_by_hand(furnished, action.id, proof="it answers 403", person="ada")
    assert step(furnished)[0] != "carry"
    now.at += timedelta(hours=5)
    look_at_clocks(furnished)
    assert step(furnished) == ("carry", False), "it stands in the queue until it is given back"
    confirm_by_hand(furnished, action.id, proof="it answers 200", person="ada")
    assert step(furnished)[0] != "carry"


def test_what_the_gate_refused_a_person_is_no_proposal(furnished):
    """Only what a rule proposes is there to be applied."""
    (case,) = arrive(furnished, report("203.0.113.200", JUST_NOW, proven=False))
    with pytest.raises(Forbidden):
        decide_case(furnished, case.reference, measure="block-url", **REASONS)
    assert step(furnished) == ("prove", False)
