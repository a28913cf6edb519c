"""Roles at the door of deciding: runbooks, the head rule, a router, one URL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.conftest import NOON, context_of, furnish
from app.steps import guess, post
from aupkeep.app.deciding.approvals import approve
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.freeze import freeze, thaw
from aupkeep.app.journal import entry, record
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden
from aupkeep.model.roles import StaffRole
from aupkeep.store import actions, decisions
from aupkeep.store import inventory as stored
from enrol import enrol

BLOCK = {"measure": "block-port", "hours": 4, "reasons": "It goes on."}


@pytest.fixture
def desk(home, now):
    """One person of each role, named after it."""
    context = furnish(context_of(home, now))
    for role in StaffRole:
        enrol(context, role.value, roles=[role])
    return context


@pytest.fixture
def case(desk):
    """Our telemetry saw guessing at SSH."""
    (found,) = post(desk, guess("203.0.113.10", NOON - timedelta(minutes=5)))
    return find_case(found.id)


def refused(desk, case, person, **wish):
    """The words of a refusal; nothing was decided."""
    before = len(decisions.of_case(case.id))
    with pytest.raises(Forbidden) as caught:
        decide_case(desk, case.reference, people=(person,), **wish)
    assert len(decisions.of_case(case.id)) == before
    return str(caught.value)


def test_the_network_centre_acts_by_a_runbook(desk, case):
    """Within kinds, measures and hours of one that exists; else not at all."""
    assert "acts by a runbook" in refused(desk, case, "noc", **BLOCK)
    assert "expected one of" in refused(desk, case, "noc", runbook="nothing", **BLOCK)
    assert "is not for connection/login_attack" in refused(
        desk, case, "noc", runbook="flood", **BLOCK
    )
    long = {**BLOCK, "hours": 25}
    assert "lasts at most 24 hours" in refused(desk, case, "noc", runbook="guessing", **long)
    wide = {**BLOCK, "measure": "isolate"}
    assert "has no isolate" in refused(desk, case, "noc", runbook="guessing", **wide)
    made = decide_case(desk, case.reference, people=("noc",), runbook="guessing", **BLOCK)
    assert decisions.get(made.decision).runbook == "guessing"


def test_the_network_centre_freezes_and_undoes(desk, case):
    """But does not thaw; the auditor does neither."""
    (action, *_) = actions.of_case(case.id)
    with pytest.raises(Forbidden):
        undo_action(desk, action.id, reason="wrong", person="auditor")
    assert undo_action(desk, action.id, reason="wrong", person="noc").action == action.id
    for person in ("auditor", "nobody"):
        with pytest.raises(Forbidden):
            freeze("a drill", person, desk.home)
    assert freeze("a drill", "noc", desk.home).frozen
    with pytest.raises(Forbidden):
        thaw("over", "noc", desk.home)
    assert thaw("over", "senior", desk.home).was_frozen


@pytest.mark.parametrize("person", ["operator", "auditor", "nobody", "noc"])
def test_who_may_not_decide_at_all(desk, case, person):
    """Not even words to the customer."""
    assert "refused" in refused(desk, case, person, measure="inform", reasons="x")


def test_an_analyst_suspends_nothing(desk, case):
    """L5 takes a senior; who is told what it takes."""
    wish = {"measure": "suspend-resource", "hours": 24, "reasons": "x"}
    assert "takes senior or legal" in refused(desk, case, "analyst", **wish)
    assert decide_case(desk, case.reference, people=("senior",), **wish).state == "made"


def test_a_router_takes_two_and_a_note(desk, case):
    """One person never isolates what others are behind."""
    (held,) = [item for item in stored.of_resource("alder", "vm-a", limit=9) if not item.end]
    marked = entry(desk, EntryType.ASSIGNMENTS_IMPORTED, SYSTEM, {"assignment": held.id})
    record(desk, marked, rows=[replace(held, router=True)])
    wish = {"measure": "suspend-resource", "hours": 24, "reasons": "x"}
    words = refused(desk, case, "senior", **wish)
    assert "router" in words or "behind" in words


def test_invariant_05_one_url_suspends_no_resource_alone(desk):
    """Neither without a note nor by one person; with both a colleague confirms it."""
    url = "https://www.alder.example/login"
    seen = {"kind": "content/phishing", "url": url, "address": "203.0.113.10"}
    (found,) = post(desk, {**seen, "at": (NOON - timedelta(minutes=5)).isoformat()})
    case = find_case(found.id)
    for measure in ("suspend-resource", "isolate"):
        wish = {"measure": measure, "hours": 24, "reasons": "x"}
        assert "a second person and a note" in refused(desk, case, "senior", **wish)
        noted = {**wish, "note": "the whole site is a copy; nothing else runs on it"}
        asked = decide_case(desk, case.reference, people=("senior",), **noted)
        assert asked.state == "waits for a second person"
        made = decisions.get(approve(desk, asked.decision, person="legal").decision)
        assert (made.measure.value, made.scope.note) == (measure, noted["note"])


def test_invariant_02_the_head_rule_takes_two_from_l3(desk):
    """Words one person decides; a limit waits, and an analyst does not even propose it."""
    seen = {"kind": "general/irresponsible", "address": "203.0.113.10"}
    target = {"port": 22, "protocol": "tcp"}
    at = (NOON - timedelta(minutes=5)).isoformat()
    (found,) = post(desk, {**seen, "at": at, "target": target})
    case = find_case(found.id)
    assert case.clause == "general"
    words = decide_case(desk, case.reference, people=("analyst",), measure="inform", reasons="x")
    assert words.state == "made"
    assert "takes senior or legal" in refused(desk, case, "analyst", **BLOCK)
    asked = decide_case(desk, case.reference, people=("senior",), **BLOCK)
    assert asked.state == "waits for a second person"
    assert approve(desk, asked.decision, person="legal").level == "L3"


def test_invariant_15_the_second_person_confirms_what_was_asked(desk):
    """A claim that comes between the two moves the measure to no other port or address."""
    seen = {"kind": "general/irresponsible", "address": "203.0.113.10"}
    at = (NOON - timedelta(minutes=5)).isoformat()
    target = {"port": 22, "protocol": "tcp"}
    (found,) = post(desk, {**seen, "at": at, "target": target}, weigh=False)
    asked = decide_case(desk, found.reference, people=("senior",), **BLOCK)
    later = (NOON - timedelta(minutes=1)).isoformat()
    post(desk, {**seen, "at": later, "target": {"port": 443, "protocol": "tcp"}}, weigh=False)
    made = decisions.get(approve(desk, asked.decision, person="legal").decision)
    assert (str(made.scope.address), made.scope.port) == ("203.0.113.10", 22)
