"""A cloud that lives: floating IPs come, go to a machine, move and leave; who had each, when.

The clock moves within a look too, so that no two lists are of one moment. What happened is kept as
`truth`: of each address the times from which on somebody, or nobody, had it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from inventory.cloud import Cloud

PROJECTS = [f"p-{n}" for n in range(12)]
CUSTOMERS = {name: f"c-{n // 2}" for n, name in enumerate(PROJECTS[:10])}  # two are unmapped
NOBODY = ("", "")
DWELL = 61.0  # seconds that a floating IP stays at a machine, at least


class LivingCloud:
    """`now` is its clock; `advance` lets what is due until then happen."""

    def __init__(self, seed: int, start: datetime, addresses: int) -> None:
        """Every address is free."""
        self.random = Random(seed)  # noqa: S311 - the same world for the same number
        self.at = start
        self.cloud = Cloud(now=lambda: self.at)
        self.cloud.put("networks", "n-ext", **{"router:external": True})
        self.cloud.put("subnets", "s-ext", network_id="n-ext", cidr="203.0.113.0/24")
        self.truth: dict[str, list[tuple[datetime, tuple[str, str]]]] = defaultdict(list)
        self.lives = self._floating = 0
        self._steps: list[tuple[datetime, str, Iterator[float]]] = []
        for number in range(addresses):
            address = f"203.0.113.{number}"
            self.truth[address].append((start - timedelta(days=1), NOBODY))
            self._steps.append((self._in(self.random.uniform(0, 600)), address, self._of(address)))

    def advance(self, to: datetime) -> None:
        """Let happen, in their order, what is due until then."""
        while True:
            due = min(self._steps, key=lambda step: step[0])
            if due[0] > to:
                self.at = to
                return
            self.at = due[0]
            self._steps.remove(due)
            self._steps.append((self._in(next(due[2])), due[1], due[2]))

    def holder(self, address: str, at: datetime) -> tuple[str, str]:
        """Who had the address at a moment: customer and resource, or NOBODY."""
        return self.truth[address][self.changes(address, at) - 1][1]

    def changes(self, address: str, at: datetime) -> int:
        """How many changes of the address there were by then."""
        return bisect_right(self.truth[address], at, key=lambda step: step[0])

    def edge(self, address: str, at: datetime) -> float:
        """Seconds from the moment to the nearest change of the address."""
        place, known = self.changes(address, at), self.truth[address]
        return min(abs((at - change).total_seconds()) for change, _ in known[place - 1 : place + 1])

    def _in(self, seconds: float) -> datetime:
        return self.at + timedelta(seconds=seconds)

    def _had_by(self, address: str, project: str, machine: str) -> None:
        customer = CUSTOMERS.get(project)
        now = (customer, f"instance:{machine}") if customer else NOBODY
        self.truth[address].append((self.at, now))

    def _of(self, address: str) -> Iterator[float]:
        """An address's way through project after project; each step says how long it lasts."""
        cloud, random = self.cloud, self.random
        while True:
            project = random.choice(PROJECTS)
            self._floating += 1
            floating = f"fip-{self._floating}"
            cloud.put("floatingips", floating, floating_ip_address=address, project_id=project,
                      port_id=None)  # fmt: skip
            yield random.choice([0.1, 5, 60])
            for _ in range(random.choice([1, 1, 2, 3])):
                machine = self._boot(project)
                cloud.put("floatingips", floating, port_id=f"port-{machine}")
                self._had_by(address, project, machine)
                yield DWELL + random.expovariate(1 / 400)
                if random.random() < 0.7:  # else it goes from machine to machine at once
                    self._leave(address, floating)
                    yield random.choice([0.2, 3, 40])
                self._touch(floating)
                self._end(machine)
            self._leave(address, floating)
            cloud.drop("floatingips", floating)
            yield random.choice([0.1, 1, 30, 300])

    def _boot(self, project: str) -> str:
        self.lives += 1
        machine = f"vm-{self.lives}"
        self.cloud.put("servers", machine, tenant_id=project, status="ACTIVE")
        self.cloud.put("ports", f"port-{machine}", project_id=project, device_id=machine,
                       device_owner="compute:nova", fixed_ips=[], network_id="n")  # fmt: skip
        return machine

    def _leave(self, address: str, floating: str) -> None:
        self.cloud.put("floatingips", floating, port_id=None)
        if self.truth[address][-1][1] != NOBODY:
            self.truth[address].append((self.at, NOBODY))

    def _touch(self, floating: str) -> None:
        """What a customer may do at any time: it changes no holder."""
        self.cloud.put("floatingips", floating, description=str(self.random.random()))

    def _end(self, machine: str) -> None:
        """The machine is gone, and with it, where it still has it, the address."""
        port = f"port-{machine}"
        for name, item in self.cloud.lists["floatingips"].items():
            if item.get("port_id") == port:
                self._leave(item["floating_ip_address"], name)
        self.cloud.drop("ports", port)
        self.cloud.drop("servers", machine)
