"""A worker that a real broker tells of changes, killed broker and all; nothing secret is kept."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aupkeep.model.inventory_source import InventorySourceState
from aupkeep.store import inventory, inventory_sources, refresh
from daemon.processes import running, until
from inventory.json_server import serving
from inventory.rabbit import Rabbit
from inventory.rabbit_rights import PASSWORD
from inventory.test_cloud_event import enveloped
from inventory.test_openstack_source import three_projects

pytestmark = [pytest.mark.slow, pytest.mark.network, pytest.mark.nightly("openstack")]
SETTINGS = """\
[mail]
nameservers = ["none"]
[[inventory.sources]]
name = "cloud"
kind = "openstack"
url = "{url}/v3"
every = 3600
customers = ["p-1 = kari", "p-2 = ola"]
[inventory.sources.options]
username = "reader"
password = "pw"
project = "aupkeep"
notifications_url = "amqps://localhost:{port}"
notifications_username = "aupkeep"
notifications_password = "file:{folder}/broker.password"
notifications_ca_file = "{folder}/tls.crt"
"""
OWN = ("inventory", "own", "add", "203.0.113.0/24")
MOVED = enveloped("floatingip.update.end", _context_auth_token="gAAAA-a-token")


def state() -> InventorySourceState:
    """How the source stands."""
    refresh()
    return inventory_sources.states().get("cloud", InventorySourceState(name="cloud"))


def hears() -> bool:
    """Whether it is told of changes."""
    heard = state().listening
    return heard is not None and heard.hears


def holder() -> str:
    """Who has 203.0.113.1 on record now."""
    refresh()
    rows = inventory.open_of_source("cloud")
    return next((x.customer for x in rows if str(x.prefix) == "203.0.113.1/32"), "")


def test_a_change_is_known_at_once_and_a_dead_broker_is_told(sqlite_home, tmp_path: Path):
    """The list alone would come in an hour; where nothing is heard it comes all the same."""
    rabbit, log = Rabbit(tmp_path), sqlite_home.path / "log"
    (tmp_path / "broker.password").write_text(PASSWORD)
    cloud = three_projects()
    cloud.now = lambda: datetime.now(UTC)
    with serving(answer=cloud.answer) as server:
        cloud.origin = server.origin
        settings = SETTINGS.format(url=server.origin, port=rabbit.tls, folder=tmp_path)
        sqlite_home.settings.write_text(settings)
        subprocess.run([sys.executable, "-m", "aupkeep", *OWN], check=True, capture_output=True)
        try:
            rabbit.start()
            with running("worker", log=log):
                until(hears, "the queue")
                assert holder() == "kari"
                cloud.put("floatingips", "fip-1", port_id="port-2", project_id="p-2")
                rabbit.tell(b"forged", MOVED, MOVED)
                until(lambda: holder() == "ola", "the change")
                rabbit.stop()
                until(lambda: state().listening is not None and not hears(), "the broker's end")
                cloud.put("floatingips", "fip-1", port_id="port-1", project_id="p-1")
                until(lambda: holder() == "kari", "a look that nobody asked for")
                rabbit.start()
                until(hears, "the broker again")
        finally:
            rabbit.close()
        told = [sys.executable, "-m", "aupkeep", "inventory", "doctor"]
        said = subprocess.run(told, check=False, capture_output=True, text=True)
    kept = log.read_text() + said.stdout + said.stderr + str(state())
    files = [path for path in sqlite_home.path.rglob("*") if path.is_file()]
    kept += "".join(path.read_text(errors="replace") for path in files)
    assert "203.0.113.1" in kept
    assert "listener:cloud" in said.stdout
    assert PASSWORD not in kept
    assert "gAAAA" not in kept
    assert "Traceback" not in log.read_text()
