"""The loop: woken by what changed, never ended by what failed."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.agent_report import AgentReport
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, sign
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers.record import DRIVER
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.fetch import from_file
from aupkeep.enforcement.freeze import freeze
from aupkeep.enforcement.loop import LoopConfig, run
from aupkeep.model.errors import AupkeepError
from enforcement.orders import order

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
SOON = 5.0  # seconds; the interval is a minute, so only a change can be the cause


def now() -> datetime:
    return datetime.now(UTC)


class Turning:
    """A loop in a thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desired = folder / "desired.json"
        self.stop = Event()
        self.reports: list[AgentReport] = []
        self.errors: list[AupkeepError] = []
        self.agent = Agent(
            folder=folder / "agent",
            driver=DRIVER.open(DriverContext(folder=folder / "agent", now=now)),
            fetch=from_file(self.desired),
            keys=[KEY.public_key()],
            target="router",
            clock=now,
        )
        config = LoopConfig(
            on_report=self.reports.append,
            on_error=self.errors.append,
            watch=[self.desired],
            interval=60,
        )
        self.thread = Thread(target=run, args=(self.agent, self.stop, config))
        self.thread.start()

    def want(self, serial: int, *numbers: int) -> None:
        """Sign a state with these orders."""
        actions = tuple(order(number=n, now=now()) for n in numbers)
        until = now() + VALID_FOR
        state = DesiredState(
            target="router", serial=serial, made_at=now(), valid_until=until, actions=actions
        )
        write_durably(self.desired, sign(state, KEY))

    def soon(self, is_it: Callable[[], bool], seconds: float = SOON) -> bool:
        """True when it holds within the time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if is_it():
                return True
            time.sleep(0.01)
        return False

    def end(self) -> None:
        """Stop and wait."""
        self.stop.set()
        self.thread.join(5)


@pytest.fixture
def turning(tmp_path: Path):
    loop = Turning(tmp_path)
    yield loop
    loop.end()


def test_woken_by_a_new_state(turning: Turning):
    """A new desired state is acted on at once, not after the interval."""
    assert turning.soon(lambda: len(turning.reports) == 1)
    turning.want(1, 1)
    assert turning.soon(lambda: bool(turning.reports[-1].applied))


def test_invariant_08_freeze_within_a_second(turning: Turning):
    """The switch is told within a second and stops a state that comes after it."""
    assert turning.soon(lambda: len(turning.reports) == 1)
    freeze(turning.agent.switches[0], "kari")
    assert turning.soon(lambda: turning.reports[-1].frozen, seconds=1)
    turning.want(1, 1)
    assert turning.soon(lambda: bool(turning.reports[-1].refused))
    assert turning.reports[-1].actions[0].state == "failed"


def test_goes_on_after_a_failure(turning: Turning):
    """A step that fails is told, and the next one works."""
    assert turning.soon(lambda: len(turning.reports) == 1)
    (turning.folder / "agent" / "record.json").write_text("{")
    turning.want(1, 1)
    assert turning.soon(lambda: bool(turning.errors))
    (turning.folder / "agent" / "record.json").unlink()
    turning.want(2, 1)
    assert turning.soon(lambda: bool(turning.reports[-1].applied))


def test_stop_file_ends_it(turning: Turning):
    """A file named stop in the agent's folder ends the loop."""
    assert turning.soon(lambda: len(turning.reports) == 1)
    (turning.folder / "agent" / "stop").touch()
    assert turning.soon(lambda: not turning.thread.is_alive())
