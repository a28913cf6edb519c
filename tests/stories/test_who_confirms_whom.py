"""What one person made for another confirms nothing of their own: page, API, shell, both ways."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from app.conftest import NOON, context_of, furnish
from app.steps import guess, look_at_clocks, post
from aupkeep.app.access.authority import active_member, actor_for
from aupkeep.app.access.links import make_link
from aupkeep.app.access.staff import (
    add_person,
    change_language,
    change_roles,
    list_people,
    map_person,
    name_person,
    remove_person,
)
from aupkeep.app.access.tokens import add_token
from aupkeep.app.deciding.answers import give_answer, next_once
from aupkeep.app.deciding.appeal_hand_over import hand_over_appeal
from aupkeep.app.deciding.appeals import judge_appeal
from aupkeep.app.deciding.approvals import approve, approve_with
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import MadeDecision, decide_case
from aupkeep.app.deciding.export_requests import take_journal
from aupkeep.app.deciding.grants import WantedGrant, ask_grant, give_grant
from aupkeep.app.deciding.outside_approver import name_outside_approver
from aupkeep.app.journal import entry, record
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.actor import SYSTEM, Actor
from aupkeep.model.case import AnswerKind, Judgement
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden
from aupkeep.model.grant import GrantKind
from aupkeep.model.link import LinkKind
from aupkeep.store import approvals, cases, decisions
from enrol import enrol, signed_in

# What SQL does here is read by address, and `test_home_upgrade` migrates it.
pytestmark = pytest.mark.parametrize("vendor", ["sqlite"])

SUSPEND = {"measure": "suspend-account", "hours": 24, "reasons": "It goes on."}
L5 = SUSPEND | {"measure": "suspend-resource"}
SENIOR = ["senior", "analyst"]


@pytest.fixture
def desk(pages):
    """Ada is an operator and a senior; Bea and Cid are seniors; the others change nothing."""
    context = furnish(pages)
    for person in list_people():
        roles = {"ada": [*SENIOR, "operator"], "bea": SENIOR, "cid": SENIOR}
        change_roles(context, person.address, roles.get(person.address, ["analyst"]))
    return context


@pytest.fixture
def case(desk):
    """Our telemetry saw guessing at alder's machine."""
    return post(desk, guess("203.0.113.10", NOON - timedelta(minutes=5)), weigh=False)[0]


def actor(person):
    """Somebody of the desk."""
    return actor_for(active_member(person))


def token(desk, person, by):
    """A person's token for approving, made by somebody."""
    name = f"{person} by {by.id}"
    made = add_token(desk, name, trusted=False, scopes=("approve",), days=9, person=person, by=by)
    return made.token


def ask(desk, case, person="ada", **wish):
    """What a person asks for, which waits."""
    return decide_case(desk, case.reference, people=(person,), **SUSPEND | wish).decision


def press(client, case, number):
    """Approve on the case's page."""
    return client.post(f"/case/{case.reference}/approve", {"pending": number, "approval": "so"})


