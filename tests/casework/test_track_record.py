"""A track record is counted from what became of cases, and says how much it rests on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.casework.track_record import (
    JudgedClaim,
    TrackRecord,
    closing_confirms,
    lower_bound,
    track,
    verdict,
    wilson,
)
from aupkeep.model.case import AnswerKind, CaseState, Judgement, Outcome
from aupkeep.model.ladder import Evidence, Level, Measure
from aupkeep.model.source import ClaimVerdict
from casework.scenes import CASE, HOUR, KARI, NOW, OLA, RULE, answer, ask, proposal

HALF = timedelta(days=90)
CLOSED = replace(CASE, state=CaseState.CLOSED, outcome=Outcome.FIXED)
MADE = ask(proposal(Measure.INFORM_DEADLINE))
TOLD = replace(MADE, id="d1", author=KARI)
BY_RULE = replace(MADE, id="d1", author=RULE, level=Level.L1, measure=Measure.INFORM)
APPEAL = answer("w1", kind=AnswerKind.APPEAL, at=NOW)
LIFT = replace(MADE, id="d2", author=OLA, level=Level.L0, measure=Measure.RECORD, reverses="d1",
               starts=NOW + HOUR)  # fmt: skip
NOTHING_DONE = replace(CLOSED, outcome=Outcome.NO_ACTION)
RECORDED = replace(TOLD, level=Level.L0, measure=Measure.RECORD)
LATER = replace(TOLD, id="d3", starts=NOW + 2 * HOUR)


@pytest.mark.parametrize(
    ("case", "decisions", "answers", "said"),
    [
        (CLOSED, [], [], ClaimVerdict.CONFIRMED),
        (replace(CLOSED, outcome=Outcome.NOT_ABUSE), [], [], ClaimVerdict.REFUTED),
        (replace(CLOSED, outcome=Outcome.WITHDRAWN), [], [], ClaimVerdict.REFUTED),
        (replace(CLOSED, outcome=Outcome.NO_ACTION), [], [], ClaimVerdict.UNANSWERED),
        (replace(CLOSED, outcome=Outcome.NO_ACTION), [TOLD], [], ClaimVerdict.CONFIRMED),
        (replace(CLOSED, outcome=Outcome.NO_ACTION), [BY_RULE], [], ClaimVerdict.UNANSWERED),
        (replace(CLOSED, outcome=Outcome.NO_ACTION), [TOLD, LIFT], [], ClaimVerdict.UNANSWERED),
        (CLOSED, [TOLD], [APPEAL], ClaimVerdict.CONFIRMED),
        (CLOSED, [TOLD, LIFT], [APPEAL], ClaimVerdict.REFUTED),
        (CLOSED, [TOLD, LIFT], [], ClaimVerdict.CONFIRMED),
        (CASE, [TOLD], [], ClaimVerdict.UNANSWERED),
        (replace(CLOSED, outcome=None), [], [], ClaimVerdict.UNANSWERED),
        (replace(CLOSED, confirms=False), [TOLD], [], ClaimVerdict.UNANSWERED),
        (
            replace(CLOSED, confirms=False, outcome=Outcome.WITHDRAWN),
            *([], []),
            ClaimVerdict.REFUTED,
        ),
        (replace(CLOSED, state=CaseState.OPEN), [], [], ClaimVerdict.UNANSWERED),
        (NOTHING_DONE, [RECORDED], [], ClaimVerdict.UNANSWERED),
        (CLOSED, [TOLD, replace(LIFT, author=RULE)], [APPEAL], ClaimVerdict.CONFIRMED),
        (CLOSED, [TOLD, replace(LIFT, starts=NOW - HOUR)], [APPEAL], ClaimVerdict.CONFIRMED),
        (CLOSED, [TOLD, replace(LIFT, starts=NOW)], [APPEAL], ClaimVerdict.REFUTED),
        (CLOSED, [TOLD, LIFT, LATER], [APPEAL], ClaimVerdict.REFUTED),
    ],
)
def test_what_a_case_says(case, decisions, answers, said):
    """Each way a case can end, and what it says of the claims in it."""
    judged = verdict(case, decisions, answers)
    assert (judged.said, judged.at) == (said, case.changed_at)


@pytest.mark.parametrize(
    ("evidence", "decisions", "answers", "confirms"),
    [
        (Evidence.E2, [], [], True),
        (Evidence.E1, [], [], False),
        (Evidence.E1, [TOLD], [], True),
        (Evidence.E1, [BY_RULE], [], False),
        (Evidence.E1, [TOLD, LIFT], [], False),
        (Evidence.E2, [], [answer()], True),
        (Evidence.E1, [], [answer()], False),
        (Evidence.E2, [TOLD], [answer(), answer("2", kind=AnswerKind.NOT_ME)], False),
        (Evidence.E2, [TOLD], [APPEAL], False),
        (Evidence.E2, [], [replace(APPEAL, judged=Judgement.GRANTED)], False),
        (Evidence.E2, [], [replace(APPEAL, judged=Judgement.REFUSED)], True),
        (Evidence.E1, [], [replace(APPEAL, judged=Judgement.REFUSED)], False),
    ],
)
def test_whether_a_closing_says_that_it_was_true(evidence, decisions, answers, confirms):
    """Proven, or decided by a person; and contested by nobody but in an appeal refused."""
    assert closing_confirms(evidence, decisions, answers) is confirms


def test_what_is_old_counts_less():
    """After one half-life half, after two a quarter; the counts stay what they were."""
    judged = [JudgedClaim(said=ClaimVerdict.CONFIRMED, at=NOW - n * HALF) for n in range(3)]
    found = track(judged, NOW, HALF)
    assert (found.confirmed, found.weight) == (3, 1.75)
    assert found.precision == lower_bound(1.75, 1.75)


def test_a_record_counts_each_verdict():
    """One confirmed, two refuted, three unfounded, four unanswered; one of six is right."""
    verdicts = (
        ClaimVerdict.CONFIRMED,
        ClaimVerdict.REFUTED,
        ClaimVerdict.UNFOUNDED,
        ClaimVerdict.UNANSWERED,
    )
    judged = [
        JudgedClaim(said=said, at=NOW)
        for times, said in enumerate(verdicts, 1)
        for _ in range(times)
    ]
    assert track(judged, NOW, HALF) == TrackRecord(
        confirmed=1, refuted=2, unfounded=3, unanswered=4, weight=6.0, precision=lower_bound(1, 6)
    )


@pytest.mark.parametrize(
    ("right", "weight", "expected"),
    [
        (0, 0, 0.0),
        (1, 1, 0.2065),
        (2, 1, 0.2065),  # rounding may bring more right than there is
        (0.5, 2, 0.0267),
        (9, 10, 0.5958),
        (90, 100, 0.8256),
    ],
)
def test_wilsons_lower_bound(right, weight, expected):
    """Against figures worked out from the interval's other form, to four places."""
    assert lower_bound(right, weight) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("right", "weight", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, -1, 0.0, 1.0),
        (0, 8, 0.0, 0.3244),
        (8, 8, 0.6756, 1.0),
        (9, 10, 0.5958, 0.9821),
        (2, 1, 0.2065, 1.0),
        (0.5, 1, 0.0546, 0.9454),
    ],
)
def test_both_ends_of_wilsons_interval(right, weight, low, high):
    """They mirror each other: what is low for so many right is high for so many wrong."""
    assert wilson(right, weight) == pytest.approx((low, high), abs=5e-5)


