"""An agent that could not tell: what it did is not said to have never been."""

import dataclasses
from datetime import timedelta

import pytest

from app import kernel
from app.conftest import NOON, report
from app.steps import agent_of, arrive, enforce, look_at_clocks, told
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.enforcing.agent_reports import take_reports
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.enforcement.registry import known_drivers
from aupkeep.model.action import UNHEARD
from aupkeep.model.entry import EntryType
from aupkeep.model.notice import NoticeKind
from aupkeep.store import actions, notices

LIMITS = {"measure": "block-port", "hours": 4, "reasons": "it goes on"}


def decided(desk):
    """A case with a measure that its agent is to be told of."""
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)))
    made = decide_case(desk, case.reference, people=("ada",), **LIMITS)
    write_desired(desk, "main")
    return case, made.actions[0]


def test_what_it_tells_after_the_end_counts(furnished, now):
    """Its line to us was cut for the whole time: the customer was limited, and hears of it."""
    case, action = decided(furnished)
    agent_of(furnished).step()
    now.at += timedelta(hours=4, minutes=2)
    look_at_clocks(furnished)
    assert actions.get(action).proof == UNHEARD
    assert not actions.get(action).took_effect
    agent_of(furnished).step()
    for _ in range(2):
        take_reports(furnished)
    late = actions.get(action)
    assert (late.state, late.took_effect) == ("expired", True)
    assert late.proof.endswith("read back: gone")
    assert NoticeKind.LIFTED in {x.kind for x in notices.of_case(case.id)}
    assert len(told(case, EntryType.ACTION_EXPIRED)) == 2


@pytest.mark.parametrize(("silent", "itself"), [(True, False), (False, False), (True, True)])
def test_what_a_silent_agent_may_have_done(furnished, now, monkeypatch, *, silent, itself):
    """Where its system ends nothing it may stand still: being lifted until the agent has told."""
    able = dataclasses.replace(kernel.KERNEL, ends_by_itself=itself)
    monkeypatch.setitem(known_drivers(), kernel.NAME, dataclasses.replace(kernel.PLUGIN, able=able))
    enforce(furnished)
    now.at += timedelta(minutes=5)
    _, action = decided(furnished)
    now.at += timedelta(hours=4, minutes=2)
    if not silent:
        enforce(furnished)
    look_at_clocks(furnished)
    state = actions.get(action).state
    assert state == ("lifting" if silent and not itself else "expired")
    if state == "lifting":
        enforce(furnished)
        assert (actions.get(action).state, actions.get(action).took_effect) == ("lifted", False)
