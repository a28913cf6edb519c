"""An appeal is judged by somebody who had no part in the decision, or the measure steps down."""

from datetime import timedelta
from functools import partial

import pytest

from app.conftest import NOON, context_of, furnish
from app.steps import guess, look_at_clocks, post, states_by_people, told
from aupkeep.app.access.absences import end_absence, set_absence
from aupkeep.app.access.links import make_link
from aupkeep.app.access.staff import change_roles, remove_person
from aupkeep.app.deciding.answers import give_answer, next_once, read_answer, read_answers
from aupkeep.app.deciding.appeal_hand_over import hand_over_appeal
from aupkeep.app.deciding.appeals import judge_appeal
from aupkeep.app.deciding.approvals import approve
from aupkeep.app.deciding.case_records import find_case, show_case
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.journal import entry, record
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.action import ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import AnswerKind, CaseState, Judgement
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.link import LinkKind
from aupkeep.model.notice import NoticeKind
from aupkeep.store import cases, decisions, notices
from enrol import enrol

WORDS = {"reasons": "It goes on.", "measure": "suspend-resource", "hours": 240}


@pytest.fixture
def desk(home, now):
    """Ada decides, Bea and Cid may judge, Dan is an analyst."""
    context = furnish(context_of(home, now))
    enrol(context, "ada", "bea", "cid", roles=["senior", "analyst"])
    enrol(context, "dan", roles=["analyst"])
    return context


def suspended(context, person="ada"):
    """A case whose resource one person suspended."""
    (case,) = post(context, guess("203.0.113.10", NOON - timedelta(minutes=5)))
    decide_case(context, case.reference, people=(person,), **WORDS)
    return find_case(case.id)


