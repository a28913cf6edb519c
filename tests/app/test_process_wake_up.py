"""A wake-up wakes the process it is for, wherever that runs, and never stops anybody."""

import subprocess
import sys
import time
from threading import Thread

import pytest

from aupkeep.app.process_wake_up import FOLDER, WakeUpSocket, wake_up
from aupkeep.config.home import Home

POKE = """
import sys
from pathlib import Path
from aupkeep.app.process_wake_up import wake_up
from aupkeep.config.home import Home
wake_up(Home(Path(sys.argv[1])))
"""


@pytest.fixture
def place(tmp_path):
    """A home, deeper than a Unix address can name."""
    path = tmp_path / ("deep" * 40)
    path.mkdir()
    return Home(path)


def test_a_wake_up_wakes_at_once(place):
    waker = WakeUpSocket(place)
    Thread(target=wake_up, args=(place,)).start()
    begun = time.monotonic()
    assert waker.wait(20)
    assert time.monotonic() - begun < 10
    waker.close()


def test_a_burst_wakes_once(place):
    waker = WakeUpSocket(place)
    for _ in range(5):
        wake_up(place)
    assert waker.wait(5)
    assert not waker.wait(0.01)
    waker.close()


def test_nobody_need_hear(place, tmp_path):
    """Without a listener, a folder or a home, a wake-up is nothing."""
    wake_up(place)
    WakeUpSocket(place).close()
    wake_up(place)
    wake_up(Home(tmp_path / "none"))


def test_kinds_do_not_wake_each_other(place):
    waker = WakeUpSocket(place, "worker")
    wake_up(place, "agent")
    assert not waker.wait(0.01)
    waker.close()


def test_the_second_only_polls(place):
    """Two of a kind: the first is woken, and stays so when the second ends."""
    first, second = WakeUpSocket(place), WakeUpSocket(place)
    assert (first.listens, second.listens) == (True, False)
    assert not second.wait(0.01)
    second.close()
    wake_up(place)
    assert first.wait(5)
    first.close()


def test_a_dead_listener_is_followed(place):
    """What a killed process left behind does not keep the next from listening."""
    dead = WakeUpSocket(place)
    dead._socket.close()
    assert (place.path / FOLDER / "worker").exists()
    waker = WakeUpSocket(place)
    wake_up(place)
    assert waker.listens
    assert waker.wait(5)
    waker.close()


def test_a_home_that_takes_no_socket_is_polled(place):
    """Where the file cannot be made, waiting still ends in time."""
    (place.path / FOLDER).write_text("in the way")
    waker = WakeUpSocket(place)
    assert not waker.listens
    assert not waker.wait(0.01)
    waker.close()


@pytest.mark.root
def test_a_wake_up_comes_from_another_network(place):
    """A collector in a network namespace of its own wakes the worker outside."""
    waker = WakeUpSocket(place)
    words = ["unshare", "-rn", sys.executable, "-c", POKE, str(place.path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    if "Operation not permitted" in done.stderr:
        pytest.skip("no user namespaces here")
    assert done.returncode == 0, done.stderr
    assert waker.wait(5)
    waker.close()
