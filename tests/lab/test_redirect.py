"""Real packets in the lab: diverted to a page that keeps nothing, and free again by itself."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from aupkeep.lab.namespaces import ADDRESS, ROUTER
from lab.stage import Stage

pytestmark = [
    pytest.mark.root,
    pytest.mark.network,
    pytest.mark.slow,
    pytest.mark.nightly("processes"),
]
ROOT = Path(__file__).parents[2]
PATHS = os.pathsep.join(str(ROOT / part) for part in ("src", "tests", "extras/intercept/src"))
A, B, PEER = str(ADDRESS["tenant-a"]), str(ADDRESS["tenant-b"]), str(ADDRESS["internet"])
ASK = """
import socket, sys
with socket.create_connection((sys.argv[1], 22), 3) as peer:
    peer.sendall(b"a secret of theirs")
    print(peer.recv(200).decode())
"""
LASTS = 4.0  # seconds of the interception


def run(stage: Stage, host: str, *words: str) -> str:
    """A Python program in a host of the lab."""
    python = ["env", f"PYTHONPATH={PATHS}", sys.executable, *words]
    done = stage.lab.run(host, python)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_pair_is_diverted_for_a_time(stage: Stage, tmp_path: Path):
    """A's connections to the peer get the page, B's and A's others go on; then all is as before."""
    sink = ["env", f"PYTHONPATH={PATHS}", sys.executable, "-m", "aupkeep_intercept.sinkhole"]
    stage.lab.popen(ROUTER, [*sink, "192.0.2.1:8451"], tmp_path / "sink.log")
    lay = ("-m", "lab.diverting", str(tmp_path), A, PEER)
    assert "SSH-2.0" in run(stage, "tenant-a", "-c", ASK, PEER)

    run(stage, ROUTER, *lay, str(LASTS))
    begun = time.monotonic()
    assert run(stage, "tenant-a", "-c", ASK, PEER).startswith("HTTP/1.1 451 ")
    assert "SSH-2.0" in run(stage, "tenant-b", "-c", ASK, PEER)
    assert stage.scene.page("tenant-a")
    ((place, connections),) = json.loads(run(stage, ROUTER, *lay, "0"))
    assert (place, connections) == (f"to4 {A} . {PEER}", 1)

    time.sleep(max(0.0, LASTS + 0.5 - (time.monotonic() - begun)))
    assert "SSH-2.0" in run(stage, "tenant-a", "-c", ASK, PEER)
    assert json.loads(run(stage, ROUTER, *lay, "0")) == []
    assert not any(b"secret" in file.read_bytes() for file in tmp_path.iterdir())
