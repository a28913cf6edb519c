"""Deadlines come from the taxonomy; what ends is seen before it ends."""

from dataclasses import replace

import pytest

from aupkeep.casework.breaker import count
from aupkeep.casework.deadlines import deadline, overdue, reminder
from aupkeep.casework.lift import in_force, lift
from aupkeep.casework.states import decided
from aupkeep.model.automatic_measure import AutomaticMeasure
from aupkeep.model.case import CaseState
from aupkeep.model.ladder import Cause, Level, Measure
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


def test_reminder_at_half():
    """Half the time is left when the customer is reminded."""
    assert reminder(NOW, NOW + 24 * HOUR) == NOW + 12 * HOUR


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
