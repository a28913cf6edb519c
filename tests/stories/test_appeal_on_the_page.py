"""An appeal is read and judged on the desk's page by the person it is assigned to alone."""

from datetime import timedelta

import pytest
from django.test import Client

from app.conftest import NOON, furnish
from app.steps import guess, post, states_by_people
from aupkeep.app.access.links import make_link
from aupkeep.app.access.staff import change_roles, list_people
from aupkeep.app.deciding.answers import give_answer, next_once
from aupkeep.app.deciding.appeals import look_at_appeals
from aupkeep.app.deciding.approvals import approve
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.journal import entry, record
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.action import ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import AnswerKind, Judgement
from aupkeep.model.entry import EntryType
from aupkeep.model.link import LinkKind
from aupkeep.store import approvals, cases, log
from enrol import enrol, signed_in

WORDS = {"reasons": "It goes on.", "measure": "suspend-resource", "hours": 240}
SAID = {"judging": "The address was another's."}


@pytest.fixture
def desk(pages):
    """Ada decides, Bea asked for more, Cid and Eve had no part, Bo is an analyst."""
    context = furnish(pages)
    for person in list_people():
        change_roles(context, person.address, ["analyst"])
    for person in ("eve", "noc"):
        enrol(context, person, roles=["noc"])
    for person in ("ada", "bea", "cid", "eve"):
        change_roles(context, person, ["senior", "analyst"])
    return context


