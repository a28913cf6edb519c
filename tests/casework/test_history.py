"""Cases of what another system dealt with: closed from the first, and never opened again."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from aupkeep.casework.history import APART, join_history
from aupkeep.model.case import CaseState, Claim, Outcome
from casework.scenes import HELD, HOUR, NOW, claim

DAY = timedelta(days=1)


def imported(*claims: Claim, at=NOW, case_files=(), number=1):
    """What joins, with ids k1, k2, … and references R1, R2 and so on."""
    ids, references = count(number), count(number)
    return join_history(
        claims,
        case_files,
        at=at,
        new_id=lambda: f"k{next(ids)}",
        new_reference=lambda: f"R{next(references)}",
    )


def first():
    """The folder that one report of NOW made."""
    return imported(claim("1"))[0].case_file


def test_a_report_of_before_is_a_closed_case():
    """Closed at its report's time, as imported; it confirms nobody's word."""
    (joined,) = imported(claim("1"))
    case = joined.case_file.case
    assert joined.opened
    assert (case.state, case.outcome, case.confirms) == (
        CaseState.CLOSED,
        Outcome.IMPORTED,
        False,
    )
    assert (case.opened_at, case.changed_at) == (NOW, NOW)
    assert (case.id, case.reference) == ("k1", "R1")


@pytest.mark.parametrize("at", [NOW, NOW + DAY, NOW + APART, NOW - DAY, NOW - APART])
def test_a_report_within_two_weeks_continues_it(at):
    """Before or after; the case spans from the first report to the last."""
    (joined,) = imported(claim("2"), at=at, case_files=[first()])
    case = joined.case_file.case
    assert not joined.opened
    assert (case.id, case.state, case.outcome) == ("k1", CaseState.CLOSED, Outcome.IMPORTED)
    assert (case.opened_at, case.changed_at) == (min(NOW, at), max(NOW, at))
    assert len(joined.case_file.claims) == 2


@pytest.mark.parametrize("at", [NOW + APART + HOUR, NOW - APART - HOUR])
def test_a_report_later_than_that_is_another_case(at):
    (joined,) = imported(claim("2"), at=at, case_files=[first()])
    assert joined.opened
    assert (joined.case_file.case.opened_at, joined.case_file.case.changed_at) == (at, at)


def test_the_span_counts_from_the_last_report():
    """Three weeks after the first, one after the second."""
    longer = imported(claim("2"), at=NOW + APART, case_files=[first()])[0].case_file
    (joined,) = imported(claim("3"), at=NOW + APART + 7 * DAY, case_files=[longer])
    assert not joined.opened
    assert joined.case_file.case.opened_at == NOW


def test_another_resource_is_another_case():
    other = claim("2", held=replace(HELD, resource="vm2"))
    (joined,) = imported(other, case_files=[first()], number=5)
    assert joined.opened
    assert joined.case_file.case.resource == "vm2"


def test_the_same_claim_again_changes_nothing():
    assert imported(claim("1"), case_files=[first()]) == ()
