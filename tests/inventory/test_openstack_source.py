"""The source `openstack`: whose an address is, by what no customer can write themselves."""

from datetime import timedelta

import pytest

from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.sources.openstack import SOURCE
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.model.errors import Forbidden, Invalid, Unavailable, Unreadable
from inventory.cloud import Cloud, later
from inventory.json_server import serving

LOGIN = {"username": "reader", "password": "pw", "project": "aupkeep"}
CUSTOMERS = {"p-1": "kari", "p-2": "ola"}
NOON = Cloud().now()


def three_projects():
    """Two mapped projects and one that is not; a machine of each with a port and a floating IP."""
    made = Cloud()
    made.put("networks", "n-ext", **{"router:external": True})
    made.put("subnets", "s-ext", network_id="n-ext", cidr="203.0.113.0/24", project_id="p-admin")
    made.put("subnets", "s-own", network_id="n-own", cidr="203.0.113.0/24", project_id="p-1")
    for number, project in enumerate(("p-1", "p-2", "p-3"), start=1):
        machine(made, number, project)
    return made


@pytest.fixture
def cloud():
    """One cloud for each test."""
    return three_projects()


def machine(cloud, number, project, **port: object):
    """A machine whose port has a number of ours in a network of its own, and a floating IP."""
    cloud.put("servers", f"vm-{number}", tenant_id=project, status="ACTIVE")
    fixed = [{"subnet_id": "s-own", "ip_address": f"203.0.113.{100 + number}"}]
    given = {"project_id": project, "device_owner": "compute:nova", "device_id": f"vm-{number}",
             "network_id": "n-own", "fixed_ips": fixed}  # fmt: skip
    cloud.put("ports", f"port-{number}", **(given | port))
    cloud.put(
        "floatingips",
        f"fip-{number}",
        floating_ip_address=f"203.0.113.{number}",
        port_id=f"port-{number}",
        project_id=project,
    )


def opened(cloud, client=None, customers=CUSTOMERS, **options: object):
    """The source on that cloud."""
    given = SourceOptions(name="cloud", customers=customers, options=LOGIN | options)
    return SOURCE.open(given, client or cloud.client())


def holders(reading):
    """Address → customer and resource, "" for nobody."""
    return {
        str(row.prefix).removesuffix("/32"): (row.customer, row.resource) for row in reading.rows
    }


def held(cloud, **options: object):
    """What one look says."""
    return holders(opened(cloud, **options)(NOON))


def test_a_floating_ip_is_its_machines(cloud):
    """Of a project without a customer it is nobody's; the network around it is a pool."""
    reading = opened(cloud)(NOON)
    found = holders(reading)
    assert found["203.0.113.1"] == ("kari", "instance:vm-1")
    assert found["203.0.113.2"] == ("ola", "instance:vm-2")
    assert found["203.0.113.3"] == ("", "project:p-3")
    assert found["203.0.113.0/24"][0] == ""
    assert (reading.unmapped, reading.rejected) == ({"p-3"}, [])


def test_a_machine_that_ends_between_two_lists_keeps_its_name(cloud):
    """Its port is listed still, and Nova has it no more: one look later the port is gone too."""
    look = opened(cloud)
    look(NOON)

    def ends(kind: str) -> None:
        if kind == "ports" and "vm-1" in cloud.lists["servers"]:
            cloud.drop("servers", "vm-1")

    cloud.between = ends
    for hours in (0.01, 1.1):
        found = holders(look(NOON + timedelta(hours=hours)))
        assert found["203.0.113.1"] == ("kari", "instance:vm-1")
    assert holders(look(NOON + timedelta(hours=3)))["203.0.113.1"] == ("kari", "port:port-1")


def test_numbers_of_a_customers_own_network_say_nothing(cloud):
    """Ours, given to a machine in a network of their own, are not taken for ours."""
    assert not set(held(cloud)) & {"203.0.113.101", "203.0.113.102"}
    assert held(cloud, networks=["n-own"])["203.0.113.101"] == ("kari", "instance:vm-1")


def test_what_is_attached_to_nothing_is_nobodys(cloud):
    """A floating IP that is reserved, or whose port is gone between two lists."""
    cloud.put("floatingips", "fip-1", port_id=None)
    cloud.put("floatingips", "fip-2", port_id="port-gone")
    found = held(cloud)
    assert {found["203.0.113.1"], found["203.0.113.2"]} == {("", "not attached")}


