"""Lifting what a version did, one by one; and a case without who reported it."""

from dataclasses import replace

import pytest

from app.deciding.parts import Desk, action, decision, said
from aupkeep.app.deciding import case_records, undo
from aupkeep.app.deciding import masked_case as masked
from aupkeep.app.deciding.decision_changes import LIVE
from aupkeep.model.action import ActionState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.finding import Offset
from aupkeep.model.made_by import MadeBy
from aupkeep.model.notice import Party
from aupkeep.model.roles import Allowance, StaffAct
from aupkeep.model.staff import StaffMember
from casework import scenes
from casework.scenes import CASE, KARI
from notify.letters import notice


@pytest.fixture
def lifting(tmp_path, monkeypatch):
    """One action of a version stands."""
    desk = Desk(undo, monkeypatch, tmp_path)
    desk.give("authorised", KARI)
    desk.give("decisions.get", decision())
    desk.give("find_case", CASE)
    desk.give("load_case_context", "about")
    desk.keep("undo_decision", decision(id="d9", reverses="d1"))
    return desk


@pytest.mark.parametrize("mistaken", [True, False])
def test_each_action_is_lifted_by_a_decision_of_its_own(lifting, mistaken):
    tried = undo._undo(lifting.context, action(), "a wrong rule", KARI, mistaken=mistaken)
    given = (lifting.context, "about", decision(), "a wrong rule", KARI)
    assert lifting.calls["undo_decision"] == [(given, {"mistaken": mistaken})]
    shown = undo._version_lift(action(), tried)
    assert (shown.action, shown.state, shown.lifted_by) == ("a1", ActionState.LIFTING, "d9")
    assert (shown.error, shown.case) == (None, CASE.reference)
    lifting.keep("undo_decision", Conflict("somebody else"))
    tried = undo._undo(lifting.context, action(), "x", KARI, mistaken=mistaken)
    shown = undo._version_lift(action(), tried)
    assert (shown.state, shown.lifted_by) == (ActionState.WANTED, None)
    assert shown.error == "somebody else"


@pytest.mark.parametrize("mistaken", [True, False])
def test_what_of_a_version_stands_is_lifted(lifting, monkeypatch, mistaken):
    """What is over is listed and not lifted again; two targets of one decision in one lift."""
    known = [action(), action(id="a3", decision="d2"), action(id="a4")]
    asked = []
    monkeypatch.setattr(undo.actions, "made_by", lambda *given: asked.append(given) or known)
    words = {"reason": "a wrong rule", "person": "kari", "mistaken": mistaken}
    made = MadeBy(rule="r", policy="01234567")
    lifts = undo.undo_made(lifting.context, made, **words)
    assert [(lift.action, lift.lifted_by) for lift in lifts] == [
        ("a1", "d9"), ("a3", "d9"), ("a4", "d9"),
    ]  # fmt: skip
    given = (lifting.context, "about", decision(), "a wrong rule", KARI)
    assert lifting.calls["undo_decision"] == [(given, {"mistaken": mistaken})] * 2
    assert asked == [(made, LIVE)]


@pytest.mark.parametrize(
    ("people", "found"), [([], "none"), ([action()], "none of rules, 1 of people (--people-too)")]
)
def test_what_people_did_is_counted_where_no_rule_did(lifting, monkeypatch, people, found):
    """It is not lifted unasked."""
    by_rule = MadeBy(rule="r", automatic=True)
    by_people = replace(by_rule, automatic=False)
    monkeypatch.setattr(
        undo.actions, "made_by", lambda made, states: people if made == by_people else []
    )
    with pytest.raises(Missing) as caught:
        undo.undo_made(lifting.context, by_rule, reason="x", person="kari")
    assert str(caught.value) == f"{by_rule.words}: expected actions that stand, found {found}"


def test_an_apology_is_given_where_it_is_asked_for(lifting, monkeypatch):
    monkeypatch.setattr(undo.actions, "made_by", lambda *_: [action()])
    undo.undo_made(lifting.context, MadeBy(rule="r"), reason="x", person="kari")
    assert lifting.calls["undo_decision"][0][1] == {"mistaken": False}


# Masked


