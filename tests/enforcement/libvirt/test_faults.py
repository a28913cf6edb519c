# ruff: noqa: S311 - a seed that can be played again
"""A libvirt that fails in every way and then answers again; links put up by others besides."""

import random
from ipaddress import ip_address
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers import libvirt
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.model.ladder import Measure
from enforcement.libvirt.double import DoubleLibvirt, aim
from enforcement.orders import Clock
from enforcement.test_driver_faults import SEED, House, play

pytestmark = pytest.mark.again("kills")


def test_libvirt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What is down in the end is exactly what is wanted, also after a kill between two links."""
    clock, chance, double = Clock(), random.Random(SEED), DoubleLibvirt()
    monkeypatch.setattr(libvirt.subprocess, "run", double.run)

    def opened() -> GuardedDriver:
        return libvirt.DRIVER.open(DriverContext(folder=tmp_path, now=clock))

    def disturb() -> None:
        kind = chance.choice(("up", "up", "down", "away"))
        if kind == "away":
            double.down = True
        for domain in chance.choices(sorted(double.domains), k=bool(double.domains)):
            links = double.domains[domain].links
            links[chance.choice(sorted(links))] = "up" if kind == "up" else "down"

    def standing() -> list[str]:
        double.down = False
        return [element.action for element in opened().observe() if element.expires is not None]

    house = House(
        "libvirt", tmp_path, clock, chance, opened, disturb,
        Measure.ISOLATE, lambda n: aim(Measure.ISOLATE, ip_address(f"203.0.113.{1 + n % 250}")),
    )  # fmt: skip
    house.standing = standing  # type: ignore[method-assign]
    play(house)
