"""The driver `bgp` by its commands, each a process: a trial, and what is missing."""

import json
import os
import subprocess
import sys

import pytest

from bgp_stage import NAME, BgpStage

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.nightly("bgp")]


def aupkeep(stage: BgpStage, *words: str) -> tuple[int, object]:
    """The exit code and the answer of a command."""
    done = subprocess.run(
        [sys.executable, "-m", "aupkeep", *words, "-o", "json"],
        env={**os.environ, "AUPKEEP_HOME": str(stage.home.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout or done.stderr)


def test_a_trial(both: BgpStage):
    """Seen at both peers within a second, gone again; a peer that is down is named, exit 12."""
    aupkeep(both, "inventory", "own", "add", "203.0.113.0/24")
    code, tried = aupkeep(both, "enforcement", "probe", NAME)
    assert code == 0, tried
    assert (tried["target"], tried["subject"]) == (NAME, "203.0.113.254")
    assert 0 < tried["seen_ms"] < 2000
    assert 0 <= tried["gone_ms"] < 2000
    assert both.lab.routers["frr"].kernel() == set()
    bird = both.lab.routers["bird"]
    bird.show("disable ours")
    try:
        code, tried = aupkeep(both, "enforcement", "probe", NAME)
        assert (code, tried["seen_ms"]) == (12, None)
        assert f"peer {bird.peer}" in tried["text"]
    finally:
        bird.show("enable ours")
        both.up()
    assert both.sent() == dict.fromkeys(both.sent(), 0)


def test_the_list_of_drivers(both: BgpStage):
    """It is there, and says what it does."""
    _, rows = aupkeep(both, "enforcement", "drivers")
    (row,) = [row for row in rows if row["name"] == "bgp"]
    assert (row["available"], row["missing"], row["ends_by_itself"]) == (True, None, True)
    assert not row["holder_can_undo"]