def details():
    """A case with one mail's claim, our own, and a notice to each side."""
    mail = scenes.claim(details={"line": "heron"}, offsets={"at": Offset(0, 1, 2)})
    own = scenes.claim(source="telemetry:flows", details={"tries": "5"})
    shown = [case_records._evidence(claim, None) for claim in (mail, own)]
    to = [notice(party=party) for party in (Party.CUSTOMER, Party.REPORTER)]
    return case_records.CaseDetails(
        **{name: getattr(case_records.summary_of(CASE), name) for name in SUMMARY},
        protection=None,
        evidence=(replace(shown[0], line="heron was here"), shown[1]),
        decisions=(case_records._decision(decision()),),
        actions=(),
        answers=(),
        notices=tuple(case_records._notice(notice, {}) for notice in to),
        timeline=(),
    )


SUMMARY = tuple(case_records.CaseSummary.__dataclass_fields__)
DETAILS = details()


def test_nothing_of_a_reporter_is_left():
    """Neither source, line, details nor our words to them; what we saw ourselves stays."""
    bare = masked.without_reporters(DETAILS)
    first, second = bare.evidence
    assert (first.source, first.line, first.details, first.offsets) == ("reporter", None, {}, {})
    assert (first.subject, first.holder) == (
        DETAILS.evidence[0].subject,
        DETAILS.evidence[0].holder,
    )
    assert second == DETAILS.evidence[1]
    assert [one.party for one in bare.notices] == [Party.CUSTOMER]
    assert replace(bare, evidence=DETAILS.evidence, notices=DETAILS.notices) == DETAILS
    odd = replace(DETAILS.evidence[1], source="telemetry:flows:x")
    assert masked._masked(odd) == odd


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """The case is looked at in a shell."""
    desk = Desk(masked, monkeypatch, tmp_path)
    desk.give("show_case", DETAILS)
    desk.give("cases.by_reference", CASE)
    member = StaffMember(id="s1", address="aud", name="Aud")
    desk.give("active_member", member)
    monkeypatch.setattr(
        masked, "refuse_act", lambda person, act: Forbidden(f"{person}: {act.value}")
    )
    return desk


def allow(desk, allowed):
    """What this person may do of seeing reporters, and nothing else."""
    desk._monkeypatch.setattr(
        masked, "allowance_of",
        lambda person, act: allowed if act is StaffAct.SEE_REPORTERS and person else None,
    )  # fmt: skip


def test_who_may_see_the_reporter_sees_them(shown):
    allow(shown, Allowance.YES)
    assert masked.case_for(shown.context, "R", "ana") == DETAILS
    assert masked.case_for(shown.context, "R", "ana", reveal="why") == DETAILS
    assert masked.case_for(shown.context, "R", None) == masked.without_reporters(DETAILS)
    assert masked.case_for(shown.context, "R", None, reveal="x") != DETAILS
    assert shown.journal.calls == []


@pytest.mark.parametrize("allowed", [Allowance.NO, Allowance.MASKED, Allowance.RUNBOOK])
def test_who_may_not_sees_the_case_without_them(shown, allowed):
    allow(shown, allowed)
    assert masked.case_for(shown.context, "R", "aud") == masked.without_reporters(DETAILS)
    assert shown.journal.calls == []


def test_a_reveal_has_a_reason_and_is_written(shown):
    """By whose role masks reporters; nobody else may."""
    allow(shown, Allowance.MASKED)
    with pytest.raises(Invalid) as caught:
        masked.case_for(shown.context, "R", "aud", reveal=" ")
    assert str(caught.value) == "reveal: expected why the reporter is looked at, found nothing"
    assert masked.case_for(shown.context, "R", "aud", reveal="a complaint") == DETAILS
    call = shown.journal.one()
    assert call["context"] is shown.context
    (entry,) = call["entries"]
    assert said(entry) == {
        "type": EntryType.REPORTER_REVEALED,
        "case": CASE.reference,
        "by": "aud",
        "reason": "a complaint",
    }
    assert entry.case == "case1"
    shown.give("cases.by_reference", None)
    masked.case_for(shown.context, "R", "aud", reveal="a complaint")
    assert shown.journal.one()["entries"][0].case is None
    allow(shown, Allowance.NO)
    with pytest.raises(Forbidden) as refused:
        masked.case_for(shown.context, "R", "aud", reveal="a complaint")
    assert str(refused.value) == f"aud: {StaffAct.SEE_REPORTERS.value}"
