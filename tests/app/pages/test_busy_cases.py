"""What the queue shows beside each case, counted by either database."""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, report
from app.steps import arrive
from aupkeep.app.context import AppContext
from aupkeep.store import cases
from aupkeep.store.busy_cases import HOURS, hours_and_others

pytestmark = pytest.mark.both


def test_claims_are_counted_by_the_hour_and_open_cases_by_customer(furnished: AppContext):
    """The last hour is this one; what is older than the first counts no more."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    now = JUST_NOW.replace(minute=59)
    count = len(cases.claims(case.id))
    hours, others = hours_and_others([case.id], [case.customer, "nobody"], now)
    assert hours == {case.id: (*[0] * (HOURS - 1), count)}
    assert others == {case.customer: 1}
    hours, _ = hours_and_others([case.id], [], now + timedelta(hours=HOURS - 1))
    assert hours[case.id][0] == count
    assert hours_and_others([case.id], [], now + timedelta(hours=HOURS)) == ({}, {})
