"""Outside judges, and what waits for a second person: computed without a database."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.deciding.parts import Desk, about, decision, naming_desk, said
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding import appeals, approvals, outside_approver, second_person, undo
from aupkeep.app.deciding import outside_judge as room
from aupkeep.casework.appeals import APPEAL_TIME, judged
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.approval import Approval
from aupkeep.model.case import AnswerKind, CaseState, Judgement
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden, Invalid
from aupkeep.model.ladder import Cause, Level, Measure
from aupkeep.model.roles import Allowance, StaffAct
from aupkeep.model.token import Token
from casework import scenes
from casework.scenes import CASE, KARI, NOW, OLA

APPEAL = scenes.answer("w1", kind=AnswerKind.APPEAL)
READ = replace(APPEAL, read_at=NOW, read_by="law@firm.example", assigned_to="")
LAW = Actor(kind=ActorKind.PERSON, id="law@firm.example", name="Kari Lov (outside approver)")
TOKEN = Token(
    id="t1",
    name="outside",
    digest="00",
    scopes=("approve",),
    trusted=False,
    made_at=NOW,
    expires_at=NOW + timedelta(days=1),
    person="law@firm.example",
    decision="w1",
    holder="Kari Lov",
    made_by="s1",
)
USED = replace(TOKEN, revoked_at=NOW)
REFUSAL = Approval(id="p1", case="case1", measure=Measure.RECORD, hours=None, reasons="so",
                   cause=Cause.UNKNOWN, by="law@firm.example", at=NOW, behind=("ops",),
                   choice='{"appeal": "w1", "judges": "d1", "outside": "Kari Lov"}')  # fmt: skip


@pytest.fixture
def naming(tmp_path, monkeypatch):
    desk = naming_desk(room, monkeypatch, tmp_path)
    desk.keep("find_case", CASE)
    desk.keep("open_appeal", APPEAL)
    desk.keep("able_judges", ())
    desk.keep("add_outside_token", SimpleNamespace(token="secret", expires=NOW))
    return desk


def name(desk, address="law@firm.example"):
    return room.name_outside_judge(desk.context, "R", address, "Kari Lov", days=2, by=KARI)


def test_an_outside_judge_gets_a_token_for_one_appeal(naming):
    """By who may change settings; the answer says how it is used, in a shell and at the API."""
    shown = name(naming)
    assert (shown.address, shown.name, shown.decision) == ("law@firm.example", "Kari Lov", "w1")
    assert (shown.token, shown.expires) == ("secret", NOW)
    assert shown.next == (
        f"hand it to Kari Lov alone: AUPKEEP_TOKEN=… aupkeep case appeal {CASE.reference} "
        f"granted|refused --reasons …, or POST /api/v1/cases/{CASE.reference}/appeal"
    )
    assert naming.calls["require"] == [(KARI, StaffAct.SETTINGS)]
    assert naming.calls["check_mail_address"] == [("law@firm.example",)]
    assert naming.calls["find_case"] == [("R",)]
    assert naming.calls["open_appeal"] == [(CASE,)]
    assert naming.calls["able_judges"] == [(naming.context, CASE)]
    given = (naming.context, "law@firm.example", "Kari Lov")
    assert naming.calls["add_outside_token"] == [(given, {"decision": "w1", "days": 2, "by": KARI})]


def test_who_is_no_outside_judge(naming):
    """Nobody of the desk, however written; nobody while a colleague may judge it."""
    with pytest.raises(Forbidden) as desk_of:
        name(naming, "OLA@desk.example")
    assert str(desk_of.value) == (
        "refused (invariant 15): expected somebody outside the desk, found OLA@desk.example"
    )
    naming.keep("able_judges", ("bea", "cid"))
    with pytest.raises(Forbidden) as able:
        name(naming)
    assert str(able.value) == "refused: bea may judge it; nobody outside is needed"
    assert naming.calls["add_outside_token"] == []


def test_by_a_reference_or_an_id(naming):
    """The reference of a case names a judge, anything else an approver."""
    naming.keep("name_outside_judge", "judge")
    naming.keep("name_outside_approver", "approver")
    naming._monkeypatch.setattr(room.cases, "by_reference", {"R": CASE}.get)
    for what, named in (("R", "judge"), ("p1", "approver")):
        given = (naming.context, what, "law@firm.example", "Kari Lov")
        assert room.name_outsider(*given, days=2, by=KARI) == named
        assert naming.calls[f"name_outside_{named}"] == [(given, {"days": 2, "by": KARI})]


@pytest.fixture
def judging(tmp_path, monkeypatch):
    desk = Desk(room, monkeypatch, tmp_path)
    desk.keep("outside_token", TOKEN)
    monkeypatch.setattr(room.cases, "answer", lambda answer: APPEAL if answer else None)
    monkeypatch.setattr(room.cases, "get", {CASE.id: CASE}.get)
    desk.keep("find_case", CASE)
    desk.keep("outside_actor", LAW)
    desk.keep("check_untouched")
    desk.keep("judge_open", "judged")
    return desk


def test_a_token_judges_its_appeal(judging):
    made = room.judge_with(judging.context, "R", Judgement.GRANTED, "secret", reasons="so")
    assert made == "judged"
    assert judging.calls["outside_token"] == [(judging.context, "secret")]
    assert judging.calls["find_case"] == [("R",)]
    assert judging.calls["outside_actor"] == [(judging.context, TOKEN)]
    assert judging.calls["check_untouched"] == [(judging.context, CASE, LAW, "s1")]
    given = (judging.context, CASE, APPEAL, LAW, Judgement.GRANTED, "so")
    assert judging.calls["judge_open"] == [(given, {"token": TOKEN})]


@pytest.mark.parametrize(
    ("name_of", "value"),
    [
        ("outside_token", None),
        ("outside_token", replace(TOKEN, decision=None)),
        ("cases.answer", None),
        ("cases.answer", replace(APPEAL, judged=Judgement.GRANTED)),
        ("cases.get", None),
        ("find_case", replace(CASE, id="case2")),
    ],
)
def test_a_token_judges_nothing_else(judging, name_of, value):
    judging.give(name_of, value)
    with pytest.raises(Forbidden) as refused:
        room.judge_with(judging.context, "R", Judgement.GRANTED, "secret", reasons="so")
    assert str(refused.value) == "refused: this token judges no open appeal of this case"
    assert judging.calls["judge_open"] == []


@pytest.mark.parametrize(
    ("answer", "waiting", "able", "refusal"),
    [
        (APPEAL, [], (), None),
        (replace(APPEAL, assigned_to="bea"), [], (), False),
        (APPEAL, [], ("bea",), False),
        (replace(APPEAL, assigned_to="bea"), [REFUSAL], (), "p1"),
        (APPEAL, [REFUSAL], ("cid",), False),
        (APPEAL, [replace(REFUSAL, choice="")], (), None),
        (replace(APPEAL, assigned_to="bea"), [replace(REFUSAL, choice="")], (), False),
        (
            replace(APPEAL, assigned_to="bea"),
            [replace(REFUSAL, choice='{"judges": "d1", "appeal": "w9"}')],
            (),
            False,
        ),
    ],
)
def test_what_nobody_here_brings_to_an_end(tmp_path, monkeypatch, answer, waiting, able, refusal):
    """Nobody may judge it, or nobody may confirm the refusal that waits; with until when."""
    desk = Desk(room, monkeypatch, tmp_path)
    desk.give("cases.open_appeals", [replace(answer, id="gone", case="gone"), answer])
    monkeypatch.setattr(room.cases, "get", {answer.case: CASE}.get)
    desk.keep("still_waiting", waiting)
    desk.keep("able_judges", able)
    stuck = room.stuck_appeals(desk.context)
    if refusal is False:
        assert stuck == ()
        return
    until = answer.at + APPEAL_TIME
    assert stuck == (room.StuckAppeal(case=CASE.reference, until=until, refusal=refusal),)
    assert desk.calls["still_waiting"] == [(desk.context, CASE)]
    assert desk.calls["able_judges"] == [(desk.context, CASE)]


# In the room of appeals


@pytest.fixture
def desk(tmp_path, monkeypatch):
    made = Desk(appeals, monkeypatch, tmp_path)
    made.give("find_case", CASE)
    made.give("cases.answers", [APPEAL])
    made.give("appeal_notice", ChangeSet())
    made.give("load_case_context", "about")
    made.give("decisions.of_case", [decision(starts=APPEAL.at)])
    return made


def test_granted_by_a_token_uses_it_up(desk):
    """In the transaction that judges; what is lifted needs no role."""
    desk.keep("_lift", 1)
    shown = appeals.judge_open(
        desk.context, CASE, APPEAL, LAW, Judgement.GRANTED, "not them", token=TOKEN
    )
    assert (shown.judged, shown.lifted, shown.waits) == (Judgement.GRANTED, 1, None)
    given = (desk.context, CASE, APPEAL, LAW, "not them")
    assert desk.calls["_lift"] == [(given, {"named": True})]
    call = desk.journal.one()
    done = judged(APPEAL, Judgement.GRANTED, LAW.id, NOW)
    assert (call["rows"], call["seen"]) == ([done, USED], [APPEAL, TOKEN])
    for outcome, reasons in ((Judgement.GRANTED, " "), (Judgement.STEPPED_DOWN, "x")):
        with pytest.raises(Invalid) as refused:
            appeals.judge_open(desk.context, CASE, APPEAL, LAW, outcome, reasons)
        assert str(refused.value) == "judgement: expected granted or refused, with reasons"


@pytest.mark.parametrize("lifts", [True, False])
@pytest.mark.parametrize("outcome", list(Judgement))
def test_the_letter_about_an_appeal(desk, outcome, lifts):
    """With the outcome, the reasons of a person, and whether anything was lifted."""
    desk.keep("appeal_notice", ChangeSet(effects=["a letter"]))
    changes = appeals.judged_changes(desk.context, CASE, APPEAL, outcome, OLA, "so", lifts=lifts)
    reasons = "" if outcome is Judgement.STEPPED_DOWN else "so"
    given = (desk.context, CASE, APPEAL, outcome, reasons)
    assert desk.calls["appeal_notice"] == [(given, {"lifts": lifts})]
    assert changes.effects == ["a letter"]
    appeals.judged_changes(desk.context, CASE, APPEAL, outcome, OLA, "so")
    assert desk.calls["appeal_notice"][1][1] == {"lifts": False}


@pytest.mark.parametrize(("lifted", "lifts"), [(0, False), (1, True), (2, True)])
def test_granted_says_whether_anything_was_lifted(desk, lifted, lifts):
    desk.keep("_lift", lifted)
    desk.keep("judged_changes", ChangeSet())
    appeals.judge_open(desk.context, CASE, APPEAL, OLA, Judgement.GRANTED, "so")
    given = (desk.context, CASE, APPEAL, Judgement.GRANTED, OLA, "so")
    assert desk.calls["judged_changes"] == [(given, {"lifts": lifts})]


def test_who_judges_is_asked_three_things(desk):
    """Their role, that it is theirs, that they and whoever made their link had no part."""
    own = replace(APPEAL, assigned_to="ola")
    desk.give("cases.answers", [own])
    desk.keep("authorised", OLA)
    desk.keep("_without_part", value=True)
    desk.keep("check_untouched", LAW)
    desk.keep("judge_open", "judged")
    given = {"person": "ola", "reasons": "so"}
    for more, maker in (({}, None), ({"maker": "s1"}, "s1")):
        made = appeals.judge_appeal(desk.context, "R", Judgement.REFUSED, **given, **more)
        assert made == "judged"
        assert desk.calls["check_untouched"].pop() == (desk.context, CASE, OLA, maker)
    assert desk.calls["authorised"][0] == ("ola", StaffAct.APPROVE)
    assert desk.calls["_without_part"][0] == (desk.context, CASE, own)
    asked = (desk.context, CASE, own, LAW, Judgement.REFUSED, "so")
    assert desk.calls["judge_open"] == [asked] * 2
    desk.keep("_without_part", value=False)
    with pytest.raises(Forbidden) as refused:
        appeals.judge_appeal(desk.context, "R", Judgement.REFUSED, **given)
    assert str(refused.value) == (
        "refused (invariant 2): who had a part in the decision judges no appeal"
    )


def test_what_is_lifted_by_who_was_named(desk):
    desk.keep("undo_decision")
    appeals._lift(desk.context, CASE, APPEAL, LAW, "so", named=True)
    ((_, how),) = desk.calls["undo_decision"]
    assert how == {"mistaken": True, "named": True}


def test_refused_by_a_token_is_asked_for_as_an_outsider(desk):
    desk.keep("ask_as_outsider", REFUSAL)
    shown = appeals.judge_open(desk.context, CASE, READ, LAW, Judgement.REFUSED, "so", token=TOKEN)
    assert (shown.judged, shown.waits) == (None, "p1")
    choice = {"judges": "d1", "appeal": "w1"}
    asked = (desk.context, "about", LAW, "so", choice, TOKEN)
    assert desk.calls["ask_as_outsider"] == [asked]


def test_an_appeal_without_a_judge_is_open_when_it_was_read(desk):
    appeals._read(desk.context, replace(CASE, state=CaseState.ANSWERED), APPEAL, LAW)
    read = desk.journal.one()["rows"][0]
    assert (read.assigned_to, read.read_by, read.open_appeal) == ("", LAW.id, True)


def test_what_an_outsider_asks_for(tmp_path, monkeypatch):
    """As a second person is asked, by the name that stands under it; the token is used up."""
    desk = Desk(outside_approver, monkeypatch, tmp_path)
    desk.keep("manual_proposal", "wish")
    desk.keep("ask_second_person", REFUSAL)
    choice = {"judges": "d1", "appeal": "w1"}
    asked = outside_approver.ask_as_outsider(desk.context, "about", LAW, "so", choice, TOKEN)
    assert asked == REFUSAL
    wish = (desk.context, "about", Measure.RECORD, "so", choice)
    assert desk.calls["manual_proposal"] == [wish]
    kept = {**choice, "outside": LAW.name}
    assert desk.calls["ask_second_person"] == [(desk.context, "about", LAW, "wish", kept)]
    call = desk.journal.one()
    assert (call["rows"], call["seen"]) == ([USED], [TOKEN])
    revoked = {"type": EntryType.TOKEN_REVOKED, "case": None, "by": LAW.id, "token": "t1"}
    assert said(call["entries"][0]) == revoked


# What waits


@pytest.fixture
def waiting(tmp_path, monkeypatch):
    made = Desk(second_person, monkeypatch, tmp_path)
    made.give("decisions.of_case", ["a decision"])
    made.give("cases.answers", ["an answer"])
    return made


def test_what_became_of_it_is_asked_of_all_that_is_known(waiting):
    waiting.keep("overtaken", "it was so")
    asked = []
    for closings, closed_at in (([], None), ([NOW - timedelta(hours=2)] * 2 + [NOW], NOW)):
        logged = [SimpleNamespace(entry=SimpleNamespace(at=at)) for at in closings]
        waiting._monkeypatch.setattr(
            second_person.log, "entries",
            lambda case, types, logged=logged: asked.append((case, types)) or logged,
        )  # fmt: skip
        assert second_person.became_of(waiting.context, CASE, REFUSAL) == "it was so"
        given = (REFUSAL, CASE, ["a decision"], ["an answer"], NOW)
        assert waiting.calls["overtaken"].pop() == (given, {"closed_at": closed_at})
    assert asked == [(CASE.id, (EntryType.CASE_CLOSED,))] * 2


@pytest.mark.parametrize(
    ("choice", "level"),
    [('{"rate": 1}', Level.L4), ('{"rate": 125000}', Level.L3), ('{"rate": "1"}', Level.L3)],
)
def test_how_hard_what_waits_would_bite(choice, level):
    waits = replace(REFUSAL, measure=Measure.LIMIT_RATE, choice=choice)
    assert second_person.kept_level(waits) is level


def test_who_may_have_asked_is_kept(waiting):
    author = replace(KARI, behind=("eve",))
    wish = scenes.proposal(Measure.ISOLATE)
    asked = second_person.asked_for(waiting.context, about(), author, wish, {})
    assert (asked.by, asked.behind) == ("kari", ("eve",))


@pytest.mark.parametrize("named", [True, False])
def test_who_was_named_for_a_lift_needs_no_role(tmp_path, monkeypatch, named):
    desk = Desk(undo, monkeypatch, tmp_path)
    desk.give("clause_of_decision", "clause")
    desk.give("lift", "wish")
    for name_of in ("decide", "enact"):
        desk.keep(name_of, name_of)
    made = undo.undo_decision(desk.context, about(), decision(), "so", LAW, named=named)
    assert made == ("enact" if named else "decide")


def test_what_waits_still(waiting, monkeypatch):
    """Neither what was overtaken, nor what somebody asked who left; an outside judge's does."""
    plain = replace(REFUSAL, id="p2", by="kari", choice="")
    gone, over = replace(plain, id="p3", by="ola"), replace(plain, id="p4")
    waiting.give("approvals.waiting", [REFUSAL, plain, gone, over])
    monkeypatch.setattr(
        second_person, "became_of",
        lambda context, case, item: "over"
        if (context, case, item.id) == (waiting.context, CASE, "p4")
        else None,
    )  # fmt: skip
    allowed = {("kari", StaffAct.READ): Allowance.YES, ("ola", StaffAct.READ): Allowance.NO}
    monkeypatch.setattr(second_person, "allowance_of", lambda *given: allowed[given])
    assert second_person.still_waiting(waiting.context, CASE) == [REFUSAL, plain]
    assert [second_person.is_named(item) for item in (REFUSAL, plain)] == [True, False]


