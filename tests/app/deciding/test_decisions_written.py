"""What follows from a decision or an end: rows, entries and effects, without a database."""

from dataclasses import replace

import pytest

from app.deciding.parts import Desk, about, action, decision, said
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding import approvals as approving
from aupkeep.app.deciding import decide as deciding
from aupkeep.app.deciding import decision_changes as room
from aupkeep.app.notifying.mail_way import ChosenWay
from aupkeep.enforcement.placement import Target, WantedScope, place
from aupkeep.enforcement.registry import driver_named
from aupkeep.model.action import ActionState
from aupkeep.model.approval import Approval
from aupkeep.model.case import CaseState
from aupkeep.model.customer import Contact
from aupkeep.model.decision import Refused
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.roles import StaffAct
from aupkeep.notify.restraint import MailWay
from casework import scenes
from casework.scenes import ADDRESS, CASE, HOUR, KARI, NOW, OLA, OTHER, RULE

WAY = ChosenWay(way=MailWay.ALONE, why="", contact=Contact(address="noc@c1.example"), at=NOW)


@pytest.fixture
def follows(tmp_path, monkeypatch):
    """What a decision leads to; notices and statements are other rooms' work."""
    desk = Desk(room, monkeypatch, tmp_path)
    desk.give("make_statement", "statement")
    desk.give("actions.of_decision", [])
    desk.give("mail_way", WAY)
    desk.give("strike_changes", ChangeSet())
    desk.give("mistaken_changes", ChangeSet())
    desk.keep("notify_customer", MailWay.ALONE)
    desk.keep("forward_report")
    desk.keep("remind_effect", "half time")
    desk.give("recheck_effect", "recheck")
    edge = Target(name="edge", able=driver_named("nftables").able, cap=10)
    monkeypatch.setattr(
        room,
        "place_measure",
        lambda _, measure, scopes: place(
            measure, [WantedScope(scope=scope, site=None) for scope in scopes], [edge], {}
        ),
    )
    return desk


def test_a_limit_is_wanted_of_its_agent(follows):
    """An action and the word to the agent; the holder is looked at again; nobody is told yet."""
    made = decision()
    changes = room.decision_changes(follows.context, about(), made)
    statement, wanted = changes.rows
    assert statement == "statement"
    assert wanted == action(id=wanted.id, changed_at=NOW)
    (entry,) = changes.entries
    assert said(entry) == {
        "type": EntryType.ACTION_WANTED,
        "case": "case1",
        "by": RULE.id,
        "action": wanted.id,
        "decision": "d1",
        "driver": "nftables",
    }
    recheck, apply = changes.effects
    assert (recheck, apply.key) == ("recheck", f"enforce:{wanted.id}:apply")
    assert (changes.seen, changes.case.state) == ([], CaseState.OPEN)
    assert follows.calls["notify_customer"] == follows.calls["forward_report"] == []


def test_an_isolation_wants_one_action_for_each_address(follows):
    made = decision(Measure.ISOLATE, scope=scenes.NARROW[Measure.ISOLATE])
    changes = room.decision_changes(follows.context, about(hosts=(ADDRESS, OTHER)), made)
    assert [row.scope.address for row in changes.rows[1:]] == [ADDRESS, OTHER]
    assert len(changes.entries) == 2
    assert len(changes.effects) == 3


def test_what_no_driver_carries_is_a_persons_work(follows):
    made = decision(Measure.SUSPEND_RESOURCE)
    changes = room.decision_changes(follows.context, about(), made)
    assert [row.driver for row in changes.rows[1:]] == ["hand"]
    assert changes.effects == []
    assert said(changes.entries[0])["driver"] == "hand"


@pytest.mark.parametrize("measure", [Measure.INFORM, Measure.INFORM_DEADLINE])
def test_words_are_said_at_once(follows, measure):
    """A deadline runs from then, and is reminded of at half time."""
    there, made = about(), decision(measure, ends=None)
    changes = room.decision_changes(follows.context, there, made)
    assert changes.rows == ["statement"]
    told = (follows.context, there, made, changes)
    assert follows.calls["notify_customer"] == [((*told, "statement"), {"chosen": WAY})]
    assert follows.calls["forward_report"] == [(*told, changes.case.deadline_at)]
    if measure is Measure.INFORM:
        assert (changes.case.state, changes.effects) == (CaseState.OPEN, [])
        assert changes.case.deadline_at is None
        assert follows.calls["remind_effect"] == []
    else:
        due = changes.case.deadline_at
        assert (changes.case.state, due > NOW) == (CaseState.WAITING, True)
        assert changes.case.changed_at == NOW
        assert changes.effects == ["half time"]
        assert follows.calls["remind_effect"] == [(follows.context, made, NOW, due)]


