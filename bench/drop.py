"""From the first attack packet to the drop, read back: a SYN flood in the lab, again and again.

    python bench/drop.py [--rounds 20] [--attack flood|mail] [--exporter pmacctd|softflowd]
    python bench/drop.py --rounds 3 --seconds 60                   # an exporter that waits a minute
    python bench/drop.py --rounds 3 --sampling 1000 --pace 20000   # one packet in a thousand

Builds the lab (network namespaces, root or a user namespace), starts a whole install with its
collector on the lab's router, and lets one customer after the other begin a real attack. Prints for
each round, and then p50 and p95: first packet on the tenant's link → finding at the desk, → drop
read back from the kernel by the router's agent, → last packet seen on the internet's link; then, of
the lift ordered, → the first packet that passes again. The exporter's timeouts are one second
unless `--seconds` says another. Goals, with one second and every packet: drop p50 ≤ 4 s (aim 3),
p95 ≤ 6 s; exit code 1 beyond them. The load of the machine is printed, for others' work counts in.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from aupkeep.lab import attack_timing
from aupkeep.lab.attack_timing import AttackTimes
from aupkeep.lab.attacks import ATTACKS, PACE, LabAttack, flood_from
from aupkeep.lab.exporters import PACKAGES, ExportRate
from aupkeep.lab.trial import furnish_lab, restored
from aupkeep.lab.world import LabWorld
from aupkeep.model.errors import AupkeepError

P50, P95 = 4.0, 6.0  # seconds to the drop
MOST = 50  # rounds: so many more addresses has the tenant's network
FIRST = 11  # of them, 203.0.113.11
PAUSE = 1.0  # seconds between rounds
LASTS = 17  # seconds of a flood, with an exporter that tells it at once
PATIENCE = 120.0  # seconds for a drop, likewise
SETTINGS = "\n[deciding]\nbreaker_share = 1.0\nbreaker_l3 = 1000\n"


def percentile(values: list[float], share: float) -> float:
    """The value that so many of them do not exceed, by nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * round(share * 100) // 100) - 1)]


def rounds(
    world: LabWorld, attack: LabAttack, many: int, patience: float
) -> tuple[list[AttackTimes], list[float]]:
    """The laps of so many attacks, each by another customer; the seconds until each is restored."""
    sources = [f"203.0.113.{FIRST + number}" for number in range(many)]
    attack_timing.add_attackers(world, sources)
    furnish_lab(world)
    laps, restores = [], []
    for number, source in enumerate(sources, 1):
        lap = attack_timing.time_attack(
            world, attack, source, attack_timing.customer_of(source), patience=patience
        )
        restores.append(restored(world, attack, source, lap.case["reference"]))
        times = attack_timing.times_text(lap)
        print(f"  {number:3d}  {times}, restored {restores[-1]:.2f} s", flush=True)
        laps.append(lap)
        time.sleep(PAUSE)
    return laps, restores


def show(laps: list[AttackTimes], restores: list[float], load: str) -> bool:
    """Print the figures; True when the goals are met."""
    times = {
        "finding": [lap.to_finding for lap in laps],
        "drop": [lap.to_drop for lap in laps if lap.to_drop is not None],
        "last packet": [lap.to_silence for lap in laps if lap.to_silence is not None],
        "restored": restores,
    }
    print(f"\nfirst packet to …, {len(laps)} rounds, load {load}")
    for name, values in times.items():
        if values:
            middle = statistics.median(values)
            print(
                f"  {name:12s} p50 {middle:.2f} s  p95 {percentile(values, 0.95):.2f} s"
                f"  longest {max(values):.2f} s"
            )
    drops = times["drop"]
    return bool(drops) and statistics.median(drops) <= P50 and percentile(drops, 0.95) <= P95


def main() -> int:
    """Run it."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--rounds", type=int, default=20)
    words.add_argument(
        "--attack", choices=[x for x in ATTACKS if ATTACKS[x].alone], default="flood"
    )
    words.add_argument("--exporter", choices=sorted(PACKAGES), default="pmacctd")
    words.add_argument("--seconds", type=int, default=1, help="the exporter's timeouts")
    words.add_argument("--sampling", type=int, default=1, help="one packet in so many")
    words.add_argument("--pace", type=int, default=PACE, help="packets a second of the flood")
    chosen = words.parse_args()
    before = os.getloadavg()[0]
    rate = ExportRate(seconds=chosen.seconds, sampling=chosen.sampling)
    attack, patience = ATTACKS[chosen.attack], PATIENCE + 5 * chosen.seconds
    if chosen.attack == "flood":
        packets = chosen.pace * (LASTS if rate == ExportRate() else round(patience))
        attack = replace(attack, words=lambda source, _: flood_from(source, packets, chosen.pace))
    with tempfile.TemporaryDirectory(prefix="aupkeep-drop-") as folder:
        try:
            with LabWorld.open(
                Path(folder), exporter=chosen.exporter, rate=rate, more=SETTINGS
            ) as world:
                print(
                    f"{attack.says}, {chosen.pace} a second, exported by {chosen.exporter}: {rate}"
                )
                laps, restores = rounds(world, attack, min(chosen.rounds, MOST), patience)
        except AupkeepError as error:
            print(f"drop: {error}")
            return 2
    plain = rate == ExportRate()
    held = show(laps, restores, f"{before:.1f} → {os.getloadavg()[0]:.1f}")
    return 0 if held or not plain else 1


if __name__ == "__main__":
    sys.exit(main())
