"""Shadowserver rows per CPU second, beside IntelMQ on the same reports in the same run.

    python bench/shadowserver.py [ROWS] [--peer VERSION] [--schema FILE] [--cache FOLDER]

The reports are our own, made here: ROWS rows (5,000) with every column of three real types. We read
them as `aupkeep parse` does: recognised, every row to a finding with its offsets and details; then
once more through the box, its start and end included. IntelMQ is installed from PyPI into an
environment of its own under the cache folder; it needs the publisher's schema, which is not ours to
ship: without it, or without a network, the peer's column says why it is empty.
Goal: 15,000 rows per CPU second.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from aupkeep.intake.reading import read
from aupkeep.intake.sandbox.pool import SandboxPool

HERE = Path(__file__).parent
SCHEMA = HERE.parents[1] / "shared" / "corpora" / "shadowserver-report-schema" / "intelmq.json"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "aupkeep-bench"
GOAL = 15_000
REPEATS = 10  # a box's start is paid once for many reports
SCAN = "timestamp severity ip protocol port hostname tag asn geo region city naics hostname_source"
SIDE = "ip port asn geo region city hostname naics sector"
EVENT = (
    "timestamp protocol "
    + " ".join(f"src_{name}" for name in SIDE.split())
    + " device_vendor device_type device_model severity "
    + " ".join(f"dst_{name}" for name in SIDE.split())
    + " public_source infection family tag application version event_id"
)
REPORTS = {
    "scan_adb": f"{SCAN} sector name model device features device_vendor device_type device_model"
    " device_version device_sector",
    "scan_exchange": f"{SCAN} sector version servername url",
    "event4_honeypot_ddos_amp": f"{EVENT} request count bytes end_time duration avg_pps max_pps",
}
VALUES = {
    "severity": "high",
    "protocol": "tcp",
    "port": "5555",
    "src_port": "40000",
    "dst_port": "389",
    "hostname": "node-{n}.customer.example",
    "src_hostname": "node-{n}.customer.example",
    "tag": "exchange;cve-2021-26855",
    "asn": "64512",
    "src_asn": "64512",
    "geo": "NO",
    "src_geo": "NO",
    "region": "OSLO",
    "src_region": "OSLO",
    "city": "OSLO",
    "src_city": "OSLO",
    "naics": "518210",
    "src_naics": "518210",
    "sector": "Communications, Service Provider, and Hosting Service",
    "src_sector": "Communications, Service Provider, and Hosting Service",
    "hostname_source": "ptr",
    "device_vendor": "Example",
    "device_type": "phone",
    "name": "example-{n}",
    "model": "Model {n}",
    "device": "example",
    "features": "cmd,shell_v2",
    "version": "15.2.721",
    "servername": "EXCH{n}",
    "url": "https://node-{n}.customer.example/owa/",
    "public_source": "EXAMPLE",
    "infection": "ddos-amplification",
    "count": "{n}",
    "bytes": "1500",
    "end_time": "2026-03-01 12:30:00",
    "duration": "20",
    "avg_pps": "40",
    "max_pps": "90",
}


def report(columns: list[str], count: int, path: Path) -> None:
    """Write one report of `count` rows, every address of 198.18.0.0/15 in turn (RFC 2544)."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(columns)
        for number in range(count):
            own = {
                "timestamp": f"2026-03-01 {number // 3600 % 24:02d}:{number // 60 % 60:02d}"
                f":{number % 60:02d}",
                "ip": f"198.18.{number // 250 % 256}.{number % 250}",
            }
            own["src_ip"] = own["ip"]
            writer.writerow(
                [own.get(name) or VALUES.get(name, "").format(n=number) for name in columns]
            )


def spent() -> float:
    """CPU seconds of this process and its ended children."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def rate(work: Callable[[], int]) -> float:
    """Findings a CPU second."""
    before = spent()
    count = work()
    return count / (spent() - before)


def bare(path: Path) -> int:
    """How many findings the reader makes of a report."""
    return sum(len(reading.findings) for _, reading in read(path.read_bytes(), path.name))


def boxed(path: Path) -> int:
    """The same through a box, which reads it REPEATS times in its life."""
    count, data = 0, path.read_bytes()
    with SandboxPool(size=1) as box:
        for _ in range(REPEATS):
            count += sum(len(reading.findings) for _, reading in box.read(data, path.name))
    return count


def peer(version: str, cache: Path) -> Path | str:
    """The peer's interpreter, installed when it is not there; or why it cannot be."""
    home = cache / f"intelmq-{version}"
    python = home / "bin" / "python"
    steps = [
        [sys.executable, "-m", "venv", str(home)],
        # its test harness still imports pkg_resources, which setuptools 81 left out
        [str(python), "-m", "pip", "install", "-q", f"intelmq=={version}", "setuptools<81"],
    ]
    if (home / "done").exists():
        return python
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr.strip() or "no reason told").splitlines()[-1]
            return f"IntelMQ {version} could not be installed: {said}"
    (home / "done").touch()
    return python


def theirs(python: Path, schema: Path, paths: list[Path]) -> dict[str, float] | str:
    """Events a CPU second by report, or why there are none."""
    words = [str(python), str(HERE / "peer_intelmq.py"), str(schema), *map(str, paths)]
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            check=False,
            env={"INTELMQ_ROOT_DIR": home, "HOME": home, "INTELMQ_SKIP_REDIS": "1"},
        )
    if done.returncode:
        return f"IntelMQ failed: {done.stderr.strip().splitlines()[-1:]}"
    found = map(json.loads, done.stdout.splitlines())
    return {one["name"]: one["events"] / one["seconds"] for one in found}


def main() -> None:
    """Measure and print a table."""
    options = argparse.ArgumentParser(description="Shadowserver rows per CPU second.")
    options.add_argument("rows", nargs="?", type=int, default=5_000)
    options.add_argument("--peer", default="3.5.0", help="version of IntelMQ; none = without it")
    options.add_argument("--schema", type=Path, default=SCHEMA, help="the publisher's intelmq.json")
    options.add_argument("--cache", type=Path, default=CACHE)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, columns in REPORTS.items():
            paths.append(Path(folder) / f"2026-03-01-{name}-bench.csv")
            report(columns.split(), chosen.rows, paths[-1])
        show(paths, beside(chosen.peer, chosen.schema, chosen.cache, paths))


def beside(version: str, schema: Path, cache: Path, paths: list[Path]) -> dict[str, float] | str:
    """The peer's rates, or why there are none."""
    if version == "none":
        return "not asked for"
    if not schema.is_file():
        return f"the publisher's schema is not at {schema}"
    python = peer(version, cache)
    return python if isinstance(python, str) else theirs(python, schema, paths)


def show(paths: list[Path], found: dict[str, float] | str) -> None:
    """Print our rates beside the peer's, in rows a CPU second."""
    bare(paths[0])
    print(f"{'rows per CPU second':<28} {'bare':>9} {'boxed':>9} {'IntelMQ':>9} {'times':>7}")
    for path in paths:
        ours, box = rate(lambda path=path: bare(path)), rate(lambda path=path: boxed(path))
        other = found.get(path.name) if isinstance(found, dict) else None
        name = path.name.split("-")[3]
        told = f"{other:>9,.0f} {ours / other:>6.1f}x" if other else f"{'-':>9} {'-':>7}"
        print(f"{name:<28} {ours:>9,.0f} {box:>9,.0f} {told}")
    if isinstance(found, str):
        print(f"without the peer: {found}")
    print(f"goal: {GOAL:,}")


if __name__ == "__main__":
    main()
