"""What people may do to a customer who contests it, and what the page says of each answer."""

from datetime import timedelta

import pytest
from django.test import Client

from app.conftest import NOON, furnish, report
from app.steps import arrive, guess, post
from aupkeep.app.access.links import make_link
from aupkeep.app.access.staff import change_roles, list_people
from aupkeep.app.case_context import load_case_context
from aupkeep.app.deciding.answers import give_answer, next_once, read_answers
from aupkeep.app.deciding.approvals import approve
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import WAITS, decide_case
from aupkeep.app.journal import entry, record
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.sanctions.sanction import judge_report
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import AnswerKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden
from aupkeep.model.link import LinkKind
from aupkeep.store import cases, decisions, reports, statements

pytestmark = pytest.mark.parametrize("vendor", ["sqlite"])  # nothing here is about SQL

SLOW = {"measure": "limit-rate", "hours": 4, "rate": 125_000, "note": "it is the machine's"}
PORT = {"measure": "block-port", "hours": 4}


@pytest.fixture
def desk(pages):
    """Ada, Bea and Cid may judge; nobody else does."""
    context = furnish(pages)
    for person in list_people():
        judges = person.address in {"ada", "bea", "cid"}
        change_roles(context, person.address, ["senior", "analyst"] if judges else ["analyst"])
    return context


def opened(context, **more):
    """A case about alder's machine."""
    (case,) = post(context, guess("203.0.113.10", NOON - timedelta(minutes=5), **more), weigh=False)
    return case


def decide(context, case, person, **wish):
    """What a person asks for."""
    return decide_case(
        context, case.reference, people=(person,), **{"reasons": "It goes on."} | wish
    )


