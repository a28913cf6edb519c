"""Who judges an appeal, and what is written when it is read, judged, lifted or steps down."""

from dataclasses import replace

import pytest

from app.deciding.parts import DAY, Desk, decision, said
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding import appeal_hand_over as hand_over
from aupkeep.app.deciding import appeals as room
from aupkeep.casework.appeals import APPEAL_TIME, judged
from aupkeep.model.actor import SYSTEM
from aupkeep.model.approval import Approval
from aupkeep.model.case import AnswerKind, CaseState, Judgement
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.staff import StaffMember
from casework import scenes
from casework.scenes import CASE, HOUR, KARI, NOW, OLA

APPEAL = replace(scenes.answer("w1", kind=AnswerKind.APPEAL), assigned_to="kari")
OTHER = scenes.answer("w2")
WAITED = "nobody judged the appeal within 72 hours"
ANSWERED = replace(CASE, state=CaseState.ANSWERED)
OPEN = replace(CASE, state=CaseState.OPEN, changed_at=NOW)
READ = replace(APPEAL, read_at=NOW, read_by="kari")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """The room without a database: a case that was answered, with one appeal."""
    made = Desk(room, monkeypatch, tmp_path)
    made.give("cases.answers", [APPEAL])
    made.give("find_case", ANSWERED)
    made.give("load_case_context", "about")
    made.give("appeal_notice", ChangeSet(effects=["a letter"]))
    made.give("self_made", "")
    return made


def judgement(outcome=Judgement.GRANTED, by="kari", reasons="a wrong address"):
    return {
        "type": EntryType.APPEAL_JUDGED,
        "case": "case1",
        "by": by,
        "appeal": "w1",
        "judgement": outcome.value,
        "reasons": reasons,
        "why": f"the appeal was {outcome.value}",
    }


def said_in_full(entry):
    """As `said`, and the case stands in what is said too."""
    assert entry.payload["case"] == "case1"
    return said(entry)


@pytest.mark.parametrize(
    ("answer", "others", "moves"),
    [(APPEAL, [], True), (APPEAL, [OTHER], False), (READ, [], False)],
)
def test_a_judgement_opens_the_case_once_nothing_is_unread(desk, answer, others, moves):
    """The appeal has its outcome; the case moves where this was the last one to read."""
    desk.give("cases.answers", [answer, *others])
    changes = room.judged_changes(
        desk.context, ANSWERED, answer, Judgement.GRANTED, KARI, "a wrong address"
    )
    done = judged(answer, Judgement.GRANTED, "kari", NOW)
    assert changes.rows == [done, *([OPEN] if moves else [])]
    assert changes.seen == [answer, *([ANSWERED] if moves else [])]
    (entry,) = changes.entries
    assert said_in_full(entry) == judgement() | {"case": "case1"}


@pytest.mark.parametrize(("others", "moves"), [([], True), ([OTHER], False)])
def test_who_judges_has_read_it(desk, others, moves):
    desk.give("cases.answers", [APPEAL, *others])
    room._read(desk.context, ANSWERED, APPEAL, KARI)
    call = desk.journal.one()
    assert call["context"] is desk.context
    assert call["rows"] == [READ, *([OPEN] if moves else [])]
    assert call["seen"] == [APPEAL, *([ANSWERED] if moves else [])]
    assert said(call["entries"][0]) == {
        "type": EntryType.ANSWER_READ,
        "case": "case1",
        "by": "kari",
        "answer": "w1",
    }


@pytest.mark.parametrize(("by", "mistaken"), [(KARI, True), (room.OVERDUE, False)])
def test_what_stood_when_the_customer_appealed_is_lifted(desk, by, mistaken):
    """And what its deciders decided anew, not a stranger's; stepped down it was no mistake."""
    first, second = decision(id="d1", starts=NOW - HOUR), decision(id="d2", starts=APPEAL.at)
    after = decision(id="d3", starts=NOW + HOUR, author=OLA)
    anew = decision(id="d5", starts=NOW + HOUR)
    over = decision(id="d4", starts=NOW - DAY, ends=NOW - HOUR)
    desk.give("decisions.of_case", [first, second, after, over, anew])
    desk.keep("undo_decision")
    assert room._lift(desk.context, ANSWERED, APPEAL, by, "so") == 3
    assert desk.calls["undo_decision"] == [
        ((desk.context, "about", item, "so", by), {"mistaken": mistaken, "named": False})
        for item in (first, second, anew)
    ]


