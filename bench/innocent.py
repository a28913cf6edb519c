"""Customers who harm nobody: how far our detectors go against each of them.

    python bench/innocent.py                 all, some minutes; writes bench/innocent.json
    python bench/innocent.py --only newsletter --rate 1 --told

Each pattern of `scenes.innocent` lives alone, before windows that know nothing yet, seen both ways
by its exporter, or one way only, at 1:1, 1:100 and 1:1000. Its address reads pages besides, as any
does: so it is known which ways are exported, also of who is never answered. A cell is the highest
mode that a detector reached: nothing, observe, notify, propose, act. Nobody may reach *act*.
`docs/detectors.md` shows the table. The seed was drawn before any figure of it was looked at.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from pathlib import Path

import numpy as np
from numpy.random import Generator

from aupkeep.telemetry.detect.detector import DetectorHit, Mode
from aupkeep.telemetry.detect.engine import DetectionEngine
from aupkeep.telemetry.rows import Exporters, Rows
from aupkeep.telemetry.window.own_slots import OwnSlots
from scenes.export import batches, exported
from scenes.flows import Place
from scenes.innocent import INNOCENT, LATE, Lives
from scenes.world import NOON, OWN

RESULT = Path(__file__).with_name("innocent.json")
SEEDS = (88_213_907,)
RATES = (1, 100, 1000)
WAYS = ("both ways", "only out", "only in")
MINUTES, BUSY = 4, (0.8, 1.3)
PAGES = 40  # hosts whose pages an address reads beside
WHO = IPv4Address("192.0.2.20")
EXPORTER = IPv4Address("203.0.113.1")
EVERY = 1_000  # ms between two evaluations
NOTHING = "-"
Told = dict[str, Mode]  # by detector, the highest


def rows_of(name: str, seed: int, rate: int, way: str) -> Rows:
    """What the exporter tells of a pattern."""
    rng = np.random.default_rng(seed)
    return told_of(INNOCENT[name], float(rng.uniform(*BUSY)), rng, rate, way, LATE.get(name, 0))


def told_of(
    lives: Lives, busy: float, rng: Generator, rate: int, way: str, late: int = 0
) -> Rows:  # fmt: skip
    """What the exporter tells of who lives so, `late`: ms by which it tells later what comes."""
    place = Place(rng, int(WHO), NOON, MINUTES * 60_000)
    lives(place, busy)
    pages = place.steady(1_000, 0.5)
    place.talk(place.address, place.peers(PAGES), pages, dport=443, out=20, back=30)
    rows = exported(np.concatenate(place.rows), rng, sampling=rate)
    comes = rows["dst_lo"] == int(WHO)
    rows["seen"][comes] += late
    if way != WAYS[0]:
        rows = rows[~comes if way == WAYS[1] else comes]
    return rows[np.argsort(rows["seen"], kind="stable")]


def hits_of(rows: Rows) -> Iterator[DetectorHit]:
    """What windows that know nothing yet tell of these rows."""
    exporters = Exporters()
    exporters.number(EXPORTER)
    engine = DetectionEngine(OwnSlots(OWN), {}, exporters=exporters)
    now, due = NOON, 0
    for now, part in batches(rows):
        engine.take(part, now)
        if now >= due:
            yield from engine.evaluate(now)
            due = now + EVERY
    yield from engine.evaluate(now + EVERY, over=True)


def highest(hits: Iterator[DetectorHit], shown: str = "") -> Told:
    """Of each detector the highest mode."""
    told: Told = {}
    for hit in hits:
        if shown:
            print(
                f"    {shown}: {hit.mode.value} {hit.detector} {hit.address} {dict(hit.evidence)}"
            )
        before = told.get(hit.detector, Mode.OBSERVE)
        told[hit.detector] = max(before, hit.mode, key=list(Mode).index)
    return told


def judged(name: str, rate: int, way: str, *, told: bool = False) -> Told:
    """The same over all seeds."""
    worst: Told = {}
    for seed in SEEDS:
        rows = rows_of(name, seed, rate, way)
        for detector, mode in highest(hits_of(rows), f"seed {seed}" * told).items():
            before = worst.get(detector, Mode.OBSERVE)
            worst[detector] = max(before, mode, key=list(Mode).index)
    return worst


def cell(told: Told) -> str:
    """The highest mode with the detectors that reached it."""
    if not told:
        return NOTHING
    most = max(told.values(), key=list(Mode).index)
    return f"{most.value}: {', '.join(sorted(name for name in told if told[name] == most))}"


def summary(table: Mapping[str, Mapping[str, str]]) -> str:
    """How many cells reached which mode."""
    cells = [text.split(":")[0] for row in table.values() for text in row.values()]
    counts = {mode.value: cells.count(mode.value) for mode in reversed(Mode)}
    return ", ".join(f"{count} at {mode}" for mode, count in counts.items()) + f" of {len(cells)}"


def main() -> int:
    """Run, print the table; exit code 1 when anybody reached *act*."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(INNOCENT), action="append")
    parser.add_argument("--rate", type=int, choices=RATES, action="append")
    parser.add_argument("--way", choices=WAYS, action="append")
    parser.add_argument("--told", action="store_true", help="print each hit")
    given = parser.parse_args()
    begun, table = time.monotonic(), {}
    for name in given.only or INNOCENT:
        table[name] = {
            f"{way} 1:{rate}": cell(judged(name, rate, way, told=given.told))
            for way in given.way or WAYS
            for rate in given.rate or RATES
        }
        loud = {where: text for where, text in table[name].items() if text != NOTHING}
        print(f"{name:28} {loud or NOTHING}", flush=True)
    print(f"{len(table)} patterns: {summary(table)}; {time.monotonic() - begun:.0f} s")
    if not (given.only or given.rate or given.way):
        RESULT.write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    return int(" at act" in summary(table) and not summary(table).startswith("0 at act"))


if __name__ == "__main__":
    sys.exit(main())
