"""What a person decides: what is answered, written, and refused, word for word."""

import re
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON
from app.steps import guess, post, told
from aupkeep.app.case_context import load_case_context
from aupkeep.app.deciding.approvals import approve
from aupkeep.app.deciding.close import close_as_not_abuse, close_by_reference
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.manual_proposal import manual_proposal, manual_scope, usual_hours
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.journal import entry, record
from aupkeep.model.action import ActionState
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.as_json import as_json
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.ladder import Cause, Evidence, Measure
from aupkeep.model.moments import show_moment
from aupkeep.store import actions, cases, clearances, decisions, log

OLA = Actor(kind=ActorKind.PERSON, id="ola", name="Ola Dal")
WORDS = {"people": ("ada",), "reasons": "It goes on."}


@pytest.fixture
def case(furnished):
    """Our telemetry saw guessing at SSH; a rule closed the port."""
    (found,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    return found


def test_the_answer_names_decision_and_actions(furnished, case):
    """What was decided, until when, and the ids of what is wanted."""
    made = decide_case(furnished, case.reference, measure="isolate", hours=2, **WORDS)
    decision = decisions.of_case(case.id)[-1]
    (action,) = actions.of_decision(decision.id)
    assert as_json(made) == {
        "decision": decision.id,
        "case": case.reference,
        "measure": "isolate",
        "level": "L4",
        "ends": show_moment(decision.starts + timedelta(hours=2)),
        "actions": [action.id],
        "state": "made",
        "next": None,
    }
    assert (decision.evidence, decision.cause) == (Evidence.E3, Cause.UNKNOWN)


def test_the_entry_says_what_the_row_does(furnished, case):
    """The journal names clause, measure, evidence, rule, versions and all facts."""
    made = decide_case(furnished, case.reference, measure="inform", cause="own-act", **WORDS)
    decision = decisions.get(made.decision)
    payload = dict(told(case, EntryType.DECISION_MADE)[-1])
    for name in ("rows", "snapshot"):
        payload.pop(name, None)
    assert payload == {
        "actor": {"id": "ada", "kind": "person", "name": "ada"},
        "of_case": case.id,
        "decision": decision.id,
        "clause": "intrusion",
        "measure": "inform",
        "level": "L1",
        "evidence": "E2",
        "rule": "person",
        "policy": decision.versions.policy,
        "facts": decision.facts.digest(),
        "approvers": [],
        "reverses": None,
    }
    assert made.ends is None
    assert made.actions == ()


def test_a_refusal_is_written_and_raised(furnished, case):
    """The gate's sentence with its invariant, to the person and into the journal."""
    with pytest.raises(Forbidden) as caught:
        decide_case(furnished, case.reference, measure="block-url", hours=2, **WORDS)
    reason = "block-url needs its url; none is given."
    assert str(caught.value) == f"refused (invariant 6): {reason}"
    payload = dict(told(case, EntryType.DECISION_REFUSED)[-1])
    facts = payload.pop("facts")
    assert len(facts) == 64
    payload.pop("rows", None)
    assert payload == {
        "actor": {"id": "ada", "kind": "person", "name": "ada"},
        "of_case": case.id,
        "measure": "block-url",
        "level": "L3",
        "rule": "person",
        "policy": decisions.of_case(case.id)[0].versions.policy,
        "reason": reason,
        "invariant": 6,
    }


def test_invariant_15_two_names_of_one_door_are_one_person(furnished, case):
    """Neither a stranger's name nor a colleague's, typed by the first, is a second person."""
    wish = {"measure": "suspend-account", "hours": 2, "reasons": "It goes on."}
    with pytest.raises(Forbidden) as caught:
        decide_case(furnished, case.reference, people=("ada", "b@example.com"), **wish)
    assert str(caught.value) == (
        "refused (invariant 15): expected a person of the desk (aupkeep staff add), "
        "found 'b@example.com'"
    )
    with pytest.raises(Forbidden, match=r"expected one person, found ada, bea; .*aupkeep approve"):
        decide_case(furnished, case.reference, people=("ada", "bea"), **wish)
    with pytest.raises(Forbidden, match="expected one person, found nobody"):
        decide_case(furnished, case.reference, people=(), **wish)
    assert [one.level.name for one in decisions.of_case(case.id)] == ["L3"]


def test_what_takes_two_waits_for_a_colleague(furnished, case):
    """The same person named twice is one; a colleague confirms, and both have decided."""
    asked = decide_case(
        furnished, case.reference, measure="suspend-account", hours=2, people=("ada", "ADA"),
        reasons="It goes on.",
    )  # fmt: skip
    assert (asked.state, asked.actions) == ("waits for a second person", ())
    assert asked.next.endswith(f"aupkeep approve {asked.decision}")
    with pytest.raises(Forbidden, match="invariant 15"):
        approve(furnished, asked.decision, person="ada")
    made = approve(furnished, asked.decision, person="bea", reasons="I looked too.")
    assert (made.decision, made.state, len(made.actions)) == (asked.decision, "made", 1)
    decision = decisions.get(made.decision)
    people = (decision.author, *decision.approvers)
    assert [actor.id for actor in people] == ["ada", "bea"]
    assert decision.reasons == "It goes on.\n\nI looked too."
    with pytest.raises(Conflict, match="waits no longer; bea approved it at 2026-03-01"):
        approve(furnished, asked.decision, person="bo")
    with pytest.raises(Missing, match="found 'nothing'"):
        approve(furnished, "nothing", person="bo")


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"measure": "shout"}, f"measure: expected one of {', '.join(Measure)}, found 'shout'"),
        ({"measure": None}, f"measure: expected one of {', '.join(Measure)}, found 'None'"),
        ({"hours": None}, "hours: expected how long it lasts (usual at L4: 24), found nothing"),
        ({"hours": " "}, "hours: expected how long it lasts (usual at L4: 24), found nothing"),
        ({"hours": "long"}, "hours: expected a number, found 'long'"),
        ({"cause": "luck"}, f"cause: expected one of {', '.join(Cause)}, found 'luck'"),
        ({"address": "203.0.113.9"},
         "address: expected one in this case's evidence, found 203.0.113.9"),
    ],
)  # fmt: skip
def test_a_choice_that_makes_no_sense(furnished, case, choice, words):
    """Each says what was expected and found."""
    with pytest.raises(Invalid) as caught:
        decide_case(furnished, case.reference, **{"measure": "isolate", "hours": 2, **choice},
                    **WORDS)  # fmt: skip
    assert str(caught.value) == words


