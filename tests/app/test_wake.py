"""A poke wakes the process it is for, wherever that runs, and never stops anybody."""

import subprocess
import sys
import time
from threading import Thread

import pytest

from aupkeep.app.wake_up import FOLDER, Waker, poke
from aupkeep.config.home import Home

POKE = """
import sys
from pathlib import Path
from aupkeep.app.wake_up import poke
from aupkeep.config.home import Home
poke(Home(Path(sys.argv[1])))
"""


@pytest.fixture
def place(tmp_path):
    """A home, deeper than a Unix address can name."""
    path = tmp_path / ("deep" * 40)
    path.mkdir()
    return Home(path)


def test_a_poke_wakes_at_once(place):
    waker = Waker(place)
    Thread(target=poke, args=(place,)).start()
    begun = time.monotonic()
    assert waker.wait(20)
    assert time.monotonic() - begun < 10
    waker.close()


def test_a_burst_wakes_once(place):
    waker = Waker(place)
    for _ in range(5):
        poke(place)
    assert waker.wait(5)
    assert not waker.wait(0.01)
    waker.close()


def test_nobody_need_hear(place, tmp_path):
    """Without a listener, a folder or a home, a poke is nothing."""
    poke(place)
    Waker(place).close()
    poke(place)
    poke(Home(tmp_path / "none"))


def test_kinds_do_not_wake_each_other(place):
    waker = Waker(place, "worker")
    poke(place, "agent")
    assert not waker.wait(0.01)
    waker.close()


def test_the_second_only_polls(place):
    """Two of a kind: the first is poked, and stays so when the second ends."""
    first, second = Waker(place), Waker(place)
    assert (first.listens, second.listens) == (True, False)
    assert not second.wait(0.01)
    second.close()
    poke(place)
    assert first.wait(5)
    first.close()


def test_a_dead_listener_is_followed(place):
    """What a killed process left behind does not keep the next from listening."""
    dead = Waker(place)
    dead._socket.close()
    assert (place.path / FOLDER / "worker").exists()
    waker = Waker(place)
    poke(place)
    assert waker.listens
    assert waker.wait(5)
    waker.close()


def test_a_home_that_takes_no_socket_is_polled(place):
    """Where the file cannot be made, waiting still ends in time."""
    (place.path / FOLDER).write_text("in the way")
    waker = Waker(place)
    assert not waker.listens
    assert not waker.wait(0.01)
    waker.close()


@pytest.mark.root
def test_a_poke_comes_from_another_network(place):
    """A collector in a network namespace of its own wakes the worker outside."""
    waker = Waker(place)
    words = ["unshare", "-rn", sys.executable, "-c", POKE, str(place.path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    if "Operation not permitted" in done.stderr:
        pytest.skip("no user namespaces here")
    assert done.returncode == 0, done.stderr
    assert waker.wait(5)
    waker.close()
