"""The driver holds the contract, on the double and at night on a real OpenStack."""

from dataclasses import replace
from pathlib import Path

import pytest

from aupkeep.model.decision import Scope
from aupkeep.model.ladder import Measure
from enforcement.contract import Bench, Contract
from enforcement.openstack.cloud import Cloud
from enforcement.openstack.conftest import Make
from enforcement.orders import FOUR, SIX, Clock, scope

pytestmark = pytest.mark.network


def bench_of(make: Make, cloud: Cloud, clock: Clock, folder: Path, **options: object) -> Bench:
    """Every measure aims at one of the customer's machines; its address says at which."""

    def aim(measure: Measure, address: object = FOUR, **changes: object) -> Scope:
        at = {where: machine for machine in cloud.machines for where in machine.addresses}
        machine = at.get(str(address), cloud.machines[0])
        return replace(
            scope(measure, FOUR, resource=machine.resource), **{"address": address, **changes}
        )

    return Bench(
        open=lambda cap: make(cap=cap, **options),
        now=clock,
        wait=clock.forward,
        folder=folder,
        name="openstack",
        in_process=True,
        measure=Measure.ISOLATE,
        aim=aim,
        reaches=lambda measure: (
            [aim(measure, SIX, prefix_length=64)] if measure is Measure.ISOLATE else []
        ),
    )


class TestPortDown(Contract):
    """The whole suite, isolation by the port's state."""

    @pytest.fixture
    def bench(self, make: Make, cloud: Cloud, clock: Clock, tmp_path: Path) -> Bench:
        return bench_of(make, cloud, clock, tmp_path)


class TestPolicy(Contract):
    """The whole suite, isolation by a QoS policy of our own project; machines are stopped."""

    @pytest.fixture
    def bench(self, make: Make, cloud: Cloud, clock: Clock, tmp_path: Path) -> Bench:
        options = {"isolate": "qos-policy", "isolate_id": cloud.policy(), "suspend": "stop"}
        return bench_of(make, cloud, clock, tmp_path, **options)