def test_what_nobody_judged_says_nothing():
    """A hundred unanswered claims are no record."""
    found = track([JudgedClaim(said=ClaimVerdict.UNANSWERED, at=NOW)] * 100, NOW, HALF)
    assert (found.unanswered, found.judged, found.precision) == (100, 0, 0.0)


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_bound_is_below_the_share(right, wrong):
    """What is shown is never more than what was counted, and nearer to it the more there is."""
    total = right + wrong
    bound = lower_bound(right, total)
    assert 0 <= bound <= (right / total if total else 0) + 1e-9
    assert bound <= lower_bound(10 * right, 10 * total) + 1e-9


moments = st.integers(0, 5000).map(lambda hours: NOW - hours * HOUR)
judgements = st.lists(
    st.builds(JudgedClaim, said=st.sampled_from(list(ClaimVerdict)), at=moments), max_size=30
)


@given(judgements)
def test_the_record_is_rebuilt_from_the_same_rows(judged):
    """Counted again, in another order, it is the same: nothing is kept beside the rows."""
    one, other = track(judged, NOW, HALF), track(reversed(judged), NOW, HALF)
    assert replace(one, weight=0, precision=0) == replace(other, weight=0, precision=0)
    assert one.precision == pytest.approx(other.precision)


@given(judgements)
def test_a_claim_refuted_never_helps(judged):
    """One more refuted claim leaves the precision where it was, or lower."""
    more = [*judged, JudgedClaim(said=ClaimVerdict.REFUTED, at=NOW)]
    assert track(more, NOW, HALF).precision <= track(judged, NOW, HALF).precision + 1e-9
