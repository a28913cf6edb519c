"""Misuse of reporting: a machine proposes, a person steps, after a warning, with an end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.casework.reporting_misuse import (
    MisuseRule,
    UnfoundedCount,
    counted,
    lane_of,
    may,
    proposed,
)
from aupkeep.casework.track_record import JudgedClaim, TrackRecord
from aupkeep.model.actor import SYSTEM
from aupkeep.model.decision import Refused
from aupkeep.model.source import ClaimVerdict, Lane, SanctionStep, Source
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
RULE_ASKS = (
    "The rule asks for 10 manifestly unfounded reports and a share of 50% in 90 days; "
    "found {} of {}."
)
NOBODY = "Nobody proved this name; its word moves nothing as it is, and may be another's."
FIRST = "A warning comes first."
NO_END = "This ends at a moment to come; none was given."
MORE = "The rule asks for 3 more since the warning; found 2."
TOO_SOON = "The warning is not 7 days old."
SLOW_FIRST = "The slow lane comes before a suspension."


@pytest.mark.parametrize(
    ("step", "source", "found", "until", "word"),
    [
        (SanctionStep.WARN, PLAIN, BAD, None, ""),
        (SanctionStep.WARN, PLAIN, FEW, None, RULE_ASKS.format(9, 14)),
        (SanctionStep.WARN, PLAIN, RARE, None, RULE_ASKS.format(12, 100)),
        (SanctionStep.WARN, UNPROVEN, BAD, None, NOBODY),
        (SanctionStep.SLOW, PLAIN, BAD, MONTH, FIRST),
        (SanctionStep.SLOW, WARNED, BAD, MONTH, ""),
        (SanctionStep.SLOW, WARNED, BAD, None, NO_END),
        (SanctionStep.SLOW, WARNED, BAD, NOW, NO_END),
        (SanctionStep.SLOW, WARNED, BAD, NOW + 181 * DAY, "It lasts 180 days at most."),
        (SanctionStep.SLOW, WARNED, replace(BAD, since_warning=2), MONTH, MORE),
        (SanctionStep.SLOW, replace(PLAIN, warned_at=NOW - 6 * DAY), BAD, MONTH, TOO_SOON),
        (SanctionStep.SLOW, replace(PLAIN, warned_at=NOW - 367 * DAY), BAD, MONTH, FIRST),
        (SanctionStep.SUSPEND, WARNED, BAD, MONTH, SLOW_FIRST),
        (SanctionStep.SUSPEND, SLOWED, BAD, MONTH, ""),
        (SanctionStep.SUSPEND, replace(SLOWED, until=NOW - DAY), BAD, MONTH, SLOW_FIRST),
        (SanctionStep.TRUST, PLAIN, BAD, MONTH, ""),
        (SanctionStep.TRUST, UNPROVEN, BAD, MONTH, "Only who is proven can be trusted."),
        (SanctionStep.TRUST, PLAIN, BAD, NOW + 367 * DAY, "It lasts 366 days at most."),
        (SanctionStep.TRUST, PLAIN, BAD, None, NO_END),
        (SanctionStep.RESTORE, BARRED, FEW, None, ""),
        (SanctionStep.RESTORE, UNPROVEN, FEW, None, ""),
    ],
)  # fmt: skip
def test_steps(step, source, found, until, word):
    """Each condition of a step; "" where a person may take it."""
    refused = may(step, source, found, KARI, "reasons", until=until, now=NOW)
    invariant = 6 if word.startswith(("This ends", "It lasts")) else None
    assert refused == (Refused(reason=word, invariant=invariant) if word else None)


@pytest.mark.parametrize("step", SanctionStep)
@pytest.mark.parametrize("who", [RULE, SYSTEM], ids=["rule", "system"])
def test_no_machine_takes_a_step(step, who):
    """Nothing about a source is ever decided by automation."""
    refused = may(step, SLOWED, BAD, who, "reasons", until=MONTH, now=NOW)
    assert refused == Refused(reason="Only a person takes a step about a source.", invariant=2)


@pytest.mark.parametrize("step", SanctionStep)
def test_a_step_has_reasons(step):
    """Blank is refused."""
    assert may(step, SLOWED, BAD, KARI, " ", until=MONTH, now=NOW) == Refused(
        reason="A step about a source needs written reasons."
    )


@pytest.mark.parametrize(
    ("source", "found", "step"),
    [
        (PLAIN, BAD, SanctionStep.WARN),
        (PLAIN, FEW, None),
        (UNPROVEN, BAD, None),
        (WARNED, BAD, SanctionStep.SLOW),
        (WARNED, replace(BAD, since_warning=0), None),
        (SLOWED, BAD, SanctionStep.SUSPEND),
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
    judged = [JudgedClaim(said=ClaimVerdict.UNFOUNDED, at=NOW - n * 20 * DAY) for n in range(6)]
    judged += [JudgedClaim(said=ClaimVerdict.REFUTED, at=NOW)] * 5
    found = counted(replace(PLAIN, warned_at=NOW - 30 * DAY), judged, 12, NOW)
    assert (found.unfounded, found.notices, found.since_warning) == (5, 12, 2)


@given(
    st.sampled_from([SanctionStep.WARN, SanctionStep.SLOW, SanctionStep.SUSPEND]),
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
        if step is not SanctionStep.WARN:
            assert 7 <= ago <= 366
            assert 0 < days <= 180
            assert found.since_warning >= MisuseRule().again


def test_the_bounds_themselves_pass():
    """Exactly as many, exactly the share, exactly so long ago: the rule is met."""
    least = UnfoundedCount(unfounded=10, notices=20, since_warning=3)
    assert may(SanctionStep.WARN, PLAIN, least, KARI, "why", until=None, now=NOW) is None
    warned = replace(PLAIN, warned_at=NOW - 7 * DAY)
    half_year = NOW + 180 * DAY
    assert may(SanctionStep.SLOW, warned, least, KARI, "why", until=half_year, now=NOW) is None
    assert may(SanctionStep.SLOW, replace(warned, warned_at=NOW - 366 * DAY), least, KARI, "why",
               until=half_year, now=NOW) is None  # fmt: skip
    year = NOW + 366 * DAY
    assert may(SanctionStep.TRUST, PLAIN, least, KARI, "why", until=year, now=NOW) is None
    soon = NOW + timedelta(microseconds=1)
    assert may(SanctionStep.TRUST, PLAIN, least, KARI, "why", until=soon, now=NOW) is None
    assert may(SanctionStep.RESTORE, BARRED, least, KARI, "why", until=None, now=NOW) is None


def test_counting_has_edges():
    """The period's first moment counts, the future does not; the warning's own moment neither."""
    edge = [JudgedClaim(said=ClaimVerdict.UNFOUNDED, at=NOW - 90 * DAY)]
    late = [JudgedClaim(said=ClaimVerdict.UNFOUNDED, at=NOW + DAY)]
    exactly = [JudgedClaim(said=ClaimVerdict.UNFOUNDED, at=NOW)]
    assert counted(PLAIN, edge + late + exactly, 0, NOW) == UnfoundedCount(
        unfounded=2, notices=2, since_warning=0
    )
    warned = replace(PLAIN, warned_at=NOW)
    assert counted(warned, exactly, 9, NOW) == UnfoundedCount(
        unfounded=1, notices=9, since_warning=0
    )
    strict = MisuseRule(period=30 * DAY)
    assert counted(PLAIN, edge + exactly, 5, NOW, strict).unfounded == 1
    assert UnfoundedCount(unfounded=1, notices=4, since_warning=0).share == 0.25
    assert UnfoundedCount(unfounded=0, notices=0, since_warning=0).share == 0.0


def test_a_provider_has_its_own_rule():
    """Another rule is asked for in its own figures, by what proposes and by what refuses."""
    rule = MisuseRule(count=2, share=0.25, period=10 * DAY, again=9, patience=20 * DAY)
    two = UnfoundedCount(unfounded=2, notices=8, since_warning=0)
    assert proposed(PLAIN, two, NOW, rule) is SanctionStep.WARN
    assert proposed(PLAIN, replace(two, notices=9), NOW, rule) is None
    refused = may(
        SanctionStep.WARN,
        PLAIN,
        replace(two, unfounded=1),
        KARI,
        "why",
        until=None,
        now=NOW,
        rules=rule,
    )
    assert refused == Refused(
        reason="The rule asks for 2 manifestly unfounded reports and a share of 25% in 10 days; "
        "found 1 of 8."
    )
    early = may(SanctionStep.SLOW, WARNED, two, KARI, "why", until=MONTH, now=NOW, rules=rule)
    assert early == Refused(reason="The warning is not 20 days old.")
    old = replace(PLAIN, warned_at=NOW - 30 * DAY)
    more = may(SanctionStep.SLOW, old, two, KARI, "why", until=MONTH, now=NOW, rules=rule)
    assert more == Refused(reason="The rule asks for 9 more since the warning; found 0.")


def test_a_good_record_reaches_the_bar():
    """Exactly the bar is good."""
    exact = TrackRecord(confirmed=12, refuted=8, weight=20, precision=0.8)
    assert lane_of(PLAIN, exact, NOW, BAR) is Lane.FAST
    assert lane_of(PLAIN, replace(exact, refuted=7), NOW, BAR) is Lane.NORMAL


def test_a_lane_has_ended_at_its_end():
    """At that very moment the source is in no slow lane, and the next step is the slow lane."""
    ended = replace(SLOWED, until=NOW)
    assert proposed(SLOWED, BAD, NOW) is SanctionStep.SUSPEND
    assert proposed(ended, BAD, NOW) is SanctionStep.SLOW
