"""Which way a notice goes: a table, and that nothing holds back what limits or is urgent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.model.ladder import Level
from aupkeep.model.taxonomy import KINDS
from aupkeep.notify.restraint import URGENT, MailWay, NoticeBounds, way_of

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPEN = NoticeBounds(
    kind="vulnerability/open_service", level=Level.L2, automatic=True, asks=True, newest=AT,
    now=AT, oldest=timedelta(days=30), gathers=True,
)  # fmt: skip
GUESS = replace(OPEN, kind="connection/login_attack")
NONE = frozenset({OPEN.kind})


@pytest.mark.parametrize(
    ("bounds", "way"),
    [
        (OPEN, MailWay.DIGEST),
        (replace(OPEN, automatic=False), MailWay.ALONE),
        (GUESS, MailWay.ALONE),
        (replace(OPEN, hindered="no contact"), MailWay.NOT_YET),
        (replace(OPEN, capped="20 notices"), MailWay.NOT_YET),
        (replace(OPEN, level=Level.L3, capped="20", opted_out=NONE), MailWay.ALONE),
        (replace(OPEN, now=AT + timedelta(days=30)), MailWay.DIGEST),
        (replace(OPEN, now=AT + timedelta(days=30, seconds=1)), MailWay.PAGE),
        (replace(OPEN, opted_out=NONE), MailWay.DIGEST),
        (replace(OPEN, opted_out=NONE, asks=False), MailWay.PAGE),
        (replace(OPEN, gathers=False), MailWay.ALONE),
        (replace(OPEN, gathers=False, alike=2, most=3), MailWay.ALONE),
        (replace(OPEN, gathers=False, alike=3, most=3), MailWay.NOT_YET),
    ],
)
def test_ways(bounds, way):
    """Each bound, at its edge; a way that is not at once says why, but for the digest."""
    chosen, why = way_of(bounds)
    assert chosen is way
    assert bool(why) == (way in {MailWay.PAGE, MailWay.NOT_YET})


@given(
    kind=st.sampled_from(sorted(KINDS)),
    level=st.sampled_from([level for level in Level if level >= Level.L3]),
    days=st.integers(0, 400),
    alike=st.integers(0, 9),
)
def test_what_limits_goes_at_once(kind, level, days, alike):
    """Whatever its kind, age, caps and wishes."""
    bounds = replace(
        OPEN, kind=kind, level=level, now=AT + timedelta(days=days), alike=alike,
        capped="20", opted_out=frozenset(KINDS), asks=False,
    )  # fmt: skip
    assert way_of(bounds) == (MailWay.ALONE, "")


@given(kind=st.sampled_from([name for name, kind in KINDS.items() if kind.urgency in URGENT]))
def test_what_is_urgent_is_never_gathered(kind):
    assert way_of(replace(OPEN, kind=kind))[0] is MailWay.ALONE


@pytest.mark.parametrize(
    ("bounds", "why"),
    [
        (replace(OPEN, hindered="no contact", capped="20 notices"), "no contact"),
        (replace(OPEN, capped="20 notices"), "20 notices"),
        (replace(OPEN, now=AT + timedelta(days=31, hours=5)), "its newest event is 31 days old"),
        (replace(OPEN, opted_out=NONE, asks=False), "the customer wants no mail about this kind"),
        (
            replace(OPEN, gathers=False, alike=3, most=3),
            "3 mails about this kind in 24 hours, the cap",
        ),
        (OPEN, ""),
    ],
)
def test_why_it_is_not_at_once(bounds, why):
    """The desk reads it on the case: each reason word for word."""
    assert way_of(bounds)[1] == why


def test_the_bounds_of_an_unknown_case():
    """Of a kind that the taxonomy does not have nothing waits; one mail a day is what goes."""
    assert way_of(replace(OPEN, kind="made/up")) == (MailWay.ALONE, "")
    assert way_of(replace(OPEN, gathers=False, alike=1))[0] is MailWay.NOT_YET
    assert way_of(replace(OPEN, gathers=False))[0] is MailWay.ALONE


def test_who_is_attacked_is_told_at_once():
    """Whatever its age and the customer's wish."""
    kind = next(name for name in KINDS if name.startswith("protection/"))
    old = replace(OPEN, kind=kind, now=AT + timedelta(days=99), capped="20", asks=False)
    assert way_of(replace(old, opted_out=frozenset({kind}))) == (MailWay.ALONE, "")
