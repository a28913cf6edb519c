"""An answer taken and read, a case closed, an action lifted: what is written of each."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.deciding.parts import Desk, action, decision, said
from aupkeep.app.deciding import answers as answering
from aupkeep.app.deciding import close as closing
from aupkeep.app.deciding import undo, unprotect
from aupkeep.casework.answers import answered, read
from aupkeep.casework.evidence_level import Trust
from aupkeep.model.action import ActionState
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import Answer, AnswerKind, CaseState, Outcome
from aupkeep.model.clearance import CLEARANCE
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.ladder import Measure
from aupkeep.model.roles import StaffAct
from casework import scenes
from casework.scenes import CASE, KARI, NOW

# The end of a case


@pytest.mark.parametrize("outcome", Outcome)
def test_an_end_lifts_and_clears(tmp_path, monkeypatch, outcome):
    """Each measure by a decision; a case that was no abuse was a mistake and clears its signals."""
    desk = Desk(closing, monkeypatch, tmp_path)
    desk.give("decisions.of_case", [decision(), decision(id="d2", ends=NOW)])
    desk.give("find_case", CASE)
    desk.give("load_case_context", "about")
    desk.give("cases.claims", [*scenes.CLAIMS, scenes.CLAIMS[0]])
    desk.give("_judged_true", value=True)
    desk.keep("require")
    desk.keep("undo_decision")
    shown = closing.close_case(desk.context, CASE, KARI, outcome, "so")
    assert (shown.case, shown.outcome, shown.lifted) == (CASE.reference, outcome, 1)
    assert desk.calls["require"] == [(KARI, StaffAct.DECIDE)]
    wrong = outcome in {Outcome.NOT_ABUSE, Outcome.WITHDRAWN}
    given = (desk.context, "about", decision(), "so", KARI)
    assert desk.calls["undo_decision"] == [(given, {"mistaken": wrong})]
    call = desk.journal.one()
    closed, *cleared = call["rows"]
    assert closed == replace(CASE, state=CaseState.CLOSED, outcome=outcome, changed_at=NOW)
    assert call["seen"] == [CASE]
    assert said(call["entries"][0]) == {
        "type": EntryType.CASE_CLOSED,
        "case": "case1",
        "by": "kari",
        "outcome": outcome.value,
        "reasons": "so",
        **({"confirms": True} if outcome is Outcome.FIXED else {}),
    }
    assert call["entries"][0].payload["case"] == "case1"
    sources = ["detector:logins", "mail:reporter.example"]
    clears = outcome is Outcome.NOT_ABUSE
    assert [str(item.source) for item in cleared] == (sources if clears else [])
    assert {(item.customer, item.resource, item.until, item.by) for item in cleared} <= {
        ("c1", "vm1", NOW + CLEARANCE, "kari")
    }
    assert len({item.id for item in cleared}) == len(cleared)
    with pytest.raises(Invalid) as caught:
        closing.close_case(desk.context, CASE, KARI, outcome, " ")
    assert str(caught.value) == "reasons: expected why the case is closed, found nothing"


@pytest.mark.parametrize("true", [True, False])
def test_what_was_fixed_says_whether_it_was_true(tmp_path, monkeypatch, true):
    """Judged before anything is lifted; row and entry say it alike."""
    desk = Desk(closing, monkeypatch, tmp_path)
    desk.give("decisions.of_case", [decision()])
    desk.give("find_case", CASE)
    desk.give("load_case_context", "about")
    desk.give("_judged_true", true)
    desk.keep("require")
    desk.keep("undo_decision")
    closing.close_case(desk.context, CASE, KARI, Outcome.FIXED, "so")
    call = desk.journal.one()
    assert call["rows"][0].confirms is call["entries"][0].payload["confirms"] is true


HELD = decision(Measure.TERMINATE, id="d2", author=KARI, approvers=(scenes.OLA,))
OVER = decision(Measure.END_SERVICE, id="d3", author=KARI)


@pytest.mark.parametrize(
    ("made", "outcome", "lifted"),
    [
        ([decision(), HELD], Outcome.FIXED, ["d1", "d2"]),
        ([decision(), HELD, OVER], Outcome.FIXED, ["d1"]),
        ([decision(), HELD, OVER], Outcome.NOT_ABUSE, ["d1", "d2", "d3"]),
    ],
)
def test_a_service_that_has_ended_stays_so(tmp_path, monkeypatch, made, outcome, lifted):
    """But where its end was wrong."""
    desk = Desk(closing, monkeypatch, tmp_path)
    desk.give("decisions.of_case", made)
    desk.give("find_case", CASE)
    desk.give("load_case_context", "about")
    desk.give("cases.claims", [])
    desk.give("_judged_true", value=True)
    desk.keep("require")
    desk.keep("undo_decision")
    shown = closing.close_case(desk.context, CASE, KARI, outcome, "so")
    assert [given[2].id for given, _ in desk.calls["undo_decision"]] == lifted
    assert shown.lifted == len(lifted)


@pytest.mark.parametrize(("doubted", "true"), [((), True), (("mail:b.example",), False)])
def test_whose_word_counts_says_whether_it_was_true(tmp_path, monkeypatch, doubted, true):
    """Two sources prove it; one of them doubted proves nothing."""
    claims = [scenes.claim(name, source=f"mail:{name}.example") for name in "ab"]
    inputs = replace(scenes.INPUTS, trust=Trust(doubted=doubted))
    about = SimpleNamespace(supporting=claims, inputs=inputs, decisions=())
    desk = Desk(closing, monkeypatch, tmp_path)
    desk.give("load_case_context", about)
    assert closing._judged_true(desk.context, CASE) is true


def test_an_end_by_words(tmp_path, monkeypatch):
    desk = Desk(closing, monkeypatch, tmp_path)
    desk.give("authorised", KARI)
    desk.give("find_case", CASE)
    desk.keep("close_case", "closed")
    assert closing.close_by_reference(desk.context, "R", "fixed", "so", "kari") == "closed"
    assert closing.close_as_not_abuse(desk.context, "R", "kari", "so") == "closed"
    assert desk.calls["close_case"] == [
        (desk.context, CASE, KARI, Outcome.FIXED, "so"),
        (desk.context, CASE, KARI, Outcome.NOT_ABUSE, "so"),
    ]


# Answers


@pytest.fixture
def customer(tmp_path, monkeypatch):
    desk = Desk(answering, monkeypatch, tmp_path)
    desk.give("case_of_link", CASE)
    desk.give("next_once", "once")
    desk.give("judge_of", "ola")
    desk.give("authorised", KARI)
    desk.give("find_case", CASE)
    return desk


@pytest.mark.parametrize(("kind", "judge"), [(AnswerKind.FIXED, None), (AnswerKind.APPEAL, "ola")])
def test_an_answer_is_taken(customer, kind, judge):
    """An appeal has a judge, and the journal says who."""
    given = answering.give_answer(customer.context, "token", kind, "mended", "once")
    assert given == Answer(
        id=given.id, case="case1", kind=kind, text="mended", at=NOW, assigned_to=judge
    )
    assert len(given.id) == 36
    call = customer.journal.one()
    assert (call["rows"], call["seen"]) == ([answered(CASE, given), given], [CASE])
    assert call["entries"][0].actor.kind is ActorKind.CUSTOMER
    entry = {"answer": given.id, "kind": kind.value, "text": "mended"}
    entry |= {"judge": "ola"} if judge else {}
    assert said(call["entries"][0]) == {
        "type": EntryType.ANSWER_GIVEN, "case": "case1", "by": "c1", **entry,
    }  # fmt: skip
    with pytest.raises(Conflict) as caught:
        answering.give_answer(customer.context, "token", kind, "mended", "twice")
    assert str(caught.value) == "this answer was sent already, or the page has changed; look again"
    longest = "x" * 10_000
    assert answering.give_answer(customer.context, "t", kind, longest, "once").text == longest
    with pytest.raises(Invalid) as long:
        answering.give_answer(customer.context, "t", kind, f"{longest}x", "once")
    assert str(long.value) == "answer: expected at most 10000 characters, found 10001"


def test_a_reseller_answers_for_a_customer_below_it(customer):
    """Row and journal say who spoke for whom; an appeal is the customer's own."""

    def answer(kind=AnswerKind.FIXED, text="mended", once="once") -> Answer:
        return answering.answer_below(customer.context, "r1", CASE, kind, text, once)

    given = answer()
    assert given == Answer(
        id=given.id, case="case1", kind=AnswerKind.FIXED, text="mended", at=NOW, reseller="r1"
    )
    call = customer.journal.one()
    assert (call["rows"], call["seen"]) == ([answered(CASE, given), given], [CASE])
    (entry,) = call["entries"]
    assert entry.actor == Actor(kind=ActorKind.CUSTOMER, id="r1")
    assert said(entry) == {
        "type": EntryType.ANSWER_GIVEN, "case": "case1", "answer": given.id, "kind": "fixed",
        "text": "mended", "by": "reseller", "reseller": "r1",
    }  # fmt: skip
    with pytest.raises(Invalid) as appeal:
        answer(AnswerKind.APPEAL)
    assert str(appeal.value) == (
        "kind: expected fixed, not-me or need-help; an appeal is the customer's own"
    )
    with pytest.raises(Invalid, match="at most 10000 characters, found 10001"):
        answer(text="x" * 10_001)
    with pytest.raises(Conflict):
        answer(once="twice")
    assert customer.journal.calls == []


