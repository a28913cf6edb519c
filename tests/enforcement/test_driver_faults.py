# ruff: noqa: S311 - a seed that can be played again
"""A driver's system fails in every way and then answers again: nothing doubled, nothing half done.

Faults of one step: no answer before or after it was done, slow, somebody else's edit, the agent
killed and started anew. When they end, what stands is exactly what is wanted within 60 s of the
agent's own clock. A refusal is no fault: a lift that was refused is tried again after minutes.
`AUPKEEP_DRIVER_FAULTS` is how many faults each system gets.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, sign
from aupkeep.enforcement.driver import (
    DriverContext,
    DriverPlan,
    DriverReceipt,
    InstalledElement,
)
from aupkeep.enforcement.drivers import nftables, record, webhook
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.model.action import Action, ActionState
from aupkeep.model.decision import Scope
from aupkeep.model.errors import Pending, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.orders import Clock, order, scope
from enforcement.receiver import SECRET, Receiver

pytestmark = pytest.mark.again("kills")
FAULTS = int(os.environ.get("AUPKEEP_DRIVER_FAULTS", "20"))
SEED = int(os.environ.get("AUPKEEP_SEED", "1"))
KEY = Ed25519PrivateKey.generate()
SETTLED, STEP = 60.0, 5.0  # seconds in which all is right again; between two steps
STANDS = {ActionState.APPLIED, ActionState.RECORDED}
T = TypeVar("T")


class Faulty:
    """A driver between the agent and the real one: what is asked may fail, before or after."""

    def __init__(self, real: GuardedDriver, chance: random.Random, clock: Clock) -> None:
        self._real, self._chance, self._clock = real, chance, clock
        self.rate, self.faults, self.bulk = 0.0, 0, False

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever it has
        """What does not change anything is the real driver's own."""
        return getattr(self._real, name)

    def unchanged(self) -> None:
        """It never knows."""

    def prepare(self) -> tuple[str, ...]:
        """Install, or fail."""
        return self._with_faults(self._real.prepare)

    def observe(self) -> tuple[InstalledElement, ...]:
        """List, or fail."""
        return self._with_faults(self._real.observe)

    def apply(self, plan: DriverPlan) -> DriverReceipt:
        """Set, or fail."""
        return self._with_faults(lambda: self._real.apply(plan))

    def revert(self, place: str, action: str) -> DriverReceipt:
        """Lift, or fail."""
        return self._with_faults(lambda: self._real.revert(place, action))

    def _with_faults(self, work: Callable[[], T]) -> T:
        if self._chance.random() >= self.rate:
            return work()
        self.faults += 1
        kind = self._chance.choice(("before", "after", "slow", "killed", "died"))
        if kind == "slow":
            self._clock.forward(self._chance.uniform(1, 20))
            return work()
        if kind in ("after", "died"):
            work()
        if kind in ("killed", "died"):
            raise Killed
        raise Unavailable(f"no answer ({kind})")


class Killed(BaseException):
    """The agent's process ends here."""


@dataclass
class House:
    """An agent over one system, with what its controller wants."""

    name: str
    folder: Path
    clock: Clock
    chance: random.Random
    open: Callable[[], GuardedDriver]
    disturb: Callable[[], None]
    measure: Measure = Measure.BLOCK_PORT
    aim: Callable[[int], Scope] = lambda number: scope(Measure.BLOCK_PORT, port=1 + number % 60_000)
    wanted: dict[str, Action] = field(default_factory=dict)
    serial: int = 0
    made: int = 0
    faults: int = 0
    data: bytes = b""

    def __post_init__(self) -> None:
        self.start()
        self.want()

    def start(self) -> None:
        """A new process over the same folder."""
        self.driver = Faulty(self.open(), self.chance, self.clock)
        self.agent = Agent(
            folder=self.folder,
            driver=self.driver,  # type: ignore[arg-type]
            fetch=lambda: self.data,
            keys=[KEY.public_key()],
            target="router",
            clock=self.clock,
        )

    def want(self) -> None:
        """Sign what is wanted now."""
        self.serial += 1
        now = self.clock()
        state = DesiredState(
            target="router",
            serial=self.serial,
            made_at=now,
            valid_until=now + VALID_FOR,
            actions=tuple(self.wanted.values()),
        )
        self.data = sign(state, KEY)

    def change(self) -> None:
        """The controller wants one more, one less, or one for longer; all end far away."""
        kind = self.chance.choice(("more", "more", "less", "longer"))
        if kind == "more" or not self.wanted:
            self.made += 1
            action = order(
                self.measure,
                number=self.made,
                driver=self.name,
                aim=self.aim(self.made),
                now=self.clock(),
                seconds=6 * 86_400,
            )
            self.wanted[action.id] = action
        elif kind == "less":
            self.wanted.pop(self.chance.choice(sorted(self.wanted)))
        else:
            name = self.chance.choice(sorted(self.wanted))
            action = self.wanted[name]
            self.wanted[name] = order(
                self.measure, number=int(name[-12:]), driver=self.name, aim=action.scope,
                now=action.starts,
                seconds=86_400 + self.chance.randrange(5 * 86_400),
            )  # fmt: skip
        while len(self.wanted) > 12:
            self.wanted.pop(next(iter(self.wanted)))
        self.want()

    def step(self) -> None:
        """One step of the agent, which may be killed in it; a killed one is started anew."""
        try:
            self.agent.step()
        except Unavailable:
            pass
        except Killed:
            self.faults += self.driver.faults
            rate = self.driver.rate
            self.start()
            self.driver.rate = rate

    def standing(self) -> list[str]:
        """The actions that really stand, a name for each element."""
        return [element.action for element in self.open().observe()]

    def round(self) -> None:
        """Some steps with faults and changes; then the faults end, and all is right in time."""
        self.driver.rate = self.chance.choice((0.2, 0.5, 0.8))
        for _ in range(self.chance.randrange(2, 6)):
            self.change()
            if self.chance.random() < 0.3:
                self.disturb()
                self.faults += 1
            self.step()
            self.clock.forward(STEP)
            standing = self.standing()
            assert len(standing) == len(set(standing)), "an action stands twice"
        self.driver.rate = 0.0
        ended = self.clock()
        while not self.right():
            self.clock.forward(STEP)
            waited = (self.clock() - ended).total_seconds()
            assert waited <= SETTLED, (sorted(self.wanted), sorted(self.standing()))
            self.step()
        self.faults += self.driver.faults
        self.driver.faults = 0

    def right(self) -> bool:
        """Whether exactly what is wanted stands, and the agent says so."""
        if sorted(self.standing()) != sorted(self.wanted):
            return False
        report = self.agent.step()
        stands = {x.id for x in report.actions if x.state in STANDS}
        return stands == set(self.wanted)


