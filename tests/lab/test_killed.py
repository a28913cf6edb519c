"""What a lab or its small world started ends with it, however it ends."""

import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = [
    pytest.mark.root,
    pytest.mark.network,
    pytest.mark.slow,
    pytest.mark.nightly("processes"),
]
WORLD = """
import sys, time
from pathlib import Path
from aupkeep.lab.world import LabWorld
with LabWorld.open(Path(sys.argv[1])) as world:
    started = [*world.processes, *(world.lab.started if world.lab else [])]
    print(*[process.pid for process in started], flush=True)
    time.sleep(600)
"""


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_world_leaves_no_process(tmp_path):
    """SIGKILL of the demo ends its desk, its mail intake, its agent and its traffic."""
    with subprocess.Popen(
        [sys.executable, "-c", WORLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as world:
        try:
            assert world.stdout is not None
            pids = [int(pid) for pid in world.stdout.readline().split()]
            assert len(pids) >= 4
            assert all(map(_alive, pids))
        finally:
            world.send_signal(signal.SIGKILL)
    for _ in range(300):
        if not any(map(_alive, pids)):
            return
        time.sleep(0.1)
    pytest.fail(f"still running: {[pid for pid in pids if _alive(pid)]}")
