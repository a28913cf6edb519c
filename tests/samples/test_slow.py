"""Every slow detector sees its loud rows as expected, no quiet ones, and may be spread.

A sample is `tests/samples/telemetry/slow/<name>/<loud or quiet>….csv`, one flow a line, times in
seconds of the day that ends at the look; a `feed.csv` beside them is what lists say.
"""

import csv
import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from aupkeep.telemetry.detect.detector import DetectorHit
from aupkeep.telemetry.history.engine import number_of
from aupkeep.telemetry.history.history import HistoryQuery
from aupkeep.telemetry.history.parquet import ParquetHistory
from aupkeep.telemetry.history.retention import DAY
from aupkeep.telemetry.rows import Rows
from aupkeep.telemetry.slow.detector import SlowDetector, slow_detectors
from aupkeep.telemetry.slow.run import run_detector
from history_made import NOON, rows, stored

HERE = Path(__file__).parent / "telemetry" / "slow"
SAMPLES = sorted(path for path in HERE.glob("*/*.csv") if path.name != "feed.csv")
LOUD = [path for path in SAMPLES if path.name.startswith("loud")]
ACCEPT = os.environ.get("AUPKEEP_ACCEPT") == "1"
OWN = [ip_network("192.0.2.0/24"), ip_network("2001:db8:1::/48")]
END = NOON + DAY
SLOW = slow_detectors()


def flows(path: Path) -> Rows:
    """The rows of a sample."""
    with path.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    return rows(*(as_row(line) for line in lines))


def as_row(line: dict[str, str]) -> dict[str, object]:
    start = NOON + round(float(line["start"]) * 1000)
    end = start + round(float(line["lasts"]) * 1000)
    numbers = ("proto", "sport", "dport", "flags", "packets", "bytes", "sampling")
    given = {name: int(line[name]) for name in numbers}
    return {**given, "src": line["src"], "dst": line["dst"], "start": start, "end": end}


def tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What stands beside the flows of a sample."""
    feed = path.with_name("feed.csv")
    if not feed.exists():
        return {}
    with feed.open(encoding="utf-8") as file:
        return {
            "feed": [
                (number_of(ip_address(line["address"])), line["list"], line["says"],
                 int(line["port"]) if line.get("port") else None)
                for line in csv.DictReader(file)
            ]
        }  # fmt: skip


def seen(path: Path, folder: Path, given: Rows, beside: dict[str, Any]) -> list[DetectorHit]:
    """What the detector that a sample is for sees in these rows."""
    stored(folder, given, now=END)
    return list(
        run_detector(ParquetHistory(folder), SLOW[path.parent.name], END, OWN, tables=beside).hits
    )


def told(hit: DetectorHit) -> dict[str, Any]:
    """A hit as its expected file has it."""
    times = {name: told_time(getattr(hit, name)) for name in ("at", "until")}
    ends = {"address": str(hit.address), "peer": hit.peer and str(hit.peer)}
    shown = {name: value for name, value in asdict(hit).items() if name != "of_class"}
    return {**shown, **times, **ends}


def told_time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.relative_to(HERE)))
def test_sample_is_seen_as_expected(path: Path, tmp_path: Path) -> None:
    found = [told(hit) for hit in seen(path, tmp_path, flows(path), tables(path))]
    expected = path.with_suffix(".expected.json")
    if ACCEPT:
        expected.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    assert found == json.loads(expected.read_text("utf-8"))
    assert bool(found) == path.name.startswith("loud")


@pytest.mark.parametrize("path", LOUD, ids=lambda path: str(path.relative_to(HERE)))
def test_two_shards_see_together_what_one_machine_sees(path: Path, tmp_path: Path) -> None:
    given, beside = flows(path), tables(path)
    beside["popular"] = popular(tmp_path / "all", given)
    whole = seen(path, tmp_path / "whole", given, beside)
    shard = np.array([hashed(SLOW[path.parent.name], row) for row in given])
    parts = [seen(path, tmp_path / f"{at}", given[shard == at], beside) for at in (0, 1)]
    assert sorted(map(repr, whole)) == sorted(map(repr, [*parts[0], *parts[1]]))


def hashed(slow: SlowDetector, row: np.void) -> int:
    """The shard of a row: by a hash of the detector's group."""
    sides = {"src": ("src_hi", "src_lo"), "dst": ("dst_hi", "dst_lo")}
    parts = [int(row[part]) for name in slow.group for part in sides.get(name, (name,))]
    return crc32(repr(parts).encode()) % 2


def popular(folder: Path, given: Rows) -> list[tuple[Any, ...]]:
    """What crosses all groups is made once, of everything, and sent to every shard."""
    stored(folder, given, now=END)
    question = HistoryQuery(
        sql="SELECT address, port FROM popular",
        since=NOON,
        until=END,
        own=OWN,
        values={},
        tables={},
    )
    return [(row["address"], row["port"]) for row in ParquetHistory(folder).query(question).rows]


@pytest.mark.parametrize("name", sorted(SLOW))
def test_slow_detector_has_loud_and_quiet_samples(name: str) -> None:
    names = [path.name for path in SAMPLES if path.parent.name == name]
    assert any(one.startswith("loud") for one in names), f"no loud sample in {HERE / name}"
    assert sum(one.startswith("quiet") for one in names) >= 2, f"too few quiet in {HERE / name}"