def play(house: House) -> None:
    """Rounds until the faults are enough."""
    rounds = 0
    while house.faults < FAULTS:
        house.round()
        rounds += 1
        house.want()  # a state is valid for an hour of a clock that runs
    print(f"{house.name}: {house.faults} faults in {rounds} rounds, 0 doubled, 0 left over")  # noqa: T201
    assert rounds > 1


def taken_away(house: House) -> None:
    """Somebody else takes one element away."""
    elements = house.open().observe()
    if elements:
        element = house.chance.choice(elements)
        house.open().revert(element.place, element.action)


def test_a_system_in_a_file(tmp_path: Path):
    """The driver `record`."""
    clock, chance = Clock(), random.Random(SEED)

    def opened() -> GuardedDriver:
        return record.DRIVER.open(DriverContext(folder=tmp_path, now=clock))

    house = House("record", tmp_path, clock, chance, opened, lambda: taken_away(house))
    play(house)


class Slow:
    """A driver whose system takes 41 s for what it has begun."""

    def __init__(self, real: GuardedDriver, clock: Clock) -> None:
        self._real, self._clock = real, clock
        self._begun: datetime | None = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever it has
        """All else is the real driver's own."""
        return getattr(self._real, name)

    def apply(self, plan: DriverPlan) -> DriverReceipt:
        """Begin it, or see whether it is done."""
        self._begun = self._begun or self._clock()
        if (self._clock() - self._begun).total_seconds() < 41:
            raise Pending("the system is busy")
        return self._real.apply(plan)


def test_a_system_that_is_busy_is_seen_to_be_done(tmp_path: Path):
    """What is done after 41 s stands within a minute, for the system is asked steadily."""
    clock, chance = Clock(), random.Random(SEED)

    def opened() -> GuardedDriver:
        return record.DRIVER.open(DriverContext(folder=tmp_path, now=clock))

    house = House("record", tmp_path, clock, chance, opened, lambda: None)
    house.agent._driver = Slow(opened(), clock)  # type: ignore[assignment]
    house.change()
    begun = clock()
    while not house.standing():
        house.step()
        clock.forward(STEP)
        assert (clock() - begun).total_seconds() <= SETTLED


class RealClock(Clock):
    """A clock that begins now and that tests move on besides: the kernel's own runs by itself."""

    def __call__(self) -> datetime:
        return datetime.now(UTC) + (self.at - self.begun)

    def __init__(self) -> None:
        super().__init__()
        self.begun = self.at


@pytest.mark.root
@pytest.mark.network
@pytest.mark.usefixtures("namespace")
def test_the_kernel(tmp_path: Path):
    """The driver `nftables`; somebody flushes the ruleset or takes an element away."""
    import subprocess

    clock, chance = RealClock(), random.Random(SEED)

    def opened() -> GuardedDriver:
        driver = nftables.DRIVER.open(DriverContext(folder=tmp_path, now=clock))
        driver.prepare()
        return driver

    def disturb() -> None:
        if chance.random() < 0.5:
            subprocess.run(["nft", "flush", "ruleset"], check=True)
        else:
            taken_away(house)

    house = House("nftables", tmp_path, clock, chance, opened, disturb)
    play(house)


@pytest.mark.network
def test_a_receiver_of_webhooks(tmp_path: Path, receiver: Receiver):
    """The driver `webhook`, read back; the receiver answers 503, forgets a hold, or has pending."""
    clock, chance = Clock(), random.Random(SEED)
    options = {
        "url": receiver.url,
        "secret": SECRET,
        "read_url": f"{receiver.url}/holds",
        "read_token": "readable",
    }

    def opened() -> GuardedDriver:
        return webhook.DRIVER.open(DriverContext(folder=tmp_path, now=clock, options=options))

    def disturb() -> None:
        receiver.answers = chance.choice((200, 200, 202, 429, 503))
        if receiver.holds and chance.random() < 0.5:
            receiver.holds.pop(chance.choice(sorted(receiver.holds)))

    house = House("webhook", tmp_path, clock, chance, opened, disturb)
    house.standing = lambda: sorted(  # type: ignore[method-assign]
        name for name, state in receiver.holds.items() if state == "held"
    )
    plain = house.right

    def right() -> bool:
        receiver.answers = 200
        for name, state in receiver.holds.items():
            if state == "pending":
                receiver.holds[name] = "held"
        return plain()

    house.right = right  # type: ignore[method-assign]
    play(house)
