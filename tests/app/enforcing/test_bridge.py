"""A bridge where a block has no effect: real packets pass it, and the desk is told at once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.conftest import report, with_settings
from app.steps import arrive, told
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.enforcing.agent_reports import take_reports
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.app.enforcing.standing import list_measures
from aupkeep.model.action import ActionState
from aupkeep.model.entry import EntryType

pytestmark = [pytest.mark.root, pytest.mark.network]
ADA, CUSTOMER, PEER = "ada@aupkeep.example", "203.0.113.10", "203.0.113.99"
SWITCH, ROUTED = "/proc/sys/net/bridge/bridge-nf-call-iptables", "/proc/sys/net/ipv4/ip_forward"
SERVE = f"""
import socket
server = socket.create_server(("{PEER}", 22))
print("ready", flush=True)
while True:
    server.accept()
"""
CONNECT = f"import socket; socket.create_connection(('{PEER}', 22), timeout=2)"


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@contextmanager
def machine(name: str) -> Iterator[str]:
    """A network namespace by name."""
    ip("netns", "add", name)
    try:
        yield name
    finally:
        ip("netns", "delete", name)


@pytest.fixture
def bridge() -> Iterator[tuple[str, str, str]]:
    """A bridge that shows nftables nothing, a customer's machine and a server on it."""
    with ExitStack() as stack:
        names = [stack.enter_context(machine(f"aupkeep-{os.getpid()}-{x}")) for x in "bcp"]
        switch = names[0]
        ip("-n", switch, "link", "add", "br0", "type", "bridge")
        ip("-n", switch, "link", "set", "br0", "up")
        told = f"echo 0 > {ROUTED}; if [ -e {SWITCH} ]; then echo 0 > {SWITCH}; fi"
        subprocess.run(["ip", "netns", "exec", switch, "sh", "-c", told], check=True)
        for port, name, address in zip("cp", names[1:], (CUSTOMER, PEER), strict=True):
            ip("-n", switch, "link", "add", port, "type", "veth", "peer", "eth0", "netns", name)
            ip("-n", switch, "link", "set", port, "master", "br0", "up")
            ip("-n", name, "address", "add", f"{address}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
        inside = ["ip", "netns", "exec", names[2], sys.executable, "-c", SERVE]
        server = subprocess.Popen(inside, stdout=subprocess.PIPE)
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        yield names[0], names[1], names[2]
        server.kill()
        server.wait()
        server.stdout.close()


def connects(name: str) -> bool:
    """Whether a machine reaches the server's port 22."""
    inside = ["ip", "netns", "exec", name, sys.executable, "-c", CONNECT]
    return subprocess.run(inside, check=False, stderr=subprocess.DEVNULL).returncode == 0


def agent(name: str, folder: Path) -> None:
    """One step of the agent's own process, where the bridge is."""
    inside = ["ip", "netns", "exec", name, sys.executable, "-m", "aupkeep", "agent", "--once"]
    inside += ["--driver", "nftables"]
    env = {**os.environ, "AUPKEEP_HOME": str(folder)}
    done = subprocess.run(inside, env=env, check=False, capture_output=True)
    assert done.returncode == 0, done


def test_a_block_on_a_bridge_is_told(furnished, now, bridge):
    """The element stands and packets pass: the list says so at the first report, not "applied"."""
    now.at = datetime.now(UTC)
    desk = with_settings(furnished, enforcement={"driver": "nftables"})
    switch, customer, _ = bridge
    assert connects(customer)
    (case,) = arrive(desk, report(CUSTOMER, now.at - timedelta(minutes=20)))
    words = {"measure": "block-port", "hours": 4}
    decide_case(desk, case.reference, people=(ADA,), reasons="it goes on", **words)
    write_desired(desk, "main")
    agent(switch, desk.home.path)
    take_reports(desk)
    take_reports(desk)  # the worker's next turn, a second later
    assert connects(customer)
    (measure,) = list_measures(desk)
    assert measure.state is ActionState.APPLIED
    assert measure.effect == (
        "no effect: this machine forwards no IPv4, nor shows it what is bridged"
    )
    (noted,) = told(find_case(case.reference), EntryType.ACTION_EFFECT)
    assert noted["effect"] == measure.effect
