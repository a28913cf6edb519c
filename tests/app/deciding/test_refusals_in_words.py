"""Each refusal of this room says what was expected and found; each wish reaches the gate once."""

from dataclasses import replace

import pytest

from app.deciding.parts import DAY, Desk, about, action, bare_context, decision, ruling
from aupkeep.app.access.shell import HINT
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding import (
    appeals,
    approvals,
    break_glass,
    case_list,
    close,
    consider,
    decide,
    second_person,
    undo,
)
from aupkeep.casework.quorum import ALONE_HOURS
from aupkeep.model.actor import SYSTEM
from aupkeep.model.approval import Approval
from aupkeep.model.case import CLOSING, CaseState, Judgement
from aupkeep.model.decision import Refused
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.made_by import MadeBy
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.model.roles import Allowance, StaffAct
from aupkeep.model.ruling import Silent
from aupkeep.model.staff import StaffMember
from aupkeep.notify.render import COMMON_FACTS
from aupkeep.policy import packs
from casework import scenes
from casework.scenes import CASE, KARI, NOW, OLA
from policy.rules import files, rule

PACK = packs.load(files(rule()), whole=False)
WAITING = Approval(
    id="p1",
    case="case1",
    measure=Measure.SUSPEND_ACCOUNT,
    hours=48,
    reasons="it goes on",
    cause=Cause.UNKNOWN,
    by="kari",
    at=NOW,
)


def words(error, act, *given: object, **more: object) -> str:
    """What the error of an act says."""
    with pytest.raises(error) as caught:
        act(*given, **more)
    return str(caught.value)


def allow(monkeypatch, *rooms: object):
    """Everybody may do everything, as themselves."""
    people = {"kari": KARI, "ola": OLA}
    for room in rooms:
        monkeypatch.setattr(room, "authorised", lambda person, _: people[person])


def test_words_that_are_none_are_cut(monkeypatch):
    """A line holds what was found, of an outcome, a state or a rule."""
    outcomes, states = ", ".join(CLOSING), ", ".join(CaseState)
    assert words(Invalid, close.close_by_reference, None, "R", "y" * 50, "x", "kari") == (
        f"outcome: expected one of {outcomes}, found {'y' * 40!r}"
    )
    assert words(Invalid, case_list.list_cases, None, {"state": "x" * 50}) == (
        f"state: expected {states}, found {'x' * 40!r}"
    )


def test_what_is_gone_is_not_undone(monkeypatch):
    allow(monkeypatch, undo)
    gone = "action a1: its decision or case is gone"
    monkeypatch.setattr(undo.actions, "get", lambda _: action())
    for made, case in ((None, CASE), (decision(), None)):
        monkeypatch.setattr(undo.decisions, "get", lambda _, made=made: made)
        monkeypatch.setattr(undo.cases, "get", lambda _, case=case: case)
        said = words(Missing, undo.undo_action, None, "a1", reason="x", person="kari")
        assert said == gone
    monkeypatch.setattr(undo.actions, "made_by", lambda *_: [])
    given = {"reason": "x", "person": "kari"}
    made = MadeBy(rule="r" * 99, policy="0" * 8)
    assert words(Missing, undo.undo_made, None, made, **given) == (
        f"rule {'r' * 60}, policy 00000000: expected actions that stand, found none"
    )
    assert words(Invalid, undo.undo_made, None, MadeBy(automatic=True), **given) == (
        "expected a rule, policy, detector, attribution or driver, found none"
    )


