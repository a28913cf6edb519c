"""From the agent's word to the route in a peer's kernel, over ExaBGP, at BIRD and at FRR.

    python bench/bgp.py --rounds 100

As root, in network namespaces of its own; needs `bird2` and `frr`. Prints p50, p95 and the worst
of: a blackhole asked of the holder → in the kernel, and withdrawn → gone from it. Goal: 100 ms at
p95 for each router; exit code 1 beyond it. The load of the machine is printed, for others' work
counts in.
"""

import argparse
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from queue import Empty, Queue
from time import monotonic, sleep

from aupkeep.enforcement.bgp.hold import RouteHold
from aupkeep.enforcement.bgp.route import BgpRoute, RouteKind
from bgp_routers import Router, lacks
from bgp_stage import BgpStage

GOAL = 100.0  # milliseconds at p95
PATIENCE = 5.0


@dataclass
class KernelWatch:
    """Hears each change of a router's own routes, with the moment it was heard."""

    router: Router
    heard: Queue[tuple[float, str]] = field(default_factory=Queue)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            [*self.router.host.words, "ip", "-o", "monitor", "route"],
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        for line in self.process.stdout or ():
            self.heard.put((monotonic(), line))

    def moment(self, address: str, *, gone: bool) -> float:
        """When its kernel got the route, or lost it."""
        ends = monotonic() + PATIENCE
        while monotonic() < ends:
            try:
                at, line = self.heard.get(timeout=0.1)
            except Empty:
                continue
            if f"blackhole {address} " in line and line.startswith("Deleted") is gone:
                return at
        raise SystemExit(f"{self.router.kind}: {address} was not {'gone' if gone else 'there'}")


def rounds(stage: BgpStage, watches: list[KernelWatch], many: int) -> dict[str, list[float]]:
    """Milliseconds of each lap, by what was timed."""
    laps: dict[str, list[float]] = {}
    for number in range(many):
        address = ip_address(f"203.0.113.{1 + number % 250}")
        hold = RouteHold(
            place=f"blackhole {address}",
            action="bench",
            reference="bench",
            until=datetime.now(UTC) + timedelta(minutes=5),
            route=BgpRoute(kind=RouteKind.BLACKHOLE, destination=address),
        )
        for gone in (False, True):
            begun = monotonic()
            if gone:
                stage.link.release(hold.place, hold.action)
            else:
                stage.link.hold(hold)
            for watch in watches:
                lap = 1000 * (watch.moment(str(address), gone=gone) - begun)
                what = "withdrawn → gone" if gone else "asked → in the kernel"
                name = f"{watch.router.kind:5s} {what}"
                laps.setdefault(name, []).append(lap)
            sleep(0.02)
    return laps


def main() -> int:
    """Print the figures; 0 when the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    many = parser.parse_args().rounds
    if lack := lacks("bird", "frr"):
        print(f"bench/bgp.py needs {lack}")
        return 2
    with BgpStage("bird", "frr", read=False) as stage:
        watches = [KernelWatch(router) for router in stage.lab.routers.values()]
        sleep(0.3)
        laps = rounds(stage, watches, many)
        for watch in watches:
            watch.process.kill()
            watch.process.wait()
    worst = 0.0
    for name, times in sorted(laps.items()):
        times.sort()
        p50, p95 = times[len(times) // 2], times[-(-len(times) * 95 // 100) - 1]
        worst = max(worst, p95)
        print(f"{name:28s} p50 {p50:5.1f} ms   p95 {p95:5.1f} ms   worst {times[-1]:5.1f} ms")
    print(f"{many} routes, load {os.getloadavg()[0]:.1f}; goal p95 ≤ {GOAL:.0f} ms")
    return 0 if worst <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