def test_a_choice_becomes_a_proposal(furnished, case):
    """E3 where reasons are written for a limit; words have no hours."""
    about = load_case_context(furnished, cases.get(case.id))
    chosen = {"hours": "2.5", "cause": "unauthorised-careless"}
    limit = manual_proposal(furnished, about, Measure.ISOLATE, "seen", chosen)
    assert (limit.hours, limit.reached, limit.reasons) == (2.5, Evidence.E3, "seen")
    assert (limit.case, limit.clause.id, limit.versions.rule) == (
        about.case, "intrusion", "person",
    )  # fmt: skip
    assert limit.cause is Cause.CARELESS
    assert limit.versions.policy == decisions.of_case(case.id)[0].versions.policy
    assert manual_proposal(furnished, about, Measure.ISOLATE, " ", chosen).reached is None
    word = manual_proposal(furnished, about, Measure.INFORM, "seen", {"hours": "x"})
    assert (word.hours, word.reached, word.cause) == (None, None, Cause.UNKNOWN)


def test_a_choice_is_aimed_by_the_claims(furnished, case):
    """Port and protocol of the claim, and what the person chose instead."""
    about = load_case_context(furnished, cases.get(case.id))

    def scope(measure, **choice: object) -> tuple[object, ...]:
        found = manual_scope(about, measure, choice)
        return str(found.address), found.protocol, found.port, found.rate, found.note

    at = "203.0.113.10"
    wide = "could not go narrower than the address"
    assert scope(Measure.BLOCK_PORT) == (at, "tcp", 22, None, None)
    assert scope(Measure.BLOCK_PORT, port=80) == (at, "tcp", 80, None, None)
    assert scope(Measure.BLOCK_PORT, port=80, protocol="udp") == (at, "udp", 80, None, None)
    assert scope(Measure.BLOCK_PORT, note="why") == (at, "tcp", 22, None, "why")
    assert scope(Measure.LIMIT_RATE, rate=9) == (at, None, None, 9, wide)
    assert scope(Measure.ISOLATE) == (at, None, None, None, None)
    assert scope(Measure.LIMIT_SMTP) == (at, None, None, None, None)
    assert scope(Measure.SUSPEND_RESOURCE) == (at, None, None, None, None)
    assert scope(Measure.SUSPEND_ACCOUNT) == ("None", None, None, None, None)
    named = manual_scope(about, Measure.BLOCK_DESTINATION, {"destination": "198.51.100.1"})
    assert (str(named.address), str(named.destination)) == (at, "198.51.100.1")


def test_a_measure_follows_the_resource(furnished):
    """Seen at an address that changed hands: the resource is met where it is now."""
    (case,) = post(furnished, guess("203.0.113.70", NOON - timedelta(hours=2)))
    about = load_case_context(furnished, case)
    scope = manual_scope(about, Measure.ISOLATE, {})
    assert (str(scope.address), scope.note) == (
        "203.0.113.10",
        "seen at 203.0.113.70, which changed hands; vm-a is now at 203.0.113.10",
    )


@pytest.mark.parametrize(
    ("measure", "hours"),
    [
        (Measure.BLOCK_PORT, 24),
        (Measure.ISOLATE, 24),
        (Measure.SUSPEND_RESOURCE, 168),
        (Measure.SUSPEND_ACCOUNT, 168),
        (Measure.TERMINATE, 720),
        (Measure.INTERCEPT, 24),
        (Measure.INTERCEPT_MAIL, 24),
        (Measure.BLOCK_INBOUND, 4),
        (Measure.LIMIT_INBOUND, 4),
    ],
)
def test_usual_hours(measure, hours):
    """A protection is short, a suspension a week."""
    assert usual_hours(measure) == hours


