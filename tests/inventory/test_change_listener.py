"""A listener hears, goes deaf and hears again; a message does nothing but bring a look."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from aupkeep.inventory import change_listener
from aupkeep.inventory.broker import BrokerSettings
from aupkeep.inventory.change_listener import ChangeListener
from aupkeep.inventory.cloud_event import moves_holders
from aupkeep.inventory.sources import openstack
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.model.errors import AupkeepError, Forbidden, Unavailable
from aupkeep.model.inventory_source import ListeningState
from inventory.test_cloud_event import enveloped

GONE = Unavailable("broker: gone")


class Line:
    """A line that says what is given, then breaks; in between it waits for nobody."""

    def __init__(
        self, *says: bytes | Exception | Callable[[], None], refused: tuple[str, ...] = ()
    ) -> None:
        self.says, self.refused, self.closed = says, refused, False

    def bind(self) -> tuple[str, ...]:
        return self.refused

    def bodies(self) -> Iterator[bytes | None]:
        for word in self.says:
            if isinstance(word, Exception):
                raise word
            if isinstance(word, bytes):
                yield word
            else:
                word()
                yield None

    def close(self) -> None:
        self.closed = True


class Stop(threading.Event):
    """Waits are noted and cost no time."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0)
        return self.is_set()


def heard(*lines: Line | AupkeepError) -> tuple[ChangeListener, Stop, list[tuple[bool, str]]]:
    """Let a listener have these connections one after another; how it stood at each wait."""
    left, stop, stood = list(lines), Stop(), []

    def connect() -> Line:
        if listener.state() is not None:
            stood.append((listener.state().hears, listener.state().problem))
        line = left.pop(0)
        if not left:
            stop.set()
        if isinstance(line, AupkeepError):
            raise line
        return line

    listener = ChangeListener(connect, moves_holders)
    listener.run(stop)
    return listener, stop, stood


def test_a_change_that_is_told_brings_one_look():
    """However often it is told; what is no change, or no message, brings none."""
    woken, stood, stop = [], [], threading.Event()
    line = Line(
        lambda: woken.append(listener.woken()),  # because it hears from now on
        lambda: woken.append(listener.woken()),
        enveloped("compute.instance.exists"),
        b"forged",
        lambda: woken.append(listener.woken()),
        enveloped("port.update.end"),
        enveloped("port.update.end"),
        lambda: woken.append(listener.woken()),
        lambda: woken.append(listener.woken()),
        lambda: stood.append(listener.state()),
        stop.set,
    )
    listener = ChangeListener(lambda: line, moves_holders)
    listener.run(stop)
    assert woken == [True, False, False, True, False]
    assert (stood[0].hears, stood[0].told, stood[0].unreadable) == (True, 2, 1)
    assert line.closed


def test_a_line_that_breaks_is_told_and_made_again():
    """A look comes when it breaks and when it is there again: something may have been missed."""
    first, second = Line(GONE), Line()
    listener, stop, stood = heard(first, GONE, GONE, second)
    assert stood == [(False, "broker: gone")] * 3
    assert stop.waits == [2.0, 4.0, 8.0]
    assert first.closed
    assert second.closed
    assert listener.woken()


def test_tries_to_connect_become_rare():
    _, stop, _ = heard(*[GONE] * 12, Line())
    assert stop.waits[-1] == change_listener.LONGEST


def test_a_login_that_is_refused_locks_nobody_out():
    """Five minutes between two tries, from the first on."""
    listener, stop, stood = heard(Forbidden("broker: the login is refused"), Line())
    assert stop.waits == [change_listener.REFUSED]
    assert stood == [(False, "broker: the login is refused")]
    assert listener.woken()


class Clock:
    """Stands in for `time`: it goes on when it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def later(self, seconds: float) -> Callable[[], None]:
        return lambda: setattr(self, "now", self.now + seconds)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(change_listener, "time", clock)
    return clock


@pytest.mark.parametrize(("lasted", "second"), [(60.0, 4.0), (60.1, 2.0)])
def test_a_line_that_worked_is_made_again_soon(clock, lasted, second):
    """Once it worked for more than a minute it counts as the first that broke."""
    lines = [Line(clock.later(lasted), GONE) for _ in range(2)]
    _, stop, _ = heard(*lines, Line())
    assert stop.waits == [2.0, second]


def test_a_part_that_is_refused_is_told_and_tried_again(clock):
    """After five minutes, not before; the rest is heard meanwhile."""
    stood, stop = [], threading.Event()
    part = Line(
        lambda: stood.append(listener.state()),
        clock.later(change_listener.AGAIN),
        lambda: stood.append(listener.state()),
        clock.later(1),
        lambda: pytest.fail("expected that it is tried again"),
        refused=("exchange nova: 404", "exchange keystone: 403"),
    )
    whole = Line(lambda: stood.append(listener.state()), stop.set)
    lines = [part, whole]
    listener = ChangeListener(lambda: lines.pop(0), moves_holders)
    listener.run(stop)
    missing = "exchange nova: 404; exchange keystone: 403"
    assert [(x.hears, x.problem) for x in stood] == [(True, missing), (True, missing), (True, "")]
    assert listener.state() == ListeningState(hears=False, problem="the line ended")


def test_what_stays_as_it_was_brings_no_look():
    """A broker that is away all night costs one look, not one for each try."""
    woken, stop, left = [], Stop(), [GONE] * 3

    def connect() -> Line:
        woken.append(listener.woken())
        if not left:
            stop.set()
            return Line()
        raise left.pop()

    listener = ChangeListener(connect, moves_holders)
    listener.run(stop)
    assert woken == [False, True, False, False]


def test_the_cloud_s_listener_hears_its_broker(monkeypatch):
    """Those of its notifications that say that a holder moved, at the broker of its options."""
    asked = []

    def line(settings: BrokerSettings) -> Line:
        asked.append(settings.where)
        return Line(enveloped("port.update.end"), enveloped("image.upload"), b"forged", stop.set)

    monkeypatch.setattr(openstack, "BrokerLine", line)
    stop, options = (
        threading.Event(),
        {
            "notifications_url": "amqps://rabbit.example",
            "notifications_username": "aupkeep",
            "notifications_password": "made-up",
        },
    )
    listener = openstack.listen_to_cloud(SourceOptions(name="cloud", options=options))
    listener.run(stop)
    assert (listener.state().told, listener.state().unreadable) == (1, 1)
    assert asked == ["broker rabbit.example:5671"]


def test_a_fault_that_nobody_foresaw_does_not_look_like_hearing():
    listener = ChangeListener(lambda: Line(ZeroDivisionError()), moves_holders)
    with pytest.raises(ZeroDivisionError):
        listener.run(threading.Event())
    assert not listener.state().hears


def test_it_ends_when_told():
    """A line without messages ends within a turn of it."""
    stop = threading.Event()
    line = Line(*[lambda: time.sleep(0.01)] * 1000)
    thread = threading.Thread(target=ChangeListener(lambda: line, moves_holders).run, args=(stop,))
    thread.start()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert line.closed