def test_no_deadline_runs_on_a_notice_that_nobody_got(follows):
    follows.keep("notify_customer", MailWay.NOT_YET)
    follows.keep("deadline_stopped", "stopped")
    made = decision(Measure.INFORM_DEADLINE, ends=None)
    changes = room.decision_changes(follows.context, about(), made)
    assert (changes.case.state, changes.case.deadline_at) == (CaseState.OPEN, None)
    assert (changes.entries, changes.effects) == (["stopped"], [])
    assert changes.case.changed_at == made.starts
    assert follows.calls["forward_report"][0][-1] is None, "its reseller is told of none"
    assert follows.calls["deadline_stopped"] == [(follows.context, CASE)]
    assert changes.case.handled_at is None
    word = decision(Measure.INFORM, ends=None)
    assert room.decision_changes(follows.context, about(), word).entries == []
    waiting = replace(CASE, state=CaseState.WAITING, deadline_at=NOW + HOUR)
    still = room.decision_changes(follows.context, about(case=waiting), word)
    assert (still.case.state, still.entries) == (CaseState.WAITING, []), "another notice's runs on"


@pytest.mark.parametrize("measure", [Measure.INFORM, Measure.INFORM_DEADLINE])
def test_what_stands_on_the_page_alone_is_dealt_with(follows, measure):
    """No deadline, no reminder, no person: nothing is owed."""
    follows.keep("notify_customer", MailWay.PAGE)
    made = decision(measure, ends=None)
    changes = room.decision_changes(follows.context, about(), made)
    assert (changes.case.state, changes.case.deadline_at) == (CaseState.OPEN, None)
    assert changes.case.handled_at == made.starts
    assert (changes.entries, changes.effects) == ([], [])


def test_a_record_says_nothing_to_anybody(follows):
    changes = room.decision_changes(follows.context, about(), decision(Measure.RECORD))
    assert (changes.rows, changes.entries, changes.effects) == (["statement"], [], [])
    assert follows.calls["notify_customer"] == []


def test_whoever_holds_a_service_is_told_that_it_has_ended(follows, monkeypatch):
    """Each part that stands, as it was placed; without a hold nobody is."""
    held = decision(Measure.TERMINATE, author=KARI, approvers=(OLA,))
    ended = decision(Measure.END_SERVICE, id="d9", author=KARI)
    stands = action(target="cloud", driver="openstack", state=ActionState.APPLIED, clause="c")
    byhand = action(id="a2", driver="hand", target="people", state=ActionState.RECORDED)
    byhand = replace(byhand, scope=replace(byhand.scope, note="rack 4"))
    over = action(id="a3", state=ActionState.LIFTED)
    known = {"d1": [stands, over, byhand]}
    monkeypatch.setattr(room.actions, "of_decision", lambda name: known[name])
    changes = room.decision_changes(follows.context, about(decisions=(held,)), ended)
    statement, *wanted = changes.rows
    assert statement == "statement"
    assert [(x.target, x.driver, x.scope, x.clause) for x in wanted] == [
        ("cloud", "openstack", stands.scope, ended.clause),
        ("people", "hand", byhand.scope, None),
    ]
    assert {(x.decision, x.measure) for x in wanted} == {("d9", Measure.END_SERVICE)}
    assert [said(entry)["action"] for entry in changes.entries] == [x.id for x in wanted]
    assert [effect.key for effect in changes.effects] == [f"enforce:{wanted[0].id}:apply"]
    alone = room.decision_changes(follows.context, about(), ended)
    assert (alone.rows, alone.entries, alone.effects) == (["statement"], [], [])


@pytest.mark.parametrize("mistaken", [True, False])
def test_a_lift_takes_back_what_stands(follows, monkeypatch, mistaken):
    """Its agent is told; what is over already is left alone; a person takes back by hand."""
    stands = action(state=ActionState.APPLIED)
    byhand = action(id="a2", driver="hand", state=ActionState.RECORDED)
    over = action(id="a3", state=ActionState.EXPIRED)
    known = {"d0": [over, stands, byhand]}
    monkeypatch.setattr(room.actions, "of_decision", lambda name: known.get(name, []))
    made = decision(Measure.RECORD, id="d9", reverses="d0", author=KARI, reasons="fixed")
    changes = room.decision_changes(follows.context, about(), made, mistaken=mistaken)
    lifting = [
        replace(item, state=ActionState.LIFTING, changed_at=NOW) for item in (stands, byhand)
    ]
    assert changes.rows == ["statement", *lifting]
    assert changes.seen == [stands, byhand]
    assert [effect.key for effect in changes.effects] == ["enforce:a1:lift"]
    wanted = {"type": EntryType.ACTION_LIFTING, "case": "case1", "by": "kari", "action": "a1"}
    wanted |= {"decision": "d9", "reason": "fixed"} | ({"mistaken": True} if mistaken else {})
    assert said(changes.entries[0]) == wanted
    assert said(changes.entries[1])["action"] == "a2"
    plain = room.decision_changes(follows.context, about(), made)
    assert "mistaken" not in said(plain.entries[0])
    assert follows.calls["notify_customer"] == []