def test_a_person_reads_an_answer(customer, monkeypatch):
    """The case is open once the last is read; an appeal is its judge's to read."""
    first, second = scenes.answer("w1"), scenes.answer("w2")
    case = replace(CASE, state=CaseState.ANSWERED)
    known = {"w1": first, "w2": second}
    monkeypatch.setattr(answering.cases, "answer", known.get)
    monkeypatch.setattr(answering.cases, "get", {"case1": case}.get)
    customer.give("cases.answers", [first, second])
    answering.read_answer(customer.context, "w1", "kari")
    call = customer.journal.one()
    assert (call["rows"], call["seen"]) == ([read(first, KARI, NOW)], [first])
    assert said(call["entries"][0]) == {
        "type": EntryType.ANSWER_READ, "case": "case1", "by": "kari", "answer": "w1",
    }  # fmt: skip
    customer.give("cases.answers", [replace(first, read_at=NOW), second])
    answering.read_answer(customer.context, "w2", "kari")
    call = customer.journal.one()
    moved = replace(case, state=CaseState.OPEN, changed_at=NOW)
    assert (call["rows"], call["seen"]) == ([read(second, KARI, NOW), moved], [second, case])
    known["w1"] = replace(first, kind=AnswerKind.APPEAL, assigned_to="ola")
    with pytest.raises(Forbidden, match="ola's to read"):
        answering.read_answer(customer.context, "w1", "kari")
    known["w1"] = replace(known["w1"], assigned_to="kari")
    customer.keep("check_untouched")
    answering.read_answer(customer.context, "w1", "kari", maker="s1")
    assert customer.journal.one()["rows"][0].read_by == "kari"
    assert customer.calls["check_untouched"] == [(customer.context, case, KARI, "s1")]
    for gone in ({"w1": first}, {}):
        monkeypatch.setattr(answering.cases, "answer", gone.get)
        customer.give("cases.get", None)
        with pytest.raises(Missing) as caught:
            answering.read_answer(customer.context, "w1", "kari")
        assert str(caught.value) == "answer: expected a known one, found 'w1'"
    with pytest.raises(Missing, match=f"found '{'w' * 60}'$"):
        answering.read_answer(customer.context, "w" * 61, "kari")


