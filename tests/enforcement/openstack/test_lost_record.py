"""An agent's folder is lost while a measure stands: what cannot be given back is told."""

import shutil
from pathlib import Path

import pytest

from aupkeep.enforcement.drivers.openstack import DRIVER
from aupkeep.model.action import ActionState
from enforcement.contract import bench_over
from enforcement.openstack.conftest import credential_of
from enforcement.openstack.double import DoubleCloud
from enforcement.openstack.test_holds import isolated
from enforcement.orders import Clock

pytestmark = pytest.mark.network


@pytest.mark.parametrize("lost", [False, True])
def test_a_port_that_stays_down_is_told(double: DoubleCloud, tmp_path: Path, *, lost: bool):
    """It is as the agent found it: with the end of the measure a person hears that it stays so."""
    machine, folder = double.machines[0], tmp_path / "agent"
    ident, secret = credential_of(double, "keeper")
    options = {"auth_url": double.url, "credential_id": ident, "credential_secret": secret}
    bench = bench_over(DRIVER, folder, options)
    order = isolated(machine)
    bench.agent(order).step()
    if lost:
        shutil.rmtree(folder)
        bench.agent(order).step()
    clock = bench.now
    assert isinstance(clock, Clock)
    clock.forward(3601)
    report = bench.agent(order).step()
    (status,) = report.actions
    assert status.state is ActionState.EXPIRED
    said = f"left as before us: port-state:{machine.port} down"
    assert (said in status.proof, said in " ".join(report.drift)) == (lost, lost)
    assert double.things["ports"][machine.port]["admin_state_up"] is not lost
