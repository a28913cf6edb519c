"""The customer tries what they can: it is refused, or put right and told at the next step."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.agent_report import AgentReport
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, sign
from aupkeep.enforcement.loop import INTERVAL
from aupkeep.model.action import Action
from aupkeep.model.errors import Unavailable
from enforcement.openstack.cloud import Cloud, Machine
from enforcement.openstack.conftest import Make
from enforcement.openstack.moves import MOVES, make_move, names_of
from enforcement.openstack.test_holds import isolated, suspended
from enforcement.orders import Clock

pytestmark = pytest.mark.network
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
TOLD_WITHIN = 30.0  # seconds
TRIES = 5  # steps, on a machine that is too busy to answer each within ten seconds


class Desk:
    """Signs what is wanted, and the agent of the cloud, which takes a step every five seconds."""

    def __init__(self, folder: Path, make: Make, clock: Clock) -> None:
        self.folder, self.make, self.clock = folder, make, clock
        self.serial, self.data, self.options = 0, b"", {}
        self.agent: Agent | None = None

    def want(self, *actions: Action) -> AgentReport:
        """A new desired state and a step."""
        self.serial += 1
        state = DesiredState(
            target="router",
            serial=self.serial,
            made_at=self.clock(),
            valid_until=self.clock() + VALID_FOR,
            actions=actions,
        )
        self.data = sign(state, KEY)
        return self.step()

    def step(self) -> AgentReport:
        """One step, or the next one where the cloud did not answer."""
        self.agent = self.agent or Agent(
            folder=self.folder,
            driver=self.make(**self.options),
            fetch=lambda: self.data,
            keys=[KEY.public_key()],
            target="router",
            clock=self.clock,
        )
        for _ in range(TRIES):
            self.clock.forward(INTERVAL)
            with suppress(Unavailable):
                return self.agent.step()
        raise AssertionError("the cloud does not answer")


@pytest.fixture
def desk(tmp_path: Path, make: Make, clock: Clock) -> Desk:
    return Desk(tmp_path, make, clock)


@pytest.fixture
def spare(cloud: Cloud) -> Iterator[Machine]:
    """A machine that may be lost."""
    machine = cloud.spare()
    yield machine
    cloud.call("billing", "DELETE", "compute", f"/servers/{machine.id}")


def ports_down(cloud: Cloud, machine: Machine) -> bool:
    """Whether every port that is at the machine is down."""
    ports = cloud.get("network", f"/ports?device_id={machine.id}", "ports")
    return not any(port["admin_state_up"] for port in ports)


def held(cloud: Cloud, machine: Machine) -> bool:
    """Whether it stands still, isolated and under our lock."""
    server = cloud.get("compute", f"/servers/{machine.id}", "server")
    still = server["status"] in ("PAUSED", "SHUTOFF") and server["locked"]
    return still and "aupkeep" in server["locked_reason"] and ports_down(cloud, machine)


def test_what_a_customer_does_to_a_suspended_machine(desk: Desk, cloud: Cloud, spare: Machine):
    """Each move is refused, changes nothing of it, or is undone and told at the next step."""
    names = names_of(cloud, spare)
    assert desk.want(suspended(spare)).applied == (suspended(spare).id,)
    assert held(cloud, spare)
    got_through = {}
    for name, move in MOVES.items():
        status = make_move(cloud, move, names)
        if status < 300:
            got_through[name] = held(cloud, spare)
        report = desk.step()
        if not got_through.get(name, True):
            assert report.drift, name
            assert report.repaired == (suspended(spare).id,), name
        assert held(cloud, spare), name
    assert got_through["raise the port"] is False
    assert len(MOVES) >= 50
    assert not {"unlock", "start", "unpause", "delete the machine"} & got_through.keys()


def test_what_a_customer_does_to_an_isolated_machine(desk: Desk, cloud: Cloud, spare: Machine):
    """It is not locked, so they can do more to it: its port is down again at the next step."""
    desk.want(isolated(spare))
    for name in (
        "raise the port",
        "take its groups off",
        "reboot",
        "stop",
        "start",
        "set metadata",
    ):
        make_move(cloud, MOVES[name], {"machine": spare.id, "port": spare.port})
        report = desk.step()
        assert ports_down(cloud, spare), name
        if name == "raise the port":
            assert f"port-state:{spare.port}: expected down, found up" in " ".join(report.drift)


def test_the_agent_looks_often_enough():
    """What a step repairs and tells is told within thirty seconds."""
    assert timedelta(seconds=INTERVAL) < timedelta(seconds=TOLD_WITHIN)


def test_a_new_port_of_a_suspended_machine_is_isolated_too(
    desk: Desk, cloud: Cloud, spare: Machine
):
    """Made while it was suspended, say by an administrator who did not know."""
    desk.want(suspended(spare))
    free = cloud.free_port()
    change = {"port": {"device_id": spare.id, "device_owner": "compute:nova"}}
    assert cloud.call("customer", "PUT", "network", f"/ports/{free}", change)[0] == 200
    report = desk.step()
    assert report.repaired == (suspended(spare).id,)
    assert ports_down(cloud, spare)


def test_a_policy_of_ours_stays(desk: Desk, cloud: Cloud):
    """Neutron lets nobody take off a policy that they do not see."""
    machine = cloud.machines[0]
    desk.options = {"isolate": "qos-policy", "isolate_id": cloud.policy()}
    assert desk.want(isolated(machine)).applied == (isolated(machine).id,)
    names = {"machine": machine.id, "port": machine.port}
    assert make_move(cloud, MOVES["take a policy off"], names) >= 400
    assert desk.step().drift == ()
    desk.want()
    assert cloud.get("network", f"/ports/{machine.port}", "port")["qos_policy_id"] is None


def test_it_ends_in_time_only_by_the_agent(desk: Desk, cloud: Cloud):
    """OpenStack lifts nothing: with the agent dead it stands; the next step lifts it."""
    machine, before = cloud.machines[0], cloud.state()
    desk.want(suspended(machine, seconds=60))
    desk.clock.forward(3600)
    assert held(cloud, machine)
    assert desk.step().expired == (suspended(machine).id,)
    assert cloud.state() == before


def test_what_is_no_longer_wanted_is_undone_though_the_holder_undid_a_part(
    desk: Desk, cloud: Cloud
):
    """A port that is up again, and the measure over: the lock goes all the same."""
    machine, before = cloud.machines[0], cloud.state()
    desk.want(suspended(machine))
    assert cloud.change("customer", machine, admin_state_up=True) == 200
    assert desk.want().lifted == (suspended(machine).id,)
    assert cloud.state() == before
