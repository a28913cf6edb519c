"""A cloud that answers half: what cannot be read of one machine keeps no other's measures."""

from ipaddress import ip_address

import pytest

from aupkeep.enforcement.agent_outcome import protected_by_now
from aupkeep.enforcement.protect import read_protect
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import put
from enforcement.openstack.conftest import Make
from enforcement.openstack.double import DoubleCloud
from enforcement.openstack.test_holds import about, floating, isolated, suspended
from enforcement.orders import order

pytestmark = pytest.mark.network


def test_a_cell_that_is_down_keeps_no_other_machine(make: Make, double: DoubleCloud):
    """Nova says of its machines their id and UNKNOWN (2.69): taken to stand, and told."""
    first, second, _ = double.machines
    places = put(make(), suspended(first)), put(make(), suspended(second, number=2))
    servers = double.things["servers"]
    whole = servers[first.id]
    servers[first.id] = {"id": first.id, "tenant_id": double.project, "status": "UNKNOWN"}
    driver = make()
    assert [x.expires for x in driver.observe()] == [suspended(first).until] * 2
    assert "not read, taken to stand" in driver.unread
    driver.revert(places[1], suspended(second, number=2).id)
    assert double.state_of(second) == ("ACTIVE", False)
    with pytest.raises(Unavailable):
        driver.revert(places[0], suspended(first).id)
    servers[first.id] = whole
    driver.revert(places[0], suspended(first).id)
    assert double.state_of(first) == ("ACTIVE", False)


def test_one_machine_that_nova_fails_at_keeps_no_other(make: Make, double: DoubleCloud):
    """Its record there is broken: 500 for it alone."""
    first, second, _ = double.machines
    places = put(make(), suspended(first)), put(make(), suspended(second, number=2))
    double.broken.add(first.id)
    driver = make()
    assert len(driver.observe()) == 2
    assert f"GET /v2.1/servers/{first.id}: the answer is 500" in driver.unread
    driver.revert(places[1], suspended(second, number=2).id)
    assert double.state_of(second) == ("ACTIVE", False)
    double.broken.clear()
    driver.revert(places[0], suspended(first).id)
    assert driver.observe() == ()


def test_a_nameless_isolation_stays_when_the_address_moves(make: Make, double: DoubleCloud):
    """The floating IP is another's by now: that one's port is left alone, and ours is told."""
    first, second, _ = double.machines
    ident = double.floating_ip(first.port)
    address = double.things["floatingips"][ident]["floating_ip_address"]
    double.things["ports"][second.port] |= {"project_id": double.other, "tenant_id": double.other}
    double.things["servers"][second.id]["tenant_id"] = double.other
    aim = Scope(customer="acme", resource="vm-7", address=ip_address(address))
    for measure in (Measure.ISOLATE, Measure.SUSPEND_RESOURCE):
        action = order(measure, driver="openstack", aim=aim)
        double.things["floatingips"][ident] |= {"port_id": first.port}
        place = put(make(), action)
        double.things["floatingips"][ident] |= {"port_id": second.port}
        driver = make()
        (element,) = driver.observe()
        assert element.expires == action.until
        assert "another machine has it by now" in driver.unread
        with pytest.raises(DriverRefused, match="another machine has it by now"):
            put(make(), action)
        assert double.things["ports"][second.port]["admin_state_up"] is True
        assert double.state_of(second) == ("ACTIVE", False)
        make().revert(place, action.id)
        assert double.things["ports"][first.port]["admin_state_up"] is True


def test_an_account_found_by_an_address_stays_the_same(make: Make, double: DoubleCloud):
    """The port of the address is another project's by now: that one is not disabled."""
    machine = double.machines[0]
    aim = Scope(customer="acme", resource="vm-7", address=ip_address(machine.address))
    action = order(Measure.SUSPEND_ACCOUNT, driver="openstack", aim=aim)
    place = put(make(), action)
    double.things["ports"][machine.port] |= {"project_id": double.other}
    with pytest.raises(DriverRefused, match="another machine has it by now"):
        put(make(), action)
    assert double.things["projects"][double.other]["enabled"]
    make().revert(place, action.id)
    assert double.things["projects"][double.project]["enabled"]


def test_a_group_that_its_holder_deleted_meanwhile(make: Make, double: DoubleCloud):
    """The rest comes back, and a person is told; where none is left, none."""
    machine = double.machines[0]
    options = {"isolate": "quarantine-group", "isolate_id": "quarantine"}
    groups = double.things["groups"]
    for left in (["default"], []):
        port = double.things["ports"][machine.port]
        for name in ("web", "default", "quarantine"):
            groups[name] = {"id": name}
        port["security_groups"] = ["web", *left]
        place = put(make(**options), isolated(machine))
        assert port["security_groups"] == ["quarantine"]
        del groups["web"]
        make(**options).revert(place, isolated(machine).id)
        assert port["security_groups"] == left
        assert "groups web could not be found" in " ".join(make(**options).prepare())


