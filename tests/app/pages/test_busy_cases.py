"""What the queue shows beside each case, counted by either database."""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, report
from app.steps import arrive
from aupkeep.app.context import AppContext
from aupkeep.store import busy_cases, cases
from aupkeep.store.busy_cases import HOURS, hours_of, open_of_customers

pytestmark = pytest.mark.both


def test_claims_are_counted_by_the_hour_and_open_cases_by_customer(furnished: AppContext):
    """The last hour is this one; what is older than the first counts no more."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    now = JUST_NOW.replace(minute=59)
    count = len(cases.claims(case.id))
    assert hours_of([case.id], now) == {case.id: (*[0] * (HOURS - 1), count)}
    assert open_of_customers([case.customer, "nobody"]) == {case.customer: 1}
    assert hours_of([case.id], now + timedelta(hours=HOURS - 1))[case.id][0] == count
    assert hours_of([case.id], now + timedelta(hours=HOURS)) == {}


def test_of_a_flood_no_more_claims_are_read_than_a_bar_can_show(
    furnished: AppContext, monkeypatch: pytest.MonkeyPatch
):
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    assert len(cases.claims(case.id)) > 1
    monkeypatch.setattr(busy_cases, "MOST", 1)
    assert hours_of([case.id], JUST_NOW)[case.id] == (*[0] * (HOURS - 1), 1)
