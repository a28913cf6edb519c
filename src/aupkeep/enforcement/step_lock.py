"""The lock of an agent's folder: a step, an undo and an ender never overlap, also as processes."""

import fcntl
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from aupkeep.model.errors import Unavailable

FILE = "lock"
POLL = 0.05  # seconds between two looks at a lock that another has


@contextmanager
def step_lock(lock: Path, patience: float = math.inf) -> Iterator[None]:
    """Have the lock, with this process's number in it, after so many seconds at most.

    Raises `BlockingIOError` where another has it for longer, `Unavailable` where the folder is out
    of reach.
    """
    try:
        with lock.open("a+b") as file:
            _take(file, patience)
            with suppress(OSError):  # a full disk keeps nobody from lifting
                os.ftruncate(file.fileno(), 0)
                os.pwrite(file.fileno(), str(os.getpid()).encode(), 0)
            yield
    except BlockingIOError:
        raise
    except OSError as error:
        raise Unavailable(f"{lock.parent}: {error}") from error


@contextmanager
def patient_lock(lock: Path, patience: float) -> Iterator[None]:
    """As `step_lock`, for a person who waits.

    Raises `Unavailable` that names who takes a step and does not end it.
    """
    try:
        with step_lock(lock, patience):
            yield
    except BlockingIOError as error:
        pid = lock_holder(lock)
        raise Unavailable(
            f"{lock}: expected it free within {patience:g} s, found that process {pid or '?'}"
            f" takes a step that does not end: kill {pid or 'it'}, then again"
        ) from error


def _take(file: BinaryIO, patience: float) -> None:
    """Raises `BlockingIOError`."""
    if patience == math.inf:
        fcntl.flock(file, fcntl.LOCK_EX)
        return
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise
            time.sleep(POLL)
        else:
            return


def lock_holder(lock: Path) -> int | None:
    """The process that wrote its number into the lock, and has it open still."""
    with suppress(OSError, ValueError):
        pid = int(lock.read_text("ascii"))
        opened = Path(f"/proc/{pid}/fd").iterdir()
        return pid if any(_same(file, lock) for file in opened) else None
    return None


def _same(opened: Path, lock: Path) -> bool:
    """Whether an open file of a process is the lock; one that it closed meanwhile is not."""
    with suppress(OSError):
        return opened.samefile(lock)
    return False