def test_a_policy_that_was_deleted_meanwhile(make: Make, double: DoubleCloud):
    """None comes back, and a person is told."""
    machine, own = double.machines[0], double.policy()
    before = str(double.policy())
    options = {"isolate": "qos-policy", "isolate_id": own}
    double.things["ports"][machine.port]["qos_policy_id"] = before
    place = put(make(**options), isolated(machine))
    del double.things["policies"][before]
    make(**options).revert(place, isolated(machine).id)
    assert double.things["ports"][machine.port]["qos_policy_id"] is None
    assert f"policies {before} could not be found" in " ".join(make(**options).prepare())


@pytest.mark.parametrize("taken", [False, True])
def test_a_floating_ip_whose_port_is_gone_or_has_another(
    make: Make, double: DoubleCloud, *, taken: bool
):
    """It stays detached: what its holder did since wins, and a person is told."""
    machine = double.machines[0]
    ident = double.floating_ip(machine.port)
    action = about(f"floatingip:{ident}", Measure.SUSPEND_RESOURCE)
    place = put(make(), action)
    if taken:
        double.floating_ip(machine.port)
    else:
        del double.things["ports"][machine.port]
    make().revert(place, action.id)
    assert floating(double, ident) is None
    told = "has another floating IP" if taken else "could not be found"
    assert told in " ".join(make().prepare())
    assert make().observe() == ()


def test_a_list_that_was_cut_is_read_to_its_end(make: Make, double: DoubleCloud):
    """A port on the second page is isolated, too; a machine of another project is found."""
    machine = double.machines[0]
    second = double._port(machine.id, [{"ip_address": "203.0.113.77"}], "compute:nova")
    double.page = 1
    place = put(make(), suspended(machine))
    ports = double.things["ports"]
    assert [ports[x]["admin_state_up"] for x in (machine.port, second)] == [False, False]
    make().revert(place, suspended(machine).id)
    image = double.image()
    for each, project in zip(double.machines, (double.project, double.other), strict=False):
        double.things["servers"][each.id] |= {"image": image, "tenant_id": project}
    with pytest.raises(DriverRefused, match="another project"):
        put(make(), about(f"image:{image}", Measure.SUSPEND_RESOURCE))


def test_a_list_without_pages_that_was_cut_is_not_taken_for_all(make: Make, double: DoubleCloud):
    """Keystone says `truncated`: a project below would stay as it is."""
    double.truncated = True
    with pytest.raises(Unavailable, match="expected the whole list, found it cut"):
        put(make(), about(f"project:{double.project}", Measure.SUSPEND_ACCOUNT))
    assert double.things["projects"][double.project]["enabled"]


@pytest.mark.parametrize("measure", [Measure.ISOLATE, Measure.SUSPEND_RESOURCE])
def test_a_port_with_a_protected_address_is_left_alone(
    make: Make, double: DoubleCloud, measure: Measure
):
    """Its other address, or a floating IP at it, is on the protect list: nothing of it is cut."""
    machine = double.machines[0]
    ident = double.floating_ip(machine.port)
    floats = str(double.things["floatingips"][ident]["floating_ip_address"])
    aim = Scope(customer="acme", resource=machine.resource, address=ip_address(machine.address))
    action = order(measure, driver="openstack", aim=aim)
    for address in (machine.six, floats):
        driver = make()
        plan = driver.plan(action, {}, read_protect([address]))
        with pytest.raises(DriverRefused, match=f"{address} is on the protect list"):
            driver.apply(plan)
        assert double.state()[machine.id][:4] == ("ACTIVE", False, None, True)
        assert driver.observe() == ()
    put(make(), action)


@pytest.mark.parametrize("measure", [Measure.ISOLATE, Measure.SUSPEND_RESOURCE])
@pytest.mark.parametrize("which", ["its other address", "a floating IP at it"])
def test_invariant_04_a_port_whose_other_address_is_protected_later_is_given_back(
    make: Make, double: DoubleCloud, measure: Measure, which: str
):
    """The scope names one address, the port goes whole: the agent lifts it at its next step."""
    machine = double.machines[0]
    floating = double.floating_ip(machine.port)
    other = str(double.things["floatingips"][floating]["floating_ip_address"])
    aim = Scope(customer="acme", resource=machine.resource, address=ip_address(machine.address))
    action = order(measure, driver="openstack", aim=aim)
    before = double.state()
    put(make(), action)
    (element,) = make().observe()
    protected = machine.six if which == "its other address" else other
    assert ip_address(protected) in element.reaches
    refused = protected_by_now([action], [element], make().spot, read_protect([protected]))
    assert f"address {protected} is on the protect list" in refused[action.id]
    assert not protected_by_now([action], [element], make().spot, read_protect(["192.0.2.9"]))
    make().revert(element.place, action.id)
    assert double.state() == before
