"""When a held service may be ended, and when a critical customer may be held (invariant 7)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.casework.decision_inputs import AppealedCase, HeldService
from aupkeep.casework.gate_checks import GateRequest
from aupkeep.casework.notice_proof import NoticeProof
from aupkeep.casework.quorum import people_needed
from aupkeep.casework.termination import ended, ending, standing, termination_of
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import AnswerKind
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.ladder import CONFIRM, HOLD, TAKE_BACK, Cause, Level, Measure
from casework.scenes import CLAUSE, CUSTOMER, HOUR, INPUTS, NOW, RULE, answer, ask, facts, proposal

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
    known = termination_of(replace(INPUTS, decisions=(over, made), held=SEEN), NOW)
    assert known.ended == made
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


def hindrances(**changes):
    """All that stands against the end, in the scene changed as asked."""
    there = replace(INPUTS, **({"decisions": (HELD,), "held": SEEN} | changes))
    return termination_of(there, NOW).hindrances


TOO_FEW = "Two different people decide to terminate, and one did"
UNSEEN = "The hold was read back nowhere, so the service may never have been held"
UNREAD = "The customer answered, and a person reads it first: aupkeep answer-read CASE"
APPEAL = "An appeal is open, and is judged first"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ()),
        ({"decisions": (replace(HELD, approvers=()),)}, (TOO_FEW,)),
        ({"held": None}, (UNSEEN, "The notice of the termination is not proven: none was made")),
        ({"held": replace(SEEN, seen=False)}, (UNSEEN,)),
        ({"held": replace(SEEN, proof=replace(TOLD, proven_at=NOW))}, ()),
        (
            {"held": replace(SEEN, proof=replace(TOLD, proven_at=None, missing="it came back"))},
            ("The notice of the termination is not proven: it came back",),
        ),
        (
            {"decisions": (replace(HELD, starts=NOW - HOLD + HOUR),)},
            ("The hold runs until 2026-03-01 13:00 UTC, and nobody ends the service before",),
        ),
        ({"decisions": (replace(HELD, starts=NOW - HOLD),)}, ()),
        ({"answers": (answer(read_at=NOW),)}, ()),
        ({"answers": (answer(),)}, (UNREAD,)),
        ({"answers": (answer(read_at=NOW), answer("2"))}, (UNREAD,)),
        ({"answers": (answer(kind=AnswerKind.APPEAL),)}, (APPEAL,)),
        ({"appealed": (AppealedCase(resource="vm9", deciders=frozenset()),)}, (APPEAL,)),
        (
            {"held": replace(SEEN, legal_hold=True)},
            ("A legal hold stands, and ends first: aupkeep retention hold end",),
        ),
    ],
)
def test_each_reason_against_the_end_is_said(changes, words):
    """Word for word, and nothing else."""
    assert hindrances(**changes) == words


def test_what_was_ended_says_when():
    made = replace(end(), id="e1", starts=NOW - DAY)
    words = "The service was ended at 2026-02-28 12:00 UTC"
    assert hindrances(decisions=(HELD, made)) == (words,)


def test_when_a_hold_opens_and_closes():
    """Thirty days after the hold, or after its notice left, whatever came later."""
    known = termination_of(replace(INPUTS, decisions=(HELD,), held=SEEN), NOW)
    assert (known.decision, known.opens, known.closes) == (HELD, NOW, HELD.ends)
    late = replace(SEEN, proof=replace(TOLD, sent_at=NOW - 29 * DAY))
    assert termination_of(replace(INPUTS, decisions=(HELD,), held=late), NOW).opens == NOW + DAY
    alone = termination_of(replace(INPUTS, decisions=(HELD,), held=None), NOW)
    assert alone.opens == HELD.starts + HOLD


def test_the_newest_hold_and_the_newest_end_count():
    """An end before the hold is another one's; a hold without an end is none."""
    older = replace(HELD, id="d0", starts=HELD.starts - DAY)
    assert standing((HELD, older), NOW) == standing((older, HELD), NOW) == HELD
    assert standing((replace(HELD, ends=None),), NOW) is None
    first, second = (replace(end(), id=f"e{n}", starts=NOW - n * DAY) for n in (2, 1))
    assert ended((second, first, HELD), HELD) == second
    assert ended((replace(first, starts=HELD.starts - HOUR),), HELD) is None
    assert ended((replace(first, starts=HELD.starts),), HELD) is not None


