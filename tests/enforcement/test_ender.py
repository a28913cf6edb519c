"""The ender: what is past its end goes with the agent dead or hanging, and nothing else happens."""

import fcntl
import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.agent_state import read_state
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.ender import AWAY, HUNG, Ender, lock_holder
from aupkeep.enforcement.registry import driver_named
from aupkeep.model.errors import Unavailable
from enforcement.orders import Clock
from enforcement.test_owners import HouseOfOne

SECONDS = 60.0  # of the measures here


@pytest.fixture
def house(tmp_path: Path) -> HouseOfOne:
    """A home over a map of nginx, which ends nothing by itself."""
    (tmp_path / "a").mkdir()
    return HouseOfOne(tmp_path / "a", tmp_path / "map", "nginx", Clock())


def ender_of(house: HouseOfOne, driver: str = "nginx") -> Ender:
    """The ender beside that agent."""
    options = {"map": str(house.map)}
    context = DriverContext(folder=house.folder, now=house.clock, options=options)

    def none_is_heard() -> bytes:
        raise AssertionError("the ender asks no server")

    agent = Agent(
        folder=house.folder,
        driver=driver_named("nginx").open(context),
        fetch=none_is_heard,
        keys=[Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()],
        target="router",
        clock=house.clock,
    )
    return Ender(agent, driver, house.clock)


def past_its_end(house: HouseOfOne) -> None:
    house.clock.forward(SECONDS + AWAY.total_seconds() + 1)


def test_what_is_over_goes_and_what_is_not_stays(house: HouseOfOne):
    """One of two is past its end; the agent, back, tells of it and does nothing twice."""
    over, on = house.order(1, seconds=SECONDS), house.order(2, seconds=7200)
    on = house.order(2, seconds=7200, aim=on.scope.__class__(
        customer="acme", resource="vm-7", url="https://shop.example/b"))  # fmt: skip
    house.step(over, on)
    ender = ender_of(house)
    house.clock.forward(SECONDS + 1)
    assert ender.look() is None, "an agent that is alive has some seconds"
    house.clock.forward(AWAY.total_seconds())
    report = ender.look()
    assert report is not None
    assert (report.expired, report.lifted) == ((over.id,), ())
    assert "the agent is away" in report.controller
    assert over.id not in house.map.read_text()
    assert on.id in house.map.read_text()
    assert ender.look() is None
    back = house.step(over, on)
    assert (back.applied, back.repaired, back.lifted) == ((), (), ())
    assert {str(x.state) for x in back.actions if x.id == over.id} == {"expired"}


def test_a_live_agent_is_left_alone(house: HouseOfOne):
    """An agent that takes steps and cannot lift yet is not helped: it is told by the agent."""
    house.step(house.order(seconds=SECONDS))
    house.map.rename(house.map.with_name("moved"))
    house.map.mkdir()  # the file cannot be read
    past_its_end(house)
    with pytest.raises(Unavailable):
        house.step()
    assert ender_of(house).look() is None


def test_it_begins_and_mends_nothing(house: HouseOfOne):
    """A row that somebody removed stays away, one past its end goes."""
    over, on = house.order(1, seconds=SECONDS), house.order(2, seconds=7200)
    url = "https://shop.example/b"
    on = house.order(2, seconds=7200, aim=type(on.scope)(customer="a", resource="b", url=url))
    house.step(over, on)
    lines = house.map.read_text().splitlines(keepends=True)
    house.map.write_text("".join(line for line in lines if on.id not in line))
    past_its_end(house)
    report = ender_of(house).look()
    assert report is not None
    assert (report.expired, report.repaired) == ((over.id,), ())
    assert on.id not in house.map.read_text()
    assert on.id in read_state(house.folder).standing


def test_what_another_driver_carried_is_not_touched(house: HouseOfOne):
    """By another driver's name it does nothing at all."""
    house.step(house.order(seconds=SECONDS))
    past_its_end(house)
    assert ender_of(house, "haproxy").look() is None


def test_without_a_report_the_agent_is_away(house: HouseOfOne):
    """A status that is gone or damaged proves no agent alive."""
    action = house.order(seconds=SECONDS)
    house.step(action)
    (house.folder / "status.json").write_text("{")
    past_its_end(house)
    report = ender_of(house).look()
    assert report is not None
    assert report.expired == (action.id,)


def hanging(lock: Path) -> int:
    """A process that holds the lock as an agent does, and takes no step; its number."""
    child = os.fork()
    if child:
        until = time.monotonic() + 10
        while lock_holder(lock) != child and time.monotonic() < until:
            time.sleep(0.01)
        return child
    with lock.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.ftruncate(file.fileno(), 0)
        os.write(file.fileno(), str(os.getpid()).encode())
        while True:
            signal.pause()


def test_an_agent_that_hangs_in_a_step_is_killed(house: HouseOfOne):
    """It has a minute; then whoever holds the lock is killed, and what is over is lifted."""
    action = house.order(seconds=SECONDS)
    house.step(action)
    child = hanging(house.folder / "lock")
    past_its_end(house)
    ender = ender_of(house)
    try:
        assert ender.look() is None
        house.clock.forward(HUNG.total_seconds() / 2)
        assert ender.look() is None
        assert lock_holder(house.folder / "lock") == child
        house.clock.forward(HUNG.total_seconds() / 2)
        with pytest.raises(Unavailable, match=f"process {child} held"):
            ender.look()
    finally:
        os.kill(child, signal.SIGKILL)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
    report = ender.look()
    assert report is not None
    assert report.expired == (action.id,)


def test_a_number_of_somebody_else_is_killed_never(tmp_path: Path):
    """A number in the lock counts only of a process that has the lock open."""
    lock = tmp_path / "lock"
    assert lock_holder(lock) is None
    for words in ("", "abc", str(os.getppid())):
        lock.write_text(words)
        assert lock_holder(lock) is None
    lock.write_text(str(os.getpid()))
    with lock.open("ab"):
        assert lock_holder(lock) == os.getpid()
    assert timedelta(0) < AWAY < HUNG
