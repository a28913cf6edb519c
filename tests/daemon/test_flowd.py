"""The whole road with real processes: datagrams in, a narrow block in the desired state out."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from app.telemetry.exporter import flood, send
from aupkeep.app.telemetry.collector.state_files import read
from aupkeep.app.telemetry.machine_code.prepare import ALL, prepare
from aupkeep.telemetry.fast.decode_batch import decode_batch
from aupkeep.telemetry.history.transpose import transpose
from aupkeep.telemetry.jit import OperatorFolder
from aupkeep.telemetry.receive.ring import read_names
from aupkeep.telemetry.window.add import add
from daemon.processes import free_port, running, until

pytestmark = [pytest.mark.network, pytest.mark.slow]
CUSTOMERS = (
    b"customer,name,contact,language,tags,since\nalder,Alder,noc@alder.example,nb,,2024-01-01\n"
)
MOST_MIB = 400  # of a collector's memory at any time, with windows for one prefix
ASSIGNED = b"address,customer,resource,from,until\n203.0.113.10,alder,vm-a,2026-01-01T00:00:00Z,\n"


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """The inner loops are in the cache before a process that must answer in time needs them."""
    prepare(ALL, say=print, warn=pytest.fail)


def command(*words: object):
    """A command's answer."""
    done = subprocess.run(
        [sys.executable, "-m", "aupkeep", *map(str, words), "-o", "json"],
        check=True,
        capture_output=True,
    )
    return json.loads(done.stdout or "null")


@pytest.fixture
def port(home, tmp_path):
    """A furnished home that listens for one exporter on loopback; its port."""
    port = free_port()
    home.settings.write_text(
        '[provider]\nlisten = false\n[mail]\nnameservers = ["none"]\n'
        '[enforcement]\ndriver = "record"\n'
        f'[flows]\nlisten = ["127.0.0.1:{port}"]\n[flows.lo]\naddress = "127.0.0.1"\n'
    )
    (tmp_path / "customers.csv").write_bytes(CUSTOMERS)
    (tmp_path / "assigned.csv").write_bytes(ASSIGNED)
    command("inventory", "own", "add", "203.0.113.0/24")
    command("customers", "import", tmp_path / "customers.csv")
    command("inventory", "import", tmp_path / "assigned.csv")
    return port


def listening(home):
    """The home, with settings that listen for one exporter on loopback."""
    home.settings.write_text(
        f'[flows]\nlisten = ["127.0.0.1:{free_port()}"]\n[flows.lo]\naddress = "127.0.0.1"\n'
    )
    return home


def source(home):
    """Whether the collector has written that it watches our space."""
    told = read(home.flows, "stats") or {}
    return bool(told.get("windows", {}).get("own"))


def test_a_flood_is_stopped(home, port):
    """A flood seen in the exports ends as a block of its one target, read back; times are told."""
    with ExitStack() as stack:
        for word in ("worker", "agent", "flowd"):
            stack.enter_context(running(word, log=home.path / f"{word}.log"))
        until(lambda: source(home), "the collector to watch")
        until((home.desired / "main.json").exists, "the worker")
        begun = time.monotonic()
        status = home.agent / "main" / "status.json"
        sent = 0
        while not effective_rule(status) and time.monotonic() - begun < 60:
            send(port, flood(), sampling=1, sequence=60 * sent)
            sent += 1
            time.sleep(0.25)
        took = time.monotonic() - begun
        assert effective_rule(status), (home.path / "flowd.log").read_text()
    print(f"first datagram to read-back: {took:.2f} s")  # noqa: T201 - the figure this test is about
    (case,) = command("case", "list")
    assert (case["customer"], case["clause"], case["level"]) == ("alder", "interference", "E2")
    (action,) = command("case", "show", case["reference"])["actions"]
    assert (action["measure"], action["address"]) == ("block-destination", "203.0.113.10")
    (explained,) = command("flows", "explain", case["reference"])
    assert explained["detector"] == "syn-flood"
    assert {(flow["src"], flow["dst"], flow["dport"]) for flow in explained["flows"]} == {
        ("203.0.113.10", "198.51.100.9", 80)
    }
    told = command("flows", "exporters")
    (exporter,) = told["exporters"]
    assert exporter["records"] == 60 * sent
    assert exporter["lost"] == 0
    assert told["trouble"] == []  # so no kernel was met for the first time


def effective_rule(status):
    """Whether the agent has told of a measure that its driver wrote down and read back."""
    try:
        return any(one["state"] == "recorded" for one in json.loads(status.read_bytes())["actions"])
    except (OSError, ValueError, KeyError):
        return False


@pytest.mark.nightly("kills")
def test_killed_it_goes_on_where_it_was(sqlite_home, tmp_path):
    """After a kill the next start hears again, and stops cleanly on SIGTERM."""
    home = listening(sqlite_home)
    command("inventory", "own", "add", "203.0.113.0/24")
    with running("flowd", log=home.path / "flowd.log") as process:
        until(lambda: source(home), "the collector to watch")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    first = read(home.flows, "stats")["since"]
    with running("flowd", log=home.path / "flowd.log") as process:
        until(lambda: read(home.flows, "stats")["since"] != first, "the next start")
        process.terminate()
        assert process.wait(30) == 0


@pytest.mark.nightly("processes")
def test_the_compiler_is_a_child(sqlite_home, tmp_path, monkeypatch):
    """A kernel without machine code is compiled by a child; the collector only loads it."""
    for one in (decode_batch, add, transpose, read_names):  # one of each folder
        folder = Path(one._cache.cache_path)
        there = tmp_path / OperatorFolder.get_suitable_cache_subpath(
            one.py_func.__code__.co_filename
        )
        copytree(folder, there, ignore=ignore_patterns("ring.read_names*", "*.pyc"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    log = listening(sqlite_home).path / "flowd.log"
    command("inventory", "own", "add", "203.0.113.0/24")
    with running("flowd", log=log) as process:
        until(lambda: source(sqlite_home), "the collector to watch")
        status = Path(f"/proc/{process.pid}/status").read_text()
    assert "made machine code to decode flows" in log.read_text()
    assert read(sqlite_home.flows, "stats")["trouble"] == []
    most = int(status.split("VmHWM:")[1].split()[0]) / 1024
    assert most < MOST_MIB


def test_without_settings_there_is_nothing_to_hear(sqlite_home):
    """A fresh install says what is missing, with the exit code of wrong input."""
    done = subprocess.run(
        [sys.executable, "-m", "aupkeep", "flowd"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "[flows] listen" in done.stderr