def test_an_action_is_undone_once(furnished, case):
    """The answer names the decision that lifts it; a second lift finds nothing in force."""
    (action,) = actions.of_case(case.id)
    undone = undo_action(furnished, action.id, reason="fixed", person="ada")
    lift = decisions.of_case(case.id)[-1]
    assert as_json(undone) == {
        "action": action.id,
        "state": "lifting",
        "decision": lift.id,
        "case": case.reference,
        "kept_up_by": [],
    }
    assert (lift.reverses, lift.reasons, lift.author.id) == (action.decision, "fixed", "ada")
    payload = dict(told(case, EntryType.ACTION_LIFTING)[-1])
    payload.pop("rows", None)
    assert payload == {
        "actor": {"id": "ada", "kind": "person", "name": "ada"},
        "of_case": case.id,
        "action": action.id,
        "decision": lift.id,
        "reason": "fixed",
    }
    with pytest.raises(Conflict) as caught:
        undo_action(furnished, action.id, reason="fixed", person="ada")
    assert str(caught.value) == (
        f"case {case.reference}: the measure at 203.0.113.10 is withdrawn, "
        f"and never seen in force; ada undid it at "
        f"{lift.starts:%Y-%m-%d %H:%M} UTC: fixed"
    )
    with pytest.raises(Missing) as missing:
        undo_action(furnished, "y" * 99, reason="fixed", person="ada")
    assert str(missing.value) == f"action: expected a known id, found {'y' * 60!r}"


def test_who_comes_second_reads_who_was_first(furnished, case):
    """Both saw the measure in force; nobody reads a bare id."""
    (action,) = actions.of_case(case.id)
    undo_action(furnished, action.id, reason="fixed", person="ada")
    said = entry(furnished, EntryType.CASE_NOTED, OLA, {}, case=case.id)
    with pytest.raises(Conflict) as caught:
        record(furnished, said, rows=[action], seen=[action])
    assert re.fullmatch(
        rf"case {case.reference}: somebody else was first \(Measure being lifted by ada at "
        r"\d\d:\d\d:\d\d UTC\); nothing of yours was written; look again",
        str(caught.value),
    )


def test_closing_lifts_what_stands(furnished, case):
    """Each measure in force is reversed with the same reasons, then the case ends."""
    decide_case(furnished, case.reference, measure="isolate", hours=2, **WORDS)
    closed = close_by_reference(furnished, case.reference, "fixed", "mended", "ada")
    assert as_json(closed) == {"case": case.reference, "outcome": "fixed", "lifted": 2}
    assert {action.state for action in actions.of_case(case.id)} == {ActionState.LIFTING}
    lifts = decisions.of_case(case.id)[-2:]
    assert {(lift.author.id, lift.reasons) for lift in lifts} == {("ada", "mended")}
    payload = dict(told(case, EntryType.CASE_CLOSED)[-1])
    payload.pop("rows", None)
    assert payload == {
        "actor": {"id": "ada", "kind": "person", "name": "ada"},
        "of_case": case.id,
        "case": case.id,
        "outcome": "fixed",
        "reasons": "mended",
        "confirms": True,
    }
    assert log.entries(case.id)[-1].entry.type is EntryType.CASE_CLOSED
    assert cases.get(case.id).state is CaseState.CLOSED
    assert clearances.live("alder", "vm-a", furnished.now()) == []


def test_no_abuse_clears_its_signals(furnished, case):
    """For fourteen days the source does not act alone here (invariant 1)."""
    closed = close_as_not_abuse(furnished, case.reference, "ada", "their own test")
    assert as_json(closed) == {"case": case.reference, "outcome": "not-abuse", "lifted": 1}
    (clearance,) = clearances.live("alder", "vm-a", furnished.now())
    assert (str(clearance.source), clearance.by) == ("telemetry:flows", "ada")
    assert (clearance.customer, clearance.resource) == ("alder", "vm-a")
    assert clearance.until - furnished.now() > timedelta(days=14) - timedelta(seconds=1)
    assert clearance.until - furnished.now() < timedelta(days=14)


@pytest.mark.parametrize("reasons", ["", " "])
def test_an_end_has_reasons_and_a_known_outcome(furnished, case, reasons):
    """A blank is refused, and so is a word that is no outcome."""
    with pytest.raises(Invalid) as caught:
        close_by_reference(furnished, case.reference, "fixed", reasons, "ada")
    assert str(caught.value) == "reasons: expected why the case is closed, found nothing"
    with pytest.raises(Invalid) as unknown:
        close_by_reference(furnished, case.reference, "gone", "mended", "ada")
    assert str(unknown.value) == (
        "outcome: expected one of fixed, not-abuse, no-action, withdrawn, found 'gone'"
    )
