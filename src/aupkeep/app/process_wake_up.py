"""Wake-ups after a commit: the next process wakes at once instead of at its next poll.

Each kind of process has a Unix datagram socket in the home, `wake/worker` (Linux unix(7)). It is a
file and no abstract name, because an abstract name ends at its network namespace, and a collector
on a router, or a container, has one of its own. A wake-up that nobody receives costs
nothing. Each process also polls every few seconds: a wake-up is for speed, never for safety.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aupkeep.config.home import Home

FOLDER = "wake"


@contextmanager
def _socket_path(home: Home, kind: str) -> Iterator[str]:
    """The socket's path by way of its folder: a socket's own path must be short. Raises `OSError`.

    A home may lie deeper than the 107 bytes that a Unix address has.
    """
    folder = os.open(home.path / FOLDER, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{kind}"
    finally:
        os.close(folder)


def wake_up(home: Home, kind: str = "worker") -> None:
    """Wake the process of this kind, if one listens."""
    with suppress(OSError), _socket_path(home, kind) as path, _datagram_socket() as sender:
        sender.setblocking(False)
        sender.sendto(b"!", path)


class WakeUpSocket:
    """Waits for wake-ups; the second process of a kind on one home only polls."""

    def __init__(self, home: Home, kind: str = "worker") -> None:
        """Listen under this home's name for the kind."""
        self._socket = _datagram_socket()
        self._file = home.path / FOLDER / kind
        self.listens = False
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with _socket_path(home, kind) as path:
                self.listens = self._listen(path)

    def _listen(self, path: str) -> bool:
        """Take the name; one that a dead process left behind is taken over. Raises `OSError`."""
        if _has_listener(path):
            return False
        with suppress(FileNotFoundError):
            Path(path).unlink()
        self._socket.bind(path)
        return True

    def wait(self, seconds: float) -> bool:
        """Wait for a wake-up, at most `seconds`; True when one came. Swallows a burst at once."""
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


def _has_listener(path: str) -> bool:
    """Whether a process listens there. Raises `OSError` where that cannot be found out."""
    with _datagram_socket() as sender:
        try:
            sender.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        return True


def _datagram_socket() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
