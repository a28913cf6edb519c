"""Deadlines come from the taxonomy; what ends is seen before it ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.casework.breaker import count
from aupkeep.casework.deadlines import (
    URGENT,
    answer_deadline,
    deadline,
    nested,
    open_time,
    overdue,
    reminder,
)
from aupkeep.casework.lift import in_force, lift
from aupkeep.casework.states import decided
from aupkeep.model.automatic_measure import AutomaticMeasure
from aupkeep.model.case import CaseState
from aupkeep.model.ladder import Cause, Level, Measure
from aupkeep.model.taxonomy import KINDS
from casework.scenes import CASE, CLAUSE, HOUR, KARI, NOW, OLA, RULE, ask, proposal


@pytest.mark.parametrize(
    ("kind", "rsit", "hours"),
    [
        ("connection/login_attack", None, 24),
        ("connection/ddos", None, 0.25),
        ("infrastructure/botnet", "malicious-code:infected-system", 24),
        ("infrastructure/botnet", "malicious-code:c2-server", 4),
        ("content/csam", None, None),
    ],
)
def test_deadline(kind, rsit, hours):
    """Each kind has its hours, some by their RSIT value, and some none at all."""
    assert deadline(kind, rsit, NOW) == (None if hours is None else NOW + hours * HOUR)


WEEKEND = (5, 6)
OSLO = ZoneInfo("Europe/Oslo")
SLOW = [name for name, kind in KINDS.items() if kind.urgency not in URGENT and kind.hours]
QUICK = [name for name, kind in KINDS.items() if kind.urgency in URGENT and kind.hours]
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
CLOSED = st.frozensets(st.integers(0, 6), max_size=6)


@given(kind=st.sampled_from(SLOW), start=MOMENTS, days=CLOSED, zone=st.sampled_from([UTC, OSLO]))
def test_closed_days_give_time_and_never_take_it(kind, start, days, zone):
    """The deadline is no earlier than by the clock, ends on an open day, and each day is named."""

    def closed(day: date) -> bool:
        return day.weekday() in days

    due, skipped = answer_deadline(kind, start, closed, zone)
    assert due >= deadline(kind, None, start)
    last = (due - timedelta(microseconds=1)).astimezone(zone).date()
    assert not closed(last)
    assert list(skipped) == sorted(skipped)
    assert all(closed(day) for day in skipped)
    first = start.astimezone(zone).date()
    passed = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert list(skipped) == [day for day in passed if closed(day)]


@given(kind=st.sampled_from(QUICK), start=MOMENTS)
def test_what_is_urgent_runs_by_the_clock(kind, start):
    first = start.astimezone(OSLO).date()
    due = answer_deadline(kind, start, lambda day: day == first, OSLO)
    assert due == (deadline(kind, None, start), ())


def test_summer_time_begins_on_a_closed_day():
    """Three days from Friday noon in Oslo, over the Sunday of 23 hours, are Wednesday noon."""
    friday = datetime(2026, 3, 27, 11, tzinfo=UTC)
    due, skipped = answer_deadline(
        "vulnerability/cve", friday, lambda day: day.weekday() in WEEKEND, OSLO
    )
    assert due == datetime(2026, 4, 1, 10, tzinfo=UTC)
    assert [day.day for day in skipped] == [28, 29]


def test_a_year_without_open_days_has_an_end():
    due, skipped = answer_deadline("vulnerability/cve", NOW, lambda _: True, UTC)
    assert (due, skipped) == (NOW + 72 * HOUR, ())


def test_reminder_at_half():
    """Half the time is left when the customer is reminded."""
    assert reminder(NOW, NOW + 24 * HOUR) == NOW + 12 * HOUR


def test_a_reseller_has_three_quarters():
    """The last quarter is left for its customer."""
    assert nested(NOW, NOW + 24 * HOUR) == NOW + 18 * HOUR


def test_overdue_goes_back_to_the_desk():
    """A deadline counts as passed at its very moment, and only for a case that waits."""
    waiting = replace(CASE, state=CaseState.WAITING, deadline_at=NOW)
    (late,) = overdue([waiting, CASE], NOW)
    assert (late.state, late.changed_at) == (CaseState.OPEN, NOW)
    assert overdue([waiting], NOW - HOUR) == ()


def test_in_force_until_lifted_or_ended():
    """A measure stands until its end, or until a decision reverses it."""
    made = ask()
    undone = ask(lift(made, CASE, CLAUSE, "why"), (KARI,), name="d2", decisions=(made,))
    told = ask(proposal(Measure.INFORM), name="d3")
    assert in_force([made, told], NOW) == (made,)
    assert in_force([made, undone], NOW) == ()
    assert in_force([made], made.ends) == ()
    older = replace(made, id="d9", starts=NOW - HOUR)
    beside = replace(made, id="d0")
    assert in_force([made, older, beside], NOW) == (older, beside, made)


def test_breaker_counts_an_hour_and_a_day():
    """An hour for decisions, a day for customers."""
    made = AutomaticMeasure(customer="c1", level=Level.L3, starts=NOW)
    counted = count([made], 10, NOW)
    assert (counted.l3, counted.touched, counted.customers) == (1, {"c1"}, 10)
    later = count([made], 10, NOW + 2 * HOUR)
    assert (later.l3, later.touched) == (0, {"c1"})
    assert count([made], 10, NOW + 25 * HOUR).touched == frozenset()


def test_decision_moves_the_case():
    """A deadline makes the case wait; a finding of cause stays on it."""
    asked = ask(proposal(Measure.INFORM_DEADLINE), (RULE,))
    waiting = decided(CASE, asked, NOW, deadline=NOW + HOUR)
    assert (waiting.state, waiting.changed_at) == (CaseState.WAITING, NOW)
    blamed = ask(proposal(cause=Cause.CARELESS), (KARI,))
    found = decided(CASE, blamed, NOW, deadline=None)
    assert (found.state, found.cause) == (CaseState.OPEN, Cause.CARELESS)
    assert found.changed_at == NOW
    assert decided(found, asked, NOW, deadline=NOW + HOUR).cause is Cause.CARELESS
    undone = ask(lift(blamed, CASE, CLAUSE, "why"), (OLA,), name="d2", decisions=(blamed,))
    undone = replace(undone, cause=Cause.OWN_ACT)
    assert decided(found, undone, NOW, deadline=None).cause is Cause.CARELESS


@pytest.mark.parametrize(
    ("measure", "reverses", "handled"),
    [
        (Measure.INFORM, None, NOW),
        (Measure.BLOCK_PORT, None, NOW),
        (Measure.BLOCK_PORT, "d0", None),
        (Measure.INFORM_DEADLINE, None, None),
    ],
)
def test_what_was_decided_deals_with_an_open_case(measure, reverses, handled):
    """What was taken back does not, nor a deadline, which makes it wait; it rests no longer."""
    resting = replace(CASE, handled_at=NOW - HOUR, snoozed_until=NOW + HOUR)
    made = replace(ask(proposal(measure)), reverses=reverses)
    after = decided(resting, made, NOW, deadline=NOW + HOUR)
    assert (after.handled_at, after.snoozed_until) == (handled, None)


def test_open_time_is_counted_to_the_second():
    """Through a day's end, over closed days, in the zone's days."""
    noon = datetime(2026, 3, 6, 12, tzinfo=UTC)  # a Friday
    weekend = lambda day: day.weekday() in WEEKEND  # noqa: E731 - a table's word
    every = lambda _day: False  # noqa: E731 - the same
    assert open_time(noon, 12 * HOUR, every, UTC) == (noon + 12 * HOUR, ())
    saturday, sunday = date(2026, 3, 7), date(2026, 3, 8)
    assert open_time(noon, 12 * HOUR, weekend, UTC) == (noon + 12 * HOUR, ())
    second = timedelta(seconds=1)
    over = (noon + 60 * HOUR + second, (saturday, sunday))
    assert open_time(noon, 12 * HOUR + second, weekend, UTC) == over
    late = datetime(2026, 3, 6, 23, 30, tzinfo=UTC)  # Saturday in Oslo already
    monday = datetime(2026, 3, 8, 23, tzinfo=UTC)
    due, days = open_time(late, HOUR, weekend, OSLO)
    assert (due, days) == (monday + HOUR, (saturday, sunday))
    assert due.tzinfo is UTC


def test_of_what_has_no_hours_there_is_no_deadline():
    assert answer_deadline("content/csam", NOW, lambda _: True, UTC) == (None, ())


def test_a_person_gives_other_hours_than_the_kind():
    """From the same start on, also where the kind has none."""
    for kind in ("content/csam", "vulnerability/cve"):
        due, skipped = answer_deadline(kind, NOW, lambda _: False, UTC, hours=5)
        assert (due, skipped) == (NOW + 5 * HOUR, ())


def test_a_year_is_looked_through():
    """One open day at its end is found; a day later it is not, and all days count."""
    last = (NOW + timedelta(days=365)).date()
    due, skipped = open_time(NOW, HOUR, lambda day: day != last, UTC)
    assert (due.date(), len(skipped)) == (last, 365)
    after = last + timedelta(days=1)
    assert open_time(NOW, HOUR, lambda day: day != after, UTC) == (NOW + HOUR, ())
