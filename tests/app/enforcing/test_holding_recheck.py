"""A measure never outlives the holding it was decided on: every change of it looks at once."""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, report
from app.steps import agent_of, arrive, block_port, enforce, guess, look_at_clocks, post, told, work
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.permissions import grant
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.model.action import ActionState
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden
from aupkeep.store import actions, cases, decisions

HEAD = b"address,port_from,port_to,customer,resource,from,until\n"


def blocked(context):
    """Alder's machine at .10, blocked by a rule, seen on the network."""
    (case,) = post(context, guess("203.0.113.10", JUST_NOW))
    enforce(context)
    (action,) = actions.of_case(case.id)
    assert action.state is ActionState.APPLIED
    assert action.automatic
    return case


def isolated(context):
    """The same machine, isolated by a person."""
    (case,) = arrive(context, report("203.0.113.10", JUST_NOW))
    decide_case(context, case.reference, people=("ada",), reasons="x", measure="isolate", hours=48)
    enforce(context)
    return case


def assign(context, rows):
    """Import assignments; all go in."""
    result = import_assignments(context, HEAD + rows.encode(), "csv")
    assert not result.dead


def lifted(context, case):
    """What the worker and the agent make of it: whether nothing stands any more."""
    work(context)
    enforce(context)
    states = {action.state for action in actions.of_case(case.id)}
    return states == {ActionState.LIFTED}


def whys(case):
    """The reasons that the case's entries give."""
    return [row["why"] for row in told(case, EntryType.CASE_CHANGED) if "why" in row]


@pytest.mark.parametrize("standing", [blocked, isolated])
def test_invariant_13_next_holder_is_not_limited(furnished, now, standing):
    """The address goes to the next customer: what stood on it is lifted, whoever decided it."""
    case = standing(furnished)
    now.at += timedelta(hours=20)
    assign(
        furnished,
        f"203.0.113.10,,,alder,vm-a,2026-03-01T11:00:00Z,{now.at:%Y-%m-%dT%H:%M:%SZ}\n"
        f"203.0.113.10,,,birch,vm-n,{now.at:%Y-%m-%dT%H:%M:%SZ},\n",
    )
    assert lifted(furnished, case)
    assert any("not known to be held by vm-a" in why for why in whys(case))
    assert cases.get(case.id).state is not CaseState.WAITING
    assert decisions.of_case(case.id)[-1].author.name == "holding-over"


def test_invariant_13_closing_lifts(furnished, now):
    """The record is closed and nobody holds the address: unknown restricts nobody."""
    case = blocked(furnished)
    now.at += timedelta(hours=1)
    assign(
        furnished,
        f"203.0.113.10,,,alder,vm-a,2026-03-01T11:00:00Z,{now.at:%Y-%m-%dT%H:%M:%SZ}\n",
    )
    assert lifted(furnished, case)


def test_invariant_13_nested_record_lifts(furnished, now):
    """A narrower record of somebody else inside the holder's prefix is the next holder's."""
    assign(furnished, "203.0.113.32/29,,,alder,vm-p,2026-01-01T00:00:00Z,\n")
    (case,) = post(furnished, guess("203.0.113.33", JUST_NOW))
    enforce(furnished)
    now.at += timedelta(hours=1)
    assign(furnished, f"203.0.113.33,,,birch,vm-q,{now.at:%Y-%m-%dT%H:%M:%SZ},\n")
    assert lifted(furnished, case)


def test_invariant_13_address_that_others_share_by_now_is_freed(furnished, now):
    """Another customer gets ports of the address: a block of the address would hit them."""
    case = blocked(furnished)
    now.at += timedelta(hours=1)
    assign(
        furnished,
        "203.0.113.10,,,alder,vm-a,2026-03-01T11:00:00Z,2026-03-01T13:00:00Z\n"
        "203.0.113.10,0,40000,alder,vm-a,2026-03-01T13:00:00Z,\n"
        "203.0.113.10,40001,65535,birch,vm-t,2026-03-01T13:00:00Z,\n",
    )
    now.at += timedelta(minutes=10)
    assert lifted(furnished, case)


def test_invariant_05_shared_address_is_never_limited_whole(furnished):
    """No rule touches an address that is held by ports; a person's measure is on the holder's."""
    assign(
        furnished,
        "203.0.113.40,0,40000,alder,vm-s,2026-01-01T00:00:00Z,\n"
        "203.0.113.40,40001,65535,birch,vm-t,2026-01-01T00:00:00Z,\n",
    )
    (case,) = post(furnished, {**guess("203.0.113.40", JUST_NOW), "port": 30000})
    assert case.customer == "alder"
    assert not actions.of_case(case.id)
    block_port(furnished, case)
    (action,) = actions.of_case(case.id)
    assert action.scope.source_ports == (0, 40000)


