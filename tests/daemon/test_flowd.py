"""The whole road with real processes: datagrams in, a narrow block in the desired state out."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest

from app.telemetry.exporter import flood, send
from aupkeep.app.telemetry.keep import read
from aupkeep.app.telemetry.station import warm
from aupkeep.telemetry.collector import Collector
from aupkeep.telemetry.rows import Exporters
from aupkeep.telemetry.wire.decoder import Decoder
from daemon.processes import free_port, running, until

pytestmark = [pytest.mark.network, pytest.mark.slow]
CUSTOMERS = (
    b"customer,name,contact,language,tags,since\nalder,Alder,noc@alder.example,nb,,2024-01-01\n"
)
ASSIGNED = b"address,customer,resource,from,until\n203.0.113.10,alder,vm-a,2026-01-01T00:00:00Z,\n"


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """The inner loops are in the cache before a process that must answer in time needs them."""
    warm()
    Collector([], [], Decoder(Exporters()), clock=lambda: 0).close()


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
        f'[flows]\nlisten = ["127.0.0.1:{port}"]\n[flows.lo]\naddress = "127.0.0.1"\n'
    )
    (tmp_path / "customers.csv").write_bytes(CUSTOMERS)
    (tmp_path / "assigned.csv").write_bytes(ASSIGNED)
    command("inventory", "own", "add", "203.0.113.0/24")
    command("customers", "import", tmp_path / "customers.csv")
    command("inventory", "import", tmp_path / "assigned.csv")
    return port


def hears(home):
    """Whether the collector has written that it watches our space."""
    told = read(home.flows, "stats") or {}
    return bool(told.get("windows", {}).get("own"))


def test_a_flood_is_stopped(home, port):
    """A flood seen in the exports ends as a block of its one target, read back; times are told."""
    with ExitStack() as stack:
        for word in ("worker", "agent", "flowd"):
            stack.enter_context(running(word, log=home.path / f"{word}.log"))
        until(lambda: hears(home), "the collector to watch")
        until((home.desired / "main.json").exists, "the worker")
        begun = time.monotonic()
        status = home.agent / "main" / "status.json"
        sent = 0
        while not stands(status) and time.monotonic() - begun < 60:
            send(port, flood(), sampling=1, sequence=60 * sent)
            sent += 1
            time.sleep(0.25)
        took = time.monotonic() - begun
        assert stands(status), (home.path / "flowd.log").read_text()
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
    (exporter,) = command("flows", "exporters")["exporters"]
    assert exporter["records"] == 60 * sent
    assert exporter["lost"] == 0


def stands(status):
    """Whether the agent has told of a measure that it read back."""
    try:
        return any(one["state"] == "applied" for one in json.loads(status.read_bytes())["actions"])
    except (OSError, ValueError, KeyError):
        return False


def test_killed_it_goes_on_where_it_was(sqlite_home, tmp_path):
    """After a kill the next start hears again, and stops cleanly on SIGTERM."""
    home, port = sqlite_home, free_port()
    home.settings.write_text(
        f'[flows]\nlisten = ["127.0.0.1:{port}"]\n[flows.lo]\naddress = "127.0.0.1"\n'
    )
    command("inventory", "own", "add", "203.0.113.0/24")
    with running("flowd", log=home.path / "flowd.log") as process:
        until(lambda: hears(home), "the collector to watch")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    first = read(home.flows, "stats")["since"]
    with running("flowd", log=home.path / "flowd.log") as process:
        until(lambda: read(home.flows, "stats")["since"] != first, "the next start")
        process.terminate()
        assert process.wait(30) == 0


def test_without_settings_there_is_nothing_to_hear(sqlite_home):
    """A fresh install says what is missing, with the exit code of wrong input."""
    done = subprocess.run(
        [sys.executable, "-m", "aupkeep", "flowd"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "[flows] listen" in done.stderr