def test_what_waits_no_longer(monkeypatch):
    """Nor a decision that nobody asked for, nor one whose case is gone."""
    monkeypatch.setattr(approvals.export_requests, "get", lambda _: None)
    allow(monkeypatch, approvals)
    monkeypatch.setattr(approvals, "second_person", lambda _, actor, *_a, **_k: actor)
    monkeypatch.setattr(approvals.approvals, "get", lambda _: None)
    monkeypatch.setattr(approvals.approvals, "ratifying", lambda _: None)
    nobody = f"decision: expected one that waits for a second person, found {'n' * 60!r}"
    assert words(Missing, approvals.approve, None, "n" * 99, person="ola") == nobody
    monkeypatch.setattr(approvals.approvals, "ratifying", {"n" * 99: WAITING}.get)
    monkeypatch.setattr(approvals.cases, "get", {"case1": CASE}.get)
    with monkeypatch.context() as patch:
        patch.setattr(approvals, "give_approval", lambda *_given, **_more: decision())
        patch.setattr(approvals, "made_decision", lambda *given: given)
        made = approvals.approve(None, "n" * 99, person="ola")
        assert made == (decision(), CASE.reference)
    monkeypatch.setattr(approvals.cases, "get", lambda _: None)
    assert words(Missing, approvals.approve, None, "n" * 99, person="ola") == nobody
    given = {"person": "ola", "reasons": ""}
    monkeypatch.setattr(approvals.approvals, "get", lambda _: replace(WAITING, case="case2"))
    for other in ("p1", "n" * 99):
        assert words(Missing, approvals.give_approval, None, CASE, other, **given) == (
            f"case K7QF-2M9X: expected one of its decisions, found {other[:60]!r}"
        )
        monkeypatch.setattr(approvals.approvals, "get", lambda _: None)
    monkeypatch.setattr(approvals.approvals, "get", {"p1": WAITING}.get)
    monkeypatch.setattr(approvals, "became_of", lambda *_: "it was so")
    assert words(Conflict, approvals.give_approval, None, CASE, "p1", **given) == (
        "case K7QF-2M9X: this decision waits no longer; it was so"
    )
    monkeypatch.setattr(approvals, "became_of", lambda *_: None)
    monkeypatch.setattr(approvals, "author_still", lambda *_: OLA)
    assert words(Forbidden, approvals.give_approval, None, CASE, "p1", **given) == (
        "refused (invariant 15): who decided first is not the second person;"
        " a colleague must approve, from their own session or token"
    )


def test_what_a_second_person_is_asked(tmp_path, monkeypatch):
    """The gate is sounded with two people; what it refuses is written and said."""
    context, there, wish = bare_context(tmp_path), about(), scenes.proposal(Measure.ISOLATE)
    refused, asked, written = [], [], []
    monkeypatch.setattr(second_person, "refuse", lambda *given: refused.append(given))
    monkeypatch.setattr(
        second_person, "record", lambda *given, **more: written.append((given, more))
    )

    def permit_placed(context, there, proposal, people, inputs, *, number) -> object:
        who = [actor.id for actor in people]
        asked.append((proposal, who, there.facts, inputs, context.now(), len(number)))
        return answer

    monkeypatch.setattr(second_person, "permit_placed", permit_placed)
    for answer, said in (
        (Refused(reason="It is frozen.", invariant=8), "refused (invariant 8): It is frozen."),
        (Refused(reason="No."), "refused: No."),
    ):
        given = (context, there, KARI, wish, {})
        assert words(Forbidden, second_person.ask_second_person, *given) == said
        assert refused[-1] == (context, there, wish, KARI, answer)
    assert written == []
    answer = decision()
    kept = second_person.ask_second_person(context, there, KARI, wish, {"port": 25})
    expected = replace(
        WAITING,
        id=kept.id,
        measure=Measure.ISOLATE,
        hours=24,
        reasons=wish.reasons,
        choice='{"address": "198.51.100.7", "port": 25}',
    )
    assert kept == expected
    ((given, said), more) = written[0]
    assert (given, said.payload["id"], more) == (context, kept.id, {"rows": [kept]})
    assert len(kept.id) == 36
    known = (wish, ["kari", "a second person"], there.facts, there.inputs, NOW, 36)
    assert asked == [known] * 3
    aimless = replace(wish, hours=None, scope=replace(wish.scope, address=None))
    blank = second_person.ask_second_person(context, there, KARI, aimless, {})
    assert (blank.hours, blank.choice) == (None, "")
    gone = replace(wish, scope=replace(wish.scope, address=scenes.OTHER))  # where it is now
    assert second_person.ask_second_person(context, there, KARI, gone, {}).choice == ""


def member(name, **more):
    return StaffMember(id=f"id-{name}", address=name, name=name.title(), **more)


def test_who_asked_is_still_of_the_desk(monkeypatch):
    monkeypatch.setattr(approvals, "active_member", member)
    monkeypatch.setattr(
        approvals, "with_makers", lambda context, actor: replace(actor, behind=(context,))
    )
    actor = approvals.author_still("ada", replace(WAITING, behind=("bea", "ada")))
    assert (actor.id, actor.name, actor.behind) == ("kari", "Kari", ("ada", "bea"))


def test_who_decides_is_one_person(monkeypatch):
    """Twice the same name is one; two names of one door, or nobody, decide nothing."""
    monkeypatch.setattr(decide, "active_member", member)
    actor = decide.author_of(("kari", "kari"))
    assert (actor.id, actor.name) == ("kari", "Kari")
    for people, names in ((("kari", "ola"), "kari, ola"), ((), "nobody")):
        assert words(Forbidden, decide.author_of, people) == (
            f"refused (invariant 15): expected one person, found {names}; {HINT}"
        )


