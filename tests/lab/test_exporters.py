"""The router's exporters tell a collector of what the tenants do, within seconds."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from aupkeep.lab import attacks, exporters
from aupkeep.lab.namespaces import ADDRESS, ROUTER, Lab
from aupkeep.lab.scene import Scene
from aupkeep.lab.traffic import read_counts
from lab.stage import Stage

pytestmark = [pytest.mark.root, pytest.mark.network]
NIGHT = pytest.mark.nightly("processes")
LISTEN = """
import socket, sys
from pathlib import Path
from aupkeep.lab.traffic import Counts
counts, (port, *wanted) = Counts(Path(sys.argv[1])), sys.argv[2:]
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line.bind(("127.0.0.1", int(port)))
while True:
    data = line.recv(65535)
    counts.add("datagrams")
    counts.add(f"version {data[1]}")
    counts.add("both", all(bytes.fromhex(one) in data for one in wanted))
"""
PATIENCE = 20.0  # seconds for what takes two
PAIR = [ADDRESS[host].packed.hex() for host in ("tenant-a", "internet")]


@pytest.fixture
def collector(whole_stage: Stage, tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A plain listener on the router: its port → where it counts datagrams."""
    started: list[Popen[bytes]] = []

    def listen(port: int) -> Path:
        counts = tmp_path / "datagrams.json"
        words = [sys.executable, "-c", LISTEN, str(counts), str(port), *PAIR]
        started.append(whole_stage.lab.popen(ROUTER, words, tmp_path / "listener.log"))
        until(counts.exists, "the listener to begin")
        return counts

    yield listen
    end(started)


def end(started: list[Popen[bytes]]) -> None:
    for one in started:
        one.terminate()
        one.wait(10)


def until(condition: Callable[[], object], what: str) -> None:
    """Look until it is there."""
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limit, f"waited {PATIENCE:g} s for {what}"
        time.sleep(0.05)


@pytest.mark.nightly("processes")
@pytest.mark.parametrize(
    ("program", "version", "port"),
    [
        pytest.param("pmacctd", 9, 2055, marks=NIGHT),
        ("pmacctd", 10, 2056),
        pytest.param("softflowd", 5, 2057, marks=NIGHT),
        ("softflowd", 9, 2058),
    ],
)
def test_an_attack_is_exported(
    whole_stage: Stage, collector, tmp_path: Path, program: str, version: int, port: int
):
    """Datagrams of the asked version name attacker and target while the flood still runs."""
    if reason := (exporters.missing([program]) or attacks.ATTACKS["flood"].missing()):
        pytest.skip(reason)
    counts = collector(port)
    started = exporters.export(
        whole_stage.lab, tmp_path, program, version=version, to=("127.0.0.1", port)
    )
    time.sleep(1.0)  # an exporter opens its links
    flood = attacks.ATTACKS["flood"].begin(whole_stage.scene)
    until(lambda: read_counts(counts).get("both", 0) > 1, "flows of the flood")
    running = [one.poll() for one in flood]
    end([*flood, *started])
    assert running == [None]
    assert read_counts(counts)[f"version {version}"] == read_counts(counts)["datagrams"]


@NIGHT
@pytest.mark.parametrize("program", list(exporters.PACKAGES))
def test_it_exports_without_root_too(tmp_path: Path, program: str):
    """In a user namespace, where nobody is root outside, the same exporters and attacks work."""
    if reason := (exporters.missing([program]) or attacks.ATTACKS["flood"].missing()):
        pytest.skip(reason)
    counts = tmp_path / "datagrams.json"
    with Lab.build(rootless=True) as lab:
        words = [sys.executable, "-c", LISTEN, str(counts), "2055", *PAIR]
        lab.popen(ROUTER, words, tmp_path / "listener.log")
        until(counts.exists, "the listener to begin")
        exporters.export(lab, tmp_path, program)
        time.sleep(1.0)
        attacks.ATTACKS["flood"].begin(Scene(lab=lab, folder=tmp_path))
        until(lambda: read_counts(counts).get("both", 0) > 1, "flows of the flood")


def test_the_end_of_the_lab_ends_children_too(tmp_path: Path):
    """What a started program left running by itself does not outlive the lab."""
    told = tmp_path / "child"
    with Lab.build() as lab:
        lab.popen(ROUTER, ["sh", "-c", f"sleep 300 & echo $! > {told}.new; mv {told}.new {told}"])
        until(told.exists, "the child")
        child = Path(f"/proc/{told.read_text().strip()}")
        assert child.exists()
    until(lambda: not child.exists(), "the child's end")


def test_a_missing_exporter_is_named():
    """What is not installed is told with the command that installs it."""
    patched = exporters.PACKAGES | {"noflowd": "no-flow"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exporters, "PACKAGES", patched)
        assert exporters.missing(["noflowd"]) == (
            "the program 'noflowd' is missing (Debian: apt-get install no-flow)"
        )
