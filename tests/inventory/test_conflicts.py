"""What may stand beside what, and what an import does to what stands."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.inventory.conflicts import (
    ImportPlan,
    conflict,
    describe,
    intersects,
    plan_import,
)
from inventory.reference import V4, records
from inventory.test_attribution import T, record

OPEN = record("kari", id="open")
STANDS = {
    "another site": record("ola", site="oslo"),
    "nested": record("ola", "203.0.113.0/29"),
    "other ports": record("ola", port_to=1023, id="x"),
    "before": record("ola", start=-20, end=-10),
    "no longer believed": record("ola", known_until=T),
}
REFUSED = {
    "same time": record("ola"),
    "later and open": record("ola", start=5),
    "one port": record("ola", port_from=22, port_to=22),
    "one hour inside": record("ola", start=1, end=2),
}


@pytest.mark.parametrize("name", [*STANDS, *REFUSED])
def test_conflict(name):
    """Only same site, same prefix, intersecting ports and time, both believed."""
    old = record("kari", port_from=1024, id="open") if name == "other ports" else OPEN
    new = (STANDS | REFUSED)[name]
    assert conflict([old], new) == (old if name in REFUSED else None)


def test_both_are_named():
    """The refusal shows both records with holder and interval."""
    (clash,) = plan_import(
        [OPEN], [record("ola", port_from=22, port_to=22, end=2, id="new")]
    ).refused
    assert str(clash) == (
        "new (203.0.113.7/32 22-22 at main: ola/vm, 2026-03-01T02:00:00Z to 2026-03-01T14:00:00Z)"
        " intersects open (203.0.113.7/32 at main: kari/vm, 2026-03-01T02:00:00Z to open)"
    )


def test_a_pool_has_no_holder_to_name():
    assert describe(record("", pool=True, id="p")).startswith("p (203.0.113.7/32 at main: pool/vm,")


def test_move_in_one_import():
    """Closing the old holder and naming the next goes in together, in either order."""
    closing, following = record("kari", end=0, id="closing"), record("ola", start=0, id="next")
    for rows in ([closing, following], [following, closing]):
        plan = plan_import([OPEN], rows)
        assert {item.id for item in plan.add} == {"closing", "next"}
        assert [(item.id, item.known_until) for item in plan.retired] == [
            ("open", closing.known_from)
        ]
        assert not plan.refused


def test_move_without_closing_is_refused():
    """A later row alone does not end somebody's open record."""
    plan = plan_import([OPEN], [record("ola", start=0, id="next")])
    assert not plan.add
    assert [(c.new.id, c.old.id) for c in plan.refused] == [("next", "open")]


def test_import_twice_changes_nothing():
    """Rows that came in before are repeats, also within one file."""
    rows = [record("kari", end=0, id="a"), record("ola", start=0, id="b")]
    again = plan_import(rows, [*rows, *rows])
    assert not again.add
    assert not again.refused
    assert len(again.repeated) == 4
    twice = plan_import([], [*rows, *rows])
    assert twice.add == twice.repeated == tuple(rows)


def test_ports_that_add_up_to_all_are_named():
    """Only all ports go without saying."""
    assert " 1-65534 at " in describe(record("kari", port_from=1, port_to=65534))
    assert "/32 at " in describe(record("kari"))


@settings(max_examples=25)
@given(records(V4), st.integers(0, 9))
def test_nothing_live_contradicts(rows, cut):
    """After any two imports no two live records contradict, and each row has one fate."""
    rows = [item for item in rows if item.end is None or item.start < item.end]
    first = plan_import([], rows[:cut])
    second = plan_import(first.add, rows[cut:])
    gone = {item.id for item in (*first.retired, *second.retired)}
    live = [item for item in (*first.add, *second.add) if item.id not in gone]
    assert not any(intersects(a, b) for a in live for b in live if a.id < b.id)
    fates = (*second.add, *second.repeated, *(clash.new for clash in second.refused))
    assert len(fates) == len(rows[cut:])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"start": 0, "end": 2}, {"start": 2, "end": 3}, False),
        ({"start": 2, "end": 3}, {"start": 0, "end": 2}, False),
        ({"start": 0, "end": 2}, {"start": 1, "end": 3}, True),
        ({"port_to": 1023}, {"port_from": 1024}, False),
        ({"port_from": 1024}, {"port_to": 1023}, False),
        ({"port_to": 1024}, {"port_from": 1024}, True),
        ({"port_from": 1024}, {"port_to": 1024}, True),
        ({"known_until": T}, {}, False),
        ({}, {"known_until": T}, False),
        ({"site": "oslo"}, {}, False),
        ({}, {"prefix": "203.0.113.8/32"}, False),
    ],
)
def test_intersects(old, new, expected):
    """Half-open in time, both ends in ports, and only what is believed at one place."""
    assert intersects(record("kari", **old), record("ola", **new)) is expected


def test_a_close_is_the_same_record_with_an_end():
    """Only a record alike in all else closes an open one; a closed one keeps its end."""
    closing = record("kari", end=5, id="closing", known_from=T)
    plan = plan_import([OPEN], [closing])
    assert plan == ImportPlan(
        add=(closing,),
        retired=(replace(OPEN, known_until=T),),
        repeated=(),
        refused=(),
    )
    other_end = record("kari", end=6, id="other")
    assert plan_import([closing], [other_end]).refused[0].old == closing
    for changes in ({"resource": "db"}, {"start": -9}, {"port_to": 5}, {"customer": "ola"}):
        parts = {"customer": "kari", "end": 5, "id": "new"} | changes
        assert plan_import([OPEN], [record(**parts)]).refused
    again = plan_import([replace(OPEN, known_until=T)], [replace(OPEN, id="again")])
    assert [item.id for item in again.add] == ["again"]


def test_one_import_closes_once():
    """The second close of one record repeats the first; another end is refused."""
    closing = [record("kari", end=5, id=name) for name in ("one", "two")]
    plan = plan_import([OPEN], closing)
    assert [item.id for item in plan.add] == ["one"]
    assert [item.id for item in plan.repeated] == ["two"]
    other = record("kari", end=6, id="three")
    refused = plan_import([OPEN], [closing[0], other]).refused
    assert [(clash.new.id, clash.old.id) for clash in refused] == [("three", "one")]


def test_describe():
    """A record in one line: ports where it has not all, an open end said so."""
    assert describe(OPEN) == (
        "open (203.0.113.7/32 at main: kari/vm, 2026-03-01T02:00:00Z to open)"
    )
    assert describe(replace(OPEN, port_from=1)).startswith("open (203.0.113.7/32 1-65535 at main")
    assert describe(replace(OPEN, port_to=1)).startswith("open (203.0.113.7/32 0-1 at main")
    assert describe(replace(OPEN, end=T)).endswith(" to 2026-03-01T12:00:00Z)")
