"""A proposal, a case as a record, a link, a deadline that passed: without a database."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.deciding.parts import Desk, about, action, decision, said
from aupkeep.app.deciding import answers, case_records, deadlines, undo
from aupkeep.app.deciding import manual_proposal as room
from aupkeep.app.deciding.next_step import NextStep, StepOf
from aupkeep.casework.lift import lift
from aupkeep.model.actor import SYSTEM
from aupkeep.model.approval import Approval
from aupkeep.model.case import AnswerKind, CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.ladder import Cause, Evidence, Measure
from aupkeep.model.link import LinkKind
from aupkeep.model.report import Report
from aupkeep.model.subject import Endpoint
from aupkeep.policy import packs
from casework import scenes
from casework.scenes import CASE, CLAUSE, HOUR, KARI, NOW
from notify.letters import notice
from policy.rules import files, rule

PACK = packs.load(files(rule()), whole=False)


@pytest.fixture
def choosing(tmp_path, monkeypatch):
    desk = Desk(room, monkeypatch, tmp_path)
    desk.give("adopted_policy", PACK)
    desk.keep("clause_at_act", CLAUSE)
    return desk


def test_a_choice_becomes_a_proposal(choosing):
    """With all that was chosen; words have no hours, and reach no level by themselves."""
    there = about()
    choice = {"hours": "2.5", "cause": "unauthorised-careless", "judges": "d1",
              "break_glass": 1, "runbook": "guessing", "note": "why"}  # fmt: skip
    wish = room.manual_proposal(choosing.context, there, Measure.BLOCK_PORT, "seen", choice)
    assert (wish.case, wish.clause, wish.measure) == (CASE, CLAUSE, Measure.BLOCK_PORT)
    assert wish.scope == replace(scenes.NARROW[Measure.BLOCK_PORT], note="why")
    assert (wish.hours, wish.reasons, wish.reached) == (2.5, "seen", Evidence.E3)
    assert wish.versions == there.versions("person", PACK.digest)
    assert (wish.cause, wish.judges, wish.runbook) == (Cause.CARELESS, "d1", "guessing")
    assert wish.break_glass is True
    assert choosing.calls["clause_at_act"] == [(PACK, CASE.clause, there)]
    bare = room.manual_proposal(choosing.context, there, Measure.ISOLATE, " ", {"hours": 3})
    assert (bare.reached, bare.hours, bare.cause) == (None, 3.0, Cause.UNKNOWN)
    assert (bare.judges, bare.runbook, bare.break_glass) == (None, None, False)
    word = room.manual_proposal(choosing.context, there, Measure.INFORM, "seen", {"hours": "x"})
    assert (word.hours, word.reached) == (None, None)


@pytest.mark.parametrize(
    ("measure", "choice", "words"),
    [
        (Measure.ISOLATE, {}, "hours: expected how long it lasts (usual at L4: 24), found nothing"),
        (
            Measure.SUSPEND_RESOURCE,
            {"hours": " "},
            "hours: expected how long it lasts (usual at L5: 168), found nothing",
        ),
        (
            Measure.ISOLATE,
            {"hours": "x" * 50},
            f"hours: expected a number, found {'x' * 40!r}",
        ),
        (
            Measure.ISOLATE,
            {"hours": 2, "cause": "y" * 50},
            f"cause: expected one of {', '.join(Cause)}, found {'y' * 40!r}",
        ),
    ],
)
def test_a_choice_that_makes_no_sense(choosing, measure, choice, words):
    with pytest.raises(Invalid) as caught:
        room.manual_proposal(choosing.context, about(), measure, "seen", choice)
    assert str(caught.value) == words


def test_a_measure_by_its_name():
    assert room.parse_measure("isolate") is Measure.ISOLATE
    with pytest.raises(Invalid) as caught:
        room.parse_measure("z" * 50)
    known = ", ".join(Measure)
    assert str(caught.value) == f"measure: expected one of {known}, found {'z' * 40!r}"


def test_a_chosen_port_is_of_tcp_unless_it_is_said():
    """The protocol of the claim is that of its own port."""
    claim = scenes.claim(target=Endpoint(port=53, protocol="udp"))
    there = about(claims=(claim,))
    assert room.manual_scope(there, Measure.BLOCK_PORT, {"port": 80}).protocol == "tcp"
    assert room.manual_scope(there, Measure.BLOCK_PORT, {}).protocol == "udp"


def test_a_lift_is_a_decision(tmp_path, monkeypatch):
    """Under the clause of the decision it reverses, by whom it is lifted."""
    desk, there, made = Desk(undo, monkeypatch, tmp_path), about(), decision()
    desk.give("clause_of_decision", CLAUSE)
    desk.keep("decide", "lifted")
    assert undo.undo_decision(desk.context, there, made, "fixed", KARI) == "lifted"
    undo.undo_decision(desk.context, there, made, "fixed", KARI, mistaken=True)
    given = (desk.context, there, lift(made, CASE, CLAUSE, "fixed"), [KARI])
    assert desk.calls["decide"] == [(given, {"mistaken": False}), (given, {"mistaken": True})]


# A case as a record


@pytest.fixture
def known(tmp_path, monkeypatch):
    """A case with two claims, one of a report."""
    desk = Desk(case_records, monkeypatch, tmp_path)
    report = Report(id="report 1", raw="x", at=NOW, reading=None)
    found = {report.id: report}
    desk.give("cases.by_reference", CASE)
    claims = [scenes.claim("1"), scenes.claim("2", source="detector:logins")]
    desk.give("cases.page_of_claims", (claims, len(claims)))
    desk.asked = []
    monkeypatch.setattr(
        case_records.reports,
        "by_ids",
        lambda names: desk.asked.append(names) or found,
    )
    desk.keep("source_line", "the line")
    desk.give("gone_claims", {})
    desk.give("cases.incidents_of_claims", {"claim": "incident"})
    desk.keep("joined_claims", {claims[0].id: "why"})
    desk.give("decisions.of_case", [decision()])
    desk.give("actions.of_case", [action()])
    desk.give("cases.answers", [scenes.answer(read_at=NOW)])
    desk.give("notices.of_case", [notice()])
    desk.keep("proof_words", {notice().id: "noticed"})
    desk.give("corrections_of", ("correction",))
    desk.give("granted_now", None)
    desk.give("next_steps", {CASE.id: StepOf(step=NextStep.WAIT, until=NOW)})
    waits = Approval(id="p1", case="case1", measure=Measure.RECORD, hours=None, reasons="so",
                     cause=Cause.UNKNOWN, by="kari", at=NOW, choice='{"judges": "d1"}')  # fmt: skip
    desk.keep("still_waiting", [waits, replace(waits, id="p2", choice="", ratifies="d2", hours=2)])
    made = SimpleNamespace(at=NOW, type=EntryType.CASE_CHANGED, actor=SYSTEM, payload={})
    logged = [SimpleNamespace(index=7, entry=made)]
    monkeypatch.setattr(case_records.log, "entries", lambda case: logged if case else [])
    desk.report, desk.claims, desk.logged = report, claims, logged
    return desk


def test_a_case_with_everything_in_it(known):
    """Its line, and each list; a claim of a report has its line and when it was received."""
    shown = case_records.show_case(known.context, "R")
    assert (shown.reference, shown.state, shown.kind) == (CASE.reference, CASE.state, CASE.kind)
    assert (shown.clause, shown.level, shown.events) == (CASE.clause, "E2", CASE.events)
    assert (shown.customer, shown.resource, shown.outcome) == ("c1", "vm1", None)
    assert (shown.opened, shown.changed) == (CASE.opened_at, CASE.changed_at)
    assert (shown.deadline, shown.protection) == (None, None)
    second, first = shown.evidence  # the oldest first
    assert (first.received, first.line) == (NOW, "the line")
    assert (second.received, second.line) == (None, None)
    assert (first.joined, second.joined) == ("why", None)
    ((claims, logged, incidents),) = known.calls["joined_claims"]
    assert (claims, logged, incidents) == (known.claims, known.logged, {"claim": "incident"})
    assert known.asked == [{"report 1"}]
    assert known.calls["source_line"] == [(known.report, scenes.claim("1"))]
    assert [item.decision for item in shown.decisions] == ["d1"]
    refusal, other = shown.waiting
    assert (refusal.decision, refusal.judges, refusal.ratifies) == ("p1", "d1", None)
    assert (refusal.measure, refusal.level, refusal.hours) == (Measure.RECORD, "L0", None)
    assert (refusal.by, refusal.at, refusal.reasons) == ("kari", NOW, "so")
    assert (other.decision, other.judges, other.ratifies) == ("p2", None, "d2")
    assert other.hours == 2
    assert known.calls["still_waiting"] == [(known.context, CASE)]
    assert [item.action for item in shown.actions] == ["a1"]
    (given,) = shown.answers
    assert (given.answer, given.kind, given.text) == ("1", AnswerKind.FIXED, "done")
    assert (given.at, given.read) == (NOW, NOW)
    assert [(item.title, item.proof) for item in shown.notices] == [(notice().title, "noticed")]
    (entry,) = shown.timeline
    assert (entry.index, entry.at, entry.type, entry.by) == (
        7,
        NOW,
        EntryType.CASE_CHANGED,
        "system",
    )
    assert shown.corrections == ("correction",)
    assert (shown.standing_count, shown.standing_level) == (2, "E2")


def test_a_case_of_which_a_report_was_taken_back(known):
    """The level is that of the claim that stands."""
    known.give("gone_claims", {"report 1": ("taken back", NOW)})
    known.give("cases.claims", known.claims[:1])
    known.give("standing_of", ())
    known.give("weigh", replace(CASE, level=Evidence.E0))
    shown = case_records.show_case(known.context, "R")
    second, first = shown.evidence
    assert (first.withdrawn, first.withdrawn_at) == ("taken back", NOW)
    assert (second.withdrawn, second.withdrawn_at) == (None, None)
    assert (shown.standing_count, shown.standing_level, shown.level) == (0, "E0", "E2")


def test_who_is_attacked_has_no_fault(known):
    closed = {"state": CaseState.CLOSED, "outcome": "fixed", "deadline_at": NOW + HOUR}
    attacked = replace(CASE, kind="protection/inbound_ddos", **closed)
    known.give("cases.by_reference", attacked)
    shown = case_records.show_case(known.context, "R")
    assert shown.protection == (
        "the customer is attacked: no fault found, nothing counts against it"
    )
    assert (shown.state, shown.outcome) == (CaseState.CLOSED, "fixed")
    assert shown.deadline == NOW + HOUR


def test_a_case_by_reference_or_id(known):
    assert case_records.find_case("R") == CASE
    known.give("cases.by_reference", None)
    known.give("cases.get", replace(CASE, id="case2"))
    assert case_records.find_case("case2").id == "case2"
    known.give("cases.get", None)
    known.give("retention.refuse_erased", None)
    with pytest.raises(Missing) as caught:
        case_records.find_case("x" * 99)
    assert str(caught.value) == f"case: expected a known reference, found {'x' * 60!r}"


# A customer's link


def test_a_link_opens_its_case(tmp_path, monkeypatch):
    """The customer's own kind of link; the next answer's word changes with each that was given."""
    desk = Desk(answers, monkeypatch, tmp_path)
    desk.keep("find_link", SimpleNamespace(case="case1"))
    monkeypatch.setattr(answers.cases, "get", {"case1": CASE}.get)
    assert answers.case_of_link(desk.context, "token") == CASE
    assert desk.calls["find_link"] == [(desk.context, "token", LinkKind.CUSTOMER)]
    for case in (None, "gone"):
        desk.keep("find_link", SimpleNamespace(case=case))
        with pytest.raises(Missing) as caught:
            answers.case_of_link(desk.context, "token")
        assert str(caught.value) == "this link names no case any more"
    desk.keep("digest_of", "0123456789abcdef" * 4)
    desk.give("cases.answers", [scenes.answer(), scenes.answer("2")])
    assert answers.next_once(desk.context, CASE) == "0123456789abcdef" * 2
    assert desk.calls["digest_of"] == [(desk.context, "case1:2")]


# A deadline that passed


def test_an_overdue_case_is_the_desks_again(tmp_path, monkeypatch):
    """It goes before the policy; one that was answered meanwhile is left alone."""
    desk = Desk(deadlines, monkeypatch, tmp_path)
    waits = replace(CASE, state=CaseState.WAITING, deadline_at=NOW)
    deadlines._pass_deadline(desk.context, waits)
    call = desk.journal.one()
    assert call["rows"] == [replace(CASE, state=CaseState.OPEN, deadline_at=None, changed_at=NOW)]
    assert call["seen"] == [waits]
    (effect,) = call["effects"]
    assert (effect.kind, effect.payload) == ("consider", {"case": "case1"})
    assert said(call["entries"][0]) == {
        "type": EntryType.CASE_CHANGED,
        "case": "case1",
        "by": SYSTEM.id,
        "why": "the deadline passed without an answer",
    }
    assert call["entries"][0].case == "case1"
    deadlines._pass_deadline(desk.context, replace(waits, deadline_at=NOW + HOUR))
    assert desk.journal.calls == []


def test_every_overdue_case_is_looked_at(tmp_path, monkeypatch):
    desk = Desk(deadlines, monkeypatch, tmp_path)
    asked, passed = [], []
    overdue = [replace(CASE, id="busy"), CASE]
    monkeypatch.setattr(deadlines.cases, "overdue", lambda now: asked.append(now) or overdue)

    def pass_deadline(context, case) -> None:
        if case.id == "busy":
            raise Conflict("somebody else")
        passed.append((context, case))

    monkeypatch.setattr(deadlines, "_pass_deadline", pass_deadline)
    deadlines.pass_deadlines(desk.context)
    assert (asked, passed) == ([NOW], [(desk.context, CASE)])
