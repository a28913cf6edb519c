"""An appeal that nobody of the desk may judge: said at once, and judged from outside."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from app.conftest import NOON, context_of, furnish
from app.steps import guess, look_at_clocks, post, states
from aupkeep.app import context as bound_context
from aupkeep.app.access.links import make_link
from aupkeep.app.deciding.answers import give_answer, next_once
from aupkeep.app.deciding.appeals import judge_appeal
from aupkeep.app.deciding.approvals import approve, approve_with
from aupkeep.app.deciding.case_records import find_case, show_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.outside_judge import judge_with, name_outsider
from aupkeep.app.journal import entry, record
from aupkeep.app.pages.doctor.load import doctor, page_hindrances
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.action import ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import AnswerKind, Judgement
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden
from aupkeep.model.link import LinkKind
from aupkeep.store import cases
from enrol import enrol

pytestmark = pytest.mark.parametrize("vendor", ["sqlite"])  # nothing here is about SQL

WISH = {"measure": "suspend-resource", "hours": 240, "reasons": "It goes on."}
LAW = "law@firm.example"


@pytest.fixture
def desk(home, now, monkeypatch):
    """Ada and Bea are all there is, Ops is the operator."""
    context = furnish(context_of(home, now))
    enrol(context, "ada", "bea", roles=["senior", "analyst"])
    enrol(context, "ops", roles=["operator"])
    monkeypatch.setattr(bound_context, "_bound", [context])
    return context


def appealed(desk, *people: str):
    """What these decided, one after the other, and the customer's appeal."""
    (case,) = post(desk, guess("203.0.113.10", NOON - timedelta(minutes=5)), weigh=False)
    for person in people:
        decide_case(desk, case.reference, people=(person,), **WISH)
    token, link = make_link(desk, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(desk, entry(desk, EntryType.LINK_MADE, SYSTEM, {"link": link.id}), rows=[link])
    once = next_once(desk, find_case(case.id))
    given = give_answer(desk, token, AnswerKind.APPEAL, "It was not us.", once)
    return find_case(case.id), given


def named(desk, what, address=LAW):
    """The token of somebody outside, named by the operator."""
    (ops,) = enrol(desk, "ops2", roles=["operator"])
    return name_outsider(desk, what, address, "Kari Lov", days=3, by=ops).token


def told(desk):
    """What the head of each page and the doctor say of appeals: the command."""
    (head,) = [check for check in page_hindrances(desk) if check.check == "appeals"] or [None]
    (check,) = [x for x in doctor(desk, lambda _: "") if x.check == "appeals"]
    assert check.ok == (head is None)
    assert head is None or (head.found, head.remedy) == (check.found, check.remedy)
    return check.remedy


def test_granted_by_an_outside_judge(desk):
    """Said at once with the command; at the API, once; what stood is lifted as our mistake."""
    case, given = appealed(desk, "ada", "bea")
    assert given.assigned_to is None
    assert told(desk) == f"aupkeep staff outside {case.reference} ADDRESS --name NAME"
    secret = named(desk, case.reference)

    def post_judgement(secret: str, body: bytes = b"x") -> int:
        answer = Client().post(
            f"/api/v1/cases/{case.reference}/appeal",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        return answer.status_code

    said = json.dumps({"judgement": "granted", "reasons": "not them"}).encode()
    assert post_judgement("nobody", said) == 401
    with pytest.raises(Forbidden, match="another decision"):
        approve_with(desk, given.id, secret)
    assert post_judgement(secret, said) == 200
    assert cases.answer(given.id).judged is Judgement.GRANTED
    assert states(case) == {ActionState.LIFTING}
    assert post_judgement(secret, said) in (401, 403)
    assert told(desk) == ""
    assert verify_home(desk).ok


def test_invariant_02_refused_by_two_from_outside(desk, now):
    """The first refusal waits, open and said; who decided confirms nothing; a second one does."""
    case, given = appealed(desk, "ada", "bea")
    asked = judge_with(
        desk, case.reference, Judgement.REFUSED, named(desk, case.reference), reasons="it shows"
    )
    assert cases.answer(given.id).open_appeal
    look_at_clocks(desk)
    assert [waits.decision for waits in show_case(desk, case.reference).waiting] == [asked.waits]
    assert told(desk) == f"aupkeep staff outside {asked.waits} ADDRESS --name NAME"
    with pytest.raises(Forbidden, match="invariant 2"):
        approve(desk, asked.waits, person="ada")
    with pytest.raises(Forbidden, match="who decided first"):
        approve_with(desk, asked.waits, named_again(desk, asked.waits, LAW))
    made = approve_with(desk, asked.waits, named_again(desk, asked.waits, "judge@court.example"))
    assert made.state == "made"
    assert cases.answer(given.id).judged is Judgement.REFUSED
    assert ActionState.LIFTING not in states(case)
    assert verify_home(desk).ok


def named_again(desk, what, address):
    """A second one, named by another operator."""
    (boss,) = enrol(desk, f"boss{len(address)}", roles=["operator"])
    return name_outsider(desk, what, address, "Per Dom", days=3, by=boss).token


def test_a_refusal_that_nobody_may_confirm_is_said_and_steps_down(desk, now):
    """Bea refused, Ada decided: the head of the page says so; after 72 hours it is lifted."""
    case, given = appealed(desk, "ada")
    assert (given.assigned_to, told(desk)) == ("bea", "")
    asked = judge_appeal(desk, case.reference, Judgement.REFUSED, person="bea", reasons="no")
    assert told(desk) == f"aupkeep staff outside {asked.waits} ADDRESS --name NAME"
    now.at = given.at + timedelta(hours=72)
    look_at_clocks(desk)
    assert cases.answer(given.id).judged is Judgement.STEPPED_DOWN
    assert told(desk) == ""
    with pytest.raises(Conflict, match="stepped-down meanwhile"):
        approve(desk, asked.waits, person="bea")


def test_nobody_outside_judges_what_a_colleague_may(desk):
    """Nor somebody of the desk by another door, nor who has no token for this appeal."""
    case, _ = appealed(desk, "ada")
    for address, words in (("bea", "mail address"), (LAW, "bea may judge it")):
        with pytest.raises(Exception, match=words):
            named_again(desk, case.reference, address)
    with pytest.raises(Forbidden, match="judges no open appeal"):
        judge_with(desk, case.reference, Judgement.GRANTED, "aupk_nothing", reasons="x")