def test_all_that_are_mine_are_read(customer):
    """An appeal that is somebody else's only where nothing else is left; that one says so."""
    mine = replace(scenes.answer("w1", kind=AnswerKind.APPEAL), assigned_to="kari")
    theirs = replace(mine, id="w2", assigned_to="ola")
    seen = replace(scenes.answer("w3"), read_at=NOW)
    customer.keep("read_answer")
    for known, expected, number in (
        ([mine, theirs, seen, scenes.answer("w4")], ["w1", "w4"], 2),
        ([theirs, seen], ["w2"], 0),
        ([seen], [], 0),
    ):
        customer.give("cases.answers", known)
        shown = answering.read_answers(customer.context, "R", "kari")
        assert (shown.case, shown.read, shown.state) == (CASE.reference, number, CASE.state)
        assert [call[1] for call in customer.calls["read_answer"]] == expected
        assert all(
            call[::2] == (customer.context, "kari") for call in customer.calls["read_answer"]
        )
        customer.calls["read_answer"].clear()


# One action, one tag


def test_one_action_is_lifted(tmp_path, monkeypatch):
    desk = Desk(undo, monkeypatch, tmp_path)
    desk.give("authorised", KARI)
    desk.give("actions.get", action())
    beside = action(id="a2", state=ActionState.APPLIED)
    desk.give("actions.of_case", [action(), beside, action(id="a3", state=ActionState.LIFTED)])
    desk.give("decisions.get", decision())
    desk.give("cases.get", CASE)
    desk.give("load_case_context", "about")
    desk.keep("undo_decision", decision(id="d9"))
    shown = undo.undo_action(desk.context, "a1", reason="fixed", person="kari")
    assert (shown.action, shown.state) == ("a1", ActionState.LIFTING)
    assert (shown.decision, shown.case, shown.kept_up_by) == ("d9", CASE.reference, ("a2",))
    undo.undo_action(desk.context, "a1", reason="fixed", person="kari", mistaken=True)
    given = (desk.context, "about", decision(), "fixed", KARI)
    assert desk.calls["undo_decision"] == [
        (given, {"mistaken": False}), (given, {"mistaken": True}),
    ]  # fmt: skip
    desk.give("actions.get", action(state=ActionState.LIFTED))
    desk.give("what_ended", "ola undid it")
    with pytest.raises(Conflict) as caught:
        undo.undo_action(desk.context, "a1", reason="fixed", person="kari")
    assert str(caught.value) == "ola undid it"
    desk.give("actions.get", None)
    with pytest.raises(Missing) as missing:
        undo.undo_action(desk.context, "y" * 99, reason="fixed", person="kari")
    assert str(missing.value) == f"action: expected a known id, found {'y' * 60!r}"


