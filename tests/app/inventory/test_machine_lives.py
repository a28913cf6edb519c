"""Machine lives through the source `openstack`, with outages, kills and restarts: no wrong holder.

300 lives in every run, 10,000 at night. Each is a machine that gets an address, and loses it to
another one: of the same project, of another customer, of a project that nobody mapped.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest

from app.conftest import Clock
from app.inventory.lives import CUSTOMERS, NOBODY, LivingCloud
from aupkeep.app.context import AppContext
from aupkeep.app.inventory import sync_source
from aupkeep.app.inventory.ask_sources import free_sources
from aupkeep.app.inventory.holders import HolderLookup
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.inventory.sync_source import OpenSource
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.inventory import InventorySourceSettings
from aupkeep.inventory.sources.openstack import SOURCE
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.model.holding import Held
from aupkeep.model.subject import parse_subject

SETTINGS = InventorySourceSettings(name="cloud", kind="openstack", precedence=10, shrink=1.0)
OPTIONS = SourceOptions(
    name="cloud",
    customers=CUSTOMERS,
    options={"username": "reader", "password": "pw", "project": "aupkeep"},
)
ADDRESSES = 60
KNOWN_WITHIN = 60.0  # seconds from a change until it is on record, p99, while the cloud answers


class Killed(BaseException):
    """The process ended here."""


@dataclass
class Run:
    """What a run counted."""

    asked: int = 0
    held: int = 0
    kills: int = 0
    wrong: list[str] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)


class Life:
    """One install that asks one living cloud."""

    def __init__(self, context: AppContext, clock: Clock, seed: int) -> None:
        self.context, self.clock = context, clock
        self.random = Random(seed)  # noqa: S311 - the same run for the same number
        self.world = LivingCloud(seed, clock.at, ADDRESSES)
        self.run = Run()
        self.last = clock.at  # when the last look began
        self.outage = 0  # looks that still fail
        self.seen: dict[str, int] = {}  # changes of each address that were known after a good look
        self.world.cloud.between = lambda _: self._pass(self.random.uniform(0.05, 1.5))
        self._start()

    def _start(self) -> None:
        """A fresh process: it remembers nothing but what is stored."""
        self.client = self.world.cloud.client()
        self.source = OpenSource(SETTINGS, SOURCE, SOURCE.open(OPTIONS, self.client))

    def _pass(self, seconds: float) -> None:
        self.clock.at += timedelta(seconds=seconds)
        self.world.advance(self.clock.at)

    def step(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Wait, perhaps fail, perhaps be killed, look, and ask who holds what now."""
        self._pass(self.random.uniform(20, 30))
        if not self.outage and self.random.random() < 0.02:
            self.outage = self.random.randint(1, 15)
        kinds = ["floatingips", "ports", "servers"]
        self.client.fails[:] = [self.random.choice(kinds)] if self.outage else []
        self.outage = max(0, self.outage - 1)
        if self.random.random() < 0.05:
            self._look_and_die(monkeypatch)
            self._start()
            self.seen.clear()
            return
        begun = self.clock.at
        sync_source.sync_source(self.context, self.source, worker="w", early=True)
        if self.client.fails:
            self.seen.clear()
        else:
            self._note_delays(begun)

    def _look_and_die(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """End before some write: between two parts of a change, or before the state is kept."""
        self.run.kills += 1
        left = self.random.randint(0, 3)

        def dying(real: Callable[..., object]) -> Callable[..., object]:
            def write(*args: object, **named: object) -> object:
                nonlocal left
                left -= 1
                if left < 0:
                    raise Killed
                return real(*args, **named)

            return write

        with monkeypatch.context() as patched:
            patched.setattr(sync_source, "CHUNK", self.random.choice([1, 3, 5000]))
            patched.setattr(sync_source, "record", dying(sync_source.record))
            patched.setattr(sync_source.states, "finish", dying(sync_source.states.finish))
            try:
                sync_source.sync_source(self.context, self.source, worker="w", early=True)
            except Killed:
                self._pass(self.random.choice([3, 30, 300]))
        free_sources(lambda _: True)  # as the next worker does at its start

    def _note_delays(self, begun: datetime) -> None:
        """How long each change was unknown that happened since the look before, which was good."""
        for address, known in self.world.truth.items():
            count = self.world.changes(address, begun)
            for at, _ in known[self.seen.get(address, count) : count]:
                self.run.delays.append((self.clock.at - at).total_seconds())
            self.seen[address] = count

    def look_back(self, questions: int) -> None:
        """Ask about moments of the whole time; what is held must be so."""
        lookup = HolderLookup(self.context, seen_at=self.clock.at)
        for address, known in self.world.truth.items():
            first = known[1][0] if len(known) > 1 else self.clock.at
            seconds = (self.clock.at - first).total_seconds()
            for _ in range(questions):
                self.ask(
                    lookup, address, first + timedelta(seconds=self.random.uniform(0, seconds))
                )
            for at, _ in known[1:]:
                for shift in self.random.sample((-121, -1, -0.5, 0, 0.5, 1, 121), 3):
                    self.ask(lookup, address, at + timedelta(seconds=shift))

    def ask(self, lookup: HolderLookup, address: str, at: datetime) -> None:
        """Compare one answer with what was so when the last look began."""
        if at >= self.last:
            return
        held, true = lookup.holder(parse_subject(address), at), self.world.holder(address, at)
        named = true[1].replace(
            "instance:", "port:port-"
        )  # where Nova had no such machine any more
        if isinstance(held, Held) and (held.customer, held.resource) not in (
            true,
            (true[0], named),
        ):
            said = f"{held.customer} {held.resource}"
            self.run.wrong.append(f"{address} at {at}: {said}, not {' '.join(true)}")
        if true != NOBODY and self.world.edge(address, at) > 150:
            self.run.asked += 1
            self.run.held += isinstance(held, Held)


def live(context, clock, monkeypatch, lives: int, seed: int) -> Run:
    """Let so many machines live, then look back at all of it."""
    declare_space(context, "203.0.113.0/24", "main")
    life = Life(context, clock, seed)
    while life.world.lives < lives:
        life.step(monkeypatch)
    life.client.fails.clear()
    for _ in range(2):
        life._pass(30)
        life.last = clock.at
        sync_source.sync_source(context, life.source, worker="w", early=True)
    life.look_back(20)
    return life.run


def check(run: Run, kills: int) -> None:
    """No wrong holder, most of the time a holder, changes known within a minute."""
    assert run.wrong == []
    assert run.held > 0.6 * run.asked
    delays = sorted(run.delays)
    assert delays[int(len(delays) * 0.99)] <= KNOWN_WITHIN
    assert run.kills >= kills


def test_three_hundred_lives(context, now, monkeypatch):
    """A slice of the night's."""
    check(live(context, now, monkeypatch, 300, seed=20261129), kills=2)
    assert verify_home(context).ok


@pytest.mark.nightly("joints")
def test_ten_thousand_lives(context, now, monkeypatch):
    """Of another seed each night; `AUPKEEP_SEED` repeats one."""
    seed = int(os.environ.get("AUPKEEP_SEED", now().microsecond or 1))
    run = live(context, now, monkeypatch, 10_000, seed=seed)
    check(run, kills=50)
