"""A relay of bytes between two sockets that breaks connections off, or passes nothing on."""

import os
import random
import selectors
import socket
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from daemon.processes import free_port

CHUNK = 1 << 14
REQUESTS, ANSWERS = "requests", "answers"  # the ways bytes go
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: what is unsent is thrown away, the peer gets RST


class Cutter:
    """Listens on a port or a path of its own and passes on to `target` while the block runs.

    While `armed` each connection is cut after a number of bytes, counted over both ways, that is
    drawn up to `longest`; half of them by a reset. `cuts` counts those that were.

    It can also go silent: connections stay open and nothing passes, as behind a middlebox that
    lost its state.
    """

    def __init__(self, target: int | Path, chance: random.Random, *, longest: int = 3000) -> None:
        self.cuts = 0
        self.armed = threading.Event()
        self._target, self._chance, self._longest = target, chance, longest
        self._over = threading.Event()
        self._held: frozenset[str] = frozenset()
        self._open: set[object] = set()
        self._dead: set[object] = set()
        if isinstance(target, int):
            self.port = free_port()
            self._listening = socket.create_server(("127.0.0.1", self.port))
        else:  # takes the place of the socket, which moves aside
            self._real = target.with_name(f"{target.name}.real")
            target.rename(self._real)
            self._listening = _unix(target, bind=True)

    def __enter__(self) -> Self:
        """Listen in a thread."""
        self._listening.settimeout(0.2)
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        """Listen no more; a path is given back."""
        self._over.set()
        self._listening.close()
        if isinstance(self._target, Path):
            self._real.rename(self._target)

    def stall(self, *ways: str) -> None:
        """Pass nothing on in these `ways`, until called without any: what came then goes on."""
        self._held = frozenset(ways)

    def forget(self) -> int:
        """Pass nothing on by what is open now, ever again; new connections work. How many."""
        self._dead |= self._open
        return len(self._open)

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                one, _ = self._listening.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._pass, args=(one,), daemon=True).start()

    def _pass(self, one: socket.socket) -> None:
        """Pass bytes on until one side ends, or their number is reached."""
        with one:
            try:
                other = self._connect()
            except OSError:
                return
            with other, suppress(OSError), selectors.DefaultSelector() as selector:
                selector.register(one, selectors.EVENT_READ, (other, REQUESTS))
                selector.register(other, selectors.EVENT_READ, (one, ANSWERS))
                self._open.add(selector)
                try:
                    self._watch(selector)
                finally:
                    self._open.discard(selector)

    def _watch(self, selector: selectors.BaseSelector) -> None:
        left, reset = self._chance.randint(0, self._longest), self._chance.random() < 0.5
        while not self._over.is_set():
            for key, _ in selector.select(0.2):
                other, way = key.data
                if way in self._held or selector in self._dead:
                    time.sleep(0.02)
                    continue
                data = key.fileobj.recv(CHUNK)
                if not data:
                    return
                if self.armed.is_set() and len(data) > left:
                    other.sendall(data[:left])
                    self._cut(key.fileobj, other, reset=reset)
                    return
                left -= len(data) if self.armed.is_set() else 0
                other.sendall(data)

    def _cut(self, *both: socket.socket, reset: bool) -> None:
        self.cuts += 1
        for one in both if reset else ():
            with suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def _connect(self) -> socket.socket:
        if isinstance(self._target, int):
            return socket.create_connection(("127.0.0.1", self._target), 5)
        return _unix(self._real, bind=False)


def _unix(path: Path, *, bind: bool) -> socket.socket:
    """A stream socket at a path of any length (Linux unix(7) allows 107 bytes)."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    short = f"/proc/self/fd/{folder}/{path.name}"
    try:
        if bind:
            one.bind(short)
            one.listen()
        else:
            one.connect(short)
    except OSError:
        one.close()
        raise
    finally:
        os.close(folder)
    return one
