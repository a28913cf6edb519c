"""One action that no agent can read keeps no other from beginning or ending; a name is whole."""

import dataclasses
from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.steps import arrive, enforce
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.desired_state import last_state, protect_list, write_desired
from aupkeep.app.enforcing.standing import list_measures
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.app.journal import entry, record
from aupkeep.enforcement.protect import read_protect, write_protect
from aupkeep.model.action import ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden, Invalid, Missing
from aupkeep.store import actions

ADA = "ada@aupkeep.example"


@pytest.fixture
def case(furnished):
    """A case whose port a person closed; it stands."""
    (found,) = arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=20)))
    words = {"measure": "block-port", "hours": 4}
    decide_case(furnished, found.reference, people=(ADA,), reasons="it goes on", **words)
    enforce(furnished)
    return found


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rate": 1 << 60, "measure": "limit-rate"}, "at most 1099511627776"),
        ({"note": "because of this. " * 200, "port": 2222, "protocol": "tcp"}, "2000 characters"),
    ],
)
def test_what_no_agent_takes_is_refused_by_the_gate(furnished, case, changes, words):
    """Before it is decided, in words."""
    choice = {"measure": "block-port", "hours": 4, **changes}
    with pytest.raises(Forbidden, match=words):
        decide_case(furnished, case.reference, people=(ADA,), reasons="x", **choice)


def test_an_action_that_no_agent_reads_has_failed(furnished, case):
    """However it came to be: it is failed with the reason, and another's lift goes out."""
    (stands,) = actions.of_case(case.id)
    poison = dataclasses.replace(
        stands,
        id=f"{stands.id}-2",
        state=ActionState.WANTED,
        proof=None,
        scope=dataclasses.replace(stands.scope, rate=1 << 60),
    )
    noted = entry(furnished, EntryType.CASE_CHANGED, SYSTEM, {"n": 1}, case=case.id)
    record(furnished, noted, rows=[poison])
    enforce(furnished)
    failed = actions.get(poison.id)
    assert failed.state is ActionState.FAILED
    assert failed.proof.startswith("no agent can read it: scope.rate: expected a whole number")
    undo_action(furnished, stands.id, reason="settled", person=ADA)
    enforce(furnished)
    assert actions.get(stands.id).state is ActionState.LIFTED
    assert last_state(furnished, "main").actions == ()


@pytest.mark.parametrize("name", ["ward#7", "#1host", "a # b"])
def test_a_customer_with_a_number_sign_is_protected(furnished, name):
    """Whole, by its own name and no other's, in the signed state too."""
    import_customers(furnished, f"customer,name,tags\n{name},Ward,protected\n".encode())
    rows = f"address,customer,resource,from,until\n203.0.113.30,{name},vm-w,2026-01-01T00:00:00Z,\n"
    import_assignments(furnished, rows.encode(), "csv")
    assert name in protect_list(furnished).customers
    write_desired(furnished, "main")
    kept = last_state(furnished, "main").protect
    assert name in kept.customers
    assert read_protect(write_protect(kept)) == kept


def test_comments_of_a_machine():
    """A number sign in a name is the name's; one after a blank begins a comment."""
    lines = ["# ours", "customer:ward#7  # the ward", "resource:#vm", "", "192.0.2.1\t#x"]
    found = read_protect(lines, comments=True)
    assert (found.customers, found.resources) == ({"ward#7"}, {"#vm"})
    assert [str(x) for x in found.networks] == ["192.0.2.1/32"]


def test_a_list_of_somebody_unknown(furnished, case):
    """A name that nobody knows is an error, not an empty list."""
    with pytest.raises(Invalid, match="expected one of main"):
        list_measures(furnished, target="elsewhere")
    with pytest.raises(Missing, match="nobody"):
        list_measures(furnished, customer="nobody")
    assert len(list_measures(furnished, target="main", customer="alder")) == 1