# A person's decision


@pytest.fixture
def door(tmp_path, monkeypatch):
    """A person's proposal at the gate, which lets it through."""
    desk = Desk(deciding, monkeypatch, tmp_path)
    desk.changes = ChangeSet(rows=["row"], entries=["entry"], effects=["effect"], seen=["old"])
    desk.keep("decision_changes", desk.changes)
    desk.keep("authorise")
    desk.keep("permit_placed", decision(starts=NOW + HOUR))
    desk.keep("write")
    desk.keep("refuse")
    return desk


WAITING = Approval(id="p1", case="case1", measure=Measure.ISOLATE, hours=2, reasons="so",
                   cause=Cause.CARELESS, by="kari", at=NOW)  # fmt: skip


def test_one_person_decides(door):
    there, wish = about(), scenes.proposal()
    made = deciding.decide(door.context, there, wish, [KARI])
    assert made == decision(starts=NOW + HOUR)
    assert door.calls["authorise"] == [((KARI, wish), {"act": None})]
    ((given, more),) = door.calls["permit_placed"]
    assert given == (door.context, there, wish, [KARI], there.inputs)
    assert len(more["number"]) == 36
    assert door.calls["write"] == [(door.context, there, made, door.changes)]
    assert door.changes.rows == ["row"]
    deciding.decide(door.context, there, wish, [KARI], number="n7", mistaken=True)
    assert door.calls["permit_placed"][1][1]["number"] == "n7"
    follows = (door.context, there, made)
    assert door.calls["decision_changes"] == [
        (follows, {"mistaken": False}), (follows, {"mistaken": True}),
    ]  # fmt: skip


def test_two_people_decide_what_waited(door):
    """The decision bears the number of what waited, which is given by the second."""
    beside = ChangeSet(rows=["appeal"], entries=["judged"], effects=["more"], seen=["answer"])
    made = deciding.decide(
        door.context, about(), scenes.proposal(), [KARI, OLA], approval=WAITING, beside=beside
    )
    wish = scenes.proposal()
    assert door.calls["authorise"] == [
        ((KARI, wish), {"act": None}),
        ((OLA, wish), {"act": StaffAct.APPROVE}),
    ]
    assert door.calls["permit_placed"][0][1]["number"] == "p1"
    given = replace(WAITING, given_by="ola", given_at=NOW + HOUR, decision=made.id)
    assert door.changes.rows == ["row", given, "appeal"]
    assert door.changes.entries == ["entry", "judged"]
    assert door.changes.effects == ["effect", "more"]
    assert door.changes.seen == ["old", WAITING, "answer"]


def test_who_broke_the_glass_decided_then(door):
    """To ratify, the first person needs to be of the deciders, and no more."""
    ratifies = replace(WAITING, ratifies="d7")
    deciding.decide(door.context, about(), scenes.proposal(), [KARI, OLA], approval=ratifies)
    assert door.calls["authorise"][0][1] == {"act": StaffAct.DECIDE}


@pytest.mark.parametrize(("invariant", "words"), [(8, "refused (invariant 8): No."),
                                                  (None, "refused: No.")])  # fmt: skip
def test_what_the_gate_refuses_a_person(door, invariant, words):
    """It is written and said, and nothing else is."""
    answer, there, wish = Refused(reason="No.", invariant=invariant), about(), scenes.proposal()
    door.keep("permit_placed", answer)
    with pytest.raises(Forbidden) as caught:
        deciding.decide(door.context, there, wish, [KARI, OLA])
    assert str(caught.value) == words
    assert door.calls["refuse"] == [(door.context, there, wish, KARI, answer)]
    assert door.calls["write"] == []


@pytest.fixture
def choosing(door):
    """A choice becomes a proposal; how many it takes is set."""
    door.wish = scenes.proposal(break_glass=True)
    door.keep("manual_proposal", door.wish)
    for name in ("decide", "decide_alone", "ask_second_person"):
        door.keep(name, name)
    return door


