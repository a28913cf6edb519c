"""What is written down of a hold before and after: former values, whose a field is, notes."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from aupkeep.enforcement.openstack.record import (
    FILE,
    MAX_BYTES,
    TELLING,
    CloudHold,
    CloudRecord,
    HeldField,
    read_cloud_record,
)
from aupkeep.model.decision import Scope
from aupkeep.model.errors import Unavailable
from aupkeep.model.ladder import Measure
from enforcement.orders import NOW

HOLD = CloudHold(
    place="suspend-resource instance:m1",
    action="a1",
    reference="K7QF-2M9X",
    until=NOW + timedelta(hours=1),
    measure=Measure.SUSPEND_RESOURCE,
    scope=Scope(customer="acme", resource="instance:m1", address=ip_address("203.0.113.7")),
    since=NOW,
)
OTHER = replace(HOLD, place="isolate instance:m1", action="a2", measure=Measure.ISOLATE)
OURS = {"port-state:p": "down", "power:m1": "PAUSED"}
FOUND = {"port-state:p": "up", "power:m1": "ACTIVE"}


@pytest.fixture
def record(tmp_path: Path) -> CloudRecord:
    """One without anything."""
    return read_cloud_record(tmp_path)


def again(record: CloudRecord) -> CloudRecord:
    """As the next agent reads it."""
    return read_cloud_record(record.path.parent)


def test_a_hold_and_how_its_fields_were(record):
    """On the disk before anything is changed, and read back the same."""
    record.begin(HOLD, OURS, FOUND, ["a person looks"])
    kept = again(record)
    assert kept == record
    assert kept.path.name == "openstack.json"
    assert kept.holds == {HOLD.place: HOLD}
    assert kept.needs == {HOLD.place: ["port-state:p", "power:m1"]}
    assert kept.held["power:m1"] == HeldField(field="power:m1", former="ACTIVE", ours="PAUSED")
    assert kept.told(NOW) == ("a person looks",)
    assert json.loads(kept.path.read_bytes()).keys() == {"holds", "needs", "held", "notes"}


def test_a_hold_that_was_read_back(record):
    """Those of its fields that were seen are done, and so is it."""
    record.begin(HOLD, OURS, FOUND)
    record.finish(HOLD, ["power:m1"])
    kept = again(record)
    assert kept.holds[HOLD.place].done
    assert {name: held.done for name, held in kept.held.items()} == {
        "port-state:p": False,
        "power:m1": True,
    }


@pytest.mark.parametrize(
    ("done", "now", "former", "ours"),
    [
        (True, "SHUTOFF", "ACTIVE", "SUSPENDED"),
        (True, "SUSPENDED", "ACTIVE", "PAUSED"),
        (False, "ACTIVE", "ACTIVE", "SUSPENDED"),
        (False, "PAUSED", "ACTIVE", "SUSPENDED"),
        (False, "SHUTOFF", "SHUTOFF", "SUSPENDED"),
    ],
)
def test_a_field_that_is_begun_again(record, done, now, former, ours):
    """What was seen keeps its former value; what never was takes the present one."""
    record.begin(HOLD, OURS, FOUND)
    if done:
        record.finish(HOLD, OURS)
    record.begin(HOLD, {"power:m1": "SUSPENDED"}, {"power:m1": now})
    expected = HeldField(field="power:m1", former=former, ours=ours, done=done)
    assert record.held["power:m1"] == expected
    assert record.needs[HOLD.place] == ["port-state:p", "power:m1"]


def test_a_field_of_two_holds_is_restored_with_the_last(record):
    """In the order of undoing; what is dropped is forgotten, with a note for a person."""
    record.begin(HOLD, OURS, FOUND)
    record.begin(OTHER, {"port-state:p": "down"}, {"port-state:p": "down"})
    assert record.alone(HOLD) == ["power:m1"]
    assert record.alone(OTHER) == []
    record.drop(HOLD, ["left"], NOW)
    kept = again(record)
    assert kept.holds.keys() == kept.needs.keys() == {OTHER.place}
    assert kept.held.keys() == {"port-state:p"}
    assert kept.told(NOW) == ("left",)
    record.begin(HOLD, OURS, FOUND)
    record.drop(OTHER, [], NOW)
    assert record.alone(HOLD) == ["power:m1", "port-state:p"]
    del record.held["power:m1"]
    record.drop(HOLD, [], NOW)
    assert (again(record).holds, again(record).held) == ({}, {})


def test_a_note_is_told_for_ten_minutes(record):
    """And is then in the file no more once something else is written."""
    record.begin(HOLD, OURS, FOUND, ["first"])
    later = NOW + TELLING
    assert record.told(later - timedelta(seconds=1)) == ("first",)
    assert record.told(later) == ()
    record.begin(replace(HOLD, since=later - timedelta(seconds=1)), OURS, FOUND, ["second"])
    assert [note.text for note in record.notes] == ["first", "second"]
    record.drop(HOLD, ["third"], later)
    assert [note.text for note in again(record).notes] == ["second", "third"]


def changed(record: CloudRecord, **rows: object) -> None:
    """Write a file with other rows."""
    given = json.loads(record.path.read_bytes())
    record.path.write_text(json.dumps({**given, **rows}))


@pytest.mark.parametrize(
    "rows",
    [
        {"holds": [{"place": "x"}]},
        {"held": [{"field": "x"}]},
        {"notes": [{"text": 7}]},
        {"needs": {}},
        {"holds": None},
    ],
)
def test_a_file_that_cannot_be_read(record, rows):
    """It is told by its name, and nothing of it is believed."""
    record.begin(HOLD, OURS, FOUND, ["note"])
    changed(record, **rows)
    with pytest.raises(Unavailable) as caught:
        again(record)
    assert str(caught.value).startswith(f"{record.path}: expected a readable record, found ")


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ({"holds": [{"place": "x"}]}, "hold: "),
        ({"held": [{"field": "x"}]}, "held field: "),
        ({"notes": [{"text": 7}]}, "note: "),
    ],
)
def test_the_row_that_is_wrong_is_named(record, rows, named):
    record.begin(HOLD, OURS, FOUND, ["note"])
    changed(record, **rows)
    with pytest.raises(Unavailable, match=f"expected a readable record, found {named}"):
        again(record)


def test_a_file_without_end(tmp_path):
    """Is not read."""
    (tmp_path / FILE).write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(Unavailable, match=f"{FILE}: expected at most"):
        read_cloud_record(tmp_path)


def test_two_holds_are_two(record):
    """A begun hold is found by its place, in the order it was begun."""
    record.begin(OTHER, {"port-state:p": "down"}, FOUND)
    record.begin(HOLD, OURS, {**FOUND, "port-state:p": "down"})
    assert list(again(record).holds) == [OTHER.place, HOLD.place]
    assert record.held["port-state:p"].former == "up"


def test_the_times_are_read_back(record):
    """As moments."""
    record.begin(HOLD, OURS, FOUND)
    assert isinstance(again(record).holds[HOLD.place].since, datetime)
