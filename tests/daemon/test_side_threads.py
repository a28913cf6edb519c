"""Threads beside a loop: a turn that fails is told and the next comes; all end with their block."""

import threading

from aupkeep.daemon.side_threads import side_threads, take_turns


class Told:
    """A log that remembers."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def exception(self, event: str) -> None:
        self.said.append(event)


class Clock(threading.Event):
    """Remembers how long each wait would have been, and ends after so many."""

    def __init__(self, waits: int) -> None:
        super().__init__()
        self.waits, self._left = [], waits

    def wait(self, timeout=None) -> bool:
        self.waits.append(timeout)
        if len(self.waits) == self._left:
            self.set()
        return self.is_set()


def test_a_failure_is_told_and_the_next_turn_comes():
    """After its rest; what was busy is asked again at once, what counts to one is not busy."""
    answers = iter([True, None, RuntimeError("x"), 1, False])

    def turn() -> object:
        if isinstance(answer := next(answers), RuntimeError):
            raise answer
        return answer

    told, clock = Told(), Clock(5)
    take_turns(turn, clock, 2.0, told, "it failed", rest=9.0)
    assert clock.waits == [0.0, 2.0, 9.0, 2.0, 2.0]
    assert told.said == ["it failed"]


def test_each_ends_with_the_block():
    seen, began = [], threading.Barrier(3)

    def run(stop: threading.Event) -> None:
        began.wait(10)
        stop.wait(10)
        seen.append(threading.current_thread().name)

    with side_threads({"a": run, "b": run}):
        began.wait(10)
        assert seen == []
    assert sorted(seen) == ["a", "b"]