@pytest.mark.parametrize(
    ("allowed", "runbook", "expected"),
    [
        (Allowance.YES, None, None),
        (Allowance.RUNBOOK, "guessing", None),
        (
            Allowance.RUNBOOK,
            "spam",
            "refused: runbook spam has no block-port (docs/roles.md)",
        ),
        (Allowance.NO, "guessing", "not kari, decide"),
        (Allowance.MASKED, "guessing", "not kari, decide"),
    ],
)
def test_what_the_roles_allow(monkeypatch, allowed, runbook, expected):
    """A person by their roles, by a runbook within it; a rule is the gate's to hold."""
    monkeypatch.setattr(decide, "allowance_of", lambda person, act: allowed)
    monkeypatch.setattr(
        decide, "refuse_act", lambda person, act: Forbidden(f"not {person}, {act.value}")
    )
    wish = scenes.proposal(runbook=runbook)
    if expected is None:
        decide.authorise(KARI, wish)
    else:
        assert words(Forbidden, decide.authorise, KARI, wish) == expected.replace(
            "decide", StaffAct.DECIDE.value
        )
    decide.authorise(scenes.RULE, wish)
    decide.authorise(SYSTEM, wish)


def test_the_act_is_the_proposals_or_the_one_that_is_named(monkeypatch):
    asked = []
    monkeypatch.setattr(decide, "allowance_of", lambda *given: asked.append(given) or Allowance.YES)
    decide.authorise(KARI, scenes.proposal(Measure.SUSPEND_ACCOUNT))
    decide.authorise(OLA, scenes.proposal(), act=StaffAct.APPROVE)
    assert asked == [("kari", StaffAct.PROPOSE), ("ola", StaffAct.APPROVE)]


def test_an_appeal_is_answered_with_reasons(monkeypatch):
    """Granted or refused, where one is open and about a decision."""
    allow(monkeypatch, appeals)
    monkeypatch.setattr(appeals, "find_case", lambda _: CASE)
    for outcome, reasons in ((Judgement.GRANTED, " "), (Judgement.STEPPED_DOWN, "x")):
        given = {"person": "kari", "reasons": reasons}
        assert words(Invalid, appeals.judge_appeal, None, "R", outcome, **given) == (
            "judgement: expected granted or refused, with reasons"
        )
    monkeypatch.setattr(appeals.cases, "answers", lambda _: [scenes.answer()])
    given = {"person": "kari", "reasons": "x"}
    assert words(Missing, appeals.judge_appeal, None, "R", Judgement.GRANTED, **given) == (
        "case K7QF-2M9X: expected an open appeal, found none"
    )
    monkeypatch.setattr(appeals.decisions, "of_case", lambda _: [])
    assert words(Conflict, appeals._refuse, None, CASE, scenes.answer(), KARI, "x") == (
        "case K7QF-2M9X: expected a decision under appeal, found none"
    )


# A measure that is about to end


@pytest.fixture
def gate(tmp_path, monkeypatch):
    """The gate, and what is written; the rule wants what stood before."""
    desk = Desk(consider, monkeypatch, tmp_path)
    desk.wanted = ruling(Measure.BLOCK_PORT, "port", rule="close-port")
    desk.changes = ChangeSet()
    desk.give("adopted_policy", PACK)
    desk.give("engine.ruling", desk.wanted)
    desk.give("decision_changes", desk.changes)
    desk.keep("propose", "wish")
    desk.keep("permit_placed", decision())
    desk.keep("refuse")
    desk.keep("write")
    return desk


def test_a_measure_is_decided_anew(gate):
    """With the mark beside it, where the policy wants the same measure still."""
    there = about()
    assert consider.consider_anew(gate.context, there, decision(), "mark") is True
    assert gate.calls["propose"] == [(there, PACK, gate.wanted)]
    ((given, more),) = gate.calls["permit_placed"]
    author = consider.author(PACK, gate.wanted)
    assert given == (gate.context, there, "wish", [author], there.rule_inputs)
    assert len(more["number"]) == 36
    assert gate.calls["write"] == [(gate.context, there, decision(), gate.changes)]
    assert (gate.changes.entries, gate.calls["refuse"]) == (["mark"], [])


