"""Misuse of reporting: a machine proposes, a person steps, after a warning, with an end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.casework.misuse import MisuseRule, UnfoundedCount, counted, lane_of, may, proposed
from aupkeep.casework.track_record import JudgedClaim, TrackRecord
from aupkeep.model.actor import SYSTEM
from aupkeep.model.decision import Refused
from aupkeep.model.source import Lane, Said, Source, Step
from casework.scenes import KARI, NOW, RULE

DAY = timedelta(days=1)
PLAIN = Source(id="s1", key="mail:x.example", first_at=NOW - 100 * DAY)
WARNED = replace(PLAIN, warned_at=NOW - 10 * DAY)
SLOWED = replace(WARNED, lane=Lane.SLOW, until=NOW + 9 * DAY)
BARRED = replace(SLOWED, lane=Lane.SUSPENDED)
UNPROVEN = replace(PLAIN, key="mail:?x.example")
BAD = UnfoundedCount(unfounded=12, notices=14, since_warning=4)
FEW, RARE = replace(BAD, unfounded=9), replace(BAD, notices=100)
MONTH = NOW + 30 * DAY
BAR = (0.8, 20)


@pytest.mark.parametrize(
    ("step", "source", "found", "until", "word"),
    [
        (Step.WARN, PLAIN, BAD, None, ""),
        (Step.WARN, PLAIN, FEW, None, "found 9 of 14"),
        (Step.WARN, PLAIN, RARE, None, "found 12 of 100"),
        (Step.WARN, UNPROVEN, BAD, None, "Nobody proved"),
        (Step.SLOW, PLAIN, BAD, MONTH, "A warning comes first"),
        (Step.SLOW, WARNED, BAD, MONTH, ""),
        (Step.SLOW, WARNED, BAD, None, "ends at a moment to come"),
        (Step.SLOW, WARNED, BAD, NOW, "ends at a moment to come"),
        (Step.SLOW, WARNED, BAD, NOW + 181 * DAY, "180 days at most"),
        (Step.SLOW, WARNED, replace(BAD, since_warning=2), MONTH, "found 2"),
        (Step.SLOW, replace(PLAIN, warned_at=NOW - 6 * DAY), BAD, MONTH, "not 7 days old"),
        (Step.SLOW, replace(PLAIN, warned_at=NOW - 367 * DAY), BAD, MONTH, "warning comes first"),
        (Step.SUSPEND, WARNED, BAD, MONTH, "slow lane comes before"),
        (Step.SUSPEND, SLOWED, BAD, MONTH, ""),
        (Step.SUSPEND, replace(SLOWED, until=NOW - DAY), BAD, MONTH, "slow lane comes before"),
        (Step.TRUST, PLAIN, BAD, MONTH, ""),
        (Step.TRUST, UNPROVEN, BAD, MONTH, "Only who is proven"),
        (Step.TRUST, PLAIN, BAD, NOW + 367 * DAY, "366 days at most"),
        (Step.TRUST, PLAIN, BAD, None, "ends at a moment to come"),
        (Step.RESTORE, BARRED, FEW, None, ""),
        (Step.RESTORE, UNPROVEN, FEW, None, ""),
    ],
)  # fmt: skip
def test_steps(step, source, found, until, word):
    """Each condition of a step; "" where a person may take it."""
    refused = may(step, source, found, KARI, "reasons", until=until, now=NOW)
    assert (refused.reason if refused else "") == "" if not word else word in refused.reason


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("who", [RULE, SYSTEM], ids=["rule", "system"])
def test_no_machine_takes_a_step(step, who):
    """Nothing about a source is ever decided by automation."""
    refused = may(step, SLOWED, BAD, who, "reasons", until=MONTH, now=NOW)
    assert isinstance(refused, Refused)
    assert refused.invariant == 2


@pytest.mark.parametrize("step", Step)
def test_a_step_has_reasons(step):
    """Blank is refused."""
    assert may(step, SLOWED, BAD, KARI, " ", until=MONTH, now=NOW) is not None


@pytest.mark.parametrize(
    ("source", "found", "step"),
    [
        (PLAIN, BAD, Step.WARN),
        (PLAIN, FEW, None),
        (UNPROVEN, BAD, None),
        (WARNED, BAD, Step.SLOW),
        (WARNED, replace(BAD, since_warning=0), None),
        (SLOWED, BAD, Step.SUSPEND),
        (BARRED, BAD, None),
    ],
)
def test_what_is_proposed(source, found, step):
    """The next step, when the provider's rule is met, and nothing beyond it."""
    assert proposed(source, found, NOW) is step


@pytest.mark.parametrize(
    ("source", "record", "lane"),
    [
        (PLAIN, TrackRecord(), Lane.NORMAL),
        (PLAIN, TrackRecord(confirmed=40, weight=40, precision=0.9), Lane.FAST),
        (PLAIN, TrackRecord(confirmed=10, weight=10, precision=0.9), Lane.NORMAL),
        (PLAIN, TrackRecord(confirmed=40, weight=40, precision=0.7), Lane.NORMAL),
        (UNPROVEN, TrackRecord(confirmed=40, weight=40, precision=0.9), Lane.NORMAL),
        (replace(PLAIN, trusted_until=MONTH), TrackRecord(), Lane.FAST),
        (replace(PLAIN, trusted_until=NOW), TrackRecord(), Lane.NORMAL),
        (SLOWED, TrackRecord(confirmed=40, weight=40, precision=0.9), Lane.SLOW),
        (replace(SLOWED, until=NOW), TrackRecord(), Lane.NORMAL),
        (BARRED, TrackRecord(), Lane.SUSPENDED),
        (replace(BARRED, until=None), TrackRecord(), Lane.NORMAL),
    ],
)
def test_lanes(source, record, lane):
    """Who is read first, last, or not now; what has ended has ended."""
    assert lane_of(source, record, NOW, BAR) is lane


def test_counting():
    """Only what people called unfounded counts, within the period, and since the warning."""
    judged = [JudgedClaim(said=Said.UNFOUNDED, at=NOW - n * 20 * DAY) for n in range(6)]
    judged += [JudgedClaim(said=Said.REFUTED, at=NOW)] * 5
    found = counted(replace(PLAIN, warned_at=NOW - 30 * DAY), judged, 12, NOW)
    assert (found.unfounded, found.notices, found.since_warning) == (5, 12, 2)


@given(
    st.sampled_from([Step.WARN, Step.SLOW, Step.SUSPEND]),
    st.builds(UnfoundedCount, unfounded=st.integers(0, 30), notices=st.integers(0, 60),
              since_warning=st.integers(0, 30)),
    st.integers(0, 400), st.sampled_from(list(Lane)), st.integers(-10, 200),
)  # fmt: skip
def test_nobody_is_slowed_unwarned(step, found, ago, lane, days):
    """Whatever stands, no step is possible without the rule met and an old enough warning."""
    source = replace(PLAIN, warned_at=NOW - ago * DAY if ago else None, lane=lane,
                     until=NOW + 5 * DAY)  # fmt: skip
    if may(step, source, found, KARI, "why", until=NOW + days * DAY, now=NOW) is None:
        assert found.unfounded >= MisuseRule().count
        if step is not Step.WARN:
            assert 7 <= ago <= 366
            assert 0 < days <= 180
            assert found.since_warning >= MisuseRule().again
