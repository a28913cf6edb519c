"""Break-glass: one person, twelve hours, told to everybody, and over unless ratified."""

from datetime import timedelta

import pytest

from app.conftest import NOON, context_of, furnish
from app.steps import guess, look_at_clocks, post
from aupkeep.app.deciding.approvals import approve
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.errors import Forbidden
from aupkeep.model.ladder import Level
from aupkeep.model.notice import NoticeKind
from aupkeep.store import decisions, notices
from enrol import enrol

ALONE = {"measure": "suspend-account", "hours": 48, "reasons": "A hospital is hit.",
         "break_glass": True}  # fmt: skip


@pytest.fixture
def desk(home, now):
    """An analyst, a senior, the network centre and an auditor."""
    context = furnish(context_of(home, now))
    enrol(context, "ana@aupkeep.example", roles=["analyst"])
    enrol(context, "sen@aupkeep.example", roles=["senior"])
    enrol(context, "noc@aupkeep.example", roles=["noc"])
    enrol(context, "aud@aupkeep.example", roles=["auditor"])
    return context


@pytest.fixture
def case(desk):
    """Our telemetry saw guessing at SSH."""
    (found,) = post(desk, guess("203.0.113.10", NOON - timedelta(minutes=5)))
    return find_case(found.id)


def test_one_person_twelve_hours_and_everybody_hears(desk, case, now):
    """An analyst alone suspends an account; all others get a letter, and it ends by itself."""
    made = decide_case(desk, case.reference, people=("ana@aupkeep.example",), **ALONE)
    decision = decisions.get(made.decision)
    assert (decision.level, decision.break_glass) == (Level.L6, True)
    assert decision.ends - decision.starts == timedelta(hours=12)
    assert made.next.endswith(f"aupkeep approve {decision.id}")
    letters = [one for one in notices.of_case(case.id) if one.kind is NoticeKind.BREAK_GLASS]
    others = {"sen@aupkeep.example", "noc@aupkeep.example", "aud@aupkeep.example"}
    assert {one.recipient for one in letters} == others
    assert all("A hospital is hit." in one.text for one in letters)
    now.at = decision.ends + timedelta(minutes=5)
    look_at_clocks(desk)
    assert [one.id for one in decisions.of_case(case.id) if one.level is Level.L6] == [decision.id]
    assert verify_home(desk).ok


def test_a_second_person_ratifies_it(desk, case):
    """Both make it anew, for as long as was asked; who broke the glass does not ratify it."""
    made = decide_case(desk, case.reference, people=("ana@aupkeep.example",), **ALONE)
    for person in ("ana@aupkeep.example", "noc@aupkeep.example"):
        with pytest.raises(Forbidden):
            approve(desk, made.decision, person=person)
    ratified = decisions.get(approve(desk, made.decision, person="sen@aupkeep.example").decision)
    assert ratified.ends - ratified.starts == timedelta(hours=48)
    assert [actor.id[:3] for actor in (ratified.author, *ratified.approvers)] == ["ana", "sen"]
    assert not ratified.break_glass
    assert verify_home(desk).ok


@pytest.mark.parametrize(
    ("person", "change"),
    [
        ("ana@aupkeep.example", {"reasons": " "}),
        ("ana@aupkeep.example", {"measure": "terminate", "hours": 720, "cause": "own-act"}),
        ("noc@aupkeep.example", {}),
        ("aud@aupkeep.example", {}),
        ("ghost@aupkeep.example", {}),
    ],
)
def test_invariant_02_what_no_glass_opens(desk, case, person, change):
    """Without reasons, the end of a service, or by who decides nothing: refused, nobody is told."""
    before = len(decisions.of_case(case.id))
    with pytest.raises(Forbidden):
        decide_case(desk, case.reference, people=(person,), **{**ALONE, **change})
    assert len(decisions.of_case(case.id)) == before
    assert not [one for one in notices.of_case(case.id) if one.kind is NoticeKind.BREAK_GLASS]


def test_where_one_person_is_enough_no_glass_is_broken(desk, case):
    """The option changes nothing there."""
    wish = {**ALONE, "measure": "isolate", "hours": 24}
    made = decisions.get(
        decide_case(desk, case.reference, people=("ana@aupkeep.example",), **wish).decision
    )
    assert (made.break_glass, made.ends - made.starts) == (False, timedelta(hours=24))
