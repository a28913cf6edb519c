"""What an agent says with its own key: it denies nothing that was read back."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from app.conftest import JUST_NOW, NOON, report
from app.steps import agent_of, arrive, block_port, enforce, told
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.agent_reports import take_status
from aupkeep.app.enforcing.agent_words import SETTLED
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.app.enforcing.standing import list_measures
from aupkeep.enforcement.agent_report import (
    FILE,
    ActionStatus,
    read_report,
    write_report,
)
from aupkeep.model.action import NEVER, UNHEARD, UNSET, ActionState, Limiting, limiting
from aupkeep.model.entry import EntryType
from aupkeep.store import actions, cases, log

PROOFS = (
    "read back",
    f"{NEVER}refused",
    UNHEARD,
    UNSET,
    "no longer wanted; read back: gone",
    "undone on this machine",
    "not seen any more: x",
    "not gone: x",
    "",
)
THERE = ("read back", "undone on this machine")  # of a lift: by its own machine (test_lifted_there)
DAYS = (timedelta(days=-2), timedelta(0), timedelta(days=2))


@pytest.fixture
def limited(furnished):
    """A port that a person has blocked for four hours, as its agent read it back."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW), weigh=False)
    block_port(furnished, case)
    enforce(furnished)
    (action,) = actions.of_case(case.id)
    assert action.state is ActionState.APPLIED
    return action


def say(context, action, state, proof, at, **more):
    """The agent's next report, of this action alone."""
    whole = read_report((context.home.agent / action.target / FILE).read_bytes())
    status = ActionStatus(id=action.id, state=state, proof=proof, at=at)
    take_status(
        context, action.target, write_report(replace(whole, at=at, actions=(status,), **more))
    )
    return actions.get(action.id)


def test_whatever_it_says_a_measure_in_force_stays_in_force(furnished, limited):
    """Each state, with each kind of words, by a clock two days off; but what its machine undid."""
    for state, proof, off in product(ActionState, PROOFS, DAYS):
        if state is ActionState.LIFTED and proof in THERE:
            continue
        seen = say(furnished, limited, state, proof, furnished.now() + off)
        cell = f"{state}, {proof!r}, {off}"
        assert seen.state is ActionState.APPLIED, cell
        assert limiting([seen]) is Limiting.NOW, cell
        assert seen.until == limited.until, cell
        assert seen.changed_at <= furnished.now(), cell
    for words in ({"refused": ((limited.id, "x"),)}, {"lifted": (limited.id,)}):
        whole = read_report((furnished.home.agent / limited.target / FILE).read_bytes())
        silent = replace(whole, at=furnished.now(), actions=(), **words)
        take_status(furnished, limited.target, write_report(silent))
        assert actions.get(limited.id).state is ActionState.APPLIED


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (ActionState.LIFTED, "no longer wanted"),
        (ActionState.EXPIRED, "gone here"),
        (ActionState.RECORDED, "gone here"),
    ],
)
def test_an_end_nobody_asked_for_is_shown_to_a_person(furnished, limited, now, state, word):
    """Once, with its words; the customer hears of no lift, and the next true report mends it."""
    case = limited.case
    assert cases.get(case).handled_at is not None
    seen = say(furnished, limited, state, word, furnished.now())
    assert seen.proof.startswith("not seen any more: ")
    assert word in seen.proof
    assert cases.get(case).handled_at is None
    (listed,) = list_measures(furnished)
    assert listed.seen is None
    assert word in listed.reason
    for n in range(3):
        say(furnished, limited, state, f"{word} {n}", furnished.now())
    assert len(told(cases.get(case), EntryType.ACTION_FAILED)) == 1
    assert told(cases.get(case), EntryType.ACTION_LIFTED) == []
    now.at += SETTLED
    back = say(furnished, limited, ActionState.APPLIED, "read back", furnished.now())
    assert back.proof == "read back"


def test_a_lift_that_was_asked_for_is_one_whatever_its_words(furnished, limited):
    """What stood did stand, though its agent says now that it never did."""
    for proof in PROOFS:
        before = actions.get(limited.id)
        if before.state is ActionState.APPLIED:
            undo_action(furnished, limited.id, reason="mended", person="ada")
        seen = say(furnished, limited, ActionState.LIFTED, proof, furnished.now())
        assert limiting([seen]) is Limiting.ENDED, proof
        assert seen.became == "lifted", proof


def test_after_its_end_it_is_believed_by_our_clock(furnished, limited, now):
    """Not by that of the agent, which is two days late."""
    now.at = limited.until + timedelta(seconds=1)
    seen = say(furnished, limited, ActionState.EXPIRED, "its time is over", NOON - DAYS[2])
    assert seen.state is ActionState.EXPIRED
    assert limited.starts <= seen.changed_at <= furnished.now()


@pytest.mark.parametrize("state", [ActionState.RECORDED, ActionState.WANTED])
def test_what_never_stood_is_not_made_to_look_so(furnished, state):
    """A driver that enforces records nothing; a measure that waited and was undone never stood."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW), weigh=False)
    block_port(furnished, case)
    (action,) = actions.of_case(case.id)
    write_desired(furnished, "main")
    agent_of(furnished).step()
    seen = say(furnished, action, state, "only written down", furnished.now())
    assert seen.state is ActionState.WANTED
    undo_action(furnished, action.id, reason="mended", person="ada")
    assert limiting([actions.get(action.id)]) is Limiting.NOT


def test_now_this_and_now_that_fills_no_journal(furnished, limited):
    """Two hundred reports in a second or two, each the opposite of the one before."""
    before = log.size()
    for number in range(200):
        state = (ActionState.FAILED, ActionState.APPLIED)[number % 2]
        say(furnished, limited, state, f"word {number}", furnished.now() - DAYS[2])
    assert log.size() - before == 1
