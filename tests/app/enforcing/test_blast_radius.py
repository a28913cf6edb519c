"""What a measure reaches besides is said before anybody decides it."""

from datetime import timedelta
from ipaddress import ip_address

import pytest

from app.enforcing.test_effect import flows
from aupkeep.app.enforcing.blast_radius import reach_lines
from aupkeep.app.enforcing.plan import EnforcementPlan, plan_measure
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.model.ladder import Measure

HEAD = b"address,customer,resource,from,until\n"


@pytest.fixture
def planned(furnished, now):
    """Plan a port block of the machine of alder."""

    def plan() -> EnforcementPlan:
        until = now.at + timedelta(hours=4)
        words = {"port": 22}
        return plan_measure(furnished, Measure.BLOCK_PORT, "203.0.113.10", until, words=words)

    return plan


def test_nothing_besides(planned):
    """One address, no flows kept: said so, and not as none."""
    plan = planned()
    assert plan.refused is None
    assert plan.reach.traffic is None
    assert (plan.reach.addresses, plan.reach.customers, plan.reach.tags) == ((), (), ())
    assert reach_lines(plan.reach)[-1].endswith("not known: no flow record of the last day")


def test_everything_besides(furnished, now, planned):
    """Another address of the machine, a reseller's customer, a tag, and a day's traffic."""
    import_assignments(furnished, HEAD + b"203.0.113.11,alder,vm-a,2026-01-01T00:00:00Z,\n", "csv")
    import_customers(
        furnished, b"customer,name,parent,tags\nalder,Alder,,critical\nbelow,Below,alder,\n"
    )
    flows(furnished, now.at - timedelta(hours=5), proto=6, dport=443)
    reach = planned().reach
    assert reach.addresses == ("203.0.113.11/32",)
    assert reach.customers == ("below",)
    assert reach.tags == ("critical",)
    assert (reach.traffic.peers, reach.traffic.packets, reach.traffic.bytes) == (1, 9, 540)
    lines = "\n".join(reach_lines(reach))
    for words in ("beside it     203.0.113.11", "sub-customers below", "protected by  critical"):
        assert words in lines
    assert "1 peers, 9 packets, 540 bytes" in lines


def test_nothing_would_be_done(furnished, now):
    """A plan that is refused reaches nobody."""
    until = now.at + timedelta(hours=4)
    plan = plan_measure(furnished, Measure.ISOLATE, str(ip_address("203.0.113.99")), until)
    assert plan.refused
    assert plan.reach is None
    assert reach_lines(plan.reach) == []
