"""A home whose signing keys a signer holds, and the signer's loop beside the test."""

import threading

import pytest
from django.db import connections

from aupkeep.app.signing import set_up
from aupkeep.app.signing.grammar import SOCKET
from aupkeep.config.home import Home
from aupkeep.daemon import signer as daemon
from aupkeep.store import log


@pytest.fixture
def own(tmp_path, furnished):
    """The signer's own folder, with the keys of the home."""
    folder = Home(tmp_path / "own")
    assert set_up.take_keys(furnished, folder) == log.size()
    return folder


@pytest.fixture
def signing(furnished, own):
    """The signer process's own loop, beside us; ended with the test."""
    stop = threading.Event()
    allowed = daemon.users(())

    def run() -> None:
        daemon.run(furnished, own, allowed, stop)
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    ready = threading.Event()
    for _ in range(600):
        if (furnished.home.signer / SOCKET).exists() or ready.wait(0.05):
            break
    yield stop
    stop.set()
    thread.join()
