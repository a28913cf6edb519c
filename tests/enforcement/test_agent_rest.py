"""A step with nothing to do is left out, and never when anything that it goes by has changed."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.agent_report import AgentReport
from aupkeep.enforcement.agent_rest import Rest, next_moment
from aupkeep.enforcement.desired import DesiredState, sign
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers.record import DRIVER
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.model.action import ActionState
from aupkeep.model.errors import Unavailable
from enforcement.orders import NOW, Clock, order

KEY = Ed25519PrivateKey.generate()
SECOND = timedelta(seconds=1)


class Marked:
    """The driver `record`, which also knows when its file was changed."""

    def __init__(self, driver: GuardedDriver, folder: Path) -> None:
        self._driver, self._folder, self.looks = driver, folder, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._driver, name)

    def observe(self) -> object:
        self.looks += 1
        return self._driver.observe()

    def unchanged(self) -> object:
        return {path: path.read_bytes() for path in self._folder.glob("record*")} or "nothing"


class House:
    """An agent with one measure that stands, for an hour."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, Clock()
        plain = DRIVER.open(DriverContext(folder=folder, now=self.clock))
        self.driver = Marked(plain, folder)
        self.agent = self.open()
        self.serial = 0
        self.action = order()
        self.want(self.action)
        self.agent.step()
        self.first = self.agent.step()
        assert [status.state for status in self.first.actions] == [ActionState.RECORDED]
        self.looks = self.driver.looks

    def open(self) -> Agent:
        return Agent(
            folder=self.folder,
            driver=self.driver,  # type: ignore[arg-type]
            fetch=self.fetch,
            keys=[KEY.public_key()],
            target="router",
            clock=self.clock,
        )

    def fetch(self) -> bytes:
        if not self.data:
            raise Unavailable("the server is away")
        return self.data

    def want(self, *actions: object) -> None:
        self.serial += 1
        now = self.clock()
        state = DesiredState(
            target="router",
            serial=self.serial,
            made_at=now,
            valid_until=now + timedelta(hours=1),
            actions=actions,  # type: ignore[arg-type]
        )
        self.data = sign(state, KEY)

    def rests(self) -> bool:
        """Whether the next step was left out."""
        report = self.agent.step()
        rested = self.driver.looks == self.looks
        assert rested == (report is self.first)
        return rested


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_nothing_changed(house: House):
    """The same report again, and the system is not even looked at."""
    for _ in range(3):
        house.clock.at += timedelta(seconds=5)
        assert house.rests()


@pytest.mark.parametrize("seconds", [21, -1])
def test_after_twenty_seconds_or_a_clock_set_back(house: House, seconds: int):
    """Everything is compared again now and then, and whenever the clock is not believed."""
    house.clock.at += timedelta(seconds=seconds)
    assert not house.rests()


def test_a_moment_of_a_measure(tmp_path: Path):
    """At the end of a measure there is a step, to the second."""
    house = House(tmp_path)
    house.clock.at = house.action.until - timedelta(seconds=5)
    house.want(house.action)
    house.agent.step()
    house.first, house.looks = house.agent.step(), house.driver.looks
    house.clock.at += timedelta(seconds=4)
    assert house.rests()
    house.clock.at += timedelta(seconds=1)
    assert house.agent.step().expired == (house.action.id,)


def test_a_new_state(house: House):
    """A state that wants another measure is carried out at once; one that lifts, too."""
    longer = replace(house.action, until=house.action.until + timedelta(hours=1))
    house.want(longer)
    assert not house.rests()
    house.want()
    assert house.agent.step().lifted == (house.action.id,)


def test_the_server_goes_away(house: House):
    """What stands is held, and the report says why."""
    house.data = b""
    assert "away" in house.agent.step().controller


@pytest.mark.parametrize(
    ("file", "text"),
    [("protect", "203.0.113.10\n"), ("bounds", "prefix 192.0.2.0/24\n")],
)
def test_a_file_of_the_machine(house: House, file: str, text: str):
    """A line in the protect list or the bounds lifts at once."""
    (house.folder / file).write_text(text)
    assert house.agent.step().lifted == (house.action.id,)


def test_the_freeze_switch(house: House):
    """It is reported at once."""
    (house.folder / "freeze").touch()
    assert house.agent.step().frozen


def test_an_undo_by_another_process(house: House):
    """What another process undid is not held on to."""
    house.open().undo(house.action.id, "by hand")
    report = house.agent.step()
    assert [status.state for status in report.actions] == [ActionState.LIFTED]
    assert house.driver.observe() == ()


def test_somebody_changes_the_system(house: House):
    """What is gone is put back at once."""
    for path in house.folder.glob("record*"):
        path.unlink()
    assert house.agent.step().repaired == (house.action.id,)


def test_a_restart(house: House):
    """A new process compares everything first."""
    house.agent = house.open()
    assert not house.rests()


def test_a_step_that_did_something_is_not_repeated(tmp_path: Path):
    """The report of a step with work is given once: what it applied is not applied again."""
    house = House(tmp_path)
    other = replace(order(number=2), scope=replace(order().scope, port=80))
    house.want(house.action, other)
    report: AgentReport = house.agent.step()
    assert report.applied == (other.id,)
    assert house.agent.step().applied == ()


def test_a_rest_holds_while_nothing_differs():
    """From when it was taken until its time."""
    rest = Rest(marks="m", since=NOW, until=NOW + 9 * SECOND, answer="a")
    for seconds, marks, holds in (
        (0, "m", True),
        (8, "m", True),
        (9, "m", False),
        (-1, "m", False),
        (0, "n", False),
    ):
        assert rest.holds(marks, NOW + seconds * SECOND) is holds


def test_the_next_moment():
    """The next beginning or end that is still to come, at most twenty seconds ahead."""

    def after(*seconds: float, others: tuple[float | None, ...] = ()) -> float:
        actions = [replace(order(), starts=NOW - SECOND, until=NOW + x * SECOND) for x in seconds]
        more = [None if x is None else NOW + x * SECOND for x in others]
        return (next_moment(NOW, actions, *more) - NOW).total_seconds()

    assert after() == 20
    assert after(21, others=(None, 30)) == 20
    assert after(19, 5, 0, -3) == 5
    assert after(19, others=(None, 3, 0)) == 3
    assert next_moment(NOW, [replace(order(), starts=NOW + SECOND)]) == NOW + SECOND