def test_invariant_13_protection_given_later_lifts_what_a_rule_set(furnished, now):
    """The customer is tagged: the rule's block goes, a person's stays."""
    case = blocked(furnished)
    now.at += timedelta(hours=1)
    import_customers(furnished, b"customer,tags\nalder,critical\n")
    assert lifted(furnished, case)
    assert any("alder is critical now" in why for why in whys(case))


def test_protection_given_later_leaves_what_a_person_decided(furnished, now):
    """Who is critical may still be limited by a person, with care."""
    case = isolated(furnished)
    now.at += timedelta(hours=1)
    import_customers(furnished, b"customer,tags\nalder,critical\n")
    work(furnished)
    assert [action.state for action in actions.of_case(case.id)] == [ActionState.APPLIED]


def test_invariant_13_permission_given_later_lifts_what_a_rule_set(furnished, now):
    """A load test is permitted while its block stands: the block goes."""
    case = blocked(furnished)
    now.at += timedelta(hours=1)
    until = now.at + timedelta(days=2)
    grant(furnished, "alder/vm-a", case.kind, until, person="ada", reasons="research scanner")
    assert lifted(furnished, case)
    assert any("it is permitted until" in why for why in whys(case))


def test_invariant_13_measure_ends_with_a_holding_that_ends_before_it(furnished, now):
    """The lease is known to end in three hours: so does the block, by the kernel's clock too."""
    case = blocked(furnished)
    end = (now.at + timedelta(hours=3)).replace(microsecond=0)
    assign(
        furnished,
        f"203.0.113.10,,,alder,vm-a,2026-03-01T11:00:00Z,{end:%Y-%m-%dT%H:%M:%SZ}\n"
        f"203.0.113.10,,,birch,vm-n,{end:%Y-%m-%dT%H:%M:%SZ},\n",
    )
    work(furnished)
    (action,) = actions.of_case(case.id)
    assert action.until == end
    agent = agent_of(furnished)
    enforce(furnished, agent)
    assert actions.get(action.id).state is ActionState.APPLIED
    now.at = end + timedelta(minutes=5)
    look_at_clocks(furnished)
    assert actions.get(action.id).state in {ActionState.EXPIRED, ActionState.LIFTING}


def test_invariant_13_holding_that_ends_by_itself_is_seen_by_the_clock(furnished, now):
    """No import at the moment itself: the clock sees that the holder is not certain any more."""
    case = isolated(furnished)
    end = (now.at + timedelta(hours=3)).replace(microsecond=0)
    assign(furnished, f"203.0.113.10,,,alder,vm-a,2026-03-01T11:00:00Z,{end:%Y-%m-%dT%H:%M:%SZ}\n")
    now.at = end - timedelta(seconds=60)  # within the tolerance
    look_at_clocks(furnished)
    enforce(furnished)
    assert {action.state for action in actions.of_case(case.id)} == {ActionState.LIFTED}


def test_change_between_decision_and_its_recheck(furnished, now):
    """A move that was committed while the decision was made is seen before the agent acts."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    now.at += timedelta(minutes=10)
    assign(
        furnished,
        "203.0.113.10,,,alder,vm-a,2026-03-01T11:00:00Z,2026-03-01T12:00:00Z\n"
        "203.0.113.10,,,birch,vm-n,2026-03-01T12:00:00Z,\n",
    )
    assert lifted(furnished, case)
    assert not told(case, EntryType.ACTION_APPLIED)


def test_covering_prefix_proves_nothing(furnished, now):
    """An old event of a /29 does not limit the customer to whom one of its addresses went."""
    assign(furnished, "203.0.113.48/29,,,alder,vm-p,2026-01-01T00:00:00Z,\n")
    assign(furnished, "203.0.113.49,,,birch,vm-q,2026-03-01T11:57:00Z,\n")
    (case,) = post(furnished, guess("203.0.113.49", NOON - timedelta(minutes=30)))
    assert case.customer == "alder"
    now.at += timedelta(hours=1)
    with pytest.raises(Forbidden, match=r"invariant 4.*203\.0\.113\.49"):
        block_port(furnished, case)
    assert not actions.of_case(case.id)
