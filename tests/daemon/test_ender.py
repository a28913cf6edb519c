"""Real processes: an agent killed over the end of a measure, and two homes over one file."""

import base64
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aupkeep.config.home import Home
from aupkeep.config.keys import make_keys, public_keys, signing_key
from aupkeep.enforcement.agent_state import read_state
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, sign
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.model.action import Action
from aupkeep.model.ladder import Measure
from daemon.processes import until
from enforcement.orders import order

pytestmark = [pytest.mark.nightly("kills")]
SETTINGS = """
[[enforcement.targets]]
name = "web"
driver = "nginx"
options = {{ map = "{map}" }}

[[enforcement.targets]]
name = "objects"
driver = "s3"
[enforcement.targets.options]
endpoint = "https://s3.example"
hosts = ["s3.example"]
access_key = "a"
secret_key = "file:/nowhere"
"""


def home_at(path: Path, map_file: Path) -> Home:
    """A home with one target, over a map of nginx."""
    path.mkdir()
    home = Home(path)
    make_keys(home)
    home.settings.write_text(SETTINGS.format(map=map_file))
    return home


def want(home: Home, serial: int, *wanted: Action) -> None:
    """The signed state of its target."""
    now = datetime.now(UTC)
    state = DesiredState(
        target="web", serial=serial, made_at=now, valid_until=now + VALID_FOR, actions=wanted
    )
    write_durably(home.desired / "web.json", sign(state, signing_key(home, "desired")))


def block(seconds: float, number: int = 1) -> Action:
    now = datetime.now(UTC)
    found = order(Measure.BLOCK_URL, number=number, driver="nginx", now=now, seconds=seconds)
    return replace(found, target="web")


@contextmanager
def started(home: Home, *words: str):
    """`aupkeep agent WORDS` of that home, killed at the end of the block where it runs still."""
    with (home.path / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "aupkeep", "agent", *words],
            env={**os.environ, "AUPKEEP_HOME": str(home.path)},
            stderr=log,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(60)


def test_killed_over_the_end(tmp_path: Path):
    """The row goes though the agent is dead; the agent, back, tells that it expired."""
    rows = tmp_path / "map"
    home, action = home_at(tmp_path / "a", rows), block(12)
    want(home, 1, action)
    with started(home):
        until(lambda: rows.exists() and action.id in rows.read_text(), "the row")
        until(lambda: read_state(home.agent / "web").standing, "its memory")
    assert datetime.now(UTC) < action.until, "too slow a machine for this measure's end"
    with started(home, "--ends") as ender:
        until(lambda: action.id not in rows.read_text(), "the ender")
        assert datetime.now(UTC) - action.until < timedelta(minutes=2)
        until(lambda: action.id in read_state(home.agent / "web").ended, "its memory")
        ender.terminate()
        assert ender.wait(60) == 0
    with started(home, "--target", "web", "--once", "-o", "json") as agent:
        assert agent.wait(60) == 0
    status = json.loads((home.agent / "web/status.json").read_bytes())
    (told,) = status["actions"]
    assert (told["id"], told["state"]) == (action.id, "expired")
    log = (home.path / "log").read_text()
    assert "lifted for the agent" in log
    assert "cannot be carried out" in log, "the other target's secret is nowhere"


def test_killed_before_it_remembers(tmp_path: Path):
    """A far agent dies between the row and its memory, and never comes back: the row goes."""
    rows = tmp_path / "map"
    home, action = home_at(tmp_path / "a", rows), block(8)
    want(home, 1, action)
    with started(home):
        until(lambda: rows.exists() and action.id in rows.read_text(), "the row")
    for name in ("memory.json", "status.json"):
        (home.agent / "web" / name).unlink(missing_ok=True)
    public = base64.b64encode(public_keys(home, "desired")[0].public_bytes_raw()).decode()
    (home.path / "keys").rename(home.path / "keys-of-the-server")
    with started(home, "--ends", "--key", public):
        until(lambda: action.id not in rows.read_text(), "the ender")
    assert datetime.now(UTC) > action.until


def test_nothing_to_look_after(tmp_path: Path):
    """Where the system ends measures by itself the process ends at once, and well."""
    home = home_at(tmp_path / "a", tmp_path / "map")
    home.settings.write_text('[enforcement]\ndriver = "record"\n')
    with started(home, "--ends") as ender:
        assert ender.wait(60) == 0


def test_two_homes_over_one_file(tmp_path: Path):
    """One target's name in two homes: each leaves the other's row, in both orders."""
    rows = tmp_path / "map"
    first, second = home_at(tmp_path / "a", rows), home_at(tmp_path / "b", rows)
    action = block(3600)
    want(first, 1, action)
    want(second, 1)
    for home in (first, second, first):
        with started(home, "--target", "web", "--once", "-o", "json") as agent:
            assert agent.wait(60) == 0
        assert action.id in rows.read_text()
    status = json.loads((second.agent / "web/status.json").read_bytes())
    assert len(status["foreign"]) == 1
    want(first, 2)
    with started(first, "--target", "web", "--once", "-o", "json") as agent:
        assert agent.wait(60) == 0
    assert action.id not in rows.read_text()
