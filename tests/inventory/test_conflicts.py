"""What may stand beside what, and what an import does to what stands."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.inventory.attribution import holder_at
from aupkeep.inventory.conflicts import conflict, intersects, sift
from aupkeep.inventory.ledger import Ledger
from aupkeep.model.errors import Conflict, Missing
from aupkeep.model.subject import parse_subject
from inventory.reference import V4, records
from inventory.test_attribution import OWN, T, record

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
    ledger = Ledger(OWN, [OPEN])
    with pytest.raises(
        Conflict, match=r"new \(203.0.113.7/32 at main: ola/vm.*open \(203.*kari/vm"
    ):
        ledger.add(record("ola", id="new"))


def test_move_in_one_import():
    """Closing the old holder and naming the next goes in together, in either order."""
    closing, following = record("kari", end=0, id="closing"), record("ola", start=0, id="next")
    for rows in ([closing, following], [following, closing]):
        plan = sift([OPEN], rows)
        assert {item.id for item in plan.add} == {"closing", "next"}
        assert [(item.id, item.known_until) for item in plan.retired] == [
            ("open", closing.known_from)
        ]
        assert not plan.refused


def test_move_without_closing_is_refused():
    """A later row alone does not end somebody's open record."""
    plan = sift([OPEN], [record("ola", start=0, id="next")])
    assert not plan.add
    assert [(c.new.id, c.old.id) for c in plan.refused] == [("next", "open")]


def test_import_twice_changes_nothing():
    """Rows that came in before are repeats, also within one file."""
    rows = [record("kari", end=0, id="a"), record("ola", start=0, id="b")]
    again = sift(rows, [*rows, *rows])
    assert not again.add
    assert not again.refused
    assert len(again.repeated) == 4
    assert len(sift([], [*rows, *rows]).add) == 2


@settings(max_examples=150, deadline=None)
@given(records(V4), st.integers(0, 9))
def test_nothing_live_contradicts(rows, cut):
    """After any two imports no two live records contradict, and each row has one fate."""
    rows = [item for item in rows if item.end is None or item.start < item.end]
    first = sift([], rows[:cut])
    second = sift(first.add, rows[cut:])
    gone = {item.id for item in (*first.retired, *second.retired)}
    live = [item for item in (*first.add, *second.add) if item.id not in gone]
    assert not any(intersects(a, b) for a in live for b in live if a.id < b.id)
    fates = (*second.add, *second.repeated, *(clash.new for clash in second.refused))
    assert len(fates) == len(rows[cut:])


def test_close_keeps_old_knowledge():
    """A record closed in the ledger answers as before for what was known before."""
    ledger = Ledger(OWN, [OPEN])
    subject, later = parse_subject("203.0.113.7"), T + timedelta(hours=3)
    old, new = ledger.close("open", end=T, at=T + timedelta(hours=1), new_id="closed")
    assert (old.known_until, new.known_from, new.end) == (new.known_from, old.known_until, T)
    ledger.add(record("ola", start=0, id="next", known_from=T + timedelta(hours=1)))
    assert ledger.holder_at(subject, later).customer == "ola"
    assert ledger.holder_at(subject, later, known_at=T).customer == "kari"
    with pytest.raises(Conflict, match="expected an open record"):
        ledger.close("closed", end=T, at=later, new_id="again")
    with pytest.raises(Missing):
        ledger.close("nothing", end=T, at=later, new_id="again")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["add", "close"])), max_size=30))
def test_ledger_under_churn(steps):
    """However records come, close and move, the ledger answers as its records do."""
    ledger, kept, held = Ledger(OWN), {}, {}
    for hour, (number, what) in enumerate(steps):
        prefix = f"203.0.113.{number * 4}/{30 if number % 2 else 32}"
        if what == "add" and number not in held:
            item = record(f"c{hour}", prefix, start=hour, id=f"i{hour}")
            ledger.add(item)
            kept[item.id] = item
            held[number] = item.id
        elif what == "close" and number in held:
            end = T + timedelta(hours=hour)
            for item in ledger.close(held.pop(number), end=end, at=end, new_id=f"j{hour}"):
                kept[item.id] = item
    for hour in range(-1, 31, 3):
        for number in range(6):
            subject, at = parse_subject(f"203.0.113.{number * 4}"), T + timedelta(hours=hour + 0.5)
            for known_at in (None, T + timedelta(hours=hour)):
                assert ledger.holder_at(subject, at, known_at=known_at) == holder_at(
                    kept.values(), OWN, subject, at, known_at=known_at
                )
