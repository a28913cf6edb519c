"""Ends: deadlines, measures about to end, measures nobody reported on, agents that fail."""

import dataclasses
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, report
from app.steps import agent_of, arrive, block_port, enforce, guess, look_at_clocks, post, told
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.agent_reports import take_reports, take_status
from aupkeep.app.enforcing.agent_words import SETTLED
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.enforcement.agent_report import FILE, read_report, write_report
from aupkeep.model.action import ActionState
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.store import actions, cases, decisions


def ending(case):
    """What the journal says about measures of a case that end soon."""
    return [one for one in told(case, EntryType.CASE_CHANGED) if "ending" in one]


def test_passed_deadline_brings_the_case_back(furnished, now):
    """Without an answer a waiting case is open again, once."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    assert case.state is CaseState.WAITING
    now.at += timedelta(hours=25)
    look_at_clocks(furnished)
    look_at_clocks(furnished)
    assert cases.get(case.id).state is CaseState.OPEN
    whys = [one["why"] for one in told(case, EntryType.CASE_CHANGED) if "why" in one]
    assert whys == ["the deadline passed without an answer"]


def test_invariant_06_live_harm_is_decided_anew(furnished, now):
    """Our telemetry still sees it before the block ends: a new decision, by the rule."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    now.at += timedelta(hours=22, minutes=30)
    post(furnished, guess("203.0.113.10", now.at - timedelta(minutes=1)), weigh=False)
    look_at_clocks(furnished)
    look_at_clocks(furnished)
    first, second = decisions.of_case(case.id)
    assert (first.measure, first.scope) == (second.measure, second.scope)
    assert second.ends > first.ends + timedelta(hours=20)
    assert [one["live"] for one in ending(case)] == [True]


def test_invariant_06_quiet_measure_just_ends(furnished, now):
    """Nothing was seen lately: an entry says so, and nothing new is decided."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    now.at += timedelta(hours=23)
    look_at_clocks(furnished)
    assert [one["live"] for one in ending(case)] == [False]
    assert len(decisions.of_case(case.id)) == 1


@pytest.mark.parametrize(("hours", "before"), [(4, 60), (24, 120)])
def test_harm_is_tested_two_hours_before_the_end_or_a_quarter_of_a_short_measure(
    furnished, now, hours, before
):
    """Not a minute earlier, when it says little about the end."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    decide_case(
        furnished, case.reference, people=("ada",), reasons="x", measure="block-port", hours=hours
    )
    now.at += timedelta(hours=hours, minutes=-before - 1)
    look_at_clocks(furnished)
    assert ending(case) == []
    now.at += timedelta(minutes=1)
    look_at_clocks(furnished)
    assert len(ending(case)) == 1


def test_invariant_06_persons_measure_comes_back_to_the_desk(furnished, now):
    """A person's measure ends while harm goes on: no rule prolongs it, the case is on top."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    block_port(furnished, case)
    now.at += timedelta(hours=3, minutes=30)
    arrive(furnished, report("203.0.113.10", now.at - timedelta(minutes=2), lines=1))
    look_at_clocks(furnished)
    assert [one["live"] for one in ending(case)] == [True]
    assert cases.get(case.id).state is CaseState.OPEN
    assert len(actions.of_case(case.id)) == 1


def test_end_that_no_agent_reports_is_written(furnished, now):
    """With no agent at all the action is expired, and says that nobody saw it stand."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    now.at += timedelta(hours=25)
    look_at_clocks(furnished)
    (action,) = actions.of_case(case.id)
    assert action.state is ActionState.EXPIRED
    assert "before any agent" in action.proof


def test_lift_before_it_stood_is_lifted(furnished):
    """Undone before any agent had it, an action is lifted with the agent's next word."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    (action,) = actions.of_case(case.id)
    undo_action(furnished, action.id, reason="a mistake", person="ada")
    enforce(furnished)
    assert actions.get(action.id).state is ActionState.LIFTED


def test_lift_stays_lifting_while_the_agent_is_behind(furnished):
    """An agent that has not read the newest state says nothing about a lift."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    (action,) = actions.of_case(case.id)
    agent = agent_of(furnished)
    enforce(furnished, agent)
    undo_action(furnished, action.id, reason="a mistake", person="ada")
    take_reports(furnished)
    assert actions.get(action.id).state is ActionState.LIFTING