def test_what_nobody_judges_steps_down(desk):
    desk.keep("_lift", 1)
    room._step_down(desk.context, CASE, APPEAL)
    assert desk.calls["_lift"] == [(desk.context, CASE, APPEAL, room.OVERDUE, room.LATE)]
    call = desk.journal.one()
    done = judged(APPEAL, Judgement.STEPPED_DOWN, SYSTEM.id, NOW)
    assert (call["rows"], call["seen"]) == ([done, OPEN], [APPEAL, ANSWERED])
    assert call["effects"] == ["a letter"]
    stepped = judgement(
        Judgement.STEPPED_DOWN, SYSTEM.id, "nobody judged the appeal within 72 hours"
    )
    assert said(call["entries"][0]) == stepped


@pytest.mark.parametrize(("lifted", "lifts"), [(0, False), (1, True)])
def test_a_letter_says_whether_anything_was_lifted(desk, lifted, lifts):
    """Also where nobody judged the appeal in time."""
    desk.give("_lift", lifted)
    desk.keep("judged_changes", ChangeSet())
    room._step_down(desk.context, CASE, APPEAL)
    ((_, words),) = desk.calls["judged_changes"]
    assert words == {"lifts": lifts}


def test_a_no_waits_for_a_second_person(desk):
    """It is about the decision under appeal, and read by who says it."""
    made = decision(starts=NOW - HOUR)
    desk.give("decisions.of_case", [made])
    waits = Approval(id="p9", case="case1", measure=Measure.RECORD, hours=None, reasons="so",
                     cause=Cause.UNKNOWN, by="kari", at=NOW)  # fmt: skip
    desk.keep("decide_or_ask", waits)
    desk.keep("_read")
    for answer, reads in ((APPEAL, 1), (READ, 0)):
        shown = room._refuse(desk.context, CASE, answer, KARI, "so")
        assert (shown.case, shown.appeal, shown.judged) == (CASE.reference, "w1", None)
        assert (shown.lifted, shown.waits) == (0, "p9")
        asked = (
            desk.context,
            "about",
            KARI,
            Measure.RECORD,
            "so",
            {"judges": "d1", "appeal": "w1"},
        )
        assert desk.calls["decide_or_ask"].pop() == asked
        assert desk.calls["_read"] == [(desk.context, CASE, answer, KARI)] * reads
        desk.calls["_read"].clear()


def test_granted_or_refused(desk):
    """Granted is written at once with what it lifts; refused is a colleague's to confirm."""
    desk.give("authorised", KARI)
    desk.give("_without_part", value=True)
    desk.give("decisions.of_case", [])
    desk.give("approvals.of_case", [])
    desk.keep("_lift", 2)
    desk.keep("_refuse", "waits")
    given = {"person": "kari", "reasons": "a wrong address"}
    shown = room.judge_appeal(desk.context, "R", Judgement.GRANTED, **given)
    assert (shown.case, shown.appeal) == (CASE.reference, "w1")
    assert (shown.judged, shown.lifted, shown.waits) == (Judgement.GRANTED, 2, None)
    known = (desk.context, ANSWERED, APPEAL, KARI, "a wrong address")
    assert desk.calls["_lift"] == [(known, {"named": False})]
    call = desk.journal.one()
    assert (call["rows"], call["seen"]) == (
        [judged(APPEAL, Judgement.GRANTED, "kari", NOW), OPEN],
        [APPEAL, ANSWERED],
    )
    assert said(call["entries"][0]) == judgement()
    assert room.judge_appeal(desk.context, "R", Judgement.REFUSED, **given) == "waits"
    assert desk.calls["_refuse"] == [(*known, None)]
    desk.give("authorised", OLA)
    with pytest.raises(Forbidden, match="kari's to read and judge"):
        room.judge_appeal(desk.context, "R", Judgement.GRANTED, **given)


def asked(**changes):
    values = {"id": "p1", "case": "case1", "measure": Measure.RECORD, "hours": None}
    values |= {"reasons": "so", "cause": Cause.UNKNOWN, "by": "kari", "at": NOW}
    return Approval(**(values | {"choice": '{"judges": "d1"}'} | changes))


def test_a_second_no_judges_the_appeal(desk):
    """By who had no part in what is under appeal; the case is written by the decision itself."""
    desk.give("decisions.of_case", [decision(author=replace(KARI, id="ada"))])
    desk.give("approvals.of_case", [asked(), asked(id="p2", by="bea", given_by="cid")])
    changes = room.judgement_beside(desk.context, ANSWERED, asked(), OLA)
    assert changes.rows == [judged(APPEAL, Judgement.REFUSED, "ola", NOW)]
    assert changes.seen == [APPEAL]
    assert said(changes.entries[0]) == judgement(Judgement.REFUSED, "ola", "so")
    for name in ("ada", "bea", "cid"):
        with pytest.raises(Forbidden) as caught:
            room.judgement_beside(desk.context, ANSWERED, asked(), replace(OLA, id=name))
        assert str(caught.value) == (
            "refused (invariant 2): who had a part in the decision judges no appeal"
        )


