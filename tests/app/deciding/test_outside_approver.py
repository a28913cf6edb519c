"""An outside approver: named for one decision, once; computed without a database."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.deciding.parts import Desk, decision, naming_desk
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding import approvals as approving
from aupkeep.app.deciding import outside_approver as room
from aupkeep.model.actor import ActorKind
from aupkeep.model.approval import Approval
from aupkeep.model.errors import Conflict, Forbidden, Missing
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.roles import StaffAct
from aupkeep.model.token import Token
from casework.scenes import CASE, KARI, NOW

LATER = NOW + timedelta(days=2)
WAITING = Approval(id="p1", case="case1", measure=Measure.ISOLATE, hours=2, reasons="so",
                   cause=Cause.UNKNOWN, by="Kari", at=NOW)  # fmt: skip
TOKEN = Token(
    id="t1",
    name="outside",
    digest="00",
    scopes=("approve",),
    trusted=False,
    made_at=NOW,
    expires_at=LATER,
    person="eva@law.example",
    decision="p1",
    holder="Eva",
)


@pytest.fixture
def naming(tmp_path, monkeypatch):
    desk = naming_desk(room, monkeypatch, tmp_path)
    desk.give("approvals.get", WAITING)
    desk.give("cases.get", CASE)
    desk.give("became_of", None)
    desk.keep("add_outside_token", SimpleNamespace(token="secret", expires=LATER))
    return desk


def name(desk, number="p1", address="eva@law.example"):
    return room.name_outside_approver(desk.context, number, address, "Eva", days=2, by=KARI)


def test_who_is_named_gets_a_token_for_one_decision(naming):
    """By who may change settings; the answer says what to hand over, and how it is used."""
    shown = name(naming)
    assert (shown.address, shown.name, shown.decision) == ("eva@law.example", "Eva", "p1")
    assert (shown.token, shown.expires) == ("secret", LATER)
    assert shown.next == (
        "hand it to Eva alone: AUPKEEP_TOKEN=… aupkeep approve p1, "
        "or POST /api/v1/decisions/p1/approve"
    )
    assert naming.calls["require"] == [(KARI, StaffAct.SETTINGS)]
    assert naming.calls["check_mail_address"] == [("eva@law.example",)]
    given = (naming.context, "eva@law.example", "Eva")
    how = {"decision": "p1", "days": 2, "by": KARI}
    assert naming.calls["add_outside_token"] == [(given, how)]


@pytest.mark.parametrize("address", ["Ola@desk.example", "ola@DESK.example"])
def test_invariant_15_nobody_of_the_desk_is_outside(naming, address):
    """However the address is written."""
    with pytest.raises(Forbidden) as caught:
        name(naming, address=address)
    assert str(caught.value) == (
        f"refused (invariant 15): expected somebody outside the desk, found {address}; "
        "a colleague approves with their own token or session"
    )
    assert naming.calls["add_outside_token"] == []


def test_what_waits_no_longer(naming):
    naming.give("became_of", "it was so")
    with pytest.raises(Conflict) as given:
        name(naming)
    assert str(given.value) == "decision p1: expected one that waits, found that it was so"
    naming.give("cases.get", None)
    with pytest.raises(Conflict, match="found that its case is gone"):
        name(naming)
    naming.give("approvals.get", None)
    naming.give("approvals.ratifying", WAITING)
    assert room.asked_approval("d7") == WAITING
    naming.give("approvals.ratifying", None)
    with pytest.raises(Missing) as caught:
        room.asked_approval("n" * 99)
    assert str(caught.value) == (
        f"decision: expected one that waits for a second person, found {'n' * 60!r}"
    )


def test_who_approves_and_what_is_used_up(naming):
    naming.keep("with_makers", KARI)
    assert room.outside_actor(naming.context, replace(TOKEN, made_by="s1")) == KARI
    ((context, actor, maker), more) = naming.calls["with_makers"][0]
    assert (context, maker, more) == (naming.context, "s1", {"say": True})
    assert (actor.kind, actor.id) == (ActorKind.PERSON, "eva@law.example")
    assert actor.name == "Eva (outside approver)"
    room.outside_actor(naming.context, replace(TOKEN, holder=None))
    room.outside_actor(naming.context, replace(TOKEN, person=None))
    bare, named = (given[0][1] for given in naming.calls["with_makers"][1:])
    assert bare.name == "eva@law.example (outside approver)"
    assert named.id == "t1"
    changes = room.used_up(naming.context, TOKEN)
    assert (changes.rows, changes.seen) == ([replace(TOKEN, revoked_at=NOW)], [TOKEN])
    assert (changes.entries, changes.effects) == ([], [])


@pytest.fixture
def door(tmp_path, monkeypatch):
    desk = Desk(approving, monkeypatch, tmp_path)
    desk.keep("outside_token", TOKEN)
    desk.keep("person_behind", ("ola", "s1"))
    desk.outsider = replace(KARI, id="eva@law.example")
    desk.keep("outside_actor", desk.outsider)
    desk.give("approvals.get", WAITING)
    desk.give("cases.get", CASE)
    desk.keep("_give", decision())
    desk.keep("approve", "approved")
    desk.keep("made_decision", "made")
    return desk


@pytest.mark.parametrize("number", ["p1", "d7"])
def test_a_token_approves_its_decision(door, number):
    """By its own number or that of what it ratifies."""
    door.give("approvals.get", replace(WAITING, ratifies="d7"))
    assert approving.approve_with(door.context, number, "secret", reasons="yes") == "made"
    assert door.calls["outside_token"] == [(door.context, "secret")]
    actor = door.outsider
    given = (door.context, CASE, "p1", actor, "yes")
    assert door.calls["_give"] == [(given, {"outside": TOKEN})]
    assert door.calls["made_decision"] == [(decision(), CASE.reference)]
    door._monkeypatch.setattr(approving.approvals, "get", {"p1": WAITING}.get)
    approving.approve_with(door.context, "p1", "secret")
    assert door.calls["_give"][1][0][4] == ""


def test_a_token_approves_no_other_decision(door):
    refused = "refused: this token is good for approving another decision, and that once"
    for look_up, value, number in (
        ("approvals.get", WAITING, "p2"),
        ("approvals.get", None, "p1"),
        ("cases.get", None, "p1"),
    ):
        door.give("approvals.get", WAITING)
        door.give(look_up, value)
        with pytest.raises(Forbidden) as caught:
            approving.approve_with(door.context, number, "secret")
        assert str(caught.value) == refused
    assert door.calls["_give"] == []


def test_a_colleagues_own_token_is_theirs(door):
    door.keep("outside_token", None)
    assert approving.approve_with(door.context, "p1", "own", reasons="yes") == "approved"
    assert door.calls["person_behind"] == [(door.context, "own")]
    given = (door.context, "p1")
    assert door.calls["approve"] == [(given, {"person": "ola", "reasons": "yes", "maker": "s1"})]


def test_the_outsiders_word_is_given_once(tmp_path, monkeypatch):
    """The first's roles are asked, the second was named; the token is used up beside it."""
    desk = Desk(approving, monkeypatch, tmp_path)
    beside = ChangeSet(rows=["appeal"])
    desk.give("approvals.get", WAITING)
    desk.give("became_of", None)
    desk.give("author_still", KARI)
    desk.give("load_case_context", "about")
    desk.give("kept_choice", {"hours": 2})
    desk.give("manual_proposal", "wish")
    desk.give("judgement_beside", beside)
    desk.keep("authorise_author")
    desk.keep("enact", decision())
    actor = replace(KARI, id="eva@law.example")
    given = approving._give(desk.context, CASE, "p1", actor, "yes", outside=TOKEN)
    assert given == decision()
    assert desk.calls["authorise_author"] == [(KARI, "wish", WAITING)]
    made = (desk.context, "about", "wish", [KARI, actor])
    assert desk.calls["enact"] == [(made, {"approval": WAITING, "beside": beside})]
    assert beside.rows == ["appeal", replace(TOKEN, revoked_at=NOW)]
    assert beside.seen == [TOKEN]
