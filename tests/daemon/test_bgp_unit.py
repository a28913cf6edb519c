"""The unit of the BGP speaker under a real systemd: its holder answers, and comes back when killed.

Without a peer: what sessions do is in tests/enforcement/bgp.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.machine import Machine, NoMachine, booted
from daemon.test_systemd import INSTALL

pytestmark = [pytest.mark.root, pytest.mark.nightly("processes")]
TARGET = """
[[enforcement.targets]]
name = "upstream"
driver = "bgp"
[enforcement.targets.options]
own = ["203.0.113.0/24"]
as = 64500
router_id = "127.0.0.1"
folder = "/var/lib/aupkeep/bgp-routes"
users = ["aupkeep-agent"]
[[enforcement.targets.options.peers]]
address = "127.0.0.2"
as = 64501
local = "127.0.0.1"
"""
ASK = """
import socket
with socket.socket(socket.AF_UNIX) as client:
    client.connect("/var/lib/aupkeep/bgp-routes/socket")
    client.sendall(b'{"do": "list"}\\n')
    print(client.makefile().readline())
"""


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    """A machine with the units, and a target in the speaker's own settings."""
    if os.geteuid() != 0:
        pytest.skip("needs root to boot a machine")
    folder = Path(tempfile.mkdtemp(prefix="machine-", dir="/var/tmp"))
    try:
        with booted(folder / "root") as it:
            it.shell(INSTALL)
            it.run("tee", "/var/lib/aupkeep/bgp/aupkeep.toml", given=TARGET.encode())
            it.shell("chmod 644 /var/lib/aupkeep/bgp/aupkeep.toml")
            yield it
    except NoMachine as error:
        pytest.skip(f"no machine can be booted here: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def ask(machine: Machine, user: str) -> object:
    """What the holder says to a user; None where it says nothing."""
    words = ["setpriv", f"--reuid={user}", "--clear-groups", "/opt/python/bin/python3", "-c", ASK]
    for _ in range(60):
        said = machine.run(*words, check=False).strip()
        if said.startswith("{"):
            return json.loads(said)
        time.sleep(0.5)
    return None


def test_it_holds_and_comes_back(machine: Machine):
    """As its own user; the agent's user is heard, another is not; a kill is mended."""
    machine.run("systemctl", "start", "aupkeep-bgp")
    answer = ask(machine, "aupkeep-agent")
    assert answer is not None, machine.shell("journalctl --no-pager -n 60")
    assert answer["peers"]["127.0.0.2"]["up"] is False
    users = machine.shell("ps -eo user:20,args | grep -E 'exabgp|bgp --hold' | grep -v grep")
    assert [line.split()[0] for line in users.splitlines()] == ["aupkeep-bgp"] * 2
    machine.run("systemctl", "kill", "--signal=KILL", "aupkeep-bgp")
    assert ask(machine, "aupkeep-agent") is not None
    stranger = ["setpriv", "--reuid=nobody", "--clear-groups", "/opt/python/bin/python3", "-c", ASK]
    assert "{" not in machine.run(*stranger, check=False)
    machine.run("systemctl", "stop", "aupkeep-bgp")
    assert "aupkeep" not in machine.run("systemctl", "--failed", "--no-legend", "--plain")
