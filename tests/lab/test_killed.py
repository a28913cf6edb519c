"""What a lab or its small world started ends with it, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aupkeep.lab.edge import running

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


EDGE = """
import sys, time
from pathlib import Path
from aupkeep.lab.edge import running
from aupkeep.lab.world import LabWorld
folder = Path(sys.argv[1])
more = running.prepare(folder / "edge")
with LabWorld.open(folder, more=more) as world:
    print(running.start(world, world.lab, folder / "edge"), flush=True)
    time.sleep(600)
"""


def _named(*folders: Path) -> list[str]:
    """The commands of this machine that name one of these folders, or write their output there."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            words += str((file.parent / "fd" / "1").readlink())
        except OSError:  # it has ended meanwhile
            continue
        if any(str(folder) in words for folder in folders):
            found.append(words)
    return found


@pytest.fixture
def edge(tmp_path):
    """Where each system of a lab at the edge has its files; what lies elsewhere goes with it."""
    yield {x.name: running.place(tmp_path / "edge", x) for x in running.SYSTEMS.values()}
    running.remove(tmp_path / "edge")


def test_a_killed_lab_leaves_no_system_of_the_edge(tmp_path, edge):
    """SIGKILL ends web servers, resolvers, Postfix, which changes its user, routers, ExaBGP."""
    words = [sys.executable, "-c", EDGE, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as world:
        try:
            assert world.stdout is not None
            assert world.stdout.readline() == "{}\n", "each that is here has begun"
            assert [name for name, own in edge.items() if bool(_named(own)) != own.exists()] == []
        finally:
            world.send_signal(signal.SIGKILL)
    for _ in range(300):
        if not (left := _named(*edge.values())):
            return
        time.sleep(0.1)
    pytest.fail(f"still running: {left}")
