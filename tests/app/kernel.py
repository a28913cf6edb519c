"""A kernel in one file: like the driver `record` it stands in a file, but it counts as a system."""

import dataclasses

from aupkeep.app.context import AppContext
from aupkeep.config.keys import public_keys
from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.driver import Capabilities, DriverContext
from aupkeep.enforcement.drivers.record import ABLE, DryRunDriver
from aupkeep.enforcement.fetch import from_file
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.registry import known_drivers

NAME = "kernel"
KERNEL = dataclasses.replace(ABLE, driver=NAME, system="a kernel in a file", enforces=True)


class FileKernel(DryRunDriver):
    """What it holds is enforced, as far as anybody can see."""

    def capabilities(self) -> Capabilities:
        """Every measure that restricts anything."""
        return KERNEL


PLUGIN = DriverPlugin(able=KERNEL, make=FileKernel)
known_drivers()[NAME] = PLUGIN  # settings may name it


def kernel_agent(context: AppContext) -> Agent:
    """An agent beside the desk that enforces."""
    home = context.home
    folder = home.agent / "main"
    folder.mkdir(parents=True, exist_ok=True)
    return Agent(
        folder=folder,
        driver=PLUGIN.open(DriverContext(folder=folder, now=context.now)),
        fetch=from_file(home.desired / "main.json"),
        keys=public_keys(home, "desired"),
        target="main",
        clock=context.now,
        machine_switch=home.freeze,
    )
