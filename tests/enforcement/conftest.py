"""What tests of drivers on this machine's kernel share, and those of the guard."""

import ctypes
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aupkeep.enforcement import guard as guards
from aupkeep.enforcement.driver import Driver, DriverContext
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.enforcement.local_bounds import LocalBounds
from aupkeep.enforcement.protect import NOTHING
from enforcement.orders import Clock

CLONE_NEWNET = 0x40000000  # linux/sched.h
LIBC = ctypes.CDLL(None, use_errno=True)


@pytest.fixture
def namespace() -> Iterator[None]:
    """A network namespace for this thread, left again afterwards."""
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    if LIBC.unshare(CLONE_NEWNET) != 0:
        os.close(own)
        pytest.skip(f"a network namespace: {os.strerror(ctypes.get_errno())}; try unshare -Urn")
    yield
    assert LIBC.setns(own, CLONE_NEWNET) == 0
    os.close(own)


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The machine's own lists, which stand in no file here."""
    own: dict[str, object] = {"protect": NOTHING, "bounds": LocalBounds()}
    monkeypatch.setattr(guards, "own_protect", lambda _: own["protect"])
    monkeypatch.setattr(guards, "own_bounds", lambda _: own["bounds"])
    return own


@pytest.fixture
def guarded(tmp_path: Path, lists: dict[str, object]) -> Callable[..., GuardedDriver]:
    """A guard over a driver."""
    del lists

    def over(driver: Driver, cap: int = 100, now: Clock | None = None) -> GuardedDriver:
        context = DriverContext(folder=tmp_path, now=now or Clock(), cap=cap)
        return GuardedDriver(driver, context, "record")

    return over
