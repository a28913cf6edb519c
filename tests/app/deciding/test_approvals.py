"""The second person: asked for and given, and nothing is lost when two people act at once."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from app.conftest import NOON, report
from app.steps import arrive
from aupkeep.app.access.authority import active_member, actor_for
from aupkeep.app.case_context import load_case_context
from aupkeep.app.deciding import second_person as room
from aupkeep.app.deciding.approvals import give_approval
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide_or_ask
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.errors import Conflict, Forbidden
from aupkeep.model.ladder import Cause, Measure
from aupkeep.store import approvals, decisions
from aupkeep.store.models import ApprovalRow
from aupkeep.store.tables import many
from databases import in_threads

PEOPLE = ("ada", "bea", "cid")


@pytest.fixture
def case(furnished):
    """A case, and three people who may decide it."""
    (case,) = arrive(furnished, report("203.0.113.70", NOON - timedelta(minutes=90)))
    return find_case(case.reference)


def ask(context, case, person, reasons="it goes on"):
    """Ask for a second person to suspend the account for a day."""
    about = load_case_context(context, case)
    author = actor_for(active_member(person))
    choice = {"hours": 24, "cause": Cause.UNKNOWN.value}
    return decide_or_ask(context, about, author, Measure.SUSPEND_ACCOUNT, reasons, choice)


def at_once(monkeypatch, *acts: Callable[[], object]) -> list[object]:
    """Run each act in a thread of its own; all reach the journal before one writes.

    The answer of each act, or the error that it raised.
    """
    meeting, answers = threading.Barrier(len(acts), timeout=30), [None] * len(acts)
    write = room.record

    def record(*args: object, **more: object) -> None:
        meeting.wait()
        write(*args, **more)

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            answers[number] = act()
        except Conflict as error:
            answers[number] = error

    monkeypatch.setattr(room, "record", record)
    monkeypatch.setattr("aupkeep.app.deciding.consider.record", record)
    in_threads(partial(run, number, act) for number, act in enumerate(acts))
    return answers


def test_two_requests_at_once_lose_none(furnished, case, monkeypatch):
    """Two people ask for a second person at the same moment: both requests wait."""
    asked = at_once(
        monkeypatch,
        lambda: ask(furnished, case, PEOPLE[0], "ada saw it"),
        lambda: ask(furnished, case, PEOPLE[1], "bea saw it"),
    )
    waiting = approvals.waiting(case.id)
    assert {one.reasons for one in waiting} == {"ada saw it", "bea saw it"}
    assert {one.id for one in waiting} == {one.id for one in asked}
    assert verify_home(furnished).ok


def test_two_colleagues_at_once_give_it_once(furnished, case, monkeypatch):
    """Two colleagues approve at the same moment: one decision is made, the other one is told."""
    approval = ask(furnished, case, PEOPLE[0])
    before = len(decisions.of_case(case.id))
    answers = at_once(
        monkeypatch,
        lambda: give_approval(furnished, case, approval.id, person=PEOPLE[1], reasons="yes"),
        lambda: give_approval(furnished, case, approval.id, person=PEOPLE[2], reasons="yes"),
    )
    assert sum(isinstance(one, Conflict) for one in answers) == 1
    assert len(decisions.of_case(case.id)) == before + 1
    assert approvals.waiting(case.id) == []


def test_what_was_given_says_by_whom(furnished, case):
    """The approval keeps who gave it, when, and the decision that both made."""
    approval = ask(furnished, case, PEOPLE[0])
    with pytest.raises(Forbidden, match="colleague"):
        give_approval(furnished, case, approval.id, person=PEOPLE[0], reasons="yes")
    decision = give_approval(furnished, case, approval.id, person=PEOPLE[1], reasons="yes")
    (given,) = many(type(approval), ApprovalRow.objects.all())
    assert given == replace(
        approval, given_by=PEOPLE[1], given_at=decision.starts, decision=decision.id
    )
    with pytest.raises(Conflict, match="bea approved it at"):
        give_approval(furnished, find_case(case.id), approval.id, person=PEOPLE[2], reasons="yes")
    assert verify_home(furnished).ok
