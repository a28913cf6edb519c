"""A wrong record is corrected: what was believed stays, and all that rested on it is looked at."""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, report
from app.steps import agent_of, arrive, block_port, enforce, guess, post, told, work
from aupkeep.app.case_context import load_case_context
from aupkeep.app.deciding.case_records import show_case
from aupkeep.app.deciding.consider import consider
from aupkeep.app.deciding.correct import correct_by_words
from aupkeep.app.deciding.reattribute import reattribute_case
from aupkeep.app.inventory.doubted import corrections_of
from aupkeep.app.inventory.holders import who
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.proof.verify import verify_home as verify
from aupkeep.model.action import ActionState
from aupkeep.model.case import CaseState, Outcome
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.store import actions, cases, log, reports

WRONG = "203.0.113.10"


def correct(context, what=WRONG, **words):
    """Correct the record of alder's machine."""
    return correct_by_words(context, what, words, person="ada", reasons="a typo in the lease")


def blocked(context):
    """Alder's machine at .10, blocked by a rule, seen on the network."""
    (case,) = post(context, guess(WRONG, JUST_NOW))
    enforce(context)
    return case


def test_corrections_keep_what_was_believed(furnished, now):
    """The answer of today is birch, the answer as it was known before is still alder."""
    before = now.at
    now.at += timedelta(hours=1)
    done = correct(furnished, customer="birch", resource="vm-z")
    assert (done.retired, done.cases) != (done.record, None)
    assert who(furnished, WRONG, JUST_NOW).customer == "birch"
    assert who(furnished, WRONG, JUST_NOW, known_at=before).customer == "alder"
    (said,) = log.entries(types=(EntryType.ASSIGNMENT_CORRECTED,))
    assert (said.entry.actor.id, said.entry.payload["reasons"]) == ("ada", "a typo in the lease")
    assert verify(furnished).ok


def test_invariant_04_correction_lifts_what_stood_on_the_record(furnished, now):
    """The block of who never held it goes at once, the case is a person's, nothing acts on it."""
    case = blocked(furnished)
    now.at += timedelta(minutes=5)
    done = correct(furnished, customer="birch", resource="vm-z")
    assert (done.cases, done.doubted) == ((case.reference,), 1)
    work(furnished)
    enforce(furnished)
    assert [action.state for action in actions.of_case(case.id)] == [ActionState.LIFTED]
    assert not load_case_context(furnished, cases.get(case.id)).supporting
    assert not consider(furnished, case.id)
    with pytest.raises(Forbidden, match="no evidence of this case stands"):
        block_port(furnished, case, hours=1)


def test_correction_of_then_lifts_although_the_holder_of_now_is_the_same(furnished, now):
    """The address was somebody else's when it happened, and only since then is alder's."""
    case = blocked(furnished)
    now.at += timedelta(minutes=30)
    correct(furnished, start=f"{NOON + timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}")
    work(furnished)
    enforce(furnished)
    assert [action.state for action in actions.of_case(case.id)] == [ActionState.LIFTED]


def test_corrections_flag_cases_decisions_and_notices(furnished, now):
    """Case page, `case show`, queue and inbox say so; a waiting case is open again."""
    (case,) = arrive(furnished, report(WRONG, JUST_NOW))
    assert case.state is CaseState.WAITING
    now.at += timedelta(minutes=5)
    correct(furnished, customer="birch", resource="vm-z")
    shown = show_case(furnished, case.reference)
    (note,) = shown.corrections
    assert (len(note.decisions), len(note.notices), note.settled) == (1, 1, "")
    assert shown.state is CaseState.OPEN
    assert any("was corrected" in row.get("why", "") for row in told(case, EntryType.CASE_CHANGED))
    (waiting,) = reports.inbox()
    assert waiting.inbox_reason.startswith("its holder was corrected")


