"""A faulty version made many measures: all are listed and lifted in the time a person waits."""

import dataclasses
import time
from datetime import timedelta

import pytest

from app import kernel
from app.conftest import NOON
from app.steps import guess, post
from aupkeep.app.deciding.undo import undo_made
from aupkeep.app.enforcing.standing import list_measures
from aupkeep.app.journal import entry, record
from aupkeep.model.action import ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.made_by import MadeBy
from aupkeep.store import actions, customers, decisions

LISTED, LIFTED = 5.0, 60.0  # CPU seconds for a thousand
FEW, MANY = 60, 1000
pytestmark = pytest.mark.again("joints")


@pytest.fixture
def number(request):
    """A thousand at night."""
    return MANY if request.config.getoption("tier") == "nightly:joints" else FEW


@pytest.fixture
def many(furnished, number):
    """So many customers with a machine each that one rule blocked a port of."""
    (case,) = post(furnished, guess("203.0.113.10", NOON - timedelta(minutes=5)))
    (decision,), (action,) = decisions.of_case(case.id), actions.of_case(case.id)
    customer = customers.get(case.customer)
    for which in range(number - 1):
        owner = dataclasses.replace(customer, id=f"customer-{which}")
        whose = {"customer": owner.id, "resource": f"vm-{which}"}
        scope = dataclasses.replace(decision.scope, **whose)
        their = dataclasses.replace(
            case, id=f"{case.id}-{which}", reference=f"AAAA-{which:04}", **whose
        )
        decided = dataclasses.replace(
            decision, id=f"{decision.id}-{which}", case=their.id, scope=scope
        )
        done = dataclasses.replace(
            action,
            id=f"{action.id}-{which}",
            case=their.id,
            decision=decided.id,
            reference=their.reference,
            scope=scope,
        )
        noted = entry(furnished, EntryType.CASE_CHANGED, SYSTEM, {"n": which}, case=their.id)
        record(furnished, noted, rows=[owner, their, decided, done])
    return furnished


def test_all_of_a_version_are_lifted(many, number):
    """Listed in five, lifted in sixty CPU seconds a thousand, each with its own decision."""
    versions = actions.in_states([ActionState.WANTED])[0].versions
    made = MadeBy(rule=versions.rule, policy=versions.policy, automatic=True)
    begun = time.process_time()
    listed = list_measures(many, made=made)
    listing = time.process_time() - begun
    assert len(listed) == number
    begun = time.process_time()
    lifted = undo_made(many, made, reason="a bad rule", person="ada")
    lifting = time.process_time() - begun
    assert [row.error for row in lifted if row.error] == []
    assert len({row.lifted_by for row in lifted}) == number
    assert {x.state for x in list_measures(many, made=made)} == {ActionState.LIFTING}
    assert {x.driver for x in actions.in_states([ActionState.LIFTING])} == {kernel.NAME}
    share = number / MANY
    assert listing <= LISTED * share + 1
    assert lifting <= LIFTED * share + 5
    print(f"{number}: listed in {listing:.2f}, lifted in {lifting:.2f} CPU s")  # noqa: T201
