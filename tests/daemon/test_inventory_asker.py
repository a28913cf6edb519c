"""The worker asks systems who holds what; one that is killed while it asks is replaced at once."""

import signal
import subprocess
import sys
import threading

import pytest

from aupkeep.model.holding import Assignment
from aupkeep.store import inventory, inventory_sources, refresh
from daemon.processes import running, until
from inventory.json_server import serving

pytestmark = [pytest.mark.slow, pytest.mark.network]
SETTINGS = """\
[mail]
nameservers = ["none"]
[[inventory.sources]]
name = "ipam"
kind = "http"
url = "{url}"
mapping = "ipam.toml"
every = 5
"""
MAPPING = """\
[[lists]]
path = "/leases"
address = "ip"
customer = ["who"]
resource = ["vm"]
"""
LEASE = {"ip": "203.0.113.7", "who": "kari", "vm": "vm-1"}
OWN = ("inventory", "own", "add", "203.0.113.0/24")


def live() -> list[Assignment]:
    """What the source has open on record."""
    refresh()
    return inventory.open_of_source("ipam")


@pytest.mark.nightly("kills")
def test_a_killed_worker_is_replaced_at_once(home):
    """Its lease is of a dead process of this machine, so the next worker asks without waiting."""
    stalls = threading.Event()
    with serving(answers={"/leases": [LEASE]}) as server:
        server.answer = lambda _: None if stalls.is_set() else (stalls.wait(30), None)[1]
        home.settings.write_text(SETTINGS.format(url=server.origin))
        (home.path / "ipam.toml").write_text(MAPPING)
        subprocess.run([sys.executable, "-m", "aupkeep", *OWN], check=True, capture_output=True)
        with running("worker", log=home.path / "log") as one:
            until(lambda: bool(server.asked), "the first look")
            one.send_signal(signal.SIGKILL)
            one.wait()
        stalls.set()
        assert live() == []
        with running("worker", log=home.path / "log"):
            until(lambda: [x.customer for x in live()] == ["kari"], "the second look")
            seen = inventory_sources.states()["ipam"].seen_at
            until(lambda: inventory_sources.states()["ipam"].seen_at > seen, "a further look")
    assert len(live()) == 1
