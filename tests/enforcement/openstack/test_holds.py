"""A measure is a hold of ours: it takes away what it did, and nothing that another did since."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverPlan, by_place
from aupkeep.enforcement.drivers.openstack import DRIVER
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.action import Action
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused
from aupkeep.model.ladder import Measure
from enforcement.contract import put
from enforcement.openstack.cloud import Cloud, Machine
from enforcement.openstack.conftest import Make
from enforcement.orders import FOUR, order

pytestmark = pytest.mark.network


def suspended(machine: Machine, **changes: object) -> Action:
    """Suspend a machine by its id alone."""
    aim = Scope(customer="acme", resource=machine.resource)
    return order(Measure.SUSPEND_RESOURCE, driver="openstack", aim=aim, **changes)


def isolated(machine: Machine, **changes: object) -> Action:
    """Isolate a machine at its IPv4 address."""
    aim = Scope(customer="acme", resource=machine.resource, address=ip_address(machine.address))
    return order(Measure.ISOLATE, driver="openstack", **{"aim": aim, **changes})


def about(resource: str, measure: Measure, **changes: object) -> Action:
    """A measure on a resource without an address."""
    aim = Scope(customer="acme", resource=resource)
    return order(measure, driver="openstack", aim=aim, **changes)


def plan(driver: GuardedDriver, action: Action) -> DriverPlan:
    return driver.plan(action, by_place(driver.observe()), NOTHING)


def floating(cloud: Cloud, ident: str) -> str | None:
    port = cloud.get("network", f"/floatingips/{ident}", "floatingip")["port_id"]
    return None if port is None else str(port)


def test_a_suspended_machine_is_isolated_stopped_and_locked(make: Make, cloud: Cloud):
    """In this order; and whoever looks at the machine reads whose hold it is."""
    machine, before = cloud.machines[0], cloud.state()
    place = put(make(), suspended(machine))
    assert cloud.state()[machine.id][:4] == (
        "PAUSED",
        True,
        f"aupkeep case K7QF-2M9X action {suspended(machine).id}",
        False,
    )
    assert cloud.act("customer", machine, "unlock") == 403
    assert cloud.act("customer", machine, "unpause") == 409
    make().revert(place, suspended(machine).id)
    assert cloud.state() == before


def test_a_stopped_machine_is_started_again(make: Make, cloud: Cloud):
    machine, before = cloud.machines[0], cloud.state()
    place = put(make(suspend="stop"), suspended(machine))
    assert cloud.state()[machine.id][0] == "SHUTOFF"
    make(suspend="stop").revert(place, suspended(machine).id)
    assert cloud.state() == before


def test_a_machine_that_stood_still_stays_still(make: Make, cloud: Cloud):
    """What its holder had stopped is not started by us."""
    machine = cloud.machines[0]
    cloud.act("customer", machine, "os-stop")
    before = cloud.state()
    place = put(make(), suspended(machine))
    assert cloud.state()[machine.id][:2] == ("SHUTOFF", True)
    make().revert(place, suspended(machine).id)
    assert cloud.state() == before


def test_a_billing_lock_that_came_since_stays(make: Make, cloud: Cloud):
    """Ours goes; the machine stays still under the other lock, and a person is told."""
    machine = cloud.machines[0]
    place = put(make(), suspended(machine))
    cloud.act("billing", machine, "lock", {"locked_reason": "invoice 7 is overdue"})
    driver = make()
    assert [element.expires for element in driver.observe()] == [suspended(machine).until]
    driver.revert(place, suspended(machine).id)
    assert cloud.state()[machine.id][:4] == ("PAUSED", True, "invoice 7 is overdue", True)
    told = " ".join(make().prepare())
    assert f"lock:{machine.id}: left as it is, locked: invoice 7 is overdue" in told
    assert f"power:{machine.id}: left as it is, PAUSED" in told
    assert make().observe() == ()


def test_a_billing_lock_that_was_there_before_stays(make: Make, cloud: Cloud):
    """The machine that ran under it runs again, and the lock's words are theirs."""
    machine = cloud.machines[0]
    cloud.act("billing", machine, "lock", {"locked_reason": "invoice 7 is overdue"})
    before = cloud.state()
    place = put(make(), suspended(machine))
    assert cloud.state()[machine.id][2] == "invoice 7 is overdue"
    make().revert(place, suspended(machine).id)
    assert cloud.state() == before
    assert make().prepare() == ()


def test_a_lock_of_the_holder_does_not_keep_us_out(make: Make, cloud: Cloud):
    """They could open it, so it is locked over; told, since it cannot be given back as theirs."""
    machine = cloud.machines[0]
    cloud.act("customer", machine, "lock", {"locked_reason": "do not touch"})
    place = put(make(), suspended(machine))
    assert cloud.act("customer", machine, "unlock") == 403
    make().revert(place, suspended(machine).id)
    assert cloud.state()[machine.id][:2] == ("ACTIVE", False)
    assert "before us it was locked: do not touch" in " ".join(make().prepare())