def test_a_protection_ends_by_a_persons_act(tmp_path, monkeypatch):
    desk = Desk(unprotect, monkeypatch, tmp_path)
    desk.give("authorised", KARI)
    customer = replace(scenes.CUSTOMER, tags=frozenset({"protected", "vip"}))
    desk.give("known_customer", customer)
    desk.keep("customer_facts", "facts")
    words = {"person": "kari", "reasons": "moved"}
    assert unprotect.unprotect(desk.context, "c1", " Protected ", **words) == "facts"
    call = desk.journal.one()
    assert call["rows"] == [replace(customer, tags=frozenset({"vip"}))]
    assert call["seen"] == [customer]
    assert said(call["entries"][0]) == {
        "type": EntryType.CUSTOMER_CHANGED, "case": None, "by": "kari",
        "customer": "c1", "without": "protected", "reasons": "moved",
    }  # fmt: skip
    with pytest.raises(Missing) as caught:
        unprotect.unprotect(desk.context, "c1", "x" * 99, **words)
    assert str(caught.value) == (f"tag: expected one of c1's (protected, vip), found {'x' * 60!r}")
    desk.give("known_customer", replace(customer, tags=frozenset()))
    with pytest.raises(Missing, match=r"one of c1's \(none\), found 'vip'"):
        unprotect.unprotect(desk.context, "c1", "vip", **words)
    with pytest.raises(Invalid) as blank:
        unprotect.unprotect(desk.context, "c1", "vip", person="kari", reasons=" ")
    assert str(blank.value) == ("reasons: expected why it is not protected any more, found nothing")
