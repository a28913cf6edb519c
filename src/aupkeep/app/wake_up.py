"""A poke after a commit: the next process wakes at once instead of at its next look.

Each kind of process has a Unix datagram socket in the home, `wake/worker` (Linux unix(7)). It is a
file and no abstract name, because an abstract name ends at its network namespace, and a collector
on a router, or a container, has one of its own. A poke that nobody hears costs nothing; each
process also looks by itself every few seconds, so the poke is for speed and never for safety.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aupkeep.config.home import Home

FOLDER = "wake"


@contextmanager
def _place(home: Home, kind: str) -> Iterator[str]:
    """The socket's path by way of its folder: a socket's own path must be short. Raises `OSError`.

    A home may lie deeper than the 107 bytes that a Unix address has.
    """
    folder = os.open(home.path / FOLDER, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{kind}"
    finally:
        os.close(folder)


def poke(home: Home, kind: str = "worker") -> None:
    """Wake the process of this kind, if one listens."""
    with suppress(OSError), _place(home, kind) as place, _line() as one:
        one.setblocking(False)
        one.sendto(b"!", place)


class Waker:
    """Waits for pokes; the second process of a kind on one home only polls."""

    def __init__(self, home: Home, kind: str = "worker") -> None:
        """Listen under this home's name for the kind."""
        self._socket = _line()
        self._file = home.path / FOLDER / kind
        self.listens = False
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with _place(home, kind) as place:
                self.listens = self._listen(place)

    def _listen(self, place: str) -> bool:
        """Take the name; one that a dead process left behind is taken over. Raises `OSError`."""
        if _heard(place):
            return False
        with suppress(FileNotFoundError):
            Path(place).unlink()
        self._socket.bind(place)
        return True

    def wait(self, seconds: float) -> bool:
        """Wait for a poke, at most `seconds`; True when one came. Swallows a burst at once."""
        self._socket.settimeout(max(seconds, 0.001))
        try:
            self._socket.recv(1)
        except TimeoutError:
            return False
        self._socket.setblocking(False)
        with suppress(BlockingIOError):
            while self._socket.recv(1):
                pass
        return True

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
        if self.listens:
            with suppress(OSError):
                self._file.unlink()


def _heard(place: str) -> bool:
    """Whether a process listens there. Raises `OSError` where that cannot be found out."""
    with _line() as one:
        try:
            one.connect(place)
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        return True


def _line() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
