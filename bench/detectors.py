"""Every detector on labelled traffic that its thresholds were not chosen on: precision and recall.

    python bench/detectors.py            all, some minutes; writes bench/detectors.json
    python bench/detectors.py --only slow
    python bench/detectors.py --quick    one seed, unsampled; prints false hits and what was missed

Each world has every look-alike and every attack of `bench/scenes` at once, each on an address
of its own, at several strengths and sampling rates. A hit is true when the label of its address
names the detector. Precision counts addresses over all worlds, recall attacks of strength 1 and
above. `docs/detectors.md` is made of the figures by `just accept`. No threshold was chosen on these
seeds.
"""

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, ip_network
from pathlib import Path
from typing import Any

from aupkeep.model.subject import Address
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.engine import DetectionEngine, detectors
from aupkeep.telemetry.detect.network_context import (
    CustomerInterface,
    ListedContact,
    NetworkContext,
)
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.history.engine import address_of
from aupkeep.telemetry.history.parquet import ParquetHistory
from aupkeep.telemetry.rows import Exporters
from aupkeep.telemetry.slow.detector import SlowDetector, slow_detectors
from aupkeep.telemetry.slow.run import run_detector
from aupkeep.telemetry.window.own_slots import OwnSlots
from scenes.attacks import OUR_RESOLVER, controller
from scenes.days import MINUTES, POOLS, day
from scenes.export import batches
from scenes.world import NOON, OWN, World, make

RESULT = Path(__file__).with_name("detectors.json")
SEEDS = (434_512_487, 418_834_455, 819_051_817)
DAYS = (185_493_025, 304_471_033)
RATES = (1, 100, 1000)
STRENGTHS = (0.3, 1.0, 3.0)
PLAIN = 1.0  # the strength from which recall counts
MINUTE, EVERY = 60_000, 5_000  # ms; a look every five seconds of the world's time
EXPORTER = IPv4Address("203.0.113.1")
ASKS = (Mode.PROPOSE.value, Mode.ACT.value)


@dataclass
class Score:
    """What one detector got right; `recall` is by sampling rate: (seen, all)."""

    true: int = 0
    false: int = 0
    seen: Counter[int] = field(default_factory=Counter)
    all: Counter[int] = field(default_factory=Counter)
    cpu: float = 0.0
    rows: int = 0


Scores = dict[str, Score]
Trouble = list[str]


def around(world: World) -> NetworkContext:
    """What an operator knows: the lists, who is behind which interface, our own services."""
    spoofers = {one: label for one, label in world.labels.items() if label.who == "spoofer"}
    return NetworkContext(
        contacts=[
            ListedContact(address_of(controller(six=True)), "c2", "bench"),
            ListedContact(address_of(0xFFFF << 32 | controller(six=False)), "c2", "bench"),
        ],
        interfaces={CustomerInterface(EXPORTER, int(one) & 0xFFFF): one for one in spoofers},
        services=[ip_network(f"{IPv4Address(OUR_RESOLVER)}/32")],
    )


def timed(name: str, watch: DetectionEngine, scores: Scores) -> None:
    """Have a watch's detectors count their CPU seconds."""
    detector = watch.detectors[name]

    def looks(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
        begun = time.process_time()
        found = list(detector.detect(view, limits))
        scores[name].cpu += time.process_time() - begun
        return iter(found)

    watch.detectors[name] = replace(detector, detect=looks)


def watched(world: World, scores: Scores) -> Iterator[DetectorHit]:
    """What the fast detectors tell of a world."""
    exporters = Exporters()
    exporters.number(EXPORTER)
    watch = DetectionEngine(OwnSlots(OWN), {}, context=around(world), exporters=exporters)
    for name in watch.detectors:
        timed(name, watch, scores)
    now, due, spent = NOON, 0, 0.0
    for now, rows in world.batches():
        begun = time.process_time()
        watch.take(rows, now)
        spent += time.process_time() - begun
        if now >= due:
            yield from watch.evaluate(now)
            due = now + EVERY
    yield from watch.evaluate(now, over=True)
    scores["windows"].cpu += spent
    for name in (*watch.detectors, "windows"):
        scores[name].rows += len(world.rows)


def asked(world: World, scores: Scores) -> Iterator[DetectorHit]:
    """What the slow detectors find in a day."""
    exporters = Exporters()
    exporters.number(EXPORTER)
    feed = [(one if one >> 32 else 0xFFFF << 32 | one, "mining", "pool", None) for one in POOLS]
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder), patient=True, reserve=0, every_ms=60 * MINUTE)
        for now, rows in batches(world.rows, 10 * MINUTE):
            archive.append(rows, exporters, now)
        archive.close()
        history = ParquetHistory(Path(folder))
        for name, slow in slow_detectors().items():
            begun = time.process_time()
            tables = {"feed": feed}
            found = run_detector(history, slow, NOON + MINUTES * MINUTE, list(OWN), tables=tables)
            scores[name].cpu += time.process_time() - begun
            scores[name].rows += len(world.rows)
            yield from found.hits