def test_corrections_are_attributed_anew_on_a_persons_word(furnished, now):
    """The claim becomes birch's, in a case of its own; alder's ends, and refutes nobody."""
    case = blocked(furnished)
    now.at += timedelta(minutes=5)
    correct(furnished, customer="birch", resource="vm-z")
    assert not cases.of_customer("birch")
    done = reattribute_case(furnished, case.reference, person="ada", reasons="seen in the lease")
    assert (done.moved, done.kept, done.closed) == (1, 0, True)
    (theirs,) = cases.of_customer("birch")
    assert (theirs.resource, done.moved_to) == ("vm-z", (theirs.reference,))
    assert cases.get(case.id).outcome is Outcome.NO_ACTION
    assert "birch/vm-z held it then" in corrections_of(case.id)[0].settled
    assert not reports.inbox()
    assert verify(furnished).ok
    with pytest.raises(Conflict, match="in doubt"):
        reattribute_case(furnished, case.reference, person="ada", reasons="twice")


def test_correction_back_makes_the_claims_count_again(furnished, now):
    """The correction was the mistake: corrected back and attributed, the case goes on."""
    case = blocked(furnished)
    now.at += timedelta(minutes=5)
    done = correct(furnished, customer="birch", resource="vm-z")
    correct(furnished, done.record, customer="alder", resource="vm-a")
    kept = reattribute_case(furnished, case.reference, person="ada", reasons="it was right")
    assert (kept.kept, kept.moved, kept.closed) == (1, 0, False)
    assert load_case_context(furnished, cases.get(case.id)).supporting


def test_removed_record_leaves_the_claims_with_nobody(furnished, now):
    """Nothing of it was so: nobody held it, nobody answers for it."""
    case = blocked(furnished)
    now.at += timedelta(minutes=5)
    correct(furnished, remove=True)
    done = reattribute_case(furnished, case.reference, person="ada", reasons="no such lease")
    assert (done.nobody, done.moved_to, done.closed) == (1, (), True)
    assert who(furnished, WRONG, JUST_NOW).answer == "unknown"


def test_correction_that_changes_nothing_for_the_claims_doubts_none(furnished, now):
    """Another end of the record, later: the case says it, and its evidence still counts."""
    case = blocked(furnished)
    now.at += timedelta(minutes=5)
    done = correct(furnished, end="2027-01-01T00:00:00Z")
    assert (done.cases, done.doubted) == ((case.reference,), 0)
    work(furnished)
    enforce(furnished)
    assert [action.state for action in actions.of_case(case.id)] == [ActionState.APPLIED]


def test_late_record_lifts_what_stood_on_the_wider_one(furnished, now):
    """No correction but a late import: a narrower record that held then. The block goes."""
    import_assignments(
        furnished,
        b"address,customer,resource,from,until\n203.0.113.32/29,alder,vm-p,2026-01-01T00:00:00Z,\n",
        "csv",
    )
    (case,) = post(furnished, guess("203.0.113.33", JUST_NOW))
    enforce(furnished, agent_of(furnished))
    now.at += timedelta(minutes=30)
    import_assignments(
        furnished,
        b"address,customer,resource,from,until\n"
        b"203.0.113.33,birch,vm-q,2026-03-01T11:00:00Z,2026-03-01T12:05:00Z\n",
        "csv",
    )
    work(furnished)
    enforce(furnished)
    assert [action.state for action in actions.of_case(case.id)] == [ActionState.LIFTED]


@pytest.mark.parametrize(
    ("what", "words", "error"),
    [
        (WRONG, {}, Invalid),
        (WRONG, {"customer": "alder"}, Invalid),
        (WRONG, {"end": "2026-01-01T00:00:00Z"}, Invalid),
        (WRONG, {"ports": "9-2"}, Invalid),
        ("203.0.113.99", {"customer": "birch"}, Missing),
        ("shop.example", {"customer": "birch"}, Invalid),
    ],
)
def test_corrections_that_make_no_sense_are_refused(furnished, now, what, words, error):
    """Nothing is retired by a correction that says nothing, or something impossible."""
    now.at += timedelta(minutes=5)
    with pytest.raises(error):
        correct(furnished, what, **words)
    assert who(furnished, WRONG, JUST_NOW).customer == "alder"


def test_correction_that_would_intersect_another_record_is_refused(furnished):
    """.70 was alder's until eleven: it cannot be longer without birch's record being corrected."""
    with pytest.raises(Conflict, match=r"intersects .*birch/vm-b"):
        correct(furnished, "203.0.113.70", at="2026-02-01T00:00:00Z", end="2026-03-01T11:30:00Z")
