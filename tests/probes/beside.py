"""Places of a case that answer from loopback: only where a packet goes is another, all is real."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aupkeep.probes import connection

HERE = "127.0.0.1"


@contextmanager
def resolver(monkeypatch, answer: Callable[[bytes], bytes | None]) -> Iterator[list[bytes]]:
    """A name server in the place of every address; the questions it was asked."""
    heard: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind((HERE, 0))
        listener.settimeout(0.05)
        stop = threading.Event()

        def run() -> None:
            while not stop.is_set():
                try:
                    question, peer = listener.recvfrom(2000)
                except TimeoutError:
                    continue
                heard.append(question)
                said = answer(question)
                if said is not None:
                    listener.sendto(said, peer)

        thread = threading.Thread(target=run)
        thread.start()
        monkeypatch.setattr(connection, "at", lambda *_: (HERE, listener.getsockname()[1]))
        monkeypatch.setattr(connection, "PATIENCE", 0.2)
        monkeypatch.setattr(connection, "LINGER", 0.05)
        yield heard
        stop.set()
        thread.join()


def looked_up(question: bytes) -> bytes:
    """The answer of a resolver that looks names up for anybody."""
    return question[:2] + bytes.fromhex("81800001000100000000") + question[12:]


def refused(question: bytes) -> bytes:
    """The answer of one that refuses strangers."""
    return question[:2] + bytes.fromhex("81050001000000000000") + question[12:]
