"""The systems are asked now; what is decided is carried out at once; a longer end is a decision."""

import dataclasses
from datetime import timedelta

import pytest

from app import kernel
from app.conftest import NOON, report, with_settings
from app.steps import arrive, enforce
from aupkeep.app.deciding import extend as extending
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide_about, decide_case
from aupkeep.app.deciding.extend import extend_action
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.agent_reports import take_reports
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.app.enforcing.verify import apply_now, verify_measures
from aupkeep.enforcement.registry import known_drivers
from aupkeep.model.action import Action, ActionState
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.ladder import Measure
from aupkeep.store import actions, decisions, log

ADA = "ada@aupkeep.example"


@pytest.fixture
def case(furnished):
    """A case whose port a person closed for four hours; nothing was carried out yet."""
    (found,) = arrive(furnished, report("203.0.113.70", NOON - timedelta(minutes=90)))
    words = {"measure": "block-port", "hours": 4}
    decide_case(furnished, found.reference, people=(ADA,), reasons="it goes on", **words)
    return find_case(found.reference)


def action_of(case):
    return actions.of_case(case.id)[-1]


def test_nobody_was_heard(furnished, case):
    """Before the first step the driver is asked all the same, and says that nothing stands."""
    (row,) = verify_measures(furnished)
    assert (row.seen, row.asked, row.holds, row.state) == (False, True, False, ActionState.WANTED)


def test_it_stands_and_somebody_removes_it(furnished, case):
    """Asked now: seen; then not, while the list still says what was read back; apply mends it."""
    enforce(furnished)
    (row,) = verify_measures(furnished, "main")
    assert (row.seen, row.asked, row.holds) == (True, True, True)
    entries = log.size()
    for path in (furnished.home.agent / "main").glob("record*"):
        path.unlink()
    (row,) = verify_measures(furnished)
    assert (row.seen, row.holds, row.action) == (False, False, action_of(case).id)
    assert log.size() == entries  # asking changes nothing
    (row,) = apply_now(furnished, ADA)
    assert (row.seen, row.holds) == (True, True)


def test_a_system_that_does_not_answer_holds_nothing_for_sure(furnished, case):
    """What was read back once is no answer of now: neither seen nor gone, and not as it should."""
    enforce(furnished)
    (path,) = (furnished.home.agent / "main").glob("record*")
    path.unlink()
    path.mkdir()
    (row,) = verify_measures(furnished, "main")
    assert (row.seen, row.asked, row.holds, row.state) == (None, False, False, ActionState.APPLIED)
    assert str(path) in row.proof


def test_an_agent_elsewhere(furnished, case):
    """Nobody here can ask: the last report counts, and says that it is no answer of now."""
    target = dataclasses.replace(furnished.settings.enforcement.all_targets()[0], agent="edge")
    desk = with_settings(furnished, enforcement={"targets": (target,)})
    (row,) = verify_measures(desk)
    assert (row.seen, row.asked, row.holds) == (None, False, False)
    assert row.proof == "never heard; its agent runs elsewhere"
    (row,) = apply_now(desk, ADA)
    assert (row.seen, row.asked) == (None, False)


def test_what_has_force_without_an_element_is_seen(furnished, case, monkeypatch):
    """While it is lifted it is not as it should be, whatever is left of it where."""
    enforce(furnished)
    left = "peer 198.51.100.1: its table still has it"

    class Leaving(kernel.FileKernel):
        def lingers(self, action: Action) -> str:
            return left

    plugin = dataclasses.replace(kernel.PLUGIN, make=Leaving)
    monkeypatch.setitem(known_drivers(), kernel.NAME, plugin)
    undo_action(furnished, action_of(case).id, reason="a mistake", person=ADA)
    for path in (furnished.home.agent / "main").glob("record*"):
        path.unlink()
    (row,) = verify_measures(furnished)
    assert (row.state, row.seen, row.holds, row.proof) == (ActionState.LIFTING, True, False, left)


def test_what_is_lifted_holds_when_it_is_gone(furnished, case):
    """Undone but still there does not hold; gone, it is in force no more."""
    enforce(furnished)
    undo_action(furnished, action_of(case).id, reason="settled", person=ADA)
    (row,) = verify_measures(furnished)
    assert (row.state, row.seen, row.holds) == (ActionState.LIFTING, True, False)
    assert apply_now(furnished, ADA) == []
    assert action_of(case).state is ActionState.LIFTED


def test_an_unknown_target(furnished, case):
    """Refused by name, and nothing is stepped."""
    with pytest.raises(Invalid, match="expected one of main"):
        verify_measures(furnished, "nowhere")
    with pytest.raises(Invalid, match="expected one of main, found 'nowhere'"):
        apply_now(furnished, ADA, "nowhere")
    with pytest.raises(Forbidden):
        apply_now(furnished, "nobody@aupkeep.example")


def test_a_longer_end_is_a_new_decision(furnished, now, case):
    """The new one takes the place over; the first ends as it said, and nothing opens between."""
    agent = kernel.kernel_agent(furnished)
    write_desired(furnished, "main")
    agent.step()
    take_reports(furnished)
    first = action_of(case)
    now.at += timedelta(hours=2)
    made = extend_action(furnished, first.id, hours=12, reasons="it went on", person=ADA)
    assert made.decision != first.decision
    second = action_of(case)
    assert second.scope == first.scope
    assert second.until > first.until + timedelta(hours=9)
    assert decisions.get(made.decision).reasons == "it went on"
    for hours in (0, 3, 3):
        now.at += timedelta(hours=hours)
        write_desired(furnished, "main")
        agent.step()
        take_reports(furnished)
        assert len(agent._driver.observe()) == 1
    assert actions.get(first.id).state is ActionState.EXPIRED
    assert actions.get(second.id).state is ActionState.APPLIED
    blocks = [x for x in decisions.of_case(case.id) if x.measure is Measure.BLOCK_PORT]
    assert [x.id for x in blocks] == [first.decision, made.decision]


def test_what_a_colleague_undoes_meanwhile_is_not_extended(furnished, case, monkeypatch):
    """Whoever reads first: what was lifted between the look and the writing stays lifted."""
    action = action_of(case)
    monkeypatch.setattr(extending, "decide_about", meanwhile(furnished, action))
    with pytest.raises(Conflict):
        extend_action(furnished, action.id, hours=5, reasons="x", person=ADA)
    assert {one.state for one in actions.of_case(case.id)} <= {ActionState.LIFTING}


def meanwhile(context, action):
    """A decision before which a colleague undid the measure."""

    def decide(*given: object) -> object:
        undo_action(context, action.id, reason="settled", person="bea@aupkeep.example")
        return decide_about(*given)

    return decide


def test_what_cannot_be_extended(furnished, case):
    """A sooner end, an unknown action, one that is over."""
    action = action_of(case)
    with pytest.raises(Conflict, match="more than the 4"):
        extend_action(furnished, action.id, hours=4, reasons="x", person=ADA)
    with pytest.raises(Missing):
        extend_action(furnished, "q" * 99, hours=5, reasons="x", person=ADA)
    undo_action(furnished, action.id, reason="settled", person=ADA)
    with pytest.raises(Conflict, match="never seen in force; Ada undid it at"):
        extend_action(furnished, action.id, hours=5, reasons="x", person=ADA)