def test_what_a_customer_writes_into_a_port_blames_nobody_else(cloud):
    """A port that claims another's machine, a router, a load balancer: it stays its project's."""
    cloud.put("ports", "port-1", device_id="vm-2")
    assert held(cloud)["203.0.113.1"] == ("kari", "port:port-1")
    cloud.put("ports", "port-1", device_owner="network:router_gateway", device_id="r-2")
    cloud.put("routers", "r-2", project_id="p-2")
    assert held(cloud)["203.0.113.1"] == ("kari", "port:port-1")
    cloud.put("ports", "port-1", device_owner="", device_id="")
    assert held(cloud)["203.0.113.1"] == ("kari", "port:port-1")


def test_a_floating_ip_at_another_projects_port_is_doubtful(cloud):
    """Only an administrator can do that; nobody is named, and it is shown."""
    cloud.put("floatingips", "fip-1", port_id="port-2")
    reading = opened(cloud)(NOON)
    assert holders(reading)["203.0.113.1"] == ("", "doubtful")
    assert [row.reason for row in reading.rejected] == [
        "203.0.113.1/32: expected a port of project p-1, found one of p-2"
    ]


def gateway(cloud, owner, project="", device="r-1"):
    """A port of the network's own on the external network, at .50."""
    fixed = [{"subnet_id": "s-ext", "ip_address": "203.0.113.50"}]
    cloud.put("ports", "port-gw", network_id="n-ext", project_id=project, device_owner=owner,
              device_id=device, fixed_ips=fixed)  # fmt: skip


def test_gateways_are_many_machines(cloud):
    """A router's, of its project where that is known; Octavia's; a forwarding of ports."""
    for owner in ("network:router_gateway", "network:router_centralized_snat"):
        gateway(cloud, owner)
        assert held(cloud)["203.0.113.50"] == ("", "port:port-gw")  # routers are not listed to us
    cloud.put("routers", "r-1", project_id="p-2")
    assert held(cloud)["203.0.113.50"] == ("ola", "router:r-1 (router)")
    row = next(row for row in opened(cloud)(NOON).rows if row.router)
    assert (str(row.prefix), row.pool) == ("203.0.113.50/32", False)
    gateway(cloud, "Octavia", "p-1", "lb-1")
    assert held(cloud)["203.0.113.50"] == ("kari", "loadbalancer:lb-1 (router)")
    gateway(cloud, "network:dhcp", "p-admin")
    assert held(cloud)["203.0.113.50"] == ("", "project:p-admin")
    gateway(cloud, "network:floatingip", "", "")
    assert "203.0.113.50" not in held(cloud)
    cloud.put("floatingips", "fip-1", port_id=None, port_forwardings=[{"external_port": 22}])
    assert held(cloud)["203.0.113.1"] == ("kari", "port-forwarding (router)")


def test_a_customers_own_prefix(cloud):
    """A subnet that Neutron cut from a pool of ours is its project's, and so are its numbers."""
    cloud.put("subnets", "s-byo", network_id="n-byo", cidr="203.0.113.128/28", project_id="p-2",
              subnetpool_id="pool-1")  # fmt: skip
    fixed = [{"subnet_id": "s-byo", "ip_address": "203.0.113.130"}]
    cloud.put("ports", "port-2", fixed_ips=fixed)
    found = held(cloud, subnet_pools=["pool-1"])
    assert found["203.0.113.128/28"] == ("ola", "subnet:s-byo")
    assert found["203.0.113.130"] == ("ola", "instance:vm-2")
    assert "203.0.113.128/28" not in held(cloud)


def test_whose_a_project_is(cloud):
    """The table by its id, the table by its domain, its tag: the first that says so."""
    cloud.put("projects", "p-1", domain_id="d-1", tags=["customer:birch"])
    cloud.put("projects", "p-2", domain_id="d-2", tags=["customer:birch", "customer:alder"])
    cloud.put("projects", "p-3", domain_id="d-3", tags=["x", 7, "customer:birch"])
    table = {"p-1": "kari", "domain:d-1": "oak"}
    found = held(cloud, customers=table, tag="customer:")
    assert [found[f"203.0.113.{n}"][0] for n in (1, 2, 3)] == ["kari", "", "birch"]
    found = held(cloud, customers={"domain:d-1": "oak"}, tag="customer:")
    assert found["203.0.113.1"][0] == "oak"
    assert held(cloud, customers={"domain:d-1": "oak"})["203.0.113.3"][0] == ""


def test_every_page_is_read(cloud):
    """A cloud that gives fewer rows than asked for says that more follow."""
    cloud.page = 2
    for number in range(4, 10):
        machine(cloud, number, "p-1")
    found = held(cloud)
    assert len([name for name in found if "/" not in name]) == 9
    assert found["203.0.113.9"] == ("kari", "instance:vm-9")