def test_every_open_appeal_is_looked_at(desk, monkeypatch):
    """72 hours make it step down; before that it needs somebody; a conflict keeps no other."""
    late = replace(APPEAL, id="late", at=NOW - APPEAL_TIME)
    young = replace(APPEAL, id="young", at=NOW - APPEAL_TIME + HOUR)
    fine = replace(young, id="fine")
    lost = replace(late, id="lost", case="gone")
    busy = replace(late, id="busy")
    desk.give("cases.open_appeals", [lost, busy, late, young, fine])
    monkeypatch.setattr(room.cases, "get", lambda name: CASE if name == "case1" else None)
    done = []

    def step_down(context, case, answer) -> None:
        if answer.id == "busy":
            raise Conflict("somebody else")
        done.append(("down", context, case, answer.id))

    monkeypatch.setattr(room, "_step_down", step_down)
    monkeypatch.setattr(
        room, "_assign", lambda context, case, answer: done.append((context, case, answer.id))
    )
    monkeypatch.setattr(
        room,
        "_may_still",
        lambda *given: (given[0], given[1], given[2].id) == (desk.context, CASE, "fine"),
    )
    room.look_at_appeals(desk.context)
    assert done == [("down", desk.context, CASE, "late"), (desk.context, CASE, "young")]


def test_an_appeal_is_given_to_somebody_else(desk):
    """Where that is another one; the journal says to whom."""
    desk.give("judge_of", "ola")
    room._assign(desk.context, CASE, APPEAL)
    call = desk.journal.one()
    assert (call["rows"], call["seen"]) == ([replace(APPEAL, assigned_to="ola")], [APPEAL])
    assert said(call["entries"][0]) == {
        "type": EntryType.CASE_CHANGED,
        "case": "case1",
        "by": SYSTEM.id,
        "appeal": "w1",
        "why": "an appeal has a judge",
        "judge": "ola",
    }
    desk.give("judge_of", "kari")
    room._assign(desk.context, CASE, APPEAL)
    assert desk.journal.calls == []
    desk.give("judge_of", None)
    for answer, nobody in ((APPEAL, None), (READ, "")):
        room._assign(desk.context, CASE, answer)
        assert desk.journal.one()["rows"] == [replace(answer, assigned_to=nobody)]
    room._assign(desk.context, CASE, replace(READ, assigned_to=""))
    assert desk.journal.calls == []


@pytest.mark.parametrize(
    ("answer", "roles", "parts", "expected"),
    [
        (APPEAL, ["senior"], ([], []), True),
        (replace(APPEAL, assigned_to=None), ["senior"], ([], []), False),
        (APPEAL, ["operator"], ([], []), False),
        (APPEAL, ["auditor"], ([], []), False),
        (APPEAL, ["senior"], ([decision(author=KARI)], []), False),
        (APPEAL, ["senior"], ([decision(author=replace(OLA, behind=("kari",)))], []), False),
        (APPEAL, ["senior"], ([], [asked(choice="")]), False),
        (APPEAL, ["senior"], ([], [asked()]), True),
        (APPEAL, ["senior"], ([decision(author=OLA)], [asked(choice="", by="ola")]), True),
    ],
)
def test_whether_a_judge_may_still(desk, answer, roles, parts, expected):
    """Of the desk, allowed, and without a part in the case; to have refused it is none."""
    kari = StaffMember(id="s1", address="kari", name="Kari", roles=tuple(roles))
    desk.give("staff.all", [kari])
    desk.give("cases.open_appeals", [])
    desk.give("decisions.of_case", parts[0])
    desk.give("approvals.of_case", parts[1])
    assert room._may_still(desk.context, CASE, answer) is expected
    desk.give("staff.all", [replace(kari, active=False)])
    assert room._may_still(desk.context, CASE, answer) is False


def test_who_may_judge_and_how_many_each_has(desk):
    people = [StaffMember(id=name, address=name, name=name) for name in ("kari", "ola", "per")]
    people[2] = replace(people[2], roles=("auditor",))
    desk.give("staff.all", people)
    desk.give("cases.open_appeals", [APPEAL, replace(APPEAL, id="w3"), replace(APPEAL, id="w4",
              assigned_to=None)])  # fmt: skip
    desk.give("decisions.of_case", [])
    assert room._eligible(desk.context, CASE, frozenset()) == {"kari": 2, "ola": 0}
    desk.give("decisions.of_case", [])
    desk.give("approvals.of_case", [])
    assert room.judge_of(desk.context, CASE) == "ola"
    assert room.able_judges(desk.context, CASE) == ("kari", "ola")
    desk.give("approvals.of_case", [asked(by="ola")])
    assert room.judge_of(desk.context, CASE) == "kari"
    desk.give("decisions.of_case", [decision(author=KARI)])
    assert room.judge_of(desk.context, CASE) is None