def link_of(context, case):
    """The token of the customer's page."""
    token, link = make_link(context, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(context, entry(context, EntryType.LINK_MADE, SYSTEM, {"link": link.id}), rows=[link])
    return token


def say(context, case, kind=AnswerKind.APPEAL):
    """The customer answers on their page."""
    once = next_once(context, find_case(case.id))
    return give_answer(context, link_of(context, case), kind, "It was not us.", once)


@pytest.mark.parametrize("rate", [1, 100, 7_999])
def test_a_rate_at_which_nothing_works_is_an_isolation(desk, rate):
    """It bears the level of one, lasts no longer, and stops where an isolation is stopped."""
    case = opened(desk)
    assert decide(desk, case, "ada", **SLOW).level == "L3"
    assert decide(desk, case, "ada", **SLOW | {"rate": rate}).level == "L4"
    with pytest.raises(Forbidden, match="lasts at most 72 hours"):
        decide(desk, case, "ada", **SLOW | {"rate": rate, "hours": 73})


def test_a_rate_of_one_goes_not_past_an_unread_answer_nor_an_appeal(desk):
    """The step up from a limited rate to none at all is a step up."""
    case = opened(desk)
    decide(desk, case, "ada", **SLOW)
    say(desk, case, AnswerKind.FIXED)
    with pytest.raises(Forbidden, match="invariant 3"):
        decide(desk, case, "bea", **SLOW | {"rate": 1})
    read_answers(desk, case.reference, "bea")
    say(desk, case)
    with pytest.raises(Forbidden, match="no step up"):
        decide(desk, case, "ada", **SLOW | {"rate": 1})


def test_invariant_02_who_decided_adds_nothing_while_an_appeal_is_open(desk):
    """Not another measure of the level, not a lower rate; the same again, and a stranger, may."""
    case = opened(desk)
    decide(desk, case, "ada", **SLOW)
    appeal = say(desk, case)
    read_answers(desk, case.reference, appeal.assigned_to)
    for wish in (PORT, SLOW | {"rate": 50_000}, PORT | {"break_glass": True}):
        with pytest.raises(Forbidden, match="adds nothing to what stands"):
            decide(desk, case, "ada", **wish)
    assert decide(desk, case, "ada", **SLOW).level == "L3"
    assert decide(desk, case, "ada", measure="inform").level == "L1"
    (stranger,) = {"bea", "cid"} - {appeal.assigned_to}
    assert decide(desk, case, stranger, **PORT).level == "L3"
    assert verify_home(desk).ok


def test_invariant_02_an_appeal_is_not_got_round_by_another_case(desk):
    """About the same machine it takes a second person who had no part; elsewhere it does not."""
    case = opened(desk)
    decide(desk, case, "ada", **PORT)
    say(desk, case)
    other = opened(desk, kind="connection/port_scan")
    assert other.id != case.id
    asked = decide(desk, other, "ada", **SLOW)
    assert (asked.state, asked.level) == (WAITS, "L3")
    made = approve(desk, asked.decision, person="bea", reasons="I see it too")
    assert [actor.id for actor in decisions.get(made.decision).approvers] == ["bea"]
    assert decide(desk, other, "cid", **PORT).state != WAITS


def test_each_answer_is_said_to_stop_what_it_stops(desk):
    """Unread it stops a step up, once a deadline; an appeal holds until it is judged."""
    case = opened(desk)
    decide(desk, case, "ada", measure="inform-deadline")
    ada = Person(id="ada", name="Ada")
    say(desk, case, AnswerKind.FIXED)
    read_answers(desk, case.reference, "ada")
    say(desk, case, AnswerKind.NOT_ME)
    answers = case_page(desk, ada, case.reference).answers
    assert [(item.read_at is None, item.stops) for item in answers] == [
        (False, False),
        (True, False),
    ]
    decide(desk, case, "ada", **PORT)
    say(desk, case)
    last = case_page(desk, ada, case.reference).answers[-1]
    assert (last.stops, last.holds) == (False, True)
    with pytest.raises(Forbidden, match="no step up"):
        decide(desk, case, "ada", measure="suspend-resource", hours=24)
    for language, words in (("en", "who decided before"), ("nb", "bestemte før, videre")):
        shown = Client().get(f"/c/{link_of(desk, case)}/?language={language}").content.decode()
        assert words in shown
        assert "stricter" not in shown
    fresh = opened(desk, kind="connection/port_scan")
    decide(desk, fresh, "cid", measure="inform")
    say(desk, fresh, AnswerKind.NEED_HELP)
    (item,) = case_page(desk, ada, fresh.reference).answers
    assert (item.stops, item.holds) == (True, False)


@pytest.mark.parametrize("address", ["203.0.113.10", "203.0.113.70"])
def test_invariant_10_reasons_name_nobody_of_a_related_report(desk, address):
    """Another report about the customer, or of the same source about anybody: both were read."""
    mail = report(address, NOON - timedelta(minutes=50))
    told = mail.replace(b"Your host", b"Frode at pelicanbox-7 (case QX-4471) says your host")
    arrive(desk, told, weigh=False)
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)), weigh=False)
    if address == "203.0.113.10":  # another source's case of the same customer
        case = opened(desk, kind="connection/port_scan")
    why = "Frode saw it from pelicanbox-7 too, 40 tries, see QX-4471."
    made = decide(desk, case, "ada", measure="inform", reasons=why)
    shown = Client().get(f"/c/{link_of(desk, case)}/").content.decode()
    for text in (shown, statements.get(made.decision).reasons):
        assert "40 tries" in text
        assert not [word for word in ("Frode", "pelicanbox", "4471") if word in text]


def test_harm_goes_on_by_claims_that_stand_alone(desk):
    """A report of ours that a person judged wrong shows no harm; unknown is neither yes nor no."""
    case = opened(desk)
    assert load_case_context(desk, case).facts["harm.in_progress"] is True
    (wrong,) = reports.of_case(case.id)
    judge_report(desk, wrong.id, "refuted", person="ada", reasons="a test of ours")
    about = load_case_context(desk, cases.get(case.id))
    assert about.facts["harm.in_progress"] is None
    assert not about.supporting
