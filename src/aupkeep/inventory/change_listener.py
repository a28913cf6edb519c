"""Hears of a system that something changed, so that the next look at it comes at once.

What is heard is never believed: a message makes a look come early and says nothing else. So one
that is lost, doubled, late or forged changes no record; it costs a look, or the wait for the next.

    listener = ChangeListener(lambda: BrokerLine(settings), moves_holders)
    threading.Thread(target=listener.run, args=(stop,)).start()
    listener.woken()                       # True once after each change that was told
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

from aupkeep.model.errors import AupkeepError, Forbidden, Unreadable
from aupkeep.model.inventory_source import ListeningState

LONGEST = 60.0  # seconds between two tries to connect
REFUSED = 300.0  # seconds after a login that was refused: no lock-out by us
AGAIN = 300.0  # seconds until what could not be bound is tried again
STEADY = 60.0  # seconds after which a line that broke counts as one that worked


class EventLine(Protocol):
    """A connection that was made. Its methods raise `Unavailable` and `Forbidden`."""

    def bind(self) -> tuple[str, ...]:
        """Ask for messages; what of it the other side refused, in words. All of it: an error."""

    def bodies(self) -> Iterator[bytes | None]:
        """Each message as it comes; None at least each second, where there is none."""

    def close(self) -> None:
        """End it; no error matters any more."""


class ChangeListener:
    """One line, made again when it breaks; `run` in one thread, the rest from any."""

    def __init__(self, connect: Callable[[], EventLine], moves: Callable[[bytes], bool]) -> None:
        """`moves` says of a message whether a look is worth it, or raises `Unreadable`."""
        self._connect, self._moves = connect, moves
        self._woken = threading.Event()
        self._state: ListeningState | None = None

    def run(self, stop: threading.Event) -> None:
        """Listen until `stop`."""
        failures = 0
        while not stop.is_set():
            begun = time.monotonic()
            try:
                self._listen(stop)
            except AupkeepError as error:
                failures = 1 if time.monotonic() - begun > STEADY else failures + 1
                self._stands(hears=False, problem=str(error))
                refused = isinstance(error, Forbidden)
                stop.wait(REFUSED if refused else min(2.0 ** min(failures, 10), LONGEST))

    def wake(self) -> None:
        """Let a look come."""
        self._woken.set()

    def woken(self) -> bool:
        """Whether a look should come; True once."""
        woken = self._woken.is_set()
        self._woken.clear()
        return woken

    def state(self) -> ListeningState | None:
        """How it stands; None before the first try to connect has ended."""
        return self._state

    def _listen(self, stop: threading.Event) -> None:
        """Listen until `stop`, until it breaks, or until what was refused is worth a try."""
        line = self._connect()
        try:
            refused = line.bind()
            until = time.monotonic() + AGAIN
            self._stands(hears=True, problem="; ".join(refused))
            for body in line.bodies():
                if body is not None:
                    self._take(body)
                if stop.is_set() or (refused and time.monotonic() > until):
                    return
        finally:
            line.close()
            self._stands(hears=False, problem="the line ended")

    def _take(self, body: bytes) -> None:
        state = self._counted()
        try:
            moves = self._moves(body)
        except Unreadable:
            self._state = replace(state, unreadable=state.unreadable + 1)
            return
        if moves:
            self._state = replace(state, told=state.told + 1)
            self.wake()

    def _stands(self, *, hears: bool, problem: str) -> None:
        """Note how it stands. Where that is new a look comes: it finds what nobody told us."""
        before = self._state
        self._state = replace(self._counted(), hears=hears, problem=problem)
        if before is None or before.hears != hears:
            self.wake()

    def _counted(self) -> ListeningState:
        return self._state or ListeningState(hears=False)