def appeal(desk, case):
    """The customer contests."""
    link_token, link = make_link(desk, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(desk, entry(desk, EntryType.LINK_MADE, SYSTEM, {"link": link.id}), rows=[link])
    once = next_once(desk, find_case(case.id))
    return give_answer(desk, link_token, AnswerKind.APPEAL, "It was not us.", once)


def test_invariant_15_what_the_author_made_for_a_colleague_confirms_nothing(desk, case):
    """A link, a token at the API and in a shell, a new record, a mapped user; her own link does."""
    ada, number = actor("ada"), ask(desk, case)
    theirs = signed_in(desk, "bea", by=ada)
    told = press(theirs, case, number)
    assert (told.status_code, "may be one person" in told.content.decode()) == (403, True)
    shown = theirs.get(f"/case/{case.reference}").content.decode()
    assert "Sign in by a link that the sign-in page mails you, and confirm then." in shown
    secret = token(desk, "bea", by=ada)
    answer = Client().post(
        f"/api/v1/decisions/{number}/approve",
        json.dumps({"reasons": "so"}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert (answer.status_code, "invariant 15" in answer.json()["message"]) == (403, True)
    with pytest.raises(Forbidden, match="invariant 15"):
        approve_with(desk, number, secret)
    add_person(desk, "eve@aupkeep.example", "Eve", "en", roles=SENIOR, by=ada)
    change_roles(desk, "bo", SENIOR)
    change_roles(desk, "eve@aupkeep.example", [*SENIOR, "legal"], by=actor("cid"))  # hides no maker
    map_person(desk, "bo", "ada2", by=ada)
    for record_of in ("eve@aupkeep.example", "bo"):
        assert press(signed_in(desk, record_of), case, number).status_code == 403
        with pytest.raises(Forbidden, match="another operator made you"):
            approve(desk, number, person=record_of)
    assert not [made for made in decisions.of_case(case.id) if made.approvers]
    own = signed_in(desk, "bea")
    assert "and confirm then" not in own.get(f"/case/{case.reference}").content.decode()
    assert press(own, case, number).status_code == 303
    assert decisions.get(number).approvers[0].hands == {"bea"}
    assert verify_home(desk).ok


def test_invariant_15_nor_does_the_maker_confirm_what_was_asked_by_it(desk, case):
    """Ada asks in Bea's name and cannot confirm it herself; nor can Cid by a link of Ada's."""
    page = signed_in(desk, "bea", by=actor("ada"))
    seen = page.get(f"/case/{case.reference}").content.decode()
    mark = seen.partition('name="seen" value="')[2].partition('"')[0]
    form = {"measure": "suspend-account", "hours": "24", "cause": "unknown", "reasons": "so"}
    assert page.post(f"/case/{case.reference}/decide", form | {"seen": mark}).status_code == 303
    (asked,) = approvals.waiting(case.id)
    assert (asked.by, asked.behind) == ("bea", ("ada",))
    with pytest.raises(Forbidden, match="link or record that ada made"):
        approve(desk, asked.id, person="ada")
    assert press(signed_in(desk, "cid", by=actor("ada")), case, asked.id).status_code == 403
    assert press(signed_in(desk, "cid"), case, asked.id).status_code == 303
    made = decisions.get(asked.id)
    assert (made.author.hands, made.approvers[0].hands) == ({"ada", "bea"}, {"cid"})
    with pytest.raises(Conflict, match="no decision under this address"):
        name_person(desk, "new@x.example", "Ada", "en", known=active_member("ada"))
    assert verify_home(desk).ok


def test_invariant_02_who_decided_by_another_name_judges_no_appeal(desk, case):
    """Ada suspended in Bea's name: neither of them judges; nor Cid by what Ada made for him."""
    page = signed_in(desk, "bea", by=actor("ada"))
    seen = page.get(f"/case/{case.reference}").content.decode()
    mark = seen.partition('name="seen" value="')[2].partition('"')[0]
    form = {"measure": "suspend-resource", "hours": "24", "cause": "unknown", "reasons": "so"}
    assert page.post(f"/case/{case.reference}/decide", form | {"seen": mark}).status_code == 303
    given = appeal(desk, case)
    assert given.assigned_to == "cid"
    with pytest.raises(Forbidden, match="had no part"):
        hand_over_appeal(desk, case.reference, person="ada", reasons="mine")
    cid, words = signed_in(desk, "cid", by=actor("ada")), {"answer": given.id, "judging": "so"}
    judge = f"/case/{case.reference}/judge"
    assert cid.post(judge, words | {"judgement": "refused"}).status_code == 403
    assert cid.post(f"/case/{case.reference}/read", {"answer": given.id}).status_code == 403
    handing = {"answer": given.id, "handing": "so", "to": "bea"}
    assert cid.post(f"/case/{case.reference}/hand-over", handing).status_code == 403
    assert cases.answer(given.id) == given
    assert signed_in(desk, "cid").post(judge, words | {"judgement": "granted"}).status_code == 303
    assert verify_home(desk).ok


def test_invariant_15_a_new_record_is_its_own_after_seven_days(desk, case, now):
    """The token that Ada made stays Ada's; what somebody else made was never hers."""
    ada, number = actor("ada"), ask(desk, case)
    change_roles(desk, "cid", [*SENIOR, "operator"])
    made = add_person(desk, "eve@aupkeep.example", "Eve", "en", roles=SENIOR, by=ada).address
    secret, others = token(desk, made, by=ada), token(desk, "bea", by=actor("cid"))
    now.at += timedelta(days=7, minutes=1)
    for named in ({}, {"person": made}):  # to wait makes nobody another
        with pytest.raises(Forbidden, match="invariant 15"):
            approve(desk, number, **named) if named else approve_with(desk, number, secret)
    assert approve(desk, ask(desk, case), person=made).state == "made"
    again = ask(desk, case)
    assert approve_with(desk, again, others).state == "made"


def test_invariant_15_who_gave_themselves_the_role_is_no_second_person(desk, case, now):
    """By the page, a token, a shell, for an export, a grant; until another gives it."""
    change_roles(desk, "bo", ["analyst", "operator"])
    change_roles(desk, "bea", [*SENIOR, "operator"])
    number, bo = ask(desk, case), actor("bo")
    export = take_journal(desk, "cid", "journal").export
    until = now.at + timedelta(days=3)
    wanted = WantedGrant(kind=GrantKind.STAFF, until=until, reasons="so")
    grant = ask_grant(desk, wanted, "cid").id
    secret = token(desk, "bo", by=bo)
    change_roles(desk, "bo", [*SENIOR, "operator"], by=bo)
    change_language(desk, "bo", "nb", by=actor("bea"))  # hides it not
    page = signed_in(desk, "bo")
    assert press(page, case, number).status_code == 403
    shown = page.get(f"/case/{case.reference}").content.decode()
    assert "Du ga deg selv denne rollen nylig." in shown
    for attempt in (
        lambda: approve_with(desk, number, secret),
        lambda: approve(desk, number, person="bo"),
        lambda: approve(desk, export, person="bo"),
        lambda: give_grant(desk, grant, person="bo"),
    ):
        with pytest.raises(Forbidden, match="gave themselves the role"):
            attempt()
    now.at += timedelta(days=8)
    with pytest.raises(Forbidden, match="gave themselves the role"):
        approve(desk, number, person="bo")
    change_roles(desk, "bo", [*SENIOR, "operator"], by=actor("bea"))
    assert approve(desk, number, person="bo").state == "made"
    assert verify_home(desk).ok


def test_invariant_15_an_old_request_makes_nobody_alone(desk, case, now):
    """A colleague who came after it was asked for is one: what its author made confirms nothing."""
    for person in ("bea", "cid"):
        remove_person(desk, person, "left")
    now.at += timedelta(days=30)
    number, ada = ask(desk, case), actor("ada")
    now.at += timedelta(days=1)
    add_person(desk, "eve@aupkeep.example", "Eve", "en", roles=SENIOR, by=ada)
    now.at += timedelta(days=8)
    made = add_person(desk, "pam@aupkeep.example", "Pam", "en", roles=SENIOR, by=ada)
    with pytest.raises(Forbidden, match="invariant 15"):
        approve_with(desk, number, made.link)


def test_invariant_15_who_gave_themselves_the_role_judges_no_appeal(desk, case):
    """None is given to them, and they can take none over."""
    change_roles(desk, "bo", ["operator"])
    change_roles(desk, "bea", ["analyst"])
    decide_case(desk, case.reference, people=("ada",), **L5)
    change_roles(desk, "bo", [*SENIOR, "operator"], by=actor("bo"))
    assert appeal(desk, case).assigned_to == "cid"
    with pytest.raises(Forbidden, match="gave themselves the role"):
        hand_over_appeal(desk, case.reference, person="bo", reasons="mine")
    assert verify_home(desk).ok


@pytest.mark.parametrize("door", ["page", "api"])
def test_invariant_15_nor_does_a_role_given_in_anothers_name(desk, case, door):
    """By a link or token that Ada made for Bea she gives Bo the role, and herself: it is hers."""
    change_roles(desk, "bea", [*SENIOR, "operator"])
    change_roles(desk, "ada", ["operator"])
    ada, given = actor("ada"), {}
    secret = {"Authorization": f"Bearer {token(desk, 'bea', by=ada)}"}
    page = signed_in(desk, "bea", by=ada)
    for who in ("bo", "ada"):
        held = [*SENIOR, "operator"]
        if door == "page":
            answer = page.post("/people/roles", {"address": who, "role": held})
        else:
            text, kind = json.dumps({"roles": held}), "application/json"
            answer = page.post(f"/api/v1/staff/{who}/roles", text, kind, headers=secret)
        given[who] = answer.status_code
    assert set(given.values()) <= {200, 303}, given
    with pytest.raises(Forbidden, match="record that ada and bea made"):
        approve(desk, ask(desk, case), person="bo")
    with pytest.raises(Forbidden, match="gave themselves the role"):
        approve(desk, ask(desk, case, "cid"), person="ada")
    assert verify_home(desk).ok


def test_invariant_15_a_later_edit_hides_nobody(desk, case):
    """Ada gave Bo the role; Cid's and Bo's own edits since leave that as it was."""
    change_roles(desk, "bo", SENIOR, by=actor("ada"))
    change_roles(desk, "cid", [*SENIOR, "operator"])
    change_language(desk, "bo", "nb", by=actor("cid"))
    change_language(desk, "bo", "en", by=actor("bo"))
    with pytest.raises(Forbidden, match="record that ada made"):
        approve(desk, ask(desk, case), person="bo")
    assert verify_home(desk).ok


def test_the_desk_of_one_takes_in_its_first_colleague(case_of_one, now):
    """Nobody else could confirm: what the founder made counts, and the decision says so."""
    desk, case, founder = case_of_one
    bea = add_person(desk, "bea@x.example", "Bea Dahl", "en", roles=SENIOR, by=founder)
    asked = ask(desk, case, founder.id)
    approve_with(desk, asked, bea.link)
    (said,) = decisions.get(asked).approvers
    assert (said.name, said.behind) == (f"Bea Dahl (by what {founder.id} made)", ())
    now.at += timedelta(days=8)
    with pytest.raises(Forbidden, match="invariant 15"):  # Bea could sign in by herself by now
        approve_with(desk, ask(desk, case, founder.id, hours=12), token(desk, bea.address, founder))


@pytest.fixture
def case_of_one(home, now):
    """A desk of one person, who is everything, and a case."""
    context = furnish(context_of(home, now))
    (founder,) = enrol(context, "ann@x.example")
    (case,) = post(context, guess("203.0.113.10", NOON - timedelta(minutes=5)), weigh=False)
    return context, case, founder


def test_invariant_15_an_outsider_named_by_the_author_is_for_who_has_no_colleague(case_of_one, now):
    """With a colleague another operator names them; a colleague who was removed counts a week."""
    desk, case, founder = case_of_one
    (bea,) = enrol(desk, "bea@x.example")

    def named(by: Actor) -> MadeDecision:
        number = ask(desk, case, founder.id)
        secret = name_outside_approver(desk, number, "law@firm.example", "Kari Lov", days=3, by=by)
        return approve_with(desk, number, secret.token)

    assert named(bea).state == "made"
    with pytest.raises(Forbidden, match="invariant 15"):
        named(founder)
    remove_person(desk, bea.id, "left", by=founder)
    with pytest.raises(Forbidden, match="invariant 15"):
        named(founder)
    now.at += timedelta(days=8)
    (said,) = decisions.get(named(founder).decision).approvers
    assert said.name == f"Kari Lov (outside approver) (by what {founder.id} made)"
    assert verify_home(desk).ok


def test_an_appeal_that_was_read_does_not_vanish_with_its_judge(desk, case, now):
    """Who read it leaves, and nobody else may judge: it steps down all the same."""
    decide_case(desk, case.reference, people=("ada",), **L5)
    change_roles(desk, "bea", ["analyst"])
    given = appeal(desk, case)
    signed_in(desk, "cid").post(f"/case/{case.reference}/read", {"answer": given.id})
    remove_person(desk, "cid", "left")
    look_at_clocks(desk)
    assert cases.answer(given.id).open_appeal
    with pytest.raises(Forbidden, match="steps down by itself"):
        judge_appeal(desk, case.reference, Judgement.REFUSED, person="ada", reasons="no")
    now.at = given.at + timedelta(hours=72)
    look_at_clocks(desk)
    assert cases.answer(given.id).judged == "stepped-down"
