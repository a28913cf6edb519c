"""A finding reaches the desk, however long the desk or the disk is away."""

import json

import pytest

from app.telemetry.made import HIT, written
from aupkeep.app.telemetry.collector import delivery_queue as room
from aupkeep.app.telemetry.collector.controller_sync import ControllerConnection
from aupkeep.app.telemetry.collector.delivery_queue import DeliveryQueue, deliver
from aupkeep.model.errors import Invalid, Unavailable
from aupkeep.model.raw import Channel
from aupkeep.store import raws


def document(number=0):
    """A document, each number another."""
    return json.dumps({"detector": "x", "number": number}).encode()


class Desk:
    """A desk that may be away."""

    def __init__(self) -> None:
        self.away = False
        self.got = []

    def __call__(self, data) -> None:
        """Take a document, or say that nobody is there."""
        if self.away:
            raise Unavailable("database: expected one, found none")
        self.got.append(data)


@pytest.fixture
def there():
    """The desk, present."""
    return Desk()


def test_comes_at_once(tmp_path, there):
    """What is handed over is delivered by the next turn."""
    deliveries = DeliveryQueue(tmp_path, there)
    deliveries.put(document())
    deliveries.run_once(1)
    assert (there.got, deliveries.delivered, deliveries.waiting) == ([document()], 1, 0)


def test_waits_in_files_in_order(tmp_path, there):
    """While the desk is away findings wait durably; a new process delivers them, oldest first."""
    there.away = True
    deliveries = DeliveryQueue(tmp_path, there)
    for number in range(3):
        deliveries.put(document(number))
        deliveries.run_once(0.01)
    assert deliveries.waiting == 3
    assert "expected one" in deliveries.trouble
    there.away = False
    again = DeliveryQueue(tmp_path, there)
    assert again.waiting == 3
    again.run_once(0.01)
    assert there.got == [document(number) for number in range(3)]
    assert again.waiting == 0


def test_what_is_handed_over_before_the_end_is_kept(tmp_path, there):
    """A stop while the desk is away loses nothing."""
    there.away = True
    deliveries = DeliveryQueue(tmp_path, there)
    deliveries.put(document())
    deliveries.close()
    there.away = False
    again = DeliveryQueue(tmp_path, there)
    again.run_once(0.01)
    assert there.got == [document()]


def test_full_disk_and_no_desk(tmp_path, there, monkeypatch):
    """Then findings wait in memory, bounded, and the loss is counted."""

    def full(path, data) -> None:
        raise Unavailable("no room")

    monkeypatch.setattr(room, "write_durably", full)
    monkeypatch.setattr(room, "MOST_HELD", 2)
    there.away = True
    deliveries = DeliveryQueue(tmp_path, there)
    for number in range(3):
        deliveries.put(document(number))
        deliveries.run_once(0.01)
    assert (deliveries.waiting, deliveries.lost) == (2, 1)
    there.away = False
    deliveries.run_once(0.01)
    assert there.got == [document(1), document(2)]


def test_a_slow_desk_never_holds_up_the_finder(tmp_path, there, monkeypatch):
    """A queue that is full counts what it cannot take, and returns at once."""
    monkeypatch.setattr(room, "MOST_QUEUED", 2)
    deliveries = DeliveryQueue(tmp_path, there)
    for number in range(5):
        deliveries.put(document(number))
    assert (deliveries.waiting, deliveries.lost) == (2, 3)


def test_spool_is_bounded(tmp_path, there, monkeypatch):
    """The oldest of too many goes, counted."""
    monkeypatch.setattr(room, "MOST_FILES", 2)
    there.away = True
    deliveries = DeliveryQueue(tmp_path, there)
    for number in range(4):
        deliveries.put(document(number))
        deliveries.run_once(0.01)
    assert (deliveries.waiting, deliveries.lost) == (2, 2)


def test_what_is_no_finding_is_not_tried_for_ever(tmp_path):
    """What the desk refuses for what it is does not stop the others behind it."""
    got = []

    def give(data) -> None:
        if data == document(0):
            raise Invalid("hits: expected a document")
        got.append(data)

    deliveries = DeliveryQueue(tmp_path, give)
    for number in range(2):
        deliveries.put(document(number))
        deliveries.run_once(0.01)
    assert (got, deliveries.lost, deliveries.waiting) == ([document(1)], 1, 0)


def test_desk_takes_it_as_its_own_detector(context):
    """It becomes a raw of the channel detector, once for the same bytes."""
    data = written(HIT)
    deliver(context, data)
    deliver(context, data)
    (raw,) = raws.all()
    assert (raw.channel, raw.sender) == (Channel.DETECTOR, "detector:login-guessing")


def test_desk_is_opened_when_needed(context):
    """A desk that cannot be opened is tried again at the next document."""
    tries = []

    def opened() -> object:
        tries.append(1)
        if len(tries) == 1:
            raise Unavailable("database: away")
        return context

    line = ControllerConnection(opened)
    with pytest.raises(Unavailable):
        line.give(written(HIT))
    line.give(written(HIT))
    line.give(written(HIT))
    assert len(tries) == 2
