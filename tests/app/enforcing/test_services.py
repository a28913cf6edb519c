"""What a customer has, and what no driver reaches."""

import dataclasses
from datetime import timedelta

import pytest

from app.conftest import NOON, with_settings
from aupkeep.app.context import bind
from aupkeep.app.enforcing.services import customer_services, service_lines
from aupkeep.app.inventory.hosted_names import import_hosted_names
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.journal import entry, record
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing
from aupkeep.store import customers

EDGE = TargetSettings(name="edge", driver="nftables", prefixes=("203.0.113.0/24",))
BILLING = TargetSettings(
    name="billing", driver="webhook", measures=("suspend-account", "suspend-resource")
)
DRY = TargetSettings(name="dry", driver="record")


@pytest.fixture
def desk(furnished):
    """Alder has a sub-customer, which is recorded as above itself, and a name at a shared host.

    No import takes such a ring any more; one of before may still be there.
    """
    declare_space(furnished, "2001:db8::/32", "main")
    import_customers(
        furnished,
        b"customer,name,contact,parent,external_id\n"
        b"alder,Alder,noc@alder.example,,crm-7\n"
        b"twig,Twig,it@twig.example,alder,\n",
    )
    ring = dataclasses.replace(customers.get("alder"), parent="twig")
    record(furnished, entry(furnished, EntryType.CUSTOMERS_IMPORTED, SYSTEM, {}), rows=[ring])
    import_assignments(
        furnished,
        b"address,customer,resource,from,until,port_from,port_to\n"
        b"203.0.113.40,alder,vm-d,2026-01-01T00:00:00Z,,1024,2047\n"
        b"203.0.113.128/28,alder,net,2026-01-01T00:00:00Z,,,\n"
        b"2001:db8:7::/48,twig,vm-t,2026-01-01T00:00:00Z,,,\n"
        b"203.0.113.99,alder,gone,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,,\n",
        "csv",
    )
    import_hosted_names(
        furnished,
        b"name,address,customer,resource,from,until\n"
        b"shop.alder.example,203.0.113.80,alder,vm-a,2026-01-01T00:00:00Z,\n",
    )
    return furnished


def with_targets(desk, *targets: TargetSettings):
    """The desk with these targets."""
    enforcement = EnforcementSettings(targets=targets)
    changed = with_settings(desk, enforcement=enforcement)
    bind(changed)
    return changed


def reach(answer):
    """Subject → what reaches it, else its gap."""
    return {
        f"{item.kind} {item.subject}": [(x.level, x.target) for x in item.reached] or item.gap
        for item in answer.services
    }


def test_each_service_names_what_reaches_it(desk):
    """The router isolates a host, billing the rest; a name has neither and says what would."""
    answer = customer_services(with_targets(desk, EDGE, BILLING), "alder")
    assert reach(answer) == {
        "resource net": [("L5", "billing")],
        "address 203.0.113.128/28": [("L5", "billing")],
        "resource vm-a": [("L5", "billing")],
        "address 203.0.113.10": [("L4", "edge"), ("L5", "billing")],
        "resource vm-d": [("L5", "billing")],
        "address 203.0.113.40 ports 1024-2047": [("L4", "edge"), ("L5", "billing")],
        "name shop.alder.example": "no target's driver can block-name",
        "account crm-7": [("L6", "billing")],
        "sign-in noc@alder.example": [("L6", "billing")],
        "api-credentials crm-7": [("L6", "billing")],
    }
    assert answer.gaps == 1
    (name,) = [item for item in answer.services if item.gap]
    assert "aupkeep done" in name.remedy


def test_sub_customers_stand_apart_and_end(desk):
    """Twig is below alder and, by a wrong record, above it: it stands once."""
    answer = customer_services(with_targets(desk, EDGE, BILLING), "alder")
    (twig,) = answer.sub_customers
    assert (twig.customer, twig.sub_customers) == ("twig", ())
    assert reach(twig)["address 2001:db8:7::/48"] == [("L5", "billing")]
    assert any("sub-customer" in line for line in service_lines(answer))


def test_what_only_records_or_serves_elsewhere_reaches_nothing(desk):
    """Each gap is said: the target's prefixes, its driver, and many hosts under one prefix."""
    far = dataclasses.replace(BILLING, sites=("bergen",))
    answer = reach(customer_services(with_targets(desk, far), "alder"))
    assert "serves bergen, not site main" in answer["address 203.0.113.10"]
    assert "many hosts" in answer["address 203.0.113.128/28"]
    assert "not a site that is not known" in answer["account crm-7"]
    dry = customer_services(with_targets(desk, DRY), "alder")
    assert dry.gaps == len(dry.services)
    assert reach(dry)["resource vm-a"] == "the driver of dry only records: nothing would be limited"


def test_what_was_given_back_is_not_listed(desk, now):
    """An assignment that is over has no service; nobody unknown has any."""
    context = with_targets(desk, EDGE)
    now.at = NOON + timedelta(days=1)
    assert "resource gone" not in reach(customer_services(context, "alder"))
    with pytest.raises(Missing, match="known id"):
        customer_services(context, "nobody")


def test_what_a_driver_cannot_aim_is_a_gap(desk):
    """A cloud disables the project of a named machine; of an account by another name it cannot."""
    options = {"auth_url": "https://keystone.example/v3", "credential_id": "c",
               "credential_secret": "file:/nowhere"}  # fmt: skip
    cloud = TargetSettings(
        name="oslo", driver="openstack", measures=("suspend-account",), options=options
    )
    answer = customer_services(with_targets(desk, cloud), "alder")
    assert "expected instance:ID or an address" in reach(answer)["account crm-7"]
    import_assignments(
        desk,
        b"address,customer,resource,from,until\n"
        b"203.0.113.50,alder,instance:7f3c0000-0000-4000-8000-000000000001,2026-01-01T00:00:00Z,\n",
        "csv",
    )
    answer = customer_services(with_targets(desk, cloud), "alder")
    assert reach(answer)["account crm-7"] == [("L6", "oslo")]