def test_a_machine_that_another_stopped_since_stays_stopped(make: Make, cloud: Cloud):
    """We paused it, billing stopped it: nobody starts what billing stopped."""
    machine = cloud.machines[0]
    place = put(make(), suspended(machine))
    cloud.act("billing", machine, "unpause")
    cloud.act("billing", machine, "os-stop")
    put(make(), suspended(machine))
    make().revert(place, suspended(machine).id)
    assert cloud.state()[machine.id][:2] == ("SHUTOFF", False)
    assert f"power:{machine.id}: left as it is, SHUTOFF" in " ".join(make().prepare())


def test_two_measures_share_a_field_and_the_last_one_frees_it(make: Make, cloud: Cloud):
    machine, before = cloud.machines[0], cloud.state()
    first = put(make(), isolated(machine))
    second = put(make(), suspended(machine, number=2))
    make().revert(first, isolated(machine).id)
    assert cloud.state()[machine.id][3] is False
    make().revert(second, suspended(machine, number=2).id)
    assert cloud.state() == before


def test_a_machine_that_is_gone_is_done(make: Make, double):
    """A deletion wins: nothing is made again, and what is wanted of it is refused in words."""
    machine = double.machines[0]
    place = put(make(), suspended(machine))
    assert double.call("billing", "DELETE", "compute", f"/servers/{machine.id}")[0] == 200
    driver = make()
    (element,) = driver.observe()
    assert element.expires is None
    assert "found it gone" in driver.unread
    with pytest.raises(DriverRefused, match="found it gone"):
        driver.apply(plan(driver, suspended(machine)))
    driver.revert(place, suspended(machine).id)
    assert driver.observe() == ()


def test_a_project_is_disabled_from_below_and_enabled_from_above(make: Make, cloud: Cloud):
    """Keystone refuses any other order."""
    action = about(f"project:{cloud.project}", Measure.SUSPEND_ACCOUNT)
    before = cloud.state()
    place = put(make(), action)
    assert not cloud.state()[cloud.project]
    assert not cloud.state()[cloud.below]
    make().revert(place, action.id)
    assert cloud.state() == before


def test_a_part_of_a_project_that_was_disabled_before_stays_so(make: Make, cloud: Cloud):
    path, change = f"/projects/{cloud.below}", {"project": {"enabled": False}}
    assert cloud.call("billing", "PATCH", "identity", path, change)[0] == 200
    before = cloud.state()
    action = about(cloud.machines[0].resource, Measure.SUSPEND_ACCOUNT)
    place = put(make(), action)
    assert not cloud.state()[cloud.project]
    make().revert(place, action.id)
    assert cloud.state() == before


def test_a_floating_ip_is_detached_and_comes_back(make: Make, cloud: Cloud):
    machine = cloud.machines[0]
    ident = cloud.floating_ip(machine.port)
    action = about(f"floatingip:{ident}", Measure.SUSPEND_RESOURCE)
    place = put(make(), action)
    assert floating(cloud, ident) is None
    make().revert(place, action.id)
    assert floating(cloud, ident) == machine.port


def test_a_floating_ip_that_moved_stays_where_it_is(make: Make, cloud: Cloud):
    """The address was given to another machine since: it is not taken away from that one."""
    ident = cloud.floating_ip(cloud.machines[0].port)
    action = about(f"floatingip:{ident}", Measure.SUSPEND_RESOURCE)
    place = put(make(), action)
    other = {"floatingip": {"port_id": cloud.machines[1].port}}
    path = f"/floatingips/{ident}"
    assert cloud.call("customer", "PUT", "network", path, other)[0] == 200
    make().revert(place, action.id)
    assert floating(cloud, ident) == cloud.machines[1].port
    assert "left as it is" in " ".join(make().prepare())


def test_an_isolation_stays_when_the_address_moves(make: Make, cloud: Cloud):
    """The floating IP moves to another machine while it stands: that one is left alone.

    It is held by name, so that this is no drift; a port that its holder raises then is.
    """
    first, second, _ = cloud.machines
    ident = cloud.floating_ip(first.port)
    address = cloud.get("network", f"/floatingips/{ident}", "floatingip")["floating_ip_address"]
    aim = Scope(customer="acme", resource=first.resource, address=ip_address(address))
    action = order(Measure.ISOLATE, driver="openstack", aim=aim)
    place = put(make(), action)
    assert [cloud.state()[m.id][3] for m in (first, second)] == [False, True]
    other = {"floatingip": {"port_id": second.port}}
    assert cloud.call("customer", "PUT", "network", f"/floatingips/{ident}", other)[0] == 200
    driver = make()
    (element,) = driver.observe()
    assert element.expires == action.until
    assert driver.unread == ""
    raised = {"port": {"admin_state_up": True}}
    assert cloud.call("customer", "PUT", "network", f"/ports/{first.port}", raised)[0] == 200
    driver = make()
    assert [element.expires for element in driver.observe()] == [None]
    assert driver.unread == f"port-state:{first.port}: expected down, found up"
    put(make(), action)
    assert [cloud.state()[m.id][3] for m in (first, second)] == [False, True]
    make().revert(place, action.id)
    assert [cloud.state()[m.id][3] for m in (first, second)] == [True, True]
    assert floating(cloud, ident) == second.port


