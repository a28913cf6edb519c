"""The freeze switch: new automatic measures stop; lifts, people's acts and expiry go on."""

from datetime import timedelta
from typing import NoReturn

import pytest

from app.conftest import NOON
from app.steps import agent_of, enforce, guess, post
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.agent_reports import take_reports
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.app.enforcing.freeze import freeze, thaw
from aupkeep.enforcement.desired import DesiredState, open_signed
from aupkeep.model.action import ActionState
from aupkeep.model.entry import EntryType
from aupkeep.store import actions, log

pytestmark = pytest.mark.both

JUST_NOW = NOON - timedelta(minutes=5)


def test_invariant_08_frozen_desk_decides_nothing_alone(furnished):
    """No rule acts while frozen, a person does."""
    freeze("a feed went wrong", "ada", furnished.home)
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    assert actions.of_case(case.id) == []
    decide_case(
        furnished, case.reference, people=("ada",), reasons="x", measure="block-port", hours=1
    )
    enforce(furnished)
    assert [one.state for one in actions.of_case(case.id)] == [ActionState.APPLIED]


def test_invariant_08_what_was_decided_before_does_not_begin(furnished):
    """Frozen between the decision and the agent's turn: the agent does not begin it."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    write_desired(furnished, "main")
    freeze("stop", "ada", furnished.home)
    agent_of(furnished).step()
    take_reports(furnished)
    (action,) = actions.of_case(case.id)
    assert action.state is not ActionState.APPLIED
    assert "frozen" in (action.proof or "frozen")


def test_invariant_08_lifts_go_on(furnished):
    """What stands can be lifted while frozen."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    agent = agent_of(furnished)
    enforce(furnished, agent)
    freeze("stop", "ada", furnished.home)
    (action,) = actions.of_case(case.id)
    undo_action(furnished, action.id, reason="mended", person="ada")
    enforce(furnished, agent)
    assert actions.get(action.id).state is ActionState.LIFTED


def test_other_machines_hear_of_it(furnished):
    """The signed desired state carries the switch, and drops it after the thaw."""
    from aupkeep.config.keys import public_keys

    def said() -> DesiredState:
        write_desired(furnished, "main")
        data = (furnished.home.desired / "main.json").read_bytes()
        keys = public_keys(furnished.home, "desired")
        return open_signed(data, keys, target="main", last_serial=0)

    first = said()
    freeze("stop", "ada", furnished.home)
    second = said()
    thaw("go", "ada", furnished.home)
    third = said()
    assert (first.frozen, second.frozen, third.frozen) == (False, True, False)
    assert first.serial < second.serial < third.serial


def test_freeze_holds_without_a_database(furnished, monkeypatch):
    """The file is there when the database is not; the answer says what was not written."""
    from aupkeep import store
    from aupkeep.model.errors import Unavailable

    def gone(_home) -> NoReturn:
        raise Unavailable("the database is gone")

    monkeypatch.setattr(store, "setup", gone)
    told = freeze("stop", "ada", furnished.home)
    assert furnished.home.freeze.exists()
    assert "not written" in told.journal


def test_freeze_and_thaw_are_in_the_journal(furnished):
    """Who stopped and who started stands in the journal."""
    freeze("stop", "ada", furnished.home)
    thaw("go", "bo", furnished.home)
    found = log.entries(types=(EntryType.FROZEN, EntryType.THAWED))
    assert [one.entry.actor.id for one in found] == ["ada", "bo"]
