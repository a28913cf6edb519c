"""What measures on nftables cost with many standing, in CPU seconds of the agent's process.

    python bench/enforce.py --standing 10000

Runs in a network namespace of its own (as root, or under `unshare -Urn`). Prints: all set at once,
a step in which nothing changed, one measure more, one measure fewer, and everything read back;
beside it the same single change by a process of the `nft` command, as its peer.
"""

import argparse
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, sign
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers.nftables import DRIVER
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.action import Action, ActionState
from aupkeep.model.decision import Scope, Versions
from aupkeep.model.ladder import LEVELS, Measure

CLONE_NEWNET = 0x40000000  # linux/sched.h
FIRST = int(ip_address("10.0.0.1"))  # in a namespace without links


def now() -> datetime:
    """The machine's clock, UTC."""
    return datetime.now(UTC)


def cpu() -> float:
    """CPU seconds of this process and its ended children, the kernel's work for them included."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def median(
    work: Callable[[], object], times: int, before: Callable[[], object] = lambda: None
) -> float:
    """The median cost of a call, without that of what happens before it."""
    costs = []
    for _ in range(times):
        before()
        start = cpu()
        work()
        costs.append(cpu() - start)
    return statistics.median(costs)


def nft(command: str) -> None:
    """Somebody else's change."""
    subprocess.run(["nft", command], check=True)


def actions(count: int) -> list[Action]:
    """Blocks of port 22, an address each."""
    start = now()
    return [
        Action(
            id=f"0198f0c2-0000-7000-8000-{number:012d}",
            decision="decision-1",
            case="case-1",
            reference="K7QF-2M9X",
            driver="nftables",
            target="bench",
            measure=Measure.BLOCK_PORT,
            level=LEVELS[Measure.BLOCK_PORT],
            scope=Scope(
                resource=f"vm-{number}",
                customer="acme",
                address=ip_address(FIRST + number),
                protocol="tcp",
                port=22,
            ),
            starts=start,
            until=start + timedelta(days=6),
            state=ActionState.WANTED,
            automatic=False,
            versions=Versions(detector="1", rule="1", policy="1", attribution="1"),
        )
        for number in range(count)
    ]


class Bench:
    """An agent whose desired state is written by hand."""

    def __init__(self, folder: Path) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.serial, self.data = 0, b""
        driver = DRIVER.open(DriverContext(folder=folder, now=now, cap=200_000))
        self.driver = driver
        self.agent = Agent(
            folder=folder,
            driver=driver,
            fetch=lambda: self.data,
            keys=[self.key.public_key()],
            target="bench",
            clock=now,
        )

    def want(self, wanted: list[Action]) -> None:
        """Sign the state that wants these."""
        self.serial += 1
        made = now()
        state = DesiredState(
            target="bench",
            serial=self.serial,
            made_at=made,
            valid_until=made + VALID_FOR,
            actions=tuple(wanted),
        )
        self.data = sign(state, self.key)


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--standing", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=7)
    chosen = parser.parse_args()
    if ctypes.CDLL(None).unshare(CLONE_NEWNET) != 0:
        sys.exit("expected root, or: unshare -Urn python bench/enforce.py")
    standing = actions(chosen.standing)
    more = actions(chosen.standing + 2 * chosen.times)[chosen.standing :]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        bench.want(standing)
        figures = {"all set and read back": median(bench.agent.step, 1)}
        report = bench.agent.step()
        states = {status.state for status in report.actions}
        if len(report.actions) != chosen.standing or states != {ActionState.APPLIED}:
            proof = report.actions[0].proof
            sys.exit(f"expected {chosen.standing} applied, found {states}: {proof}")
        figures["a step in which nothing changed"] = median(bench.agent.step, chosen.times)
        driver = bench.driver
        other = iter(f"add table inet other{number}" for number in range(chosen.times))
        figures["a step after somebody changed another table"] = median(
            bench.agent.step, chosen.times, before=lambda: nft(next(other))
        )
        plans = [driver.plan(action, {}, NOTHING) for action in more[: chosen.times]]
        adds, reverts = iter(plans), iter(plans)
        figures["one change in the kernel, read back"] = median(
            lambda: driver.apply(next(adds)), chosen.times
        )
        figures["one lift in the kernel, read back"] = median(
            lambda: driver.revert((plan := next(reverts)).place, plan.action.id), chosen.times
        )
        wanted = list(standing)
        costs = []
        for action in more[chosen.times :]:
            wanted.append(replace(action, starts=now(), until=now() + timedelta(days=3)))
            bench.want(wanted)
            costs.append(median(bench.agent.step, 1))
        figures["a step with one measure more, its signed state read"] = statistics.median(costs)
        element = iter(f"10.200.{number}.1" for number in range(chosen.times))
        figures["peer: one add by the command nft"] = median(
            lambda: nft(f"add element inet aupkeep host4 {{ {next(element)} timeout 1h }}"),
            chosen.times,
        )
    print(f"{chosen.standing} measures standing, load {os.getloadavg()[0]:.1f}; CPU milliseconds")
    for name, seconds in figures.items():
        print(f"{1000 * seconds:10.2f}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
