# ruff: noqa: S311 - a seed that can be played again
"""A cloud that fails in every way and then answers again; its customers raise ports besides."""

import random
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers import openstack
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.model.decision import Scope
from aupkeep.model.ladder import Measure
from enforcement.openstack.double import DoubleCloud
from enforcement.orders import Clock
from enforcement.test_driver_faults import SEED, House, play

pytestmark = [pytest.mark.network, pytest.mark.again("kills")]
UP = {"admin_state_up": True}
MACHINES = 200  # many more than are wanted at once, so that each has one measure


def scopes(cloud: DoubleCloud, measure: Measure) -> Callable[[int], Scope]:
    """The machines of a cloud in turn: isolated at their address, suspended by their id."""
    machines = [cloud.spare() for _ in range(MACHINES)]
    for number, machine in enumerate(machines):
        address = f"198.51.100.{1 + number}"
        cloud.things["ports"][machine.port]["fixed_ips"] = [{"ip_address": address}]
    cloud.machines += machines

    def aim(number: int) -> Scope:
        index = number % MACHINES
        address = ip_address(f"198.51.100.{1 + index}") if measure is Measure.ISOLATE else None
        return Scope(customer="acme", resource=machines[index].resource, address=address)

    return aim


@pytest.mark.parametrize("measure", [Measure.ISOLATE, Measure.SUSPEND_RESOURCE])
def test_openstack(
    double: DoubleCloud, tmp_path: Path, measure: Measure, monkeypatch: pytest.MonkeyPatch
):
    """What is held in the end is exactly what is wanted; when all is lifted all is as before."""
    monkeypatch.setattr(openstack, "WAIT", 0.05)
    monkeypatch.setattr(openstack, "POLL", 0.01)
    clock, chance = Clock(), random.Random(SEED)
    ident, secret = double.credential("keeper")
    options = {"auth_url": double.url, "credential_id": ident, "credential_secret": secret}
    aim = scopes(double, measure)
    before = double.state()

    def opened() -> GuardedDriver:
        return openstack.DRIVER.open(DriverContext(folder=tmp_path, now=clock, options=options))

    def disturb() -> None:
        kind = chance.choice(("raise", "raise", "raise", "fault", "cut"))
        ports = double.things["ports"]
        for port in chance.choices(sorted(ports), k=3):
            if kind == "raise":
                double.call("customer", "PUT", "network", f"/ports/{port}", {"port": UP})
        if kind == "fault":
            double.fault = chance.choice((500, 503))
        elif kind == "cut":
            double.stops_after = chance.randrange(12)

    def standing() -> list[str]:
        double.fault = double.stops_after = None
        return [element.action for element in opened().observe() if element.expires is not None]

    house = House("openstack", tmp_path, clock, chance, opened, disturb, measure, aim)
    house.standing = standing  # type: ignore[method-assign]
    play(house)
    house.wanted.clear()
    house.want()
    while house.standing() or not house.right():
        clock.forward(5.0)
        house.step()
    assert double.state() == before
