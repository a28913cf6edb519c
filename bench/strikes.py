"""Each strike of `scenes.strikes` alone: which detector sees it, and how far it goes.

    python bench/strikes.py                  all, some minutes; writes bench/strikes.json
    python bench/strikes.py --only "fin flood" --rate 1

Seen as `innocent.py` sees who harms nobody: both ways by the exporter, or only what leaves, at 1:1,
1:100 and 1:1000, beside ordinary pages. A cell is the highest mode with who reached it; a dash
means that nobody told of it.
"""

import argparse
import json
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from aupkeep.telemetry.detect.detector import DetectorHit, Mode
from innocent import NOTHING, RATES, WAYS, hits_of, told_of
from scenes.attacks import Attack
from scenes.strikes import STRIKES

RESULT = Path(__file__).with_name("strikes.json")
SEED = 317_904_655
STRENGTH = 1.0
Table = dict[str, dict[str, str]]


def right(attack: Attack, hit: DetectorHit) -> bool:
    """Whether a hit is about the strike."""
    return hit.detector in (*attack.must, *attack.may)


def cell(name: str, rate: int, way: str) -> str:
    """How far detectors went that are right about it."""
    attack, rng = STRIKES[name], np.random.default_rng(SEED)
    rows = told_of(attack.act, STRENGTH, rng, rate, way)
    hits = [hit for hit in hits_of(rows) if right(attack, hit)]
    if not hits:
        return NOTHING
    most = max((hit.mode for hit in hits), key=list(Mode).index)
    who = ", ".join(sorted({hit.detector for hit in hits if hit.mode == most}))
    return f"{most.value}: {who}"


def summary(table: Mapping[str, Mapping[str, str]]) -> str:
    """How many cells reached which mode."""
    cells = [text.partition(":")[0] for row in table.values() for text in row.values()]
    counts = {mode.value: cells.count(mode.value) for mode in reversed(Mode)}
    counts["nothing"] = cells.count(NOTHING)
    return ", ".join(f"{count} at {mode}" for mode, count in counts.items()) + f" of {len(cells)}"


def main() -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(STRIKES), action="append")
    parser.add_argument("--rate", type=int, choices=RATES, action="append")
    parser.add_argument("--way", choices=WAYS[:2], action="append")
    given = parser.parse_args()
    begun, table = time.monotonic(), Table()
    for name in given.only or STRIKES:
        table[name] = {
            f"{way} 1:{rate}": cell(name, rate, way)
            for way in given.way or WAYS[:2]
            for rate in given.rate or RATES
        }
        print(f"{name:28} {table[name]}", flush=True)
    print(f"{len(table)} strikes: {summary(table)}; {time.monotonic() - begun:.0f} s")
    if not (given.only or given.rate or given.way):
        RESULT.write_text(json.dumps(table, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