def appeal(context, case):
    """The customer contests by the link in their notice."""
    token, link = make_link(context, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    made = entry(context, EntryType.LINK_MADE, SYSTEM, {"link": link.id}, case=case.id)
    record(context, made, rows=[link])
    once = next_once(context, find_case(case.id))
    return give_answer(context, token, AnswerKind.APPEAL, "It was not us.", once)


def test_invariant_02_an_appeal_is_assigned_to_who_had_no_part(desk):
    """Not who decided, nor who asked for a second person, nor who may not judge at all."""
    case = suspended(desk)
    decide_case(desk, case.reference, people=("bea",), **{**WORDS, "measure": "suspend-account"})
    given = appeal(desk, case)
    assert given.assigned_to == "cid"
    for person in ("ada", "bea", "dan"):
        with pytest.raises(Forbidden, match="cid's to read and judge"):
            read_answer(desk, given.id, person)
        with pytest.raises(Forbidden):
            judge_appeal(desk, case.reference, Judgement.GRANTED, person=person, reasons="so")
    with pytest.raises(Forbidden, match="cid's to read and judge"):
        read_answers(desk, case.reference, "ada")
    assert read_answers(desk, case.reference, "cid").read == 1


def test_granted_lifts_what_stands(desk):
    """One stranger to the decision is enough to lift it; the case is open again."""
    case = suspended(desk)
    given = appeal(desk, case)
    judged = judge_appeal(
        desk, case.reference, Judgement.GRANTED, person=given.assigned_to, reasons="a wrong address"
    )
    assert judged.lifted >= 1
    assert states_by_people(case) == {ActionState.LIFTING}
    assert cases.answer(given.id).judged is Judgement.GRANTED
    assert find_case(case.id).state is CaseState.OPEN
    with pytest.raises(Missing):
        judge_appeal(desk, case.reference, Judgement.GRANTED, person="bea", reasons="again")
    assert verify_home(desk).ok


def test_invariant_02_a_final_no_takes_two_strangers(desk):
    """The first refusal waits; who decided first is not the second person, a colleague is."""
    case = suspended(desk)
    given = appeal(desk, case)
    asked = judge_appeal(
        desk,
        case.reference,
        Judgement.REFUSED,
        person=given.assigned_to,
        reasons="the log shows it",
    )
    assert (asked.judged, asked.waits is not None) == (None, True)
    with pytest.raises(Forbidden, match="invariant 2"):
        approve(desk, asked.waits, person="ada")
    other = ({"bea", "cid"} - {given.assigned_to}).pop()
    made = decisions.get(approve(desk, asked.waits, person=other, reasons="so it does").decision)
    assert made.judges is not None
    assert cases.answer(given.id).judged is Judgement.REFUSED
    assert states_by_people(case) == {ActionState.WANTED}
    look_at_clocks(desk)
    assert states_by_people(case) == {ActionState.WANTED}
    assert verify_home(desk).ok


def test_invariant_02_who_decided_goes_no_step_up_past_an_appeal(desk):
    """Not alone, not by asking a colleague; a stranger to the decision may."""
    case = suspended(desk)
    given = appeal(desk, case)
    read_answers(desk, case.reference, given.assigned_to)
    wish = {**WORDS, "measure": "suspend-account"}
    with pytest.raises(Forbidden, match="An appeal is open"):
        decide_case(desk, case.reference, people=("ada",), **wish)
    other = ({"bea", "cid"} - {given.assigned_to}).pop()
    asked = decide_case(desk, case.reference, people=(other,), **wish)
    with pytest.raises(Forbidden, match="An appeal is open"):
        approve(desk, asked.decision, person="ada")


def test_what_nobody_judges_in_72_hours_steps_down(home, now):
    """One person alone: nobody eligible, and after 72 hours the measure is lifted by itself."""
    desk = furnish(context_of(home, now))
    enrol(desk, "ada", roles=["senior", "analyst"])
    case = suspended(desk)
    given = appeal(desk, case)
    assert given.assigned_to is None
    with pytest.raises(Forbidden, match="steps down by itself"):
        read_answers(desk, case.reference, "ada")
    now.at = given.at + timedelta(hours=71, minutes=59)
    look_at_clocks(desk)
    assert states_by_people(case) == {ActionState.WANTED}
    now.at = given.at + timedelta(hours=72)
    look_at_clocks(desk)
    assert states_by_people(case) == {ActionState.LIFTING}
    assert cases.answer(given.id).judged is Judgement.STEPPED_DOWN
    (judged,) = told(case, EntryType.APPEAL_JUDGED)
    assert judged["judgement"] == "stepped-down"
    look_at_clocks(desk)
    assert len(told(case, EntryType.APPEAL_JUDGED)) == 1
    assert verify_home(desk).ok


def test_a_judge_who_leaves_is_replaced(desk):
    """By somebody else who may; by nobody where there is none; and by who comes later."""
    case = suspended(desk)
    given = appeal(desk, case)
    assert given.assigned_to == "bea"
    remove_person(desk, "bea", "left")
    look_at_clocks(desk)
    assert cases.answer(given.id).assigned_to == "cid"
    change_roles(desk, "cid", ["noc"])
    look_at_clocks(desk)
    assert cases.answer(given.id).assigned_to is None
    change_roles(desk, "dan", ["legal"])
    look_at_clocks(desk)
    assert cases.answer(given.id).assigned_to == "dan"


def test_invariant_02_a_measure_decided_anew_does_not_outlive_the_appeal(desk, now):
    """Who decided first extends it while the appeal is open: both are lifted when it is granted."""
    case = suspended(desk)
    given = appeal(desk, case)
    decide_case(desk, case.reference, people=("ada",), **WORDS)
    judge_appeal(
        desk, case.reference, Judgement.GRANTED, person=given.assigned_to, reasons="not them"
    )
    assert states_by_people(case) == {ActionState.LIFTING}
    decide_case(desk, case.reference, people=("ada",), **WORDS)
    given = appeal(desk, case)
    decide_case(desk, case.reference, people=("ada",), **WORDS)
    now.at += timedelta(hours=73)
    look_at_clocks(desk)
    assert cases.answer(given.id).judged is Judgement.STEPPED_DOWN
    assert states_by_people(case) == {ActionState.LIFTING}
    assert verify_home(desk).ok


def test_no_appeal_is_closed_away(desk, now):
    """The first decider closes the case: the appeal is judged all the same, or steps down."""
    case = suspended(desk)
    given = appeal(desk, case)
    close_by_reference(desk, case.reference, "fixed", "done", "ada")
    judge_appeal(
        desk, case.reference, Judgement.GRANTED, person=given.assigned_to, reasons="not them"
    )
    assert cases.answer(given.id).judged is Judgement.GRANTED
    again = appeal(desk, case)
    close_by_reference(desk, case.reference, "fixed", "done", "ada")
    now.at += timedelta(hours=73)
    look_at_clocks(desk)
    assert cases.answer(again.id).judged is Judgement.STEPPED_DOWN
    assert find_case(case.id).state is CaseState.CLOSED


def test_invariant_02_a_judge_who_is_away_is_replaced_by_whom_had_no_part(desk, now):
    """Handed over by who has it, or taken over; never to who had a part, nor with a new clock."""
    case = suspended(desk)
    given = appeal(desk, case)
    assert given.assigned_to == "bea"
    for person, to in (
        ("ada", None),
        ("dan", None),
        ("cid", "ada"),
        ("bea", "dan"),
        ("bea", "ada"),
    ):
        with pytest.raises(Forbidden):
            hand_over_appeal(desk, case.reference, person=person, to=to, reasons="on leave")
    with pytest.raises(Invalid):
        hand_over_appeal(desk, case.reference, person="cid", reasons=" ")
    now.at += timedelta(hours=70)
    handed = hand_over_appeal(desk, case.reference, person="cid", reasons="Bea is on leave")
    assert (handed.judge, handed.until) == ("cid", given.at + timedelta(hours=72))
    with pytest.raises(Conflict):
        hand_over_appeal(desk, case.reference, person="cid", reasons="again")
    look_at_clocks(desk)
    assert cases.answer(given.id).assigned_to == "cid"
    with pytest.raises(Forbidden, match="cid's to read and judge"):
        judge_appeal(desk, case.reference, Judgement.GRANTED, person="bea", reasons="so")
    hand_over_appeal(desk, case.reference, person="cid", to="bea", reasons="she is back")
    moves = [said for said in told(case, EntryType.CASE_CHANGED) if said.get("judge")]
    assert [(said["before"], said["judge"]) for said in moves] == [("bea", "cid"), ("cid", "bea")]
    now.at = given.at + timedelta(hours=72)
    look_at_clocks(desk)
    assert cases.answer(given.id).judged is Judgement.STEPPED_DOWN
    assert verify_home(desk).ok


def test_invariant_02_who_took_part_since_judges_nothing(desk):
    """Also before the clock gives the appeal to somebody else."""
    case = suspended(desk)
    given = appeal(desk, case)
    decide_case(desk, case.reference, people=("bea",), **WORDS)
    with pytest.raises(Forbidden, match="had a part"):
        judge_appeal(desk, case.reference, Judgement.GRANTED, person="bea", reasons="so")
    look_at_clocks(desk)
    assert cases.answer(given.id).assigned_to == "cid"


def test_a_refusal_that_waits_is_of_its_own_appeal(desk):
    """Granted meanwhile, it refuses nothing; least of all what the customer appeals next."""
    case = suspended(desk)
    first = appeal(desk, case)
    asked = judge_appeal(desk, case.reference, Judgement.REFUSED, person="bea", reasons="no")
    hand_over_appeal(desk, case.reference, person="cid", reasons="I see it otherwise")
    judge_appeal(desk, case.reference, Judgement.GRANTED, person="cid", reasons="not them")
    enrol(desk, "eve", roles=["senior", "analyst"])
    decide_case(desk, case.reference, people=("ada",), **WORDS)
    second = appeal(desk, case)
    with pytest.raises(Conflict, match="the appeal was granted meanwhile at 2026-03-01"):
        approve(desk, asked.waits, person="eve")
    assert case_page(desk, Person(id="eve", name="Eve"), case.reference).pending == ()
    assert show_case(desk, case.reference).waiting == ()
    assert (cases.answer(first.id).judged, cases.answer(second.id).judged) == (
        Judgement.GRANTED,
        None,
    )


@pytest.mark.parametrize("outcome", list(Judgement))
def test_the_outcome_of_every_appeal_is_written_to_who_appealed(desk, now, outcome):
    """With the reasons, without the reporter, and with what else they may do (DSA Art. 20(5))."""
    case = suspended(desk)
    given = appeal(desk, case)
    why = "the log of soc@cert.example was another's"
    if outcome is Judgement.STEPPED_DOWN:
        now.at = given.at + timedelta(hours=72)
        look_at_clocks(desk)
    else:
        done = judge_appeal(desk, case.reference, outcome, person="bea", reasons=why)
        if done.waits:
            assert not letters(case)
            approve(desk, done.waits, person="cid")
    (letter,) = letters(case)
    assert letter.recipient == "noc@alder.example"
    words = {"granted": "fikk medhold", "refused": "avvist av to", "stepped-down": "innen 72 timer"}
    assert words[outcome] in letter.text
    assert ("was another's" in letter.text) == (outcome is not Judgement.STEPPED_DOWN)
    assert "cert.example" not in letter.text
    assert "artikkel 21" in letter.text
    assert "domstol" in letter.text
    assert verify_home(desk).ok


def letters(case):
    """What was written about appeals of a case."""
    return [item for item in notices.of_case(case.id) if item.kind is NoticeKind.APPEAL]


def test_an_appeal_goes_past_who_is_away_and_leaves_who_did_not_read_it(desk, now):
    """With all away it waits for one of them; who has read it keeps it."""
    day = now().date().isoformat()
    case = suspended(desk)
    set_absence(desk, "bea", day, day, person="bea")
    given = appeal(desk, case)
    assert given.assigned_to == "cid"
    set_absence(desk, "cid", day, day, person="cid")
    end_absence(desk, "bea", person="bea")
    look_at_clocks(desk)
    assert cases.answer(given.id).assigned_to == "bea"
    with pytest.raises(Conflict, match="found cid away"):
        hand_over_appeal(desk, case.reference, person="bea", to="cid", reasons="so")
    set_absence(desk, "bea", day, day, person="bea")
    look_at_clocks(desk)
    look_at_clocks(desk)
    assert cases.answer(given.id).assigned_to == "bea"
    moves = [said["judge"] for said in told(case, EntryType.CASE_CHANGED) if said.get("judge")]
    assert moves == ["bea"]


@pytest.mark.parametrize("asked", [True, False])
def test_a_no_that_comes_too_late_refuses_nothing(desk, now, asked):
    """No worker ran in those hours: neither the first no nor the second keeps the measure up."""
    case = suspended(desk)
    first = appeal(desk, case).assigned_to
    (second,) = {"bea", "cid"} - {first}
    no = {"person": first, "reasons": "It goes on."}
    waits = judge_appeal(desk, case.reference, Judgement.REFUSED, **no).waits if asked else None
    now.at += timedelta(hours=73)
    say_no = partial(judge_appeal, desk, case.reference, Judgement.REFUSED, **no)
    with pytest.raises(Conflict, match="expected a refusal in time"):
        approve(desk, waits, person=second) if waits else say_no()
    look_at_clocks(desk)
    (given,) = cases.answers(case.id)
    assert given.judged is Judgement.STEPPED_DOWN
    assert states_by_people(case) == {ActionState.LIFTING}
