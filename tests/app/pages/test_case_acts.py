"""What people do on the pages: never over a stale page, never alone where two are needed."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.steps import arrive, enforce
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.pages.case import acts
from aupkeep.app.pages.case.form import DecisionForm
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.case.page import LadderStepState
from aupkeep.app.pages.layout.load import operator_of, storage_health
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.sign_in.load import active_person, send_sign_in_link, use_sign_in_link
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.case import CaseState, Outcome
from aupkeep.model.errors import Conflict, Forbidden, Gone, Missing, Stale
from aupkeep.model.ladder import Cause, Level, Measure
from aupkeep.model.roles import ROLES
from aupkeep.store import actions, decisions, notices

ADA = Person(id="ada@aupkeep.example", name="Ada")
BEA = Person(id="bea@aupkeep.example", name="Bea")


@pytest.fixture
def case(furnished):
    """The case of one authenticated report about the address that has moved since."""
    (found,) = arrive(furnished, report("203.0.113.70", NOON - timedelta(minutes=90)))
    return find_case(found.reference)


@pytest.fixture
def staffed(furnished):
    """The furnished install, whose people ADA and BEA are."""
    return furnished


def choice(staffed, case, measure, hours, cause=Cause.UNKNOWN):
    """A choice made on the page as it is now."""
    seen = case_page(staffed, ADA, case.reference).seen
    return DecisionForm(measure=measure, hours=hours, reasons="it goes on", cause=cause, seen=seen)


def rung(staffed, case):
    """Where the case is on the ladder's third level."""
    levels = {it.level: it.state for it in case_page(staffed, ADA, case.reference).ladder}
    return levels[Level.L3]


def test_decide_undo_close(staffed, case):
    """A person closes a port, lifts it, and closes the case; the page shows each."""
    acts.submit_decision(staffed, ADA, case.reference, choice(staffed, case, Measure.BLOCK_PORT, 4))
    (action,) = case_page(staffed, ADA, case.reference).actions
    assert (action.by, action.undoable) == ("Ada", True)
    assert rung(staffed, case) is LadderStepState.DECIDED
    enforce(staffed)
    assert rung(staffed, case) is LadderStepState.NOW
    acts.undo(staffed, ADA, case.reference, action.id, "mended")
    page = case_page(staffed, ADA, case.reference)
    assert not page.actions[0].undoable
    assert rung(staffed, case) is LadderStepState.OPEN
    acts.close(staffed, ADA, case.reference, Outcome.FIXED, "mended")
    assert find_case(case.reference).state is CaseState.CLOSED


def test_stale_page_decides_nothing(staffed, case):
    """Of two people with the same page open, the second one is told to look again."""
    first = choice(staffed, case, Measure.BLOCK_PORT, 4)
    second = choice(staffed, case, Measure.INFORM, None)
    acts.submit_decision(staffed, ADA, case.reference, first)
    before = len(decisions.of_case(case.id))
    with pytest.raises(Stale, match=r"\(Decided by Ada.* at .* UTC.*look again"):
        acts.submit_decision(staffed, BEA, case.reference, second)
    assert len(decisions.of_case(case.id)) == before


def test_rate_limit_takes_the_chosen_rate(staffed, case):
    """The page suggests a rate and tells what it touches; what a person chose is taken."""
    offers = {offer.measure: offer for offer in case_page(staffed, ADA, case.reference).offers}
    assert "1 Mbit/s" in offers[Measure.LIMIT_RATE].touches
    assert offers[Measure.LIMIT_RATE].rate == 125_000
    asked = choice(staffed, case, Measure.LIMIT_RATE, 4)
    with pytest.raises(Forbidden, match="rate"):
        acts.submit_decision(staffed, ADA, case.reference, asked)
    acts.submit_decision(
        staffed,
        ADA,
        case.reference,
        replace(choice(staffed, case, Measure.LIMIT_RATE, 4), rate=250_000),
    )
    assert actions.of_case(case.id)[0].scope.rate == 250_000


def test_invariant_02_two_people_suspend_an_account(staffed, case):
    """Nothing happens until a second person approves; then the decision names both."""
    acts.submit_decision(
        staffed, ADA, case.reference, choice(staffed, case, Measure.SUSPEND_ACCOUNT, 24)
    )
    levels = {one.measure for one in decisions.of_case(case.id)}
    assert Measure.SUSPEND_ACCOUNT not in levels
    (mine,) = case_page(staffed, ADA, case.reference).pending
    assert mine.barred == "You decided this. Someone else must approve it."
    with pytest.raises(Forbidden, match="colleague"):
        acts.approve(staffed, ADA, case.reference, mine.id, "yes")
    assert not case_page(staffed, BEA, case.reference).pending[0].barred
    acts.approve(staffed, BEA, case.reference, mine.id, "I agree")
    made = decisions.of_case(case.id)[-1]
    assert made.measure is Measure.SUSPEND_ACCOUNT
    assert [made.author.id, *(approver.id for approver in made.approvers)] == [ADA.id, BEA.id]
    assert "I agree" in made.reasons
    assert case_page(staffed, ADA, case.reference).pending == ()
    with pytest.raises(Conflict, match="approved it at"):
        acts.approve(staffed, BEA, case.reference, mine.id, "again")
    assert verify_home(staffed).ok


def test_what_the_gate_refuses_does_not_wait(staffed, case):
    """A termination without proof of notice is refused at once, and stands under refused."""
    asked = choice(staffed, case, Measure.TERMINATE, 720, Cause.OWN_ACT)
    with pytest.raises(Forbidden, match="notice"):
        acts.submit_decision(staffed, ADA, case.reference, asked)
    page = case_page(staffed, ADA, case.reference)
    assert page.pending == ()
    assert "notice" in page.refusals[0].reason


def test_acts_stay_within_their_case(staffed, case):
    """An action of one case cannot be lifted from the page of another."""
    acts.submit_decision(staffed, ADA, case.reference, choice(staffed, case, Measure.BLOCK_PORT, 4))
    (other,) = arrive(staffed, report("203.0.113.200", NOON - timedelta(minutes=5)))
    (action,) = actions.of_case(case.id)
    with pytest.raises(Missing):
        acts.undo(staffed, ADA, other.reference, action.id, "x")


def test_sign_in_by_a_letter(staffed):
    """A person gets a link that works once; a stranger gets nothing; a flood is stopped."""
    send_sign_in_link(staffed, "stranger@aupkeep.example")
    for _ in range(9):
        send_sign_in_link(staffed, ADA.id.upper())
    sent = notices.recent_to(ADA.id, NOON - timedelta(days=1))
    assert len(sent) == 5
    assert notices.recent_to("stranger@aupkeep.example", NOON - timedelta(days=1)) == []
    token = re.findall(r"/sign-in/([\w-]+)/", sent[0].text)[0]
    assert use_sign_in_link(staffed, token) == ADA
    with pytest.raises(Gone):
        use_sign_in_link(staffed, token)
    assert active_person(staffed, ADA.id) == replace(ADA, roles=ROLES)
    assert active_person(staffed, "stranger@aupkeep.example") is None


def test_health_and_operator(staffed):
    """The storage answers, and the pages know who runs the install."""
    assert storage_health().ok
    assert operator_of(staffed).name == "Example Hosting"
