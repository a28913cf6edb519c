"""The systemd units, judged by systemd's own tools."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from aupkeep.daemon.units import write_units

pytestmark = [pytest.mark.slow]
PARTS = ("agent", "bgp", "flowd", "mailin", "signer", "web", "worker")
ENDER = "aupkeep-ender.service"  # the agent's second process: its user, its folder
HOMES = re.compile(r"AUPKEEP_HOME=(\S+)")
MOST = 2.0  # exposure by systemd-analyze(1): 0 is none, 10 all


@pytest.fixture
def written(tmp_path) -> Path:
    """The files as the command writes them."""
    list(write_units(tmp_path, f"{sys.executable} -m aupkeep"))
    return tmp_path


def test_each_unit_is_understood_and_little_exposed(written):
    """No unknown word in any, and each is below 2.0."""
    units = sorted(map(str, (written / "etc/systemd/system").iterdir()))
    assert len(units) == len(PARTS) + 1
    told = subprocess.run(
        ["systemd-analyze", "verify", *units], check=False, capture_output=True, text=True
    )
    assert (told.returncode, told.stderr) == (0, "")
    for unit in units:
        security = ["systemd-analyze", "security", "--offline=true", "--no-pager", unit]
        judged = subprocess.run(security, check=True, capture_output=True, text=True)
        (exposure,) = re.findall(r"exposure level for \S+: ([0-9.]+)", judged.stdout)
        assert float(exposure) <= MOST, judged.stdout


def test_each_process_has_a_user_and_a_home_of_its_own(written):
    """Nobody but the signer may write where its keys are, and the agent reads no link key."""
    made = (written / "etc/tmpfiles.d/aupkeep.conf").read_text()
    users = (written / "etc/sysusers.d/aupkeep.conf").read_text()
    homes = {}
    for part in PARTS:
        unit = (written / f"etc/systemd/system/aupkeep-{part}.service").read_text()
        assert f"User=aupkeep-{part}\n" in unit
        assert f"u aupkeep-{part} " in users
        (homes[part],) = HOMES.findall(unit)
        assert re.search(rf"^d {homes[part]} 0700 aupkeep-{part} ", made, re.MULTILINE)
        assert ("signer-own" in unit) == (part == "signer")
        assert f"L {homes[part]}/switch - - - - /var/lib/aupkeep/switch\n" in made
    assert len(set(homes.values())) == len(PARTS)
    assert "d /var/lib/aupkeep/signer-own 0700 aupkeep-signer " in made
    agent, ender = (
        (written / f"etc/systemd/system/{name}").read_text()
        for name in ("aupkeep-agent.service", ENDER)
    )
    assert "User=aupkeep-agent\n" in ender
    assert HOMES.findall(agent) == HOMES.findall(ender)
    assert "BindsTo" not in ender  # it outlives the agent
    assert f"Wants=network-online.target {ENDER}\n" in agent
    assert "m aupkeep-agent" not in users
    assert "m aupkeep-bgp" not in users  # no link key is read beside a session with strangers


def test_the_command_writes_them_and_says_what_comes_next(tmp_path):
    """The steps name each file that the units expect."""
    words = [sys.executable, "-m", "aupkeep", "setup", "systemd", tmp_path / "root", "-o", "json"]
    told = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
    assert len(told["written"]) == len(PARTS) + 3
    assert all(Path(path).read_text() for path in told["written"])
    assert any("signer take" in step for step in told["steps"])
