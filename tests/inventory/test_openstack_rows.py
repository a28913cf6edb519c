"""The source `openstack`, row by row: since when, what is asked, and what is told of an odd one."""

from datetime import timedelta

import pytest

from aupkeep.model.errors import Invalid, Unreadable
from inventory.cloud import later
from inventory.test_openstack_source import (
    CUSTOMERS,
    NOON,
    gateway,
    held,
    holders,
    opened,
    three_projects,
)


@pytest.fixture
def cloud():
    """One cloud for each test."""
    return three_projects()


def at(minute):
    """A time as the cloud says it."""
    return f"2026-03-01T{minute // 60:02}:{minute % 60:02}:00Z"


def row_of(reading, prefix):
    """The row of a prefix."""
    (row,) = [row for row in reading.rows if str(row.prefix) == prefix]
    return row


def minutes(row):
    """Since when, and when it was given anew."""
    midnight = NOON.replace(hour=0)
    return tuple(x and (x - midnight) // timedelta(minutes=1) for x in (row.since, row.renewed))


def test_since_when_it_is_so(cloud):
    """A floating IP since it or its port changed last; a port, a prefix since they changed."""
    cloud.lists["floatingips"]["fip-1"] |= {"created_at": at(60), "updated_at": at(70)}
    cloud.lists["floatingips"]["fip-2"] |= {"created_at": at(60), "updated_at": at(90)}
    for name in ("port-1", "port-2"):
        cloud.lists["ports"][name] |= {"created_at": at(10), "updated_at": at(80)}
    cloud.lists["floatingips"]["fip-3"] |= {"port_id": None, "port_forwardings": [1]}
    cloud.lists["floatingips"]["fip-3"] |= {"created_at": at(5), "updated_at": at(6)}
    cloud.lists["subnets"]["s-ext"] |= {"created_at": at(1), "updated_at": at(2)}
    reading = opened(cloud, networks=["n-own"])(NOON)
    assert minutes(row_of(reading, "203.0.113.1/32")) == (80, 60)
    assert minutes(row_of(reading, "203.0.113.2/32")) == (90, 60)
    assert minutes(row_of(reading, "203.0.113.3/32")) == (6, 5)
    assert minutes(row_of(reading, "203.0.113.101/32")) == (80, 10)
    assert minutes(next(row for row in reading.rows if row.resource == "subnet:s-ext")) == (2, 1)
    cloud.lists["ports"]["port-1"]["updated_at"] = None
    assert minutes(row_of(opened(cloud)(NOON), "203.0.113.1/32")) == (None, 60)


def test_what_is_asked(cloud):
    """Only external networks, machines of all projects; projects where a table needs them."""
    opened(cloud)(NOON)
    asked = [path for path in cloud.asked if "limit" in path]
    assert [path for path in asked if "networks" in path] == [
        "/v2.0/networks?router%3Aexternal=True&limit=1000"
    ]
    assert [path for path in asked if "servers" in path] == [
        "/v2.1/servers/detail?all_tenants=True&limit=1000"
    ]
    for options, needed in (
        ({}, False),
        ({"tag": "customer:"}, True),
        ({"customers": {"domain:d-1": "oak"}}, True),
    ):
        cloud.asked.clear()
        opened(cloud, **options)(NOON)
        assert any(path.startswith("/v3/projects") for path in cloud.asked) is needed


def test_what_cannot_be_read_is_told(cloud):
    """Each with the number of its row and, where it has one, its prefix."""
    cloud.put("floatingips", "fip-1", floating_ip_address="x")
    cloud.put("floatingips", "fip-2", port_id="port-1")
    cloud.put("ports", "port-1", project_id="p-9" * 50)
    cloud.put("floatingips", "fip-3", project_id="p-9" * 50, port_id="port-1")
    cloud.put("subnets", "s-odd", network_id="n-ext", cidr="203.0.113.1/24")
    cloud.put("ports", "port-4", fixed_ips=[{"subnet_id": "s-ext", "ip_address": "y"}])
    cloud.put("ports", "port-5", fixed_ips=[{"subnet_id": "s-ext", "ip_address": "203.0.113.77"}])
    reading = opened(cloud, customers={**CUSTOMERS, "p-2": "o\x1bla"})(NOON)
    told = [
        (row.row, row.reason, row.prefix and str(row.prefix), row.settled)
        for row in reading.rejected
    ]
    long = "p-9" * 50
    assert told[0][0] == 1
    assert told[0][1].startswith("subnet: cidr: ")
    assert told[1][0] == 1
    assert "'x'" in told[1][1]
    assert told[2] == (
        2,
        f"203.0.113.2/32: expected a port of project p-2, found one of {long}",
        "203.0.113.2/32",
        True,
    )
    assert told[3][0] == 4
    assert reading.unmapped == {long[:100]}
    assert holders(reading)["203.0.113.77"] == ("", "port:port-5")
    cloud.put("ports", "port-5", project_id="p-2")
    (last,) = opened(cloud, customers={"p-2": "o\x1bla"})(NOON).rejected[-1:]
    assert last.reason.startswith("203.0.113.77/32: customer: ")


def test_a_project_without_a_name(cloud):
    """A load balancer's port that names none is told as one, and is nobody's."""
    gateway(cloud, "Octavia", "", "lb-1")
    reading = opened(cloud)(NOON)
    assert holders(reading)["203.0.113.50"] == ("", "project:(no project)")
    assert "(no project)" in reading.unmapped


def test_a_prefix_of_a_customer_whom_nobody_maps(cloud):
    """Is a pool, and its project is told."""
    cloud.put("subnets", "s-byo", network_id="n-byo", cidr="203.0.113.128/28", project_id="p-3",
              subnetpool_id="pool-1")  # fmt: skip
    reading = opened(cloud, subnet_pools=["pool-1"])(NOON)
    row = row_of(reading, "203.0.113.128/28")
    assert (row.customer, row.pool) == ("", True)
    assert reading.unmapped == {"p-3"}
    cloud.put("subnets", "s-byo", project_id="p-2")
    row = row_of(opened(cloud, subnet_pools=["pool-1"])(NOON), "203.0.113.128/28")
    assert (row.customer, row.pool) == ("ola", False)


@pytest.mark.parametrize("status", ["DELETED", "SOFT_DELETED"])
def test_a_machine_that_is_gone_names_nobody(cloud, status):
    """Nova lists it for a while."""
    cloud.put("servers", "vm-1", status=status)
    assert held(cloud)["203.0.113.1"] == ("kari", "port:port-1")


def test_a_router_is_one_by_its_ports_owner(cloud):
    """A port of another kind that names a router's id as its device is no gateway."""
    cloud.put("routers", "r-1", project_id="p-2")
    gateway(cloud, "network:dhcp", "p-2")
    assert held(cloud)["203.0.113.50"] == ("ola", "port:port-gw")


def test_a_machine_of_two_hours_ago_is_forgotten(cloud):
    """Between two whole lists what ended is known; after them it is not."""
    look = opened(cloud)
    look(NOON)
    cloud.drop("servers", "vm-1")
    look(later(NOON, 3600))
    assert holders(look(later(NOON, 3700)))["203.0.113.1"] == ("kari", "instance:vm-1")
    assert holders(look(later(NOON, 7200)))["203.0.113.1"] == ("kari", "port:port-1")


@pytest.mark.parametrize("projects", [{}, [], {"projects": {}}, {"projects": [7]}])
def test_projects_that_are_no_list(cloud, projects):
    """The look ends."""
    page = cloud._page
    cloud._page = lambda kind, query: projects if kind == "projects" else page(kind, query)
    with pytest.raises(Unreadable) as caught:
        opened(cloud, tag="customer:")(NOON)
    assert str(caught.value) == "/projects: expected a list of objects at 'projects', found none"


def test_links_that_are_odd_end_a_list(cloud):
    """What is no link to a next page is none."""
    page = cloud._page
    for links in (7, [7], [{"rel": "self"}]):
        cloud._page = lambda kind, query, odd=links: page(kind, query) | {f"{kind}_links": odd}
        assert held(cloud)["203.0.113.1"] == ("kari", "instance:vm-1")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tag": 7}, "option tag: expected text, found another type"),
        ({"networks": 7}, "option networks: expected a list of ids, found another value"),
    ],
)
def test_an_option_of_another_type(cloud, options, words):
    with pytest.raises(Invalid) as caught:
        opened(cloud, **options)
    assert str(caught.value) == words


def test_a_forwarding_beside_a_port(cloud):
    """A floating IP that is at a port is its machine's, whatever else it forwards."""
    cloud.put("floatingips", "fip-1", port_forwardings=[{"external_port": 22}])
    assert held(cloud)["203.0.113.1"] == ("kari", "instance:vm-1")


def test_tags_count_where_they_are_asked_for(cloud):
    """Of a list alone, and by the prefix that is set."""
    cloud.put("projects", "p-1", domain_id="d-1", tags=["customer:birch"])
    cloud.put("projects", "p-2", domain_id="d-2", tags="customer:alder")
    cloud.put("projects", "p-3", domain_id="d-3", tags=None)
    found = held(cloud, customers={"domain:d-9": "oak"})
    assert [found[f"203.0.113.{n}"][0] for n in (1, 2, 3)] == ["", "", ""]
    found = held(cloud, customers={}, tag="customer:")
    assert [found[f"203.0.113.{n}"][0] for n in (1, 2, 3)] == ["birch", "", ""]