@pytest.mark.parametrize(
    ("refused", "reason", "invariant"),
    [
        (
            lambda: end(decisions=()),
            (
                "No termination stands here; two people decide it first: "
                "aupkeep decide CASE --measure terminate."
            ),
            7,
        ),
        (lambda: end(held=replace(SEEN, seen=False)), f"{UNSEEN}.", 7),
        (lambda: critical(off(60), (RULE,)), "People off-board a customer, never a rule.", 4),
        (
            lambda: ask(off(60), (KARI, OLA)),
            (
                "The customer is not critical; a termination is for it: "
                "aupkeep decide CASE --measure terminate."
            ),
            None,
        ),
        (
            lambda: critical(off(None)),
            "An off-boarding has a day; none is given: --on DAY.",
            6,
        ),
        (
            lambda: critical(off(29)),
            (
                "The day is from 2026-03-31 12:00 UTC to 2028-02-29 12:00 UTC, "
                "not 2026-03-30 12:00 UTC."
            ),
            6,
        ),
        (
            lambda: critical(proposal(Measure.TERMINATE)),
            (
                "Lives may depend on this customer; two people set a day first: "
                "aupkeep decide CASE --measure off-board --on DAY."
            ),
            4,
        ),
        (
            lambda: critical(
                proposal(Measure.TERMINATE),
                decisions=(replace(critical(off(60)), id="o1", starts=NOW - DAY),),
            ),
            "The customer has until 2026-04-30 12:00 UTC to move.",
            4,
        ),
    ],
)
def test_each_refusal_word_for_word(refused, reason, invariant):
    """With the invariant that it keeps."""
    assert refused() == Refused(reason=reason, invariant=invariant)


@pytest.mark.parametrize(
    ("measure", "changes", "needed"),
    [
        (Measure.TERMINATE, {}, 2),
        (Measure.END_SERVICE, {}, 1),
        (Measure.END_SERVICE, {"judges": "d1"}, 1),
        (Measure.OFF_BOARD, {}, 2),
        (Measure.OFF_BOARD, {"break_glass": True}, 2),
    ],
)
def test_invariant_02_how_many_end_a_service(measure, changes, needed):
    """Two hold it or set a day, and one ends what two held; glass opens neither."""
    assert people_needed(proposal(measure, **changes), INPUTS) == needed


def test_no_rule_ends_a_service_whoever_is_counted():
    """The condition itself says no, not only the number of people."""
    inputs = replace(INPUTS, decisions=(HELD,), held=SEEN)
    asked = GateRequest(proposal=END, people=(RULE,), facts=facts(), inputs=inputs, now=NOW)
    no = Refused(reason="A person ends a service, never a rule.", invariant=7)
    assert ending(asked) == no
    assert ending(replace(asked, people=(PER,))) is None


@pytest.mark.parametrize("days", [30, 730])
def test_the_first_and_the_last_day_of_an_off_boarding(days):
    assert isinstance(critical(off(days)), Decision)


def test_the_last_of_several_days_counts():
    """A customer whose day was moved has until the later one; at the day itself it is over."""
    past = replace(critical(off(60)), id="o1", starts=NOW - 60 * DAY, ends=NOW - DAY)
    later = replace(past, id="o2", ends=NOW + DAY)
    wanted = proposal(Measure.TERMINATE)
    assert isinstance(critical(wanted, decisions=(past, later)), Refused)
    assert isinstance(critical(wanted, decisions=(past, replace(later, ends=NOW))), Decision)
    assert isinstance(critical(wanted, decisions=(replace(past, ends=None),)), Refused)


@pytest.mark.parametrize("tags", [frozenset(), frozenset({"critical"})])
def test_under_the_clause_of_high_risk_everybody_is_critical(tags):
    """So is who is not known not to be."""
    there = replace(INPUTS, notice_proven_at=NOW)
    known = facts(there, replace(CUSTOMER, tags=tags))
    high = replace(proposal(Measure.TERMINATE), clause=replace(CLAUSE, id="high-risk"))
    assert "Lives may depend" in ask(high, (KARI, OLA), there, known=known).reason
    unknown = facts(there, None)
    assert (
        "Lives may depend"
        in ask(proposal(Measure.TERMINATE), (KARI, OLA), there, known=unknown).reason
    )