@pytest.fixture
def appealed(desk):
    """A suspension by Ada, a wider one that Bea asked for, and the customer's appeal."""
    (case,) = post(desk, guess("203.0.113.10", NOON - timedelta(minutes=5)))
    decide_case(desk, case.reference, people=("ada",), **WORDS)
    decide_case(desk, case.reference, people=("bea",), **{**WORDS, "measure": "suspend-account"})
    token, link = make_link(desk, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(desk, entry(desk, EntryType.LINK_MADE, SYSTEM, {"link": link.id}), rows=[link])
    once = next_once(desk, find_case(case.id))
    give_answer(desk, token, AnswerKind.APPEAL, "It was not us.", once)
    return find_case(case.id)


def judge(desk, person, case, judgement="granted", **more):
    """What a person is told who sends the form."""
    (answer,) = cases.answers(case.id)
    words = {"answer": answer.id, "judgement": judgement, **SAID, **more}
    return signed_in(desk, person).post(f"/case/{case.reference}/judge", words)


def page(desk, person, case):
    """The case page as a person sees it."""
    return signed_in(desk, person).get(f"/case/{case.reference}").content.decode()


def test_invariant_02_only_its_judge_has_the_form(desk, appealed):
    """The first decider, who proposed, an analyst, the noc and a colleague who is not assigned."""
    (answer,) = cases.answers(appealed.id)
    assert answer.assigned_to == "cid"
    before = log.count(appealed.id)
    for person in ("ada", "bea", "bo", "noc", "eve"):
        shown = page(desk, person, appealed)
        assert "It was not us." in shown
        assert "Judge the appeal</button>" not in shown, person
        assert "Mark as read" not in shown, person
        assert judge(desk, person, appealed).status_code == 403, person
    assert log.count(appealed.id) == before
    shown = page(desk, "cid", appealed)
    assert "An appeal for you to judge" in shown
    assert "without a judgement what it contests is lifted at" in shown


def test_a_granted_appeal_lifts_what_stands(desk, appealed):
    """Blank is refused and kept; granted by its judge alone, the page says what follows."""
    blank = judge(desk, "cid", appealed, judging="")
    assert (blank.status_code, b"it stands in the journal" in blank.content) == (422, True)
    assert judge(desk, "cid", appealed, judgement="stepped-down").status_code == 422
    assert judge(desk, "cid", appealed, answer="another").status_code == 404
    assert states_by_people(appealed) == {ActionState.WANTED}
    done = judge(desk, "cid", appealed)
    assert (done.status_code, done["Location"].endswith("?done=granted")) == (303, True)
    assert states_by_people(appealed) == {ActionState.LIFTING}
    (answer,) = cases.answers(appealed.id)
    assert (answer.judged, answer.read_by) == (Judgement.GRANTED, "cid")
    assert "Granted" in page(desk, "cid", appealed)
    assert judge(desk, "cid", appealed).status_code == 404
    assert verify_home(desk).ok


def test_invariant_02_a_refusal_on_the_page_takes_a_second_stranger(desk, appealed):
    """It waits; who had a part sees why they may not confirm it, a stranger confirms it."""
    assert judge(desk, "cid", appealed, judgement="refused").status_code == 303
    assert "The refusal waits for a second person" in page(desk, "cid", appealed)
    (waiting,) = [item for item in approvals.waiting(appealed.id) if "judges" in item.choice]
    assert "You had a part in what is under appeal" in page(desk, "ada", appealed)
    assert "It waits for somebody whose roles" in page(desk, "bo", appealed)
    there = f"/case/{appealed.reference}/approve"
    said = {"pending": waiting.id, "approval": "The log shows it."}
    for person in ("ada", "bea", "cid", "bo"):
        assert signed_in(desk, person).post(there, said).status_code == 403, person
    assert signed_in(desk, "eve").post(there, said).status_code == 303
    (answer,) = cases.answers(appealed.id)
    assert answer.judged is Judgement.REFUSED
    assert states_by_people(appealed) == {ActionState.WANTED}
    assert verify_home(desk).ok


@pytest.mark.parametrize(
    ("judgement", "language", "words"),
    [
        ("granted", "en", "Your appeal was granted"),
        ("refused", "nb", "Klagen ble avvist, av to"),
        ("", "en", "Nobody judged your appeal within 72 hours"),
    ],
)
def test_the_customer_reads_what_came_of_the_appeal(
    desk, appealed, now, judgement, language, words
):
    """With the reasons of who judged it, and never who reported."""
    token, link = make_link(desk, LinkKind.CUSTOMER, "noc@alder.example", case=appealed.id)
    record(desk, entry(desk, EntryType.LINK_MADE, SYSTEM, {"link": link.id}), rows=[link])
    there = f"/c/{token}/?language={language}"
    why = "The log of soc@cert.example was another's."
    assert words not in Client().get(there).content.decode()
    if judgement:
        judge(desk, "cid", appealed, judgement=judgement, judging=why)
    for waiting in [item for item in approvals.waiting(appealed.id) if "judges" in item.choice]:
        approve(desk, waiting.id, person="eve")
    now.at += timedelta(hours=73)
    look_at_appeals(desk)
    shown = Client().get(there).content.decode()
    assert words in shown
    assert ("was another" in shown) == bool(judgement)
    assert "cert.example" not in shown


def test_invariant_02_an_appeal_is_handed_over_on_the_page(desk, appealed):
    """A colleague takes it over, its judge hands it on; who had a part has no form for it."""
    (answer,) = cases.answers(appealed.id)
    there = f"/case/{appealed.reference}/hand-over"
    words = {"answer": answer.id, "handing": "Cid is on leave"}
    for person in ("ada", "bea", "bo"):
        assert "Take the appeal over" not in page(desk, person, appealed)
        assert signed_in(desk, person).post(there, words).status_code == 403, person
    assert "Take the appeal over" in page(desk, "eve", appealed)
    assert signed_in(desk, "eve").post(there, words | {"handing": " "}).status_code == 422
    assert signed_in(desk, "eve").post(there, words | {"answer": "x"}).status_code == 404
    assert signed_in(desk, "eve").post(there, words).status_code == 303
    shown = page(desk, "eve", appealed)
    assert "An appeal for you to judge" in shown
    assert "Hand the appeal over" in shown
    assert judge(desk, "cid", appealed).status_code == 403
    assert signed_in(desk, "eve").post(there, words | {"to": "cid"}).status_code == 303
    assert judge(desk, "cid", appealed).status_code == 303
    assert verify_home(desk).ok