def test_a_measure_that_nobody_wants_still_just_ends(gate):
    """No rule, another measure, a rule in shadow: nothing is decided."""
    silent = Silent(policy="p1", trace=())
    for said in (silent, replace(gate.wanted, shadow=True), ruling(Measure.ISOLATE)):
        gate.give("engine.ruling", said)
        assert consider.consider_anew(gate.context, about(), decision(), "mark") is False
    assert gate.calls["write"] == gate.calls["refuse"] == []


def test_a_measure_that_the_gate_refuses_now_ends_and_says_why(gate):
    there, answer = about(), Refused(reason="It is frozen.", invariant=8)
    gate.keep("permit_placed", answer)
    assert consider.consider_anew(gate.context, there, decision(), "mark") is False
    author = consider.author(PACK, gate.wanted)
    assert gate.calls["refuse"] == [(gate.context, there, "wish", author, answer)]
    assert gate.calls["write"] == []


# Breaking the glass


def test_alone_it_lasts_twelve_hours_at_most(tmp_path, monkeypatch):
    """What waits to ratify it is for as long as was asked."""
    context, there, made = bare_context(tmp_path), about(), []

    def broken_glass(*given: object) -> object:
        assert given[:3] == (context, there, KARI)
        return given[3]

    monkeypatch.setattr(decide, "broken_glass", broken_glass)
    monkeypatch.setattr(decide, "decide", lambda *given, **more: made.append((given, more)))
    wish = scenes.proposal(Measure.SUSPEND_ACCOUNT, hours=48.0, break_glass=True)
    for hours, alone, waits in ((48.0, ALONE_HOURS, 48), (5.5, 5.5, 5), (None, None, None)):
        decide.decide_alone(context, there, KARI, replace(wish, hours=hours), {"note": "why"})
        (given, more) = made.pop()
        assert given == (context, there, replace(wish, hours=alone), [KARI])
        beside = more["beside"]
        assert beside == replace(
            WAITING,
            id=beside.id,
            hours=waits,
            reasons=wish.reasons,
            choice='{"note": "why"}',
            ratifies=more["number"],
        )
        assert beside.id != more["number"]
        assert len(beside.id) == len(more["number"]) == 36


@pytest.mark.parametrize(("hours", "told"), [(48, 12), (5, 5), (None, 12)])
def test_everybody_else_hears_in_their_own_language(tmp_path, monkeypatch, hours, told):
    """Who broke the glass, for what, for how long, and by which number it is ratified."""
    people = [member("kari"), member("ola", language="nb"), member("eva", active=False)]
    monkeypatch.setattr(break_glass.staff, "all", lambda: [*people, member("ida")])
    context = bare_context(tmp_path)
    waits = replace(WAITING, hours=hours, ratifies="d7")
    changes = break_glass.broken_glass(context, about(), KARI, waits)
    first, *letters = changes.rows
    assert (first, changes.entries[0].payload["id"]) == (waits, "p1")
    assert [(one.recipient, one.language) for one in letters] == [("ola", "nb"), ("ida", "en")]
    for one in letters:
        assert (one.kind, one.party) == (NoticeKind.BREAK_GLASS, Party.STAFF)
        assert (one.case, one.decision) == ("case1", "d7")
        assert {name: one.facts[name] for name in one.facts if name not in COMMON_FACTS} == {
            "reference": "K7QF-2M9X",
            "what": "suspend-account (L6)",
            "by": "kari",
            "hours": told,
            "number": "p1",
            "reasons": "it goes on",
        }
        assert one.facts["link"] == f"{context.settings.provider.url}/cases/K7QF-2M9X/"
    assert len(changes.effects) == len(letters)
    named = break_glass.broken_glass(context, about(), replace(KARI, name="Kari N."), waits)
    assert named.rows[-1].facts["by"] == "Kari N."


def test_a_decision_as_a_command_shows_it(monkeypatch):
    """One that was made alone says how it is ratified."""
    monkeypatch.setattr(decide.actions, "of_decision", lambda name: [action()] if name else [])
    shown = decide.made_decision(decision(), "R")
    assert (shown.decision, shown.case, shown.level) == ("d1", "R", "L3")
    assert (shown.measure, shown.ends) == (Measure.BLOCK_PORT, NOW + DAY)
    assert (shown.actions, shown.state, shown.next) == (("a1",), "made", None)
    alone = decide.made_decision(decision(break_glass=True), "R")
    assert alone.next == (
        "it ends by itself unless a second person ratifies it: aupkeep approve d1"
    )
