"""What a rule set is lifted when anything that it reaches is protected later: scope by scope."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from app.conftest import JUST_NOW
from app.steps import enforce, guess, post, told, work
from aupkeep.app.enforcing.holding_recheck import recheck_measures
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.journal import entry, record
from aupkeep.model.action import ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.decision import PortRange
from aupkeep.model.entry import EntryType
from aupkeep.model.ladder import Measure
from aupkeep.store import actions

PEER, OTHER = "198.51.100.9", "203.0.113.33"
HEAD = b"address,customer,resource,from,until\n"
SIX = "2001:db8:5:1::7"
AIMS = {
    "a port of an address": (Measure.BLOCK_PORT, {}),
    "an address": (Measure.ISOLATE, {"port": None, "protocol": None}),
    "the ports of a sharer": (Measure.BLOCK_PORT, {"source_ports": PortRange(0, 40000)}),
    "a peer": (
        Measure.BLOCK_DESTINATION,
        {"port": None, "protocol": None, "destination": ip_address(PEER)},
    ),
    "an assignment": (
        Measure.ISOLATE,
        {"port": None, "protocol": None, "address": ip_address(SIX), "prefix_length": 64},
    ),
    "a page at an address": (
        Measure.BLOCK_URL,
        {"port": None, "protocol": None, "address": None, "url": "http://203.0.113.10/a"},
    ),
    "a machine by its name": (Measure.ISOLATE, {"port": None, "protocol": None}),
    "a port by its name": (Measure.ISOLATE, {"port": None, "protocol": None}),
}
NAMED = {
    "a machine by its name": ("openstack", "instance:m7"),
    "a port by its name": ("openstack", "port:p7"),
}
PROTECTED = [
    ("a port of an address", "203.0.113.10"),
    ("an address", "203.0.113.8/29"),
    ("the ports of a sharer", "203.0.113.10"),
    ("a peer", PEER),
    ("a peer", "203.0.113.10"),
    ("an assignment", "2001:db8:5:1::99"),
    ("an assignment", "2001:db8:5::/48"),
    ("a page at an address", "203.0.113.10"),
    ("a machine by its name", OTHER),
    ("a machine by its name", "203.0.113.10"),
    ("a port by its name", OTHER),
]
ELSEWHERE = ["192.0.2.9", "2001:db8:6::/48", "203.0.113.40"]


def protecting(context, *entries: str):
    """The desk, with these under `[deciding] protected`."""
    deciding = replace(context.settings.deciding, protected=entries)
    return replace(context, settings=replace(context.settings, deciding=deciding))


def standing(context, aim):
    """A rule's measure that stands on such a scope."""
    driver, resource = NAMED.get(aim, ("nftables", "vm-a"))
    declare_space(context, "2001:db8::/32", "main")
    rows = f"2001:db8:5:1::/64,alder,{resource},2026-01-01T00:00:00Z,\n"
    if aim in NAMED:
        rows += f"203.0.113.10,alder,{resource},2026-01-01T00:00:00Z,\n"
        rows += f"203.0.113.32/29,alder,{resource},2026-01-01T00:00:00Z,\n"
    import_assignments(context, HEAD + rows.encode(), "csv")
    (case,) = post(context, guess("203.0.113.10", JUST_NOW))
    enforce(context)
    (action,) = actions.of_case(case.id)
    assert action.automatic
    measure, changes = AIMS[aim]
    scope = replace(action.scope, resource=resource, **changes)
    aimed = replace(action, measure=measure, driver=driver, scope=scope)
    payload = {"action": action.id, "proof": "seen", "until": action.until.isoformat()}
    seen = entry(context, EntryType.ACTION_APPLIED, SYSTEM, payload, case=case.id)
    record(context, seen, rows=[aimed], seen=[action])
    return case, action.id


@pytest.mark.parametrize(("aim", "protected"), PROTECTED)
def test_invariant_04_protection_given_later_lifts_whatever_reaches_it(furnished, aim, protected):
    """By the next look at the clock: a setting leaves no entry."""
    case, action = standing(furnished, aim)
    recheck_measures(protecting(furnished, *ELSEWHERE))
    assert actions.get(action).state is ActionState.APPLIED
    recheck_measures(protecting(furnished, *ELSEWHERE, protected))
    work(furnished)
    assert actions.get(action).state is ActionState.LIFTING
    whys = [row["why"] for row in told(case, EntryType.CASE_CHANGED) if "why" in row]
    assert any("is on the protect list" in why for why in whys)
