"""One restore or move of a home at a time, over all processes."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aupkeep.config.home import Home
from aupkeep.model.errors import Conflict


@contextmanager
def alone(home: Home, what: str) -> Iterator[None]:
    """Hold the home for a restore or a move; the kernel lets go of it when the process dies.

    The lock's file goes with it, so that a refused restore leaves an empty home. Raises `Conflict`.
    """
    file = home.path / "move.lock"
    descriptor = _held(file, what)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        os.close(descriptor)


def _held(file: Path, what: str) -> int:
    """The descriptor of a lock that nobody else holds. Raises `Conflict`."""
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise Conflict(
                f"{what}: expected to be the only one, found another restore or move of this home "
                "that goes on"
            ) from error
        if os.fstat(descriptor).st_nlink:  # else its holder took it away before we had it
            return descriptor
        os.close(descriptor)
