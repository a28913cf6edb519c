"""`aupkeep up` killed: what it started ends too, and the next start finds the ports free."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.processes import free_port, listens, until

pytestmark = [pytest.mark.slow, pytest.mark.network]


def start(*more: str) -> subprocess.Popen[bytes]:
    """Pages and worker, without the rest."""
    words = ("up", "--without", "mailin", "--without", "agent", *more)
    return subprocess.Popen([sys.executable, "-m", "aupkeep", *words], stderr=subprocess.DEVNULL)


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes it started."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii")
    return [int(word) for word in listed.split()]


def alive(number: int) -> bool:
    """Whether a process runs; one that ended and nobody waited for does not."""
    try:
        status = Path(f"/proc/{number}/stat").read_text("ascii", "replace")
        return status.rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.nightly("kills")
def test_a_killed_supervisor_leaves_no_orphan_and_no_port(sqlite_home):
    """Killed with -9 it can tell nobody; the kernel does."""
    port = free_port()
    sqlite_home.settings.write_text(f"[web]\nport = {port}\n")
    first = start()
    until(lambda: listens(port), "the pages")
    started = children(first)
    assert len(started) == 2
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    until(lambda: not any(map(alive, started)), "its processes to end")
    until(lambda: not listens(port), "the port to be free")
    second = start()
    try:
        until(lambda: listens(port), "the pages again")
    finally:
        second.terminate()
        assert second.wait(60) == 0


def everybody_below(process: int) -> list[int]:
    """The processes it started, and theirs."""
    own = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    return [int(word) for word in own] + [x for word in own for x in everybody_below(int(word))]


@pytest.mark.nightly("processes")
def test_a_supervisor_killed_while_the_pages_start_leaves_no_orphan(sqlite_home):
    """Asked to stop before it hears, a worker of the pages would take the port for ever."""
    port = free_port()
    sqlite_home.settings.write_text(f"[web]\nport = {port}\nworkers = 2\n")
    first = start("--without", "worker")
    until(lambda: len(everybody_below(first.pid)) > 1, "a worker of the pages")
    started = everybody_below(first.pid)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    until(lambda: not any(map(alive, started)), "its processes to end")
    assert not listens(port)
