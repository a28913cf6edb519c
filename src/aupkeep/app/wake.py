"""A poke after a commit: the next process wakes at once instead of at its next look.

An abstract Unix datagram socket named after the home and the process kind (Linux unix(7)): it needs
no file, and it is gone with its process. A poke that nobody hears costs nothing; each process also
looks by itself every few seconds, so the poke is for speed and never for safety.
"""

import hashlib
import socket
from contextlib import suppress

from aupkeep.config.home import Home


def _name(home: Home, kind: str) -> str:
    digest = hashlib.sha256(f"{home.path}:{kind}".encode()).hexdigest()[:32]
    return f"\0aupkeep-{digest}"


def poke(home: Home, kind: str = "worker") -> None:
    """Wake the process of this kind, if one listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.setblocking(False)
        with suppress(OSError):
            one.sendto(b"!", _name(home, kind))


class Waker:
    """Waits for pokes; the second process of a kind on one home only polls."""

    def __init__(self, home: Home, kind: str = "worker") -> None:
        """Listen under this home's name for the kind."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.listens = True
        try:
            self._socket.bind(_name(home, kind))
        except OSError:
            self.listens = False

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
