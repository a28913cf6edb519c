"""A lab's folder: one lab at a time, its end whatever ends it, and nothing left; no namespaces."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from aupkeep.lab import control, keeper
from aupkeep.lab.control import ask, bring_up, take_down
from aupkeep.lab.exporters import EACH
from aupkeep.lab.keeper import LOCK, SOCKET, WORLD, LabKeeper, serve, take_lock
from aupkeep.model.errors import Conflict, Missing

IDLE = "import time; time.sleep(60)"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder that may hold a lab, with a path that a socket takes."""
    monkeypatch.chdir(tmp_path)
    return tmp_path.relative_to(tmp_path)


def left_by_a_killed_one(folder):
    """What is there after kill -9 of a keeper: a socket that nobody hears, keys, a database."""
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(folder / SOCKET))
    (folder / WORLD / "home" / "keys").mkdir(parents=True)
    (folder / WORLD / "home" / "keys" / "desired").write_bytes(b"secret")
    (folder / LOCK).write_text("999999999")


def keeper_of(monkeypatch):
    """`bring_up` starts a keeper that never answers; where its process is told."""
    started = []

    def start(_, exporter, rate, lock) -> subprocess.Popen[bytes]:
        del exporter, rate
        words = [sys.executable, "-S", "-c", IDLE]
        process = subprocess.Popen(words, pass_fds=(lock,), start_new_session=True)
        os.pwrite(lock, str(process.pid).encode(), 0)
        started.append(process)
        return process

    monkeypatch.setattr(control, "_start", start)
    return started


def test_down_removes_what_a_killed_keeper_left(folder):
    """No process is signalled for it, and a second one finds nothing."""
    left_by_a_killed_one(folder)
    assert take_down(folder) == []
    assert [path.name for path in folder.iterdir()] == [LOCK]
    with pytest.raises(Missing, match="no lab runs"):
        take_down(folder)


def test_up_begins_where_one_ended_and_nowhere_else(folder, monkeypatch):
    """What was left goes first; the second at once is refused and says why."""
    left_by_a_killed_one(folder)
    started = keeper_of(monkeypatch)
    begun = threading.Event()
    monkeypatch.setattr(control, "_begun", lambda *_: begun.set())
    with pytest.raises(Missing):  # it never answers
        bring_up(folder, "pmacctd", EACH)
    assert begun.is_set()
    assert not (folder / WORLD).exists()
    with pytest.raises(Conflict, match="runs or is built"):
        bring_up(folder, "pmacctd", EACH)
    assert take_down(folder) == []  # it is ended while it builds
    assert started[0].wait(10) == -signal.SIGTERM


def test_term_to_up_ends_the_keeper(folder, monkeypatch):
    """Nothing goes on building."""
    started = keeper_of(monkeypatch)
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
    with pytest.raises(SystemExit):
        bring_up(folder, "pmacctd", EACH)
    assert started[0].poll() == -signal.SIGTERM
    os.close(take_lock(folder))


def test_term_to_a_keeper_removes_what_it_made(folder, monkeypatch):
    """Also while it builds, and a second TERM does not stop that."""

    def build(folder, **_) -> None:
        left_by_a_killed_one(folder.parent)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)

    before = [signal.getsignal(number) for number in keeper.ENDING]
    monkeypatch.setattr(keeper.LabWorld, "open", build)
    try:
        with pytest.raises(SystemExit):
            keeper.main([str(folder), "pmacctd", "1", "1"])
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        for number, handler in zip(keeper.ENDING, before, strict=True):
            signal.signal(number, handler)
    assert [path.name for path in folder.iterdir()] == [LOCK]


def test_show_answers_while_an_attack_runs(folder, monkeypatch):
    """A second attack is refused, and who says nothing keeps nobody waiting."""
    goes_on, attacks = threading.Event(), []
    monkeypatch.setattr(keeper, "try_attack", lambda *_: goes_on.wait(10) and "row")
    lab = LabKeeper.__new__(LabKeeper)
    lab._world, lab._driver, lab._rows = None, "record", {}
    lab._sources, lab._attacking = ["203.0.113.11", "203.0.113.12"], threading.Lock()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / SOCKET))
        listener.listen()
        threading.Thread(target=serve, args=(lab, listener, attacks), daemon=True).start()
        rows = []
        first = threading.Thread(target=lambda: rows.extend(ask(folder, do="attack", name="flood")))
        first.start()
        while not lab._attacking.locked():
            time.sleep(0.01)
        assert ask(folder, do="show") == []
        with pytest.raises(Conflict, match="an attack runs"):
            ask(folder, do="attack", name="scan")
        goes_on.set()
        first.join(10)
        assert rows == ["row"]
        assert ask(folder, do="down") == ["row"]
