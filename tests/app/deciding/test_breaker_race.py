"""The breaker counts inside the deciding transaction: many at once do no more than one by one."""

import threading
from dataclasses import replace
from functools import partial

import pytest

from app.conftest import JUST_NOW, with_settings
from app.steps import guess, post
from aupkeep.app.deciding.consider import consider
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.casework.breaker import CEILING_L3, AutomationCount, BreakerLimits, allowed, trip
from aupkeep.model.ladder import Level
from aupkeep.store import actions, cases
from databases import in_threads

THREADS = 20


@pytest.fixture
def crowd(furnished):
    """Twenty customers, each with a case that the rule would answer with a block."""
    names = [f"customer{n},Customer {n},desk@c{n}.example,en,,2024-01-01\n" for n in range(THREADS)]
    data = "customer,name,contact,language,tags,since\n" + "".join(names)
    import_customers(furnished, data.encode())
    rows = [
        f"203.0.113.{100 + n},customer{n},vm-{n},2026-01-01T00:00:00Z,\n" for n in range(THREADS)
    ]
    data = "address,customer,resource,from,until\n" + "".join(rows)
    import_assignments(furnished, data.encode(), "csv")
    found = []
    for n in range(THREADS):
        found += post(furnished, guess(f"203.0.113.{100 + n}", JUST_NOW), weigh=False)
    return found


def test_invariant_08_twenty_threads_under_a_limit_of_one_make_one_block(furnished, crowd):
    """Each is refused or has to look again once the first has decided."""
    context = with_settings(furnished, deciding={"breaker_l3": 1, "breaker_share": 1.0})
    start = threading.Barrier(THREADS)
    errors = []

    def decide(case) -> None:
        start.wait()
        try:
            consider(context, case.id)
        except Exception as error:  # noqa: BLE001 - shown below
            errors.append(error)

    in_threads(partial(decide, case) for case in crowd)
    blocks = [action for case in crowd for action in actions.of_case(case.id)]
    assert len(blocks) == 1, errors
    assert all(cases.get(case.id) for case in crowd)
    for case in crowd:  # whoever met a conflict looks again, as the worker does
        consider(context, case.id)
    assert sum(len(actions.of_case(case.id)) for case in crowd) == 1


def test_invariant_08_no_setting_lifts_the_ceiling():
    """100 narrow blocks an hour and 2 % of customers a day, whatever the settings say."""
    unbounded = BreakerLimits(l3_an_hour=10**6, l4_an_hour=10**6, share_a_day=1.0)
    counted = AutomationCount(l3=CEILING_L3, customers=10**6)
    assert trip(Level.L3, "c1", counted, unbounded) is not None
    assert trip(Level.L3, "c1", replace(counted, l3=CEILING_L3 - 1), unbounded) is None
    assert trip(Level.L4, "c1", AutomationCount(l4=25, customers=10**6), unbounded) is not None
    assert trip(Level.L4, "c1", AutomationCount(l4=24, customers=10**6), unbounded) is None
    assert allowed(1000, unbounded) == 20
    assert allowed(10, unbounded) == 1