def test_an_outside_judge_is_the_author_of_what_they_asked():
    """By the name that was kept, with whoever named them behind them."""
    author = approvals.author_still(None, REFUSAL)
    assert author == replace(LAW, name="Kari Lov", behind=("ops",))


@pytest.mark.parametrize("outside", [None, TOKEN])
def test_a_refusal_from_outside_is_confirmed(tmp_path, monkeypatch, outside):
    """Its author needs no role; a colleague who confirms it is asked for theirs by the caller."""
    desk = Desk(approvals, monkeypatch, tmp_path)
    desk.give("approvals.get", REFUSAL)
    desk.give("became_of", None)
    desk.give("load_case_context", "about")
    desk.give("manual_proposal", "wish")
    beside = ChangeSet(rows=["appeal"])
    desk.give("judgement_beside", beside)
    desk.keep("authorise_author")
    desk.keep("enact", decision())
    assert approvals._give(desk.context, CASE, "p1", OLA, "yes", outside=outside) == decision()
    assert desk.calls["authorise_author"] == []
    author = approvals.author_still(None, REFUSAL)
    made = (desk.context, "about", "wish", [author, OLA])
    assert desk.calls["enact"] == [(made, {"approval": REFUSAL, "beside": beside})]
    assert beside.rows == ["appeal", *([USED] if outside else [])]
