"""A lift that nobody at the desk asked for brings its case back before a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.conftest import NOON
from app.steps import enforce, guess, post
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.agent_reports import take_status
from aupkeep.enforcement.agent_report import FILE, ActionStatus, read_report, write_report
from aupkeep.model.action import ActionState
from aupkeep.store import actions, cases


@pytest.fixture
def limited(furnished):
    """A case that a person dealt with, and its measure as an agent carries it."""
    (case,) = post(furnished, guess("203.0.113.10", NOON - timedelta(minutes=5)), weigh=False)
    isolate = {"measure": "isolate", "hours": 2, "reasons": "It goes on."}
    made = decide_case(furnished, case.reference, people=("ada",), **isolate)
    enforce(furnished)
    assert cases.get(case.id).handled_at is not None
    return actions.get(made.actions[0])


def told(context, action, proof):
    """The agent says that it is lifted, and why."""
    status = read_report((context.home.agent / action.target / FILE).read_bytes())
    gone = ActionStatus(
        id=action.id, state=ActionState.LIFTED, proof=proof, at=context.now() + timedelta(seconds=1)
    )
    take_status(context, action.target, write_report(replace(status, actions=(gone,))))
    return actions.get(action.id)


@pytest.mark.parametrize("proof", ["undone on this machine", "anything it likes to say"])
def test_lifted_on_its_machine_a_person_looks_again(furnished, limited, proof):
    """Believed as done there, with its words, and never as the end of the matter."""
    assert told(furnished, limited, proof).proof == proof
    assert cases.get(limited.case).handled_at is None


def test_lifted_as_the_desk_asked_it_stays_dealt_with(furnished, limited):
    """A person undid it here: there is nothing to look at."""
    undo_action(furnished, limited.id, reason="mended", person="ada")
    handled = cases.get(limited.case).handled_at
    assert told(furnished, limited, "no longer wanted").state is ActionState.LIFTED
    assert cases.get(limited.case).handled_at == handled