def judge(
    world: World, hits: Iterable[DetectorHit], rate: int, scores: Scores, names: Iterable[str]
) -> Trouble:
    """Count what is right; the answer is what a look-alike or a wrong detector raised."""
    found: dict[str, dict[Address, DetectorHit]] = defaultdict(dict)
    for hit in hits:
        before = found[hit.detector].get(hit.address)
        if before is None or list(Mode).index(hit.mode) > list(Mode).index(before.mode):
            found[hit.detector][hit.address] = hit
    trouble = []
    for name in names:
        for address, hit in found[name].items():
            label = world.labels.get(address)
            right = label is not None and label.right(name)
            scores[name].true += right
            scores[name].false += not right
            if not right:
                trouble.append(told(hit, label.who if label else "nobody", rate))
        for label in {one.who + str(one.strength): one for one in world.labels.values()}.values():
            if name in label.must and label.strength >= PLAIN:
                who = [one for one, its in world.labels.items() if its == label]
                scores[name].all[rate] += 1
                scores[name].seen[rate] += any(one in found[name] for one in who)
    return trouble


def told(hit: DetectorHit, who: str, rate: int) -> str:
    """One line about a hit that is not right."""
    port = f" port {hit.port}" if hit.port else ""
    where = f"{hit.detector} on {who} ({hit.address}){port}"
    return f"1:{rate} {hit.mode.value:8} {where} {dict(hit.evidence)}"


def run(seeds: Iterable[int], days: Iterable[int], rates: Iterable[int]) -> tuple[Scores, Trouble]:
    """All worlds."""
    scores: Scores = defaultdict(Score)
    trouble: Trouble = []
    for rate in rates:
        costs = scores if rate == 1 else defaultdict(Score)  # few rows cost as much a look
        for seed in seeds:
            world = make(seed, sampling=rate, strengths=STRENGTHS, minutes=4)
            hits = list(watched(world, costs))
            trouble += judge(world, hits, rate, scores, detectors())
            print(f"seed {seed} 1:{rate} {len(world.rows):,} rows {len(hits)} hits", flush=True)
        for seed in days:
            world = day(seed, sampling=rate, strengths=STRENGTHS)
            hits = list(asked(world, costs))
            trouble += judge(world, hits, rate, scores, slow_detectors())
            print(f"day {seed} 1:{rate} {len(world.rows):,} rows {len(hits)} hits", flush=True)
    return scores, trouble


def limits_of(one: Detector | SlowDetector) -> dict[str, float]:
    """The default thresholds by name."""
    return {what: value for what, (value, _) in one.defaults.items()}


def figures(scores: Scores) -> dict[str, Any]:
    """What goes into the file, by detector."""
    known = {**detectors(), **slow_detectors()}
    return {
        name: {
            "version": known[name].version if name in known else 0,
            "thresholds": limits_of(known[name]) if name in known else {},
            "true": score.true,
            "false": score.false,
            "recall": {str(rate): [score.seen[rate], score.all[rate]] for rate in RATES},
            "cpu": round(score.cpu / max(score.rows, 1) * 1e6, 4),
        }
        for name, score in sorted(scores.items())
    }


def main() -> None:
    """Run, print what went wrong, and write the figures unless it was only a quick look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=["fast", "slow"], help="keep the others' figures")
    parser.add_argument("--seed", type=int, default=7_919)
    parser.add_argument("--rate", type=int, default=1)
    given = parser.parse_args()
    begun = time.monotonic()
    list(watched(make(1, minutes=0.2, busy=0.1), defaultdict(Score)))  # kernels are compiled
    if given.quick:
        scores, trouble = run([given.seed], [], [given.rate])
    else:
        seeds, days = SEEDS * (given.only != "slow"), DAYS * (given.only != "fast")
        scores, trouble = run(seeds, days, RATES)
    for name, score in sorted(scores.items()):
        recall = {rate: f"{score.seen[rate]}/{score.all[rate]}" for rate in RATES}
        cost = score.cpu / max(score.rows, 1) * 1e6
        right = f"true {score.true:3} false {score.false:3}"
        print(f"{name:22} {right} {recall} {cost:.4f} CPU s/M rows")
    print("\n".join(["", "not right:", *sorted(trouble)]))
    asking = [line for line in trouble if line.split()[1] in ASKS]
    print(f"{len(asking)} at propose or above; {time.monotonic() - begun:.0f} s")
    if not given.quick:
        before = json.loads(RESULT.read_text("utf-8")) if given.only else {}
        asking += [line for line in before.get("asked", []) if line.split()[2] not in scores]
        found = {**before, **figures(scores), "asked": sorted(asking)}
        RESULT.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
