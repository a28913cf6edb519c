"""When a held service may be ended, and when a critical customer may be held (invariant 7)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.casework.decision_inputs import HeldService
from aupkeep.casework.notice_proof import NoticeProof
from aupkeep.casework.termination import standing, termination_of
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import AnswerKind
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.ladder import CONFIRM, HOLD, TAKE_BACK, Cause, Level, Measure
from casework.scenes import CUSTOMER, HOUR, INPUTS, NOW, RULE, answer, ask, facts, proposal

DAY = timedelta(days=1)
KARI, OLA, PER = (Actor(kind=ActorKind.PERSON, id=name) for name in ("kari", "ola", "per"))
TOLD = NoticeProof(proven_at=NOW - 25 * DAY, sent_at=NOW - 30 * DAY, how="noticed")
SEEN = HeldService(proof=TOLD, seen=True)
HELD = replace(
    ask(proposal(Measure.TERMINATE), (KARI, OLA), notice_proven_at=NOW),
    starts=NOW - 31 * DAY,
    ends=NOW + 6 * DAY,
)
END = proposal(Measure.END_SERVICE, hours=TAKE_BACK / HOUR, cause=Cause.OWN_ACT, scope=HELD.scope)


def end(people=(PER,), wanted=END, **changes):
    """Ask the gate to end the held service, in a scene where nothing stands against it."""
    there = {"decisions": (HELD,), "held": SEEN, "notice_proven_at": NOW - DAY}
    return ask(wanted, people, **(there | changes))


def test_one_person_ends_what_two_held():
    """With reasons, after the hold; it can be taken back for thirty days."""
    made = end()
    assert isinstance(made, Decision)
    assert (made.level, made.measure, made.approvers) == (Level.L7, Measure.END_SERVICE, ())
    assert made.ends == NOW + TAKE_BACK


def test_a_hold_lasts_thirty_days_and_seven_more():
    """Nobody ends it in the first; in the last somebody may."""
    made = ask(proposal(Measure.TERMINATE), (KARI, OLA), notice_proven_at=NOW)
    assert made.ends == NOW + HOLD + CONFIRM


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decisions": ()}, "No termination stands here"),
        ({"decisions": (replace(HELD, ends=NOW),)}, "No termination stands here"),
        ({"decisions": (HELD, replace(HELD, id="l", measure=Measure.RECORD, reverses=HELD.id))},
         "No termination stands here"),
        ({"decisions": (replace(HELD, scope=replace(HELD.scope, resource="vm2")),)},
         "No termination stands here"),
        ({"decisions": (replace(HELD, approvers=()),)}, "Two different people"),
        ({"decisions": (replace(HELD, approvers=(KARI,)),)}, "Two different people"),
        ({"decisions": (replace(HELD, starts=NOW - 29 * DAY),)}, "The hold runs until"),
        ({"held": None}, "read back nowhere"),
        ({"held": replace(SEEN, seen=False)}, "read back nowhere"),
        ({"held": replace(SEEN, proof=NoticeProof(missing="it came back"))}, "it came back"),
        ({"held": replace(SEEN, proof=replace(TOLD, proven_at=NOW + HOUR))}, "not proven"),
        ({"held": replace(SEEN, proof=replace(TOLD, sent_at=NOW - 29 * DAY))}, "runs until"),
        ({"held": replace(SEEN, legal_hold=True)}, "A legal hold stands"),
        ({"answers": (answer(kind=AnswerKind.APPEAL),)}, "An appeal is open"),
        ({"answers": (answer(at=NOW - DAY),)}, "a person reads it first"),
        ({"notice_proven_at": None}, "No notice is proven"),
        ({"wanted": replace(END, cause=Cause.UNKNOWN)}, "finding of cause"),
        ({"wanted": replace(END, reasons=" ")}, "written reasons"),
        ({"people": ()}, "Nobody asks for this"),
        ({"people": (RULE,)}, ""),
    ],
)  # fmt: skip
def test_invariant_07_what_stands_against_the_end(changes, words):
    """Each alone is enough, and is said."""
    refused = end(**changes)
    assert isinstance(refused, Refused)
    assert words in refused.reason


@given(
    st.timedeltas(-60 * DAY, timedelta()),
    st.timedeltas(-60 * DAY, DAY),
    st.booleans(),
    st.sampled_from([(KARI,), (RULE,), (KARI, OLA)]),
)
def test_invariant_07_no_service_ends_before_its_day(since, told, seen, people):
    """Whoever asks, whatever is drawn: thirty days since the hold and since its notice left."""
    held = replace(HELD, starts=NOW + since, ends=NOW + since + HOLD + CONFIRM)
    proof = replace(TOLD, sent_at=NOW + told, proven_at=NOW + told)
    made = end(people, decisions=(held,), held=HeldService(proof=proof, seen=seen))
    if isinstance(made, Decision):
        assert since <= -HOLD
        assert told <= -HOLD
        assert held.ends > NOW
        assert (seen, made.automatic) == (True, False)


def test_what_ended_stays_ended_unless_it_is_taken_back():
    """The second end is refused, also after the hold's own time; taken back, nothing stands."""
    made = replace(end(), id="e1")
    over = replace(HELD, ends=NOW - HOUR)
    ended = termination_of(replace(INPUTS, decisions=(over, made), held=SEEN), NOW)
    assert ended.ended == made
    assert "was ended at" in end(decisions=(HELD, made)).reason
    back = replace(made, id="b1", measure=Measure.RECORD, reverses=made.id)
    assert standing((over, made, back), NOW) is None


def critical(wanted, people=(KARI, OLA), **changes):
    """Ask the gate about a customer on whom lives depend."""
    there = replace(INPUTS, notice_proven_at=NOW, **changes)
    known = facts(there, replace(CUSTOMER, tags=frozenset({"critical"})))
    return ask(wanted, people, there, known=known)


def off(days: int | None):
    """An off-boarding so many days ahead."""
    on = None if days is None else NOW + days * DAY
    return replace(proposal(Measure.OFF_BOARD, hours=None), on=on)


@pytest.mark.parametrize(
    ("wanted", "people", "words"),
    [
        (off(None), (KARI, OLA), "none is given"),
        (off(29), (KARI, OLA), "The day is from"),
        (off(731), (KARI, OLA), "The day is from"),
        (off(60), (KARI,), "two different people"),
        (off(60), (RULE,), ""),
    ],
)
def test_an_off_boarding_has_a_day_and_two_people(wanted, people, words):
    """Never a rule's, never without a day, nor too soon, nor one person's."""
    refused = critical(wanted, people)
    assert isinstance(refused, Refused)
    assert words in refused.reason
    made = critical(off(60))
    assert (made.level, made.ends) == (Level.L2, NOW + 60 * DAY)


def test_only_a_critical_customer_is_off_boarded():
    """Anybody else is terminated as the policy says."""
    assert "not critical" in ask(off(60), (KARI, OLA)).reason


def test_a_critical_customer_is_held_after_the_day_alone():
    """No day, or one to come: refused. Taken back, it counts no more."""
    wanted = proposal(Measure.TERMINATE)
    assert "two people set a day first" in critical(wanted).reason
    day = replace(critical(off(60)), id="o1", starts=NOW - 60 * DAY)
    assert "to move" in critical(wanted, decisions=(day,)).reason
    past = replace(day, ends=NOW - HOUR)
    assert isinstance(critical(wanted, decisions=(past,)), Decision)
    back = replace(past, id="b1", measure=Measure.RECORD, reverses=past.id)
    assert isinstance(critical(wanted, decisions=(past, back)), Refused)
