"""A cloud as the tests of the driver see it: a customer with machines, and calls as anybody.

`double.DoubleCloud` and `real.RealCloud` are the two; every test of the driver runs on either.
People: `customer` (member of their own project), `billing` (an administrator), and of our own
project `actor`, `reader` and `keeper` (actor, reader and accounts together).
"""

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

ADDRESSES = ("203.0.113.10", "203.0.113.11", "203.0.113.12", "203.0.113.13")
SIXES = ("2001:db8:a::10", "2001:db8:a::11", "2001:db8:a::12", "2001:db8:a::13")
SPARE = 3  # the index of the one that may be lost
STEPS = 300  # of a fifth of a second, until a machine is done


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine of the customer, with one port."""

    id: str
    port: str
    address: str
    six: str

    @property
    def resource(self) -> str:
        """As the inventory names it."""
        return f"instance:{self.id}"

    @property
    def addresses(self) -> tuple[str, str]:
        """Both of its port."""
        return self.address, self.six


class Cloud(ABC):
    """One customer of a cloud."""

    url: str  # of Keystone
    project: str  # of the customer
    below: str  # a project within it
    own: str  # our own project
    machines: list[Machine]
    disk: str  # an image that machines are made of
    flavor: str

    @abstractmethod
    def call(
        self, who: str, method: str, service: str, path: str, body: object = None
    ) -> tuple[int, Any]:
        """One call as somebody: status and answer."""

    @abstractmethod
    def credential(self, who: str) -> tuple[str, str]:
        """An application credential of somebody: id and secret."""

    @abstractmethod
    def floating_ip(self, port: str | None) -> str:
        """A new floating IP of the customer at a port."""

    @abstractmethod
    def free_port(self) -> str:
        """A new port of the customer at no machine."""

    @abstractmethod
    def spare(self) -> Machine:
        """One more machine, which may be lost."""

    @abstractmethod
    def image(self) -> str:
        """A new private image of the customer."""

    @abstractmethod
    def policy(self) -> str:
        """A QoS policy of our own project, shared with nobody."""

    @abstractmethod
    def reset(self) -> None:
        """Put it as it was before the first test."""

    def get(self, service: str, path: str, name: str = "") -> dict[str, Any]:
        """What is there, as an administrator sees it."""
        status, answer = self.call("billing", "GET", service, path)
        assert status == 200, answer
        found: dict[str, Any] = answer[name] if name else answer
        return found

    def act(self, who: str, machine: Machine, verb: str, more: object = None) -> int:
        """An action of Nova on a machine; its status. Waits until the machine is done."""
        status, _ = self.call(who, "POST", "compute", f"/servers/{machine.id}/action", {verb: more})
        self.rest(machine)
        return status

    def rest(self, machine: Machine) -> None:
        """Wait until nothing is being done to a machine."""
        for _ in range(STEPS):
            if not self.get("compute", f"/servers/{machine.id}", "server")["OS-EXT-STS:task_state"]:
                return
            time.sleep(0.2)
        raise AssertionError(f"{machine.id}: still not done")

    def change(self, who: str, machine: Machine, **attributes: object) -> int:
        """Change a machine's port; the status."""
        return self.call(
            who, "PUT", "network", f"/ports/{machine.port}", {"port": dict(attributes)}
        )[0]

    def state(self) -> dict[str, Any]:
        """All that measures change, of all machines and both projects."""
        found: dict[str, Any] = {}
        for machine in self.machines:
            server = self.get("compute", f"/servers/{machine.id}", "server")
            port = self.get("network", f"/ports/{machine.port}", "port")
            found[machine.id] = (
                server["status"],
                server["locked"],
                server["locked_reason"],
                port["admin_state_up"],
                tuple(port["security_groups"]),
                port["qos_policy_id"],
            )
        for project in (self.project, self.below):
            found[project] = self.get("identity", f"/projects/{project}", "project")["enabled"]
        return found