def test_invariant_15_nobodys_handiwork_judges(desk):
    """Whoever made the link by which somebody acts had no part in the case; else it is refused."""
    desk.give("decisions.of_case", [decision(author=OLA)])
    desk.give("approvals.of_case", [asked(by="per")])
    for names, free in ((("eve",), True), (("ola", "eve"), False), (("per",), True)):
        desk.keep("with_makers", replace(KARI, behind=names))
        if free:
            assert room.check_untouched(desk.context, CASE, KARI, "s1").behind == names
            assert desk.calls["with_makers"] == [((desk.context, KARI, "s1"), {"asked_at": NOW})]
            continue
        with pytest.raises(Forbidden) as refused:
            room.check_untouched(desk.context, CASE, KARI, "s1")
        assert str(refused.value) == (
            "refused (invariant 15): whoever had a part in the decision made the link or record by "
            "which you act; judge from a session of your own: the sign-in page mails you a link"
        )


def test_whoever_hands_an_appeal_over_says_why(tmp_path, monkeypatch):
    """To somebody else who may judge; what is written names both, and the clock stays."""
    desk = Desk(hand_over, monkeypatch, tmp_path)
    desk.give("find_case", ANSWERED)
    desk.give("open_appeal", APPEAL)
    desk.give("authorised", KARI)
    desk.keep("check_untouched", KARI)
    desk.keep("colleague", StaffMember(id="ola", address="ola", name="Ola"))
    desk.give("able_judges", {"ola"})

    def handed(reasons: str = "on leave") -> hand_over.HandedAppeal:
        return hand_over.hand_over_appeal(
            desk.context, CASE.reference, person="kari", to="ola", reasons=reasons, maker="s1"
        )

    until = APPEAL.at + APPEAL_TIME
    shown = hand_over.HandedAppeal(case=CASE.reference, appeal="w1", judge="ola", until=until)
    assert handed() == shown
    assert desk.calls["check_untouched"] == [(desk.context, ANSWERED, KARI, "s1")]
    assert desk.calls["colleague"] == [("ola",)]
    call = desk.journal.one()
    assert (call["rows"], call["seen"]) == ([replace(APPEAL, assigned_to="ola")], [APPEAL])
    assert said_in_full(call["entries"][0]) == {
        "type": EntryType.CASE_CHANGED,
        "case": "case1",
        "by": "kari",
        "appeal": "w1",
        "why": "an appeal has a judge",
        "judge": "ola",
        "before": "kari",
        "reasons": "on leave",
    }
    with pytest.raises(Invalid) as caught:
        handed(reasons=" ")
    assert str(caught.value) == "reasons: expected why somebody else judges it, found nothing"
    for change, error, reason in (
        (
            {"able_judges": set()},
            Forbidden,
            "refused (invariant 2): expected somebody who may judge and had no part, found ola",
        ),
        (
            {"authorised": replace(KARI, id="per")},
            Forbidden,
            "refused: who has the appeal hands it over; you may take it over yourself",
        ),
        (
            {"colleague": StaffMember(id="kari", address="kari", name="Kari")},
            Conflict,
            "appeal w1: expected somebody else, found that kari has it",
        ),
    ):
        for name, value in change.items():
            desk.give(name, value)
        with pytest.raises(error) as refused:
            handed()
        assert str(refused.value) == reason


def test_a_waiting_refusal_is_of_the_appeal_that_it_names(desk):
    """One of an older version names none and is of the oldest before it; one judged is over."""
    later = replace(APPEAL, id="w2", at=APPEAL.at + HOUR)
    desk.give("cases.answers", [OTHER, APPEAL, later])
    named = asked(choice='{"judges": "d1", "appeal": "w2"}', at=APPEAL.at)
    assert room._refused_appeal(ANSWERED, named) == later
    assert room._refused_appeal(ANSWERED, asked(at=APPEAL.at)) == APPEAL
    over = judged(later, Judgement.GRANTED, "kari", NOW)
    desk.give("cases.answers", [APPEAL, over])
    for waits in (named, asked(at=APPEAL.at - HOUR)):
        with pytest.raises(Missing) as caught:
            room._refused_appeal(ANSWERED, waits)
        assert str(caught.value) == (
            f"case {CASE.reference}: expected the appeal open that this refuses, found none"
        )
