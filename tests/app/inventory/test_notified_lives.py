"""Machine lives with notifications that are lost, doubled, late, out of order and forged.

As `test_machine_lives`, by the worker's own `SourceAsker`: whatever the broker brings, no holder
is wrong; what comes makes changes known sooner.
"""

import os

import pytest

from app.inventory import lives
from app.inventory.test_machine_lives import OPTIONS, SETTINGS, Life, Run, check
from aupkeep.app.inventory import ask_sources
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.inventory.sync_source import OpenSource
from aupkeep.inventory.change_listener import ChangeListener
from aupkeep.inventory.cloud_event import moves_holders
from aupkeep.inventory.sources.openstack import SOURCE
from inventory.test_cloud_event import enveloped

FORGED = (b"", b"\xff", b"[]", b'{"event_type": 7}', enveloped("floatingip.delete.end"))


class NotifiedLife(Life):
    """The worker looks when it is due, or told to; a broker of doubtful honesty tells it."""

    def _start(self) -> None:
        self.client = self.world.cloud.client()
        self.listener = ChangeListener(lambda: None, moves_holders)
        self.listener._stands(hears=True, problem="")
        look = SOURCE.open(OPTIONS, self.client)
        self.asker = ask_sources.SourceAsker(self.context, SETTINGS, "w")
        self.asker._source = OpenSource(SETTINGS, SOURCE, look, listener=self.listener)
        self.source = self.asker._source
        self.wire: list[bytes] = []
        self.known = sum(map(len, self.world.truth.values()))

    def _pass(self, seconds: float) -> None:
        super()._pass(seconds)
        if not hasattr(self, "wire"):
            return
        known = sum(map(len, self.world.truth.values()))
        for _ in range(known - self.known):
            copies = self.random.choice([0, 1, 1, 1, 2])
            self.wire += [enveloped("floatingip.update.end")] * copies
        self.known = known
        if self.random.random() < 0.05:
            self.wire.append(self.random.choice(FORGED))
        self.random.shuffle(self.wire)
        while self.wire and self.random.random() < 0.7:
            self.listener._take(self.wire.pop())

    def step(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A second passes, and the worker does what it does then; sometimes it is killed."""
        self._pass(1)
        if not self.outage and self.random.random() < 0.001:
            self.outage = self.random.randint(1, 300)
        self.client.fails[:] = ["ports"] if self.outage else []
        self.outage = max(0, self.outage - 1)
        if self.random.random() < 0.002:
            self._look_and_die(monkeypatch)
            self._start()
            self.seen.clear()
            return
        begun = self.clock.at
        done = self.asker.ask_if_due()
        if done is not None and done.failures:
            self.seen.clear()
        elif done is not None:
            self._note_delays(begun)


def live(context, clock, monkeypatch, most: int, seed: int) -> Run:
    """Let so many machines live, then look back at all of it."""
    declare_space(context, "203.0.113.0/24", "main")
    life = NotifiedLife(context, clock, seed)
    while life.world.lives < most:
        life.step(monkeypatch)
    life.client.fails.clear()
    for _ in range(2):
        life._pass(60)
        life.last = clock.at
        assert life.asker.ask_if_due() is not None
    life.look_back(20)
    return life.run


def check_sooner(run: Run, kills: int) -> None:
    """No wrong holder; half of the changes are known at once."""
    check(run, kills)
    assert sorted(run.delays)[len(run.delays) // 2] <= lives.DWELL / 4


def test_eighty_lives_with_notifications(context, now, monkeypatch):
    """A slice of the night's."""
    check_sooner(live(context, now, monkeypatch, 80, seed=20261201), kills=0)


@pytest.mark.nightly("joints")
def test_three_thousand_lives_with_notifications(context, now, monkeypatch):
    """Of another seed each night; `AUPKEEP_SEED` repeats one."""
    seed = int(os.environ.get("AUPKEEP_SEED", now().microsecond or 1))
    check_sooner(live(context, now, monkeypatch, 3000, seed=seed), kills=10)
