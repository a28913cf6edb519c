"""Threads beside a process's own loop: each takes turns until the process ends."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

PATIENCE = 15.0  # seconds to wait for a turn in hand at the end


class SaysWhatFailed(Protocol):
    """What tells of a turn that failed, with its trace."""

    def exception(self, event: str) -> object:
        """Say it."""


def stop_on_signals(stop: threading.Event | None = None) -> threading.Event:
    """What SIGTERM and SIGINT set from now on; for the main thread."""
    stopping = stop or threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


@contextmanager
def side_threads(
    runs: Mapping[str, Callable[[threading.Event], None]],
    stop: threading.Event | None = None,
    patience: float = PATIENCE,
) -> Iterator[None]:
    """Run each, by the name of its thread, until the block ends: `stop` is set then.

    Each has `patience` seconds to end.
    """
    stop = stop or threading.Event()
    threads = [
        threading.Thread(target=run, args=(stop,), name=name, daemon=True)
        for name, run in runs.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(patience)


def take_turns(
    turn: Callable[[], object], stop: threading.Event, every: float, log: SaysWhatFailed,
    failed: str, *, rest: float | None = None,
) -> None:  # fmt: skip
    """Turn, then wait `every` so many seconds, until `stop`; at once again after a True.

    The broad except is the one of these loops: `log` says what `failed`, and the next turn comes
    after `rest` seconds where that is given.
    """
    while not stop.is_set():
        pause = every
        try:
            pause = 0.0 if turn() is True else every
        except Exception:
            log.exception(failed)
            pause = every if rest is None else rest
        stop.wait(pause)
