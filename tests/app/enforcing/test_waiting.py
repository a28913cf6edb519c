"""A fault is not final: what a system did not answer to is tried again as long as its time runs."""

import dataclasses
from datetime import timedelta

import pytest

from app import kernel
from app.conftest import NOON, report
from app.steps import arrive, enforce, look_at_clocks, told
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.agent_words import SETTLED
from aupkeep.app.pages.doctor.load import doctor, page_hindrances
from aupkeep.config.keys import signing_key
from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, sign
from aupkeep.model.action import ActionState, Limiting, limiting
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.store import actions, notices

ADA = "ada@aupkeep.example"


class Silent(kernel.FileKernel):
    """A system that fails as often as `faults` say, then answers."""

    faults: list[Exception]

    def apply(self, plan):
        """Fail while there are faults left."""
        if self.faults:
            raise self.faults.pop()
        return super().apply(plan)


@pytest.fixture
def decided(furnished):
    """A case whose port a person closed for four hours."""
    (found,) = arrive(furnished, report("203.0.113.70", NOON - timedelta(minutes=90)))
    words = {"measure": "block-port", "hours": 4}
    decide_case(furnished, found.reference, people=(ADA,), reasons="it goes on", **words)
    return furnished, find_case(found.reference)


def silent(context, *faults: Exception) -> Agent:
    """The agent beside the desk, whose system has these faults, the last one first."""
    agent = kernel.kernel_agent(context)
    agent._driver.driver.__class__ = Silent
    agent._driver.driver.faults = list(faults)
    return agent


def action_of(case):
    (action,) = actions.of_case(case.id)
    return action


def test_no_answer_is_tried_again(decided):
    """Wanted meanwhile, with the reason once and no word to the customer that it stands."""
    context, case = decided
    agent = silent(context, Unavailable("still away"), Unavailable("the system is away"))
    before = len(notices.of_case(case.id))
    for _ in range(2):
        enforce(context, agent)
        waits = action_of(case)
        assert (waits.state, waits.proof) == (ActionState.WANTED, "not yet: the system is away")
        assert limiting([waits]) is Limiting.NOT
        context.now.at += timedelta(seconds=3)
    assert agent._driver.driver.faults == []
    assert len(told(case, EntryType.ACTION_WAITING)) == 1
    assert len(notices.of_case(case.id)) == before
    enforce(context, agent)
    assert action_of(case).state is ActionState.WANTED, "its second wait is longer"
    context.now.at += timedelta(seconds=3)
    enforce(context, agent)
    stands = action_of(case)
    assert stands.state is ActionState.APPLIED
    assert not stands.proof.startswith("not yet")
    assert told(case, EntryType.ACTION_FAILED) == []


def test_what_waits_is_said(decided):
    """After a minute, on every page and by `doctor`, with the reason; an agent may run or not."""
    context, case = decided
    assert [check.check for check in page_hindrances(context)] == []
    context.now.at += timedelta(minutes=2)
    (said,) = page_hindrances(context)
    assert said.check == "measures"
    assert case.reference in said.found
    assert "no agent of target main" in said.found
    agent = silent(context, Unavailable("the system is away"))
    enforce(context, agent)
    (checked,) = [check for check in doctor(context, lambda _: "") if check.check == "measures"]
    assert (checked.ok, checked.remedy) == (False, "aupkeep agent --once")
    assert "the system is away" in checked.found
    context.now.at += timedelta(seconds=3)
    enforce(context, agent)
    assert [check.check for check in page_hindrances(context)] == []
    (action,) = actions.of_case(case.id)
    undo_action(context, action.id, reason="mended", person=ADA)
    context.now.at += timedelta(minutes=2)
    assert "measures" in [check.check for check in page_hindrances(context)], "it is not gone yet"
    enforce(context, agent)
    assert [check.check for check in page_hindrances(context)] == []


def test_a_refusal_is_final(decided):
    context, case = decided
    agent = silent(context, DriverRefused("no such port here"))
    enforce(context, agent)
    enforce(context, agent)
    assert action_of(case).state is ActionState.FAILED


def test_no_answer_until_its_end_ends_it(decided):
    """Nothing is begun after the time that was decided."""
    context, case = decided
    agent = silent(context, *[Unavailable("away")] * 3)
    enforce(context, agent)
    context.now.at = context.now() + timedelta(hours=5)
    look_at_clocks(context)
    agent._driver.driver.faults = []
    enforce(context, agent)
    ended = action_of(case)
    assert ended.state in {ActionState.EXPIRED, ActionState.LIFTED}
    assert not ended.took_effect
    assert dataclasses.asdict(ended)["proof"]


def test_an_end_nobody_asked_for_is_shown_and_repaired(decided, now):
    """An agent whose clock jumped two days ahead ends nothing: the time runs by our clock."""
    context, case = decided
    agent = kernel.kernel_agent(context)
    enforce(context, agent)
    assert action_of(case).state is ActionState.APPLIED
    before = len(notices.of_case(case.id))
    agent._clock = lambda: context.now() + timedelta(days=2)
    enforce(context, agent)
    ended = action_of(case)
    assert ended.state is ActionState.APPLIED
    assert ended.proof.startswith("not seen any more")
    assert len(told(case, EntryType.ACTION_FAILED)) == 1
    assert len(notices.of_case(case.id)) == before
    agent._clock = context.now
    now.at += SETTLED
    enforce(context, agent)
    mended = action_of(case)
    assert (mended.state, mended.proof.startswith("not seen")) == (ActionState.APPLIED, False)
    enforce(context, Agent(
        folder=agent.folder, driver=agent._driver, keys=agent._keys, target="main",
        clock=context.now, fetch=lambda: other_state(context),
    ))  # fmt: skip
    assert action_of(case).state is ActionState.APPLIED
    assert action_of(case).proof.startswith("not seen any more")


def other_state(context):
    """A newer state without the measure, as somebody with the key but not our word could sign."""
    at = context.now()
    state = DesiredState(target="main", serial=1 << 50, made_at=at, valid_until=at + VALID_FOR)
    return sign(state, signing_key(context.home, "desired"))