def test_lost_measure_stays_wanted(furnished, now):
    """A measure that stood and is gone is told as failed, and stays in the desired state."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    enforce(furnished)
    (action,) = actions.of_case(case.id)
    place = furnished.home.agent / "main" / FILE
    seen = read_report(place.read_bytes())
    lost = dataclasses.replace(seen.actions[0], state=ActionState.FAILED, proof="kernel says no")
    for _ in range(2):
        take_status(furnished, "main", write_report(dataclasses.replace(seen, actions=(lost,))))
    assert actions.get(action.id).state is ActionState.APPLIED
    assert len(told(case, EntryType.ACTION_FAILED)) == 1
    assert write_desired(furnished, "main") is False
    now.at += SETTLED
    take_status(furnished, "main", write_report(seen))
    assert "kernel says no" not in actions.get(action.id).proof


@pytest.mark.parametrize(
    ("seconds", "state"), [(61, ActionState.APPLIED), (59, ActionState.EXPIRED)]
)
def test_an_end_before_its_time_is_not_believed(furnished, now, seconds, state):
    """An agent's clock may be a minute ahead of ours; what it said is shown in either case."""
    post(furnished, guess("203.0.113.10", JUST_NOW))
    enforce(furnished)
    seen = read_report((furnished.home.agent / "main" / FILE).read_bytes())
    over = dataclasses.replace(seen.actions[0], state=ActionState.EXPIRED, proof="no element")
    now.at = actions.get(over.id).until - timedelta(seconds=seconds)
    take_status(furnished, "main", write_report(dataclasses.replace(seen, actions=(over,))))
    assert actions.get(over.id).state is state
    assert "no element" in actions.get(over.id).proof


def test_half_a_status_hides_no_other(furnished):
    """A status file cut in the middle is told, and the other agent's is taken."""
    post(furnished, guess("203.0.113.10", JUST_NOW))
    write_desired(furnished, "main")
    agent_of(furnished).step()
    torn = furnished.home.agent / "a-router"
    torn.mkdir()
    (torn / FILE).write_bytes(b'{"target": "a-rou')
    changed, unread = take_reports(furnished)
    assert changed == 1
    assert [why.partition(":")[0] for why in unread] == ["a-router"]


def test_status_of_strange_actions_changes_nothing(furnished):
    """An agent that speaks of actions we never made is not believed."""
    post(furnished, guess("203.0.113.10", JUST_NOW))
    enforce(furnished)
    seen = read_report((furnished.home.agent / "main" / FILE).read_bytes())
    strange = dataclasses.replace(seen.actions[0], id="no-such", state=ActionState.LIFTED)
    status = write_report(dataclasses.replace(seen, actions=(strange,)))
    assert take_status(furnished, "main", status) == 0


def test_undo_wins_against_an_agents_word(furnished, monkeypatch):
    """A person lifts while an agent's "applied" is being written: the lift stands."""
    from aupkeep.app.enforcing import agent_reports as room

    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    (action,) = actions.of_case(case.id)
    write_desired(furnished, "main")
    agent_of(furnished).step()
    real = room.write_seen

    def late(context, actor, before, after, **more) -> None:
        monkeypatch.setattr(room, "write_seen", real)
        undo_action(context, action.id, reason="a mistake", person="ada")
        real(context, actor, before, after, **more)

    monkeypatch.setattr(room, "write_seen", late)
    take_reports(furnished)
    assert actions.get(action.id).state is ActionState.LIFTING


@pytest.mark.parametrize("target", ["../x", "", ".hidden"])
def test_odd_target_names_no_file(furnished, target):
    """A target is a plain name, never a path."""
    from aupkeep.model.errors import Invalid

    with pytest.raises(Invalid):
        write_desired(furnished, target)