def test_machines_are_read_whole_once_an_hour(cloud):
    """In between, those that changed since some minutes before the last look."""
    look = opened(cloud)
    look(NOON)
    machine(cloud, 4, "p-1")
    cloud.asked.clear()
    assert holders(look(later(NOON, 25)))["203.0.113.4"] == ("kari", "instance:vm-4")
    (asked,) = [path for path in cloud.asked if "servers" in path]
    assert "changes-since=2026-03-01T11%3A50%3A00Z" in asked
    look(later(NOON, 3600))
    assert "changes-since" not in [path for path in cloud.asked if "servers" in path][-1]


def test_a_token_that_is_over_is_replaced_once(cloud):
    """The next look goes on; a token that is refused again ends it, without a storm of logins."""
    look = opened(cloud)
    look(NOON)
    cloud.tokens.clear()
    assert holders(look(NOON))["203.0.113.1"][0] == "kari"
    assert cloud.logins == 2
    cloud.between = lambda _: cloud.tokens.clear()
    with pytest.raises(Forbidden, match="found two refused"):
        look(NOON)
    assert cloud.logins == 4


def test_a_login_that_is_refused_is_told_at_once(cloud):
    """One login a look, and no list."""
    look = opened(cloud, password="wrong")
    for logins in (1, 2):
        with pytest.raises(Forbidden, match="Keystone: expected a login, found HTTP 401"):
            look(NOON)
        assert cloud.logins == logins
    assert len(cloud.asked) == 2


def test_an_application_credential(cloud):
    """In place of a user with a password."""
    bodies = []
    respond = cloud.respond
    cloud.respond = lambda *given: (bodies.append(given[3]), respond(*given))[1]
    given = {"application_credential_id": "i", "application_credential_secret": "pw"}
    SOURCE.open(SourceOptions(name="c", options=given), cloud.client())(NOON)
    assert bodies[0]["auth"]["identity"] == {
        "methods": ["application_credential"],
        "application_credential": {"id": "i", "secret": "pw"},
    }


@pytest.mark.parametrize("kind", ["floatingips", "ports", "routers", "subnets", "servers"])
def test_a_list_that_breaks_off_is_no_snapshot(cloud, kind):
    """Of any of them; the look ends, and what was read so far is nothing."""
    client = cloud.client()
    look = opened(cloud, client)
    client.fails.append(kind)
    with pytest.raises(Unavailable, match="cut"):
        look(NOON)


HOSTILE = {
    "no list": ({"floatingips": {}}, Unreadable, "expected a list of objects"),
    "no objects": ({"floatingips": [1]}, Unreadable, "expected a list of objects"),
    "no object": ([], Unreadable, "expected an object"),
    "pages without a name": (
        {"floatingips": [{}], "floatingips_links": [{"rel": "next"}]},
        Unreadable,
        "one twice or too many",
    ),
    "the same page": (
        {"floatingips": [{"id": "a"}], "floatingips_links": [{"rel": "next"}]},
        Unreadable,
        "one twice or too many",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_answer_that_is_none(cloud, name):
    """It ends the look with what was expected and found."""
    value, kind, reason = HOSTILE[name]
    cloud._page = lambda *_: value
    with pytest.raises(kind, match=reason):
        opened(cloud)(NOON)


def test_odd_values_cost_no_other(cloud):
    """Of another type, without an address, without a time."""
    cloud.put("floatingips", "fip-1", floating_ip_address=7)
    cloud.put("ports", "port-2", fixed_ips="x", project_id=None)
    cloud.put("subnets", "s-odd", network_id="n-ext", cidr="203.0.113.1/24")
    cloud.lists["floatingips"]["fip-3"]["updated_at"] = "yesterday"
    reading = opened(cloud)(NOON)
    assert len(reading.rejected) == 3
    assert holders(reading)["203.0.113.3"] == ("", "project:p-3")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"password": ""}, "option password: expected it"),
        ({"username": 7}, "option username: expected text"),
        ({"tag": 7}, "option tag: expected text"),
        ({"networks": "n"}, "option networks: expected a list of ids"),
        ({"subnet_pools": [1]}, "option subnet_pools: expected a list of ids"),
    ],
)
def test_options_that_could_not_work(cloud, options, reason):
    with pytest.raises(Invalid, match=reason):
        opened(cloud, **options)


@pytest.mark.network
def test_over_a_real_line(cloud):
    """Keystone, Neutron and Nova at their own endpoints; one that the catalogue lacks is told."""
    with serving(answer=cloud.answer) as server:
        cloud.origin = server.origin
        found = holders(opened(cloud, HttpClient(f"{server.origin}/v3"))(NOON))
        assert found["203.0.113.1"] == ("kari", "instance:vm-1")
        with pytest.raises(Unavailable, match=r"catalogue: expected network \(public, R2\)"):
            opened(cloud, HttpClient(f"{server.origin}/v3/"), region="R2")(NOON)
