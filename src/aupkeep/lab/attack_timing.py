"""How long an attack lives: from its first packet to the finding, and to the drop, read back.

    lap = run(world, ATTACKS["flood"], "203.0.113.10", customer="alder")
    lap.to_finding, lap.to_drop, lap.to_silence      seconds from the first attack packet on

The first packet is seen on the tenant's link, the last that got through on the internet's link,
both by a packet counter of the lab; the finding is when the desk received it, the drop when the
router's agent read it back from the kernel.
"""

import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from subprocess import Popen
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from aupkeep.lab.attacks import LabAttack, furnish, six
from aupkeep.lab.namespaces import ROUTER
from aupkeep.lab.packet_counter import read_packet_count
from aupkeep.lab.scene import Scene
from aupkeep.lab.world import LabWorld
from aupkeep.model.errors import Unavailable

GLANCE = 0.02  # seconds between looks at the agent's report
PATIENCE = 120.0  # seconds for a finding, and for a drop; a busy machine takes its time
SETTLED = 0.5  # seconds after the drop in which the last packet is on its way
CUSTOMERS = "customer,name,contact,language,since\n"
HELD = "address,customer,resource,from,until\n"
SINCE = "2026-01-01T00:00:00Z"
NEIGHBOURS = (
    50  # customers for each attacked one: a rule may touch 2 % of all in a day (invariant 8)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackTimes:
    """One attack's times, in seconds since 1970; `drop` and `passed` None where nothing dropped."""

    first: float
    finding: float
    drop: float | None
    passed: float | None
    case: dict[str, Any]

    @property
    def to_finding(self) -> float:
        """Seconds from the first packet to the desk's receipt of the finding."""
        return self.finding - self.first

    @property
    def to_drop(self) -> float | None:
        """Seconds from the first packet to the read-back of the drop."""
        return None if self.drop is None else self.drop - self.first

    @property
    def to_silence(self) -> float | None:
        """Seconds from the first packet to the last one that still got through."""
        return None if self.passed is None else self.passed - self.first


def add_attackers(world: LabWorld, sources: Iterable[str]) -> None:
    """Give tenant A more addresses, each held by a customer of its own: `runner-<address>`.

    So many other customers come with them that the breaker lets a rule act on each.
    """
    addresses = list(sources)
    more = "\n".join(
        f"addr add {address}/{'64 dev eth0 nodad' if six(address) else '26 dev eth0'}"
        for address in addresses
    )
    done = scene_of(world).lab.run("tenant-a", ["ip", "-batch", "-"], feed=more)
    if done.returncode != 0:
        raise Unavailable(f"tenant A's addresses: {done.stderr.strip()[:200]}")
    held_by(world, {address: customer_of(address) for address in addresses})
    neighbours = (f"neighbour-{number}" for number in range(NEIGHBOURS * len(addresses)))
    _load(world, "customers", CUSTOMERS + "".join(_customer_row(name) for name in neighbours))


def held_by(world: LabWorld, holders: Mapping[str, str]) -> None:
    """Record who has held which address since long ago; the customers are new ones."""
    customers = [_customer_row(customer) for customer in dict.fromkeys(holders.values())]
    held = [
        f"{address},{customer},domain:{domain_of(address)},{SINCE},\n"
        for address, customer in holders.items()
    ]
    _load(world, "customers", CUSTOMERS + "".join(customers))
    _load(world, "inventory", HELD + "".join(held))


def _customer_row(customer: str) -> str:
    return f"{customer},{customer},{customer}@lab.example,en,{SINCE}\n"


def customer_of(source: str) -> str:
    """The customer of a runner's address."""
    return f"runner-{re.sub('[.:]+', '-', source)}"


def domain_of(address: str) -> str:
    """The uuid of the machine that has an address, as a hypervisor names it."""
    return str(uuid5(NAMESPACE_DNS, address))


def times_text(lap: AttackTimes) -> str:
    """A lap's times for a log."""
    line = f"finding {lap.to_finding:.2f} s"
    if lap.to_drop is None or lap.to_silence is None:
        return f"{line}, no drop"
    return f"{line}, drop {lap.to_drop:.2f} s, last packet {lap.to_silence:.2f} s"


def _load(world: LabWorld, what: str, text: str) -> None:
    file = world.folder / f"{what}.csv"
    file.write_text(text, "utf-8")
    world.command(what, "import", str(file))


def scene_of(world: LabWorld) -> Scene:
    """The world's scene. Raises `Unavailable` where there is no lab."""
    if world.scene is None:
        raise Unavailable(f"no lab here: {world.why_recorded}")
    return world.scene


def start_servers(world: LabWorld) -> None:
    """Everything the attacks need at the other end, up and running."""
    scene = scene_of(world)
    furnish(scene)
    file = scene.folder / "names-tenant-b.json"
    world.wait(file.exists, "the name servers")


def time_attack(
    world: LabWorld,
    attack: LabAttack,
    source: str,
    customer: str,
    *,
    person: str = "",
    patience: float = PATIENCE,
) -> AttackTimes:
    """One attack from its first packet to its drop, or to its case where nothing may drop it.

    Where no rule may act alone, `person` decides as soon as the case is there. The attack is ended
    at the end, the drop stays; `patience` is in seconds. Raises `Unavailable` naming what did not
    come.
    """
    scene = scene_of(world)
    near = scene.count_packets("tena", source, attack.service)
    far = scene.count_packets("inet", source, attack.service)
    before = {item["id"] for item in applied(world)}
    started = attack.begin(scene, source)
    try:
        first = world.wait(lambda: read_packet_count(near).first, f"packets of the {attack.name}")
        drop = _dropped(world, before, patience) if attack.alone else None
        case = world.wait(
            lambda: case_of(world, customer, attack.kind),
            f"the case of the {attack.name}",
            patience,
        )
        if attack.measure and not attack.alone:
            decide(world, case["reference"], attack, person)
            drop = _dropped(world, before, patience)
        time.sleep(SETTLED)
        passed = read_packet_count(far).last if drop else None
        case = case_of(world, customer, attack.kind) or case
    finally:
        stop(started)
    received = min(moment(item["received"]) for item in case["evidence"])
    return AttackTimes(first=first, finding=received, drop=drop, passed=passed, case=case)


def decide(world: LabWorld, reference: str, attack: LabAttack, person: str) -> None:
    """A person takes the attack's measure for an hour."""
    decide_for_hour(
        world,
        person,
        reference,
        {"measure": attack.measure, "reasons": f"our own flows show {attack.says}"},
    )


def decide_for_hour(
    world: LabWorld, person: str, reference: str, fields: Mapping[str, object]
) -> None:
    """A person decides a case for an hour, also where a rule decided it in the same moment.

    Raises `Unavailable` with the gate's refusal.
    """
    place, choice = f"cases/{reference}/decisions", {"hours": 1, **fields}
    world.wait(lambda: world.act(person, place, choice), "the decision")


def _dropped(world: LabWorld, before: set[str], patience: float) -> float:
    """When the agent read back an action that did not stand before."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        fresh = [action for action in applied(world) if action["id"] not in before]
        if fresh:
            return min(moment(action["at"]) for action in fresh)
        time.sleep(GLANCE)
    raise Unavailable(f"waited {patience:g} s for a drop; it did not come")


def agent_status(world: LabWorld) -> dict[str, Any]:
    """What the router's agent told last, {} before it told anything."""
    file: Path = world.home / "agent" / ROUTER / "status.json"
    status: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return status


def applied(world: LabWorld) -> list[dict[str, Any]]:
    """What stands in the router, as its agent read it back."""
    return [
        action for action in agent_status(world).get("actions", []) if action["state"] == "applied"
    ]


def case_of(world: LabWorld, customer: str, kind: str) -> dict[str, Any] | None:
    """The newest open case of a customer and kind, as `aupkeep case show` has it."""
    rows = world.read("cases", customer=customer, kind=kind, sort="newest")
    return case_shown(world, rows[0]["reference"]) if rows else None


def case_shown(world: LabWorld, reference: str) -> dict[str, Any]:
    """A case as `aupkeep case show` has it."""
    case: dict[str, Any] = world.read(f"cases/{reference}")
    return case


def moment(text: str) -> float:
    """A time of the command line or the agent, in seconds since 1970."""
    return datetime.fromisoformat(text).timestamp()


def stop(started: Iterable[Popen[bytes]]) -> None:
    """End what an attack started, and wait until it has."""
    for process in started:
        process.terminate()
        process.wait(10)
