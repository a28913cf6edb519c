"""A word that something changed brings the next look at once, and nothing more."""

import threading
from dataclasses import replace

import pytest

from app.inventory.conftest import CLOUD, with_source
from aupkeep.app.inventory import ask_sources, sync_source
from aupkeep.app.inventory.ask_sources import SourceAsker, list_sources
from aupkeep.app.inventory.inventory_doctor import source_checks
from aupkeep.inventory.change_listener import ChangeListener
from aupkeep.inventory.standing_source import StandingSource
from aupkeep.model.errors import Unavailable
from aupkeep.model.inventory_source import ListeningState
from aupkeep.store import inventory_sources
from aupkeep.store.codec import load

PASSWORD = "correct-horse-battery"


class Hand(ChangeListener):
    """A listener that the test moves by hand."""

    def __init__(self) -> None:
        super().__init__(lambda: None, bool)
        self.stands(hears=True)

    def stands(self, *, hears: bool, problem: str = "") -> None:
        self._stands(hears=hears, problem=problem)

    def never_ran(self) -> None:
        self._state = None


@pytest.fixture
def hand(monkeypatch, told) -> Hand:
    """What the one source of these tests listens with."""
    hand = Hand()
    kinds = {"told": StandingSource("told", 60, lambda *_: told, listen=lambda _: hand)}
    for module in (sync_source, ask_sources):
        monkeypatch.setattr(module, "standing_sources", lambda: kinds)
    return hand


@pytest.fixture
def asker(asked, hand) -> SourceAsker:
    """After its first look."""
    del hand
    asker = SourceAsker(asked, CLOUD, "w")
    asker.ask_if_due()
    return asker


def looks(asker, told, now, *, after: float) -> int:
    """How many looks there are by one turn so many seconds later."""
    before = told.looks
    now.at = now.at.fromtimestamp(now.at.timestamp() + after, tz=now.at.tzinfo)
    asker.ask_if_due()
    return told.looks - before


def test_a_word_brings_a_look_before_it_is_due(asker, told, hand, now):
    """A flood brings no more than one every five seconds; without a word the next is when due."""
    assert looks(asker, told, now, after=1) == 0  # the first word, that it hears, waits
    assert looks(asker, told, now, after=4) == 1
    assert looks(asker, told, now, after=6) == 0
    hand.wake()
    assert looks(asker, told, now, after=1) == 1
    for _ in range(4):
        hand.wake()
        assert looks(asker, told, now, after=1) == 0
    assert looks(asker, told, now, after=1) == 1
    assert looks(asker, told, now, after=50) == 0
    assert looks(asker, told, now, after=11) == 1


def test_a_slow_system_rests_longer(asker, told, hand, now):
    """Twice as long as its look took."""

    def slow() -> None:
        now.at = now.at.fromtimestamp(now.at.timestamp() + 10, tz=now.at.tzinfo)

    told.during = slow
    assert looks(asker, told, now, after=6) == 1
    hand.wake()
    assert looks(asker, told, now, after=19) == 0
    assert looks(asker, told, now, after=2) == 1


def test_a_word_does_not_shorten_the_wait_after_a_fault(asker, told, hand, now):
    """A login that is refused is not tried again because of one."""
    told.reading = Unavailable("cloud: 401")
    assert looks(asker, told, now, after=60) == 1
    hand.wake()
    assert looks(asker, told, now, after=50) == 0


def test_a_word_while_another_worker_looks_is_kept(asker, asked, told, hand, now):
    """It looks once the other is done."""
    assert looks(asker, told, now, after=6) == 1
    lease = inventory_sources.lease("cloud", now(), seconds=900, worker="other", early=True)
    hand.wake()
    assert looks(asker, told, now, after=6) == 0
    inventory_sources.finish(lease, lease.state, now.at.replace(year=2027))
    assert looks(asker, told, now, after=1) == 1


def test_where_nothing_is_heard_looks_come_as_suits_the_kind(furnished, told, hand, now):
    """An operator who set an hour, trusting in the broker, does not wait one when it is away."""
    hourly = replace(CLOUD, every=3600)
    asker = SourceAsker(with_source(furnished, hourly), hourly, "w")
    asker.ask_if_due()
    assert looks(asker, told, now, after=6) == 1
    assert looks(asker, told, now, after=3000) == 0
    hand.stands(hears=False, problem="broker: gone")
    assert looks(asker, told, now, after=1) == 1
    assert looks(asker, told, now, after=61) == 1
    hand.stands(hears=True)
    assert looks(asker, told, now, after=6) == 1
    assert looks(asker, told, now, after=3000) == 0


def test_what_is_not_heard_is_told(asker, asked, told, hand, now):
    """In the list and by the doctor, with what fixes it, and without our password."""
    (row,) = list_sources(asked)
    assert row.changes == "told"
    assert "listener:cloud" in [check.check for check in source_checks(asked) if check.ok]
    hand.stands(hears=True, problem="exchange nova: 404")
    looks(asker, told, now, after=60)
    (check,) = [check for check in source_checks(asked) if check.check == "listener:cloud"]
    assert (check.ok, "in part" in check.found, "nova" in check.found) == (False, True, True)
    asker._source = replace(asker._source, secrets=lambda: frozenset({PASSWORD}))
    hand.stands(hears=False, problem=f"broker: no such user \0aupkeep\0{PASSWORD}")
    looks(asker, told, now, after=60)
    (row,) = list_sources(asked)
    assert "no such user" in row.changes
    assert PASSWORD not in row.changes
    (check,) = [check for check in source_checks(asked) if check.check == "listener:cloud"]
    assert "known by the next look" in check.found


def test_a_person_who_asks_keeps_what_the_worker_heard(asker, asked, told, hand, now):
    """The command has a listener that nobody runs."""
    hand.stands(hears=False, problem="broker: gone")
    looks(asker, told, now, after=60)
    hand.never_ran()
    source = sync_source.open_source(asked, CLOUD)
    done = sync_source.sync_source(asked, source, worker="command line", early=True)
    assert done.listening == ListeningState(hears=False, problem="broker: gone")


def test_without_a_listener_nothing_is_told(furnished, told):
    """As every source was before, and rows written before are read."""
    context = with_source(furnished)
    asker = SourceAsker(context, CLOUD, "w")
    assert not asker.may_listen
    asker.listen(threading.Event())
    done = asker.ask_if_due()
    asker.listen(threading.Event())
    assert done.listening is None
    assert list_sources(context)[0].changes == ""
    assert [check.check for check in source_checks(context)] == ["source:cloud"]
    assert load(type(done), {"name": "cloud", "failures": 2}).listening is None