def test_an_image_is_deactivated_and_its_holder_cannot_undo_it(make: Make, cloud: Cloud):
    image = cloud.image()
    action = about(f"image:{image}", Measure.SUSPEND_RESOURCE)
    place = put(make(), action)
    path = f"/images/{image}"
    assert cloud.get("image", path)["status"] == "deactivated"
    assert cloud.call("customer", "POST", "image", f"{path}/actions/reactivate")[0] == 403
    make().revert(place, action.id)
    assert cloud.get("image", path)["status"] == "active"


def test_an_image_is_deactivated_only_where_one_project_uses_it(make: Make, double):
    image = double.image()
    action = about(f"image:{image}", Measure.SUSPEND_RESOURCE)
    double.things["servers"][double.machines[1].id] |= {"image": image, "tenant_id": double.other}
    with pytest.raises(DriverRefused, match="another project"):
        put(make(), action)
    double.things["images"][image]["members"] = [{"member_id": double.other}]
    with pytest.raises(DriverRefused, match="others may use it"):
        put(make(), action)
    double.things["images"][image]["visibility"] = "community"
    with pytest.raises(DriverRefused, match="others may use it"):
        put(make(), action)
    assert double.things["images"][image]["status"] == "active"


def test_our_own_project_is_never_touched(make: Make, double):
    """A lock set from the machine's own project could be opened by its holder."""
    machine = double.machines[0]
    double.things["servers"][machine.id]["tenant_id"] = double.own
    double.things["ports"][machine.port]["tenant_id"] = double.own
    for action in (suspended(machine), isolated(machine)):
        with pytest.raises(DriverRefused, match="project of our own credential"):
            put(make(), action)
    with pytest.raises(DriverRefused, match="our own credential is in it"):
        put(make(), about(f"project:{double.own}", Measure.SUSPEND_ACCOUNT))
    assert make().observe() == ()


def test_a_router_is_never_isolated(make: Make, double):
    """Its port carries what is others' too."""
    machine = double.machines[0]
    double.things["ports"][machine.port]["device_owner"] = "network:router_interface"
    with pytest.raises(DriverRefused, match="found a router"):
        put(make(), isolated(machine))


def test_an_address_of_several_is_not_guessed(make: Make, double):
    """Two networks may have one private address: then the machine's id is needed."""
    double.things["ports"][double.machines[1].port]["fixed_ips"] = [{"ip_address": str(FOUR)}]
    nameless = order(Measure.ISOLATE, driver="openstack")
    with pytest.raises(DriverRefused, match=r"expected one port with .* found 2"):
        put(make(), nameless)


def test_a_nameless_machine_is_found_by_its_address(make: Make, double):
    place = put(make(), order(Measure.SUSPEND_RESOURCE, driver="openstack"))
    assert double.state()[double.machines[0].id][:2] == ("PAUSED", True)
    make().revert(place, order().id)
    assert double.state()[double.machines[0].id][:2] == ("ACTIVE", False)


def test_a_record_that_was_lost_leaves_no_lock(make: Make, double, tmp_path: Path):
    """The lock goes with the measure all the same; the machine stays still, a person is told."""
    machine = double.machines[0]
    put(make(), suspended(machine))
    (tmp_path / "openstack.json").unlink()
    place = put(make(), suspended(machine))
    assert "how the machine was before nobody knows" in " ".join(make().prepare())
    make().revert(place, suspended(machine).id)
    assert double.state()[machine.id][:2] == ("PAUSED", False)


def test_a_port_that_claims_another_customers_machine_suspends_nobody(make: Make, double):
    """Whose a port is says the holder of the port: Nova is asked whose the machine is."""
    victim, thief = double.machines[0], double.machines[1]
    double.things["servers"][victim.id]["tenant_id"] = double.other
    double.things["ports"][thief.port]["device_id"] = victim.id
    aim = Scope(customer="acme", resource="vm-8", address=ip_address(thief.address))
    with pytest.raises(DriverRefused, match="expected the port of a machine"):
        put(make(), order(Measure.SUSPEND_RESOURCE, driver="openstack", aim=aim))
    double.things["ports"][thief.port]["device_id"] = "../projects/x"
    with pytest.raises(DriverRefused, match="expected the port of a machine"):
        put(make(), order(Measure.SUSPEND_RESOURCE, driver="openstack", aim=aim))
    assert double.state()[victim.id][:2] == ("ACTIVE", False)


def test_what_the_driver_says_of_itself():
    able = DRIVER.able
    assert not able.ends_by_itself
    assert able.holder_can_undo
    assert able.reads_back