@pytest.mark.parametrize(
    ("needed", "glass", "way"),
    [
        (1, False, "decide"),
        (1, True, "decide"),
        (2, False, "ask_second_person"),
        (2, True, "decide_alone"),
    ],
)
def test_one_decides_two_wait_and_glass_is_broken(choosing, monkeypatch, needed, glass, way):
    there, wish, choice = about(), scenes.proposal(break_glass=glass), {"port": 22}
    choosing.keep("manual_proposal", wish)
    asked = []
    monkeypatch.setattr(deciding, "people_needed", lambda *given: asked.append(given) or needed)
    made = deciding.decide_or_ask(choosing.context, there, KARI, Measure.BLOCK_PORT, "so", choice)
    assert made == way
    plain = scenes.proposal()
    assert asked == [(plain, there.inputs, KARI)]
    assert choosing.calls["manual_proposal"] == [
        (choosing.context, there, Measure.BLOCK_PORT, "so", choice)
    ]
    given = {
        "decide": (choosing.context, there, plain, [KARI]),
        "ask_second_person": (choosing.context, there, KARI, wish, choice),
        "decide_alone": (choosing.context, there, KARI, wish, choice),
    }
    assert choosing.calls[way] == [given[way]]
    assert choosing.calls["authorise"] == ([(KARI, wish)] if way == "ask_second_person" else [])


def test_what_waits_says_what_a_colleague_does(choosing):
    choosing.give("find_case", CASE)
    choosing.give("author_of", KARI)
    there = about()
    choosing.give("load_case_context", there)
    choosing.keep("decide_or_ask", WAITING)
    given = {"people": ("kari",), "reasons": "so", "measure": "isolate", "hours": 2}
    shown = deciding.decide_case(choosing.context, "R", **given)
    assert (shown.decision, shown.case, shown.level) == ("p1", CASE.reference, "L4")
    assert (shown.measure, shown.ends, shown.actions) == (Measure.ISOLATE, None, ())
    assert shown.state == "waits for a second person"
    assert shown.next == ("a colleague, from their own session or token: aupkeep approve p1")
    choice = {"measure": "isolate", "hours": 2}
    asked = (choosing.context, there, KARI, Measure.ISOLATE, "so", choice)
    assert choosing.calls["decide_or_ask"] == [asked]
    choosing.keep("decide_or_ask", decision())
    choosing.keep("made_decision", "made")
    assert deciding.decide_case(choosing.context, "R", **given) == "made"
    assert choosing.calls["made_decision"] == [(decision(), CASE.reference)]


def test_a_second_person_gives_their_word(tmp_path, monkeypatch):
    """Both reasons, each on its own; what it judges goes beside it."""
    desk = Desk(approving, monkeypatch, tmp_path)
    desk.give("approvals.get", WAITING)
    desk.give("export_requests.get", None)
    desk.give("became_of", None)
    desk.give("authorised", OLA)
    desk.give("author_still", KARI)
    desk.keep("second_person", OLA)
    desk.give("load_case_context", "about")
    desk.give("kept_choice", {"hours": 2})
    desk.keep("manual_proposal", "wish")
    desk.keep("judgement_beside", "beside")
    desk.keep("decide", decision())
    for reasons, both in (("me too", "so\n\nme too"), (" ", "so"), ("", "so")):
        given = {"person": "ola", "reasons": reasons, "maker": "s1"}
        assert approving.give_approval(desk.context, CASE, "p1", **given) == decision()
        wish = (desk.context, "about", Measure.ISOLATE, both, {"hours": 2})
        assert desk.calls["manual_proposal"].pop() == wish
    seconded = (desk.context, OLA, WAITING.at, "s1")
    assert desk.calls["second_person"][0] == (seconded, {"say": True})
    assert desk.calls["judgement_beside"][0] == (desk.context, CASE, WAITING, OLA)
    made = (desk.context, "about", "wish", [KARI, OLA])
    assert desk.calls["decide"][0] == (made, {"approval": WAITING, "beside": "beside"})
    desk.give("approvals.get", WAITING)
    desk.give("cases.get", CASE)
    desk.keep("give_approval", decision())
    desk.keep("made_decision", "made")
    assert approving.approve(desk.context, "p1", person="ola") == "made"
    asked = (desk.context, CASE, "p1")
    approving.approve(desk.context, "p1", person="ola", maker="s1")
    given = {"person": "ola", "reasons": ""}
    assert desk.calls["give_approval"] == [
        (asked, given | {"maker": None}),
        (asked, given | {"maker": "s1"}),
    ]
    assert desk.calls["made_decision"] == [(decision(), CASE.reference)] * 2
