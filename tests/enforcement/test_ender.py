"""The ender: what is past its end goes with the agent dead or hanging, and nothing else happens."""

import fcntl
import os
import signal
import time
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement import agent as agents
from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.agent_report import read_report
from aupkeep.enforcement.agent_state import AgentMemory, read_state
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.ender import AWAY, HUNG, QUIET, Ender
from aupkeep.enforcement.one_system import owner_of
from aupkeep.enforcement.registry import driver_named
from aupkeep.enforcement.step_lock import lock_holder
from aupkeep.model.action import Action
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
    key = Ed25519PrivateKey.from_private_bytes(bytes([house.seed]) * 32).public_key()
    owner = owner_of("router", key)
    context = DriverContext(folder=house.folder, now=house.clock, options=options, owner=owner)

    def none_is_heard() -> None:
        """The ender asks no server; an agent whose server is away hears none."""

    agent = Agent(
        folder=house.folder,
        driver=driver_named("nginx").open(context),
        fetch=none_is_heard,
        keys=[key],
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


def killed_before_it_remembers(house: HouseOfOne, action: Action) -> None:
    """An agent acts, and is killed before its memory is written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AgentMemory, "write", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            house.step(action)
    assert action.id in house.map.read_text()
    assert not read_state(house.folder).standing


def test_what_nobody_remembers_goes_at_its_end(house: HouseOfOne):
    """The row says its own end; until then it stays."""
    action = house.order(seconds=600)
    killed_before_it_remembers(house, action)
    ender = ender_of(house)
    house.clock.forward(QUIET.total_seconds())
    report = ender.look()
    assert report is not None
    assert (report.expired, report.lifted) == ((), ())
    assert f"held for action {action.id}, not remembered" in " ".join(report.drift)
    house.clock.forward(600)
    report = ender.look()
    assert report is not None
    assert report.expired == (action.id,)
    assert action.id not in house.map.read_text()
    assert {str(x.state) for x in report.actions} == {"expired"}


def test_an_agent_without_its_server_does_the_same(house: HouseOfOne):
    """Back after such a death it holds what it does not remember, until that is over."""
    action = house.order(seconds=600)
    killed_before_it_remembers(house, action)
    agent = ender_of(house)._agent
    assert agent.step().drift
    house.clock.forward(600)
    assert agent.step().expired == (action.id,)
    assert action.id not in house.map.read_text()


@pytest.mark.parametrize("spoilt", ["memory.json", "undone.json"])
def test_a_damaged_memory_keeps_nothing_past_its_end(house: HouseOfOne, spoilt: str):
    """The row goes, and the file stays as a person has to see it."""
    over, on = house.order(1, seconds=SECONDS), house.order(2, seconds=7200)
    url = "https://shop.example/b"
    on = house.order(2, seconds=7200, aim=type(on.scope)(customer="a", resource="b", url=url))
    house.step(over, on)
    (house.folder / spoilt).write_text("{")
    house.clock.forward(SECONDS + QUIET.total_seconds())
    report = ender_of(house).look()
    assert report is not None
    assert report.expired == (over.id,)
    assert f"{spoilt}: damaged" in report.controller
    assert (house.folder / spoilt).read_text() == "{"
    assert on.id in house.map.read_text()


def test_a_report_of_the_future_proves_no_agent(house: HouseOfOne):
    """The clock was years ahead while the agent wrote, and was set since."""
    action = house.order(seconds=SECONDS)
    house.step(action)
    status = house.folder / "status.json"
    status.write_text(status.read_text().replace('"at":"2026-', '"at":"2031-', 1))
    past_its_end(house)
    report = ender_of(house).look()
    assert report is not None
    assert report.expired == (action.id,)


def test_what_was_undone_here_is_tried_again(house: HouseOfOne):
    """The system did not answer the undo, and the agent is dead: it need not wait for its end."""
    action = house.order(seconds=7200)
    house.step(action)
    away = house.map.rename(house.map.with_name("moved"))
    house.map.mkdir()  # the file cannot be read
    ender = ender_of(house)
    with pytest.raises(Unavailable):
        ender._agent.undo(action.id, "wrong page")
    house.map.rmdir()
    away.rename(house.map)
    house.clock.forward(AWAY.total_seconds() + 1)
    report = ender.look()
    assert report is not None
    assert report.lifted == (action.id,)
    assert action.id not in house.map.read_text()


def test_it_begins_nowhere(house: HouseOfOne):
    """Where no agent ever was it asks no system, and makes no file."""
    assert ender_of(house).look() is None
    house.clock.forward(7200)
    assert ender_of(house).look() is None
    assert not house.map.exists()
    assert list(house.folder.iterdir()) == []


def test_a_long_step_is_told_and_killed_for_no_mere_look(house: HouseOfOne):
    """An agent may take its time where nothing is late; within three minutes it is called away."""
    house.step(house.order(seconds=7200))
    child = hanging(house.folder / "lock")
    ender = ender_of(house)
    try:
        house.clock.forward(QUIET.total_seconds())
        assert ender.look() is None
        for _ in range(5):
            house.clock.forward(HUNG.total_seconds())
            report = ender.look()
            assert report is not None
            assert f"process {child} holds its lock and takes no step" in report.controller
            assert read_report((house.folder / "status.json").read_bytes()) == report
        assert os.waitpid(child, os.WNOHANG) == (0, 0)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_its_own_reports_are_no_agents(house: HouseOfOne):
    """What fails is tried again at the next look, though a report was written a moment ago."""
    action = house.order(seconds=SECONDS)
    house.step(action)
    past_its_end(house)
    ender = ender_of(house)
    (line,) = [x for x in house.map.read_text().splitlines() if action.id in x]
    house.map.write_text(f"{line.partition(' #')[0]}\n")  # a row without its mark is a person's
    for _ in range(3):
        report = ender.look()
        assert report is not None
        assert report.expired == ()
        house.clock.forward(5)
    house.map.write_text("")
    report = ender.look()
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


def test_an_undo_waits_for_no_agent_that_hangs(house: HouseOfOne, monkeypatch):
    """A person is told which process to kill; then it is undone."""
    action = house.order(seconds=7200)
    house.step(action)
    child = hanging(house.folder / "lock")
    monkeypatch.setattr(agents, "PATIENCE", 0.2)
    undo = ender_of(house)._agent.undo
    try:
        with pytest.raises(Unavailable, match=f"kill {child}, then again"):
            undo(action.id, "wrong page")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert undo(action.id, "wrong page").lifted == (action.id,)


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
