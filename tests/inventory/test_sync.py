"""A snapshot against the live records: nothing is said of a moment at which nobody looked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import count

import pytest

from aupkeep.inventory.sync import (
    Known,
    RejectedHolding,
    SeenHolding,
    SourceScope,
    SourceSnapshot,
    compare,
    groups,
)
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Assignment

T = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SOURCE = SourceScope(name="cloud", prefixes=(ip_network("203.0.113.0/24"),))


def seen(customer, address="203.0.113.7", **more: object):
    """A row of a snapshot."""
    more.setdefault("resource", "vm")
    return SeenHolding(prefix=ip_network(address), customer=customer, **more)


def snapshot(*rows: SeenHolding, at=10):
    """What the source says from that minute on, read in five seconds."""
    begun = T + at * MINUTE
    return SourceSnapshot(rows=rows, begun=begun, ended=begun + timedelta(seconds=5))


def live(customer="kari", address="203.0.113.7", start=0, **more: object):
    """An open record of the source."""
    return Assignment(
        id=more.pop("id", f"of-{customer}-{address}"),
        site="main",
        prefix=ip_network(address),
        customer=customer,
        resource=more.pop("resource", "vm"),
        start=T + start * MINUTE,
        end=None,
        known_from=T,
        source="cloud",
        **more,
    )


def change(shot, *records: Assignment, seen_at=5, beside=(), source=SOURCE):
    """The change, the source's last good snapshot having begun in minute `seen_at`."""
    at = None if seen_at is None else T + seen_at * MINUTE
    ids = (f"n{number}" for number in count())
    return compare(source, shot, Known(live=records, beside=beside, seen_at=at), ids.__next__)


def said(found):
    """(customer, from, until) in minutes and seconds after T of each record that goes in."""
    return [(x.customer, f"{x.start - T}"[2:], x.end and f"{x.end - T}"[2:]) for x in found.records]


def test_what_is_the_same_stays():
    """Nothing is written, and nothing counts as lost."""
    found = change(snapshot(seen("kari")), live())
    assert (found.records, found.retired, found.kept, found.lost) == ((), (), 1, 0)


def test_what_is_gone_ends_when_it_was_last_seen():
    found = change(snapshot(), live())
    assert said(found) == [("kari", "00:00", "05:00")]
    assert [(x.id, x.known_until) for x in found.retired] == [
        ("of-kari-203.0.113.7", T + 10 * MINUTE + timedelta(seconds=5))
    ]
    assert found.lost == 1


def test_another_holder_begins_when_it_was_first_seen():
    """Between the two looks the address is nobody's on record."""
    found = change(snapshot(seen("ola")), live())
    assert said(found) == [("kari", "00:00", "05:00"), ("ola", "10:05", None)]


@pytest.mark.parametrize(
    ("since", "begins"),
    [(7, "07:00"), (5, "10:05"), (-90, "10:05"), (11, "10:05")],
    ids=["in between", "when last seen", "long before", "by a clock ahead of ours"],
)
def test_the_sources_own_time_counts_between_two_looks(since, begins):
    """Before the last look somebody else was seen there, whatever the source says of it."""
    found = change(snapshot(seen("ola", since=T + since * MINUTE)), live())
    assert said(found)[1] == ("ola", begins, None)


def test_the_first_look_believes_the_source():
    """Nothing was seen before, so its own time is all there is; without one it begins now."""
    long = seen("kari", since=T - 90 * MINUTE)
    assert change(snapshot(long), seen_at=None).opened[0].start == T - 90 * MINUTE
    assert said(change(snapshot(seen("kari")), seen_at=None)) == [("kari", "10:05", None)]


def test_a_pool_begins_when_it_is_first_seen():
    """However old it is: what is on record of the time before would be masked by it."""
    pool = seen("", "203.0.113.0/24", pool=True, since=T - 90 * MINUTE)
    assert said(change(snapshot(pool), seen_at=None)) == [("", "10:05", None)]
    made = seen("kari", renewed=T - 90 * MINUTE)
    assert said(change(snapshot(made), seen_at=None)) == [("kari", "10:05", None)]


def test_the_same_holder_with_an_entry_made_anew_is_cut():
    """It may have been somebody else's meanwhile; one that was only touched was not."""
    made = T + 7 * MINUTE
    found = change(snapshot(seen("kari", renewed=made, since=made)), live())
    assert said(found) == [("kari", "00:00", "05:00"), ("kari", "07:00", None)]
    assert found.lost == 0
    touched = seen("kari", since=T + 7 * MINUTE)
    patient = replace(SOURCE, patience=5 * MINUTE)
    for same in (seen("kari", renewed=T + 3 * MINUTE), touched):
        assert change(snapshot(same), live(), source=patient).records == ()
    assert len(change(snapshot(touched), live()).records) == 2  # after a silence


def test_what_was_never_seen_again_is_retired_whole():
    """It was opened after the last good look had begun, say before a crash: nothing is certain."""
    found = change(snapshot(), live(start=6))
    assert (said(found), len(found.retired)) == ([], 1)
    assert said(change(snapshot(), live(), seen_at=None)) == []


def test_a_source_that_names_two_names_nobody():
    """Both are out, and what stood there ends."""
    for second in (seen("ola"), seen("kari", port_from=100), seen("", pool=True)):
        found = change(snapshot(seen("kari"), second), live())
        assert said(found) == [("kari", "00:00", "05:00")]
        assert "it names" in found.doubtful[0]
    twice = change(snapshot(seen("kari"), seen("kari")), live())
    assert (twice.records, twice.doubtful) == ((), ())


def test_what_cannot_be_read_stays():
    """At its prefix whatever another row says; everywhere where it names none."""
    here, there = live(), live("ola", "203.0.113.8")
    bad = RejectedHolding(row=1, reason="x", prefix=here.prefix)
    shot = replace(snapshot(seen("eve", port_to=80)), rejected=(bad,))
    found = change(shot, here, there)
    assert (said(found), [x.id for x in found.retired]) == ([("ola", "00:00", "05:00")], [there.id])
    blind = replace(shot, rows=(seen("eve", "203.0.113.9"), seen("eve", "203.0.113.8")),
                    rejected=(replace(bad, prefix=None),))  # fmt: skip
    whole = replace(SOURCE, whole=SOURCE.prefixes)
    found = change(blind, here, there, source=whole)
    assert ([x.customer for x in found.records], found.retired) == (["eve"], ())
    settled = replace(shot, rows=(), rejected=(replace(bad, settled=True),))
    assert [x.id for x in change(settled, here).retired] == [here.id]


def test_ports_side_by_side_are_no_contradiction():
    """Blocks of a shared address; one that meets two others takes all three out."""
    blocks = [seen(x, port_from=n, port_to=n + 99) for n, x in ((0, "a"), (100, "b"), (200, "c"))]
    assert len(change(snapshot(*blocks)).opened) == 3
    assert change(snapshot(*blocks, seen("d", port_from=50, port_to=250))).opened == ()


def test_other_prefixes_are_not_the_sources_business():
    """Neither a foreign one nor one wider than its own goes in."""
    rows = [seen("kari", "198.51.100.7"), seen("kari", "203.0.112.0/23"), seen("kari", "::/0")]
    found = change(snapshot(*rows))
    assert (found.opened, found.foreign) == ((), 3)


def test_what_a_whole_prefix_does_not_name_is_nobodys():
    """From the first good snapshot on; a row for the very prefix takes its place."""
    whole = replace(SOURCE, whole=SOURCE.prefixes)
    (pool,) = change(snapshot(), source=whole, seen_at=None).opened
    assert (pool.pool, pool.customer, str(pool.prefix)) == (True, "", "203.0.113.0/24")
    later = change(snapshot(), pool, source=whole)
    assert (later.kept, later.records) == (1, ())
    assert later.excess(0) == ""
    customer = change(snapshot(seen("kari", "203.0.113.0/24")), source=whole)
    assert [x.customer for x in customer.opened] == ["kari"]


def test_a_record_of_others_stands():
    """A live record of the same prefix and precedence is not overruled, but shown."""
    other = replace(live("ola"), source="import")
    found = change(snapshot(seen("kari")), beside=(other,))
    assert found.opened == ()
    assert "intersects of-ola" in found.doubtful[0]
    strong = replace(SOURCE, precedence=1)
    assert change(snapshot(seen("kari")), beside=(other,), source=strong).opened[0].precedence == 1


def test_a_record_begins_where_an_older_one_ends():
    """History from an export ends a little after the source's own time."""
    old = replace(live("ola", start=-60), end=T + 8 * MINUTE, source="import")
    found = change(snapshot(seen("kari", since=T)), seen_at=None, beside=(old,))
    assert said(found) == [("kari", "08:00", None)]


def test_another_precedence_is_another_record_of_the_same_time():
    """Nobody loses the address; what was believed before stays answerable."""
    block = ip_network("203.0.113.0/28")
    strong = replace(SOURCE, precedence=-1, precedences={block: 10, SOURCE.prefixes[0]: 5})
    assert strong.precedence_of(ip_network("203.0.113.99")) == 5
    found = change(snapshot(seen("kari")), live(), source=strong)
    assert said(found) == [("kari", "00:00", None)]
    assert (found.records[0].precedence, found.lost, len(found.retired)) == (10, 0, 1)


def test_too_much_is_a_share_of_many():
    """Of a few records any number may end; one that another holds is not lost."""
    many = [live(address=f"203.0.113.{n}") for n in range(20)]
    some = [seen("kari", f"203.0.113.{n}") for n in range(14)]
    assert not change(snapshot(*some), *many).excess(0.3)
    assert change(snapshot(*some[1:]), *many).excess(0.3)
    assert change(snapshot(*some, seen("ola", "203.0.113.19")), *many).lost == 5
    assert not change(snapshot(), *many[1:]).excess(0.3)


def test_too_many_new_holders_are_a_share_of_the_resources():
    """Fewer than five may always change hands, and of many the share itself; no more."""
    moves = change(snapshot(), *[live(address=f"203.0.113.{n}") for n in range(20)])
    for moved, resources, too_many in ((6, 20, False), (7, 20, True), (4, 5, False), (5, 5, True)):
        moving = replace(moves, lost=0, moved=moved, resources=resources)
        assert bool(moving.excess(0.3)) == too_many, (moved, resources)


def test_one_machine_with_many_addresses_may_change_hands():
    """A resource counts once; a wrong mapping moves many of them."""
    many = [live(address=f"203.0.113.{n}") for n in range(10)]
    many += [live(address=f"203.0.113.{n}", resource=f"vm-{n}") for n in range(10, 20)]
    stay = [seen("kari", f"203.0.113.{n}", resource=f"vm-{n}") for n in range(14, 20)]
    given = [seen("ola", f"203.0.113.{n}") for n in range(10)]
    moved = [seen("ola", f"203.0.113.{n}", resource=f"vm-{n}") for n in range(10, 14)]
    kept = [seen("kari", f"203.0.113.{n}", resource=f"vm-{n}") for n in range(10, 14)]
    one = change(snapshot(*given, *kept, *stay), *many)
    assert (one.lost, one.moved, one.resources, one.excess(0.01)) == (0, 1, 11, "")
    assert change(snapshot(*given, *moved, *stay), *many).excess(0.3) == (
        "5 of 11 resources would change hands"
    )
    nobody = [replace(row, customer="", pool=True) for row in given]
    assert change(snapshot(*nobody, *kept, *stay), *many).excess(0.3) == (
        "10 of 20 records would end"
    )


def test_a_prefix_stays_in_one_part():
    """What ends and what follows it are written together, so no look-up falls in between."""
    many = [live(address=f"203.0.113.{n}") for n in range(9)]
    found = change(snapshot(*(seen("ola", f"203.0.113.{n}") for n in range(9))), *many)
    parts = list(groups(found, 7))
    assert len(parts) == 3
    for retired, fresh in parts:
        assert {x.prefix for x in retired} == {x.prefix for x in fresh}
    assert sum(len(fresh) for _, fresh in parts) == len(found.records) == 18


def test_a_row_has_a_holder_or_is_a_pool():
    for odd in ({"customer": ""}, {"customer": "kari", "pool": True}):
        with pytest.raises(Invalid, match="expected a customer or a pool"):
            SeenHolding(prefix=ip_network("203.0.113.7"), resource="vm", **odd)


def test_a_record_is_opened_as_the_source_says():
    """All of it; one that changes is another, known from now."""
    strong = replace(SOURCE, precedences={ip_network("203.0.113.0/28"): 4})
    row = seen("kari", port_from=5, port_to=9, router=True, since=T)
    (made,) = change(snapshot(row), seen_at=None, source=strong).opened
    now = T + 10 * MINUTE + timedelta(seconds=5)
    assert made == Assignment(
        id="n0", site="main", prefix=row.prefix, port_from=5, port_to=9, customer="kari",
        resource="vm", start=T, end=None, known_from=now, source="cloud", router=True,
        precedence=4,
    )  # fmt: skip
    (ended,) = change(snapshot(), live()).closed
    assert ended == replace(live(), id="n0", end=T + 5 * MINUTE, known_from=now)
    (outside,) = change(snapshot(seen("kari", "203.0.113.99")), source=strong).opened
    assert outside.precedence == 0


def test_the_narrowest_precedence_counts():
    """However they are written."""
    wide, narrow = ip_network("203.0.113.0/24"), ip_network("203.0.113.0/28")
    for table in ({wide: 1, narrow: 9}, {narrow: 9, wide: 1}):
        assert replace(SOURCE, precedences=table).precedence_of(ip_network("203.0.113.7")) == 9
    six = {ip_network("2001:db8::/32"): 3, ip_network("2001:db8::/48"): 4}
    strong = replace(SOURCE, precedences=six)
    assert strong.precedence_of(ip_network("2001:db8:1::/56")) == 3
    assert strong.precedence_of(ip_network("2001:db8::1")) == 4


@pytest.mark.parametrize(
    ("rows", "said_of_it"),
    [
        ((seen("kari"), seen("ola")), "it names kari and ola"),
        ((seen("", pool=True), seen("ola", port_from=9)), "it names a pool and ola"),
        ((seen("kari"), seen("", pool=True, port_from=9)), "it names kari and a pool"),
    ],
)
def test_a_contradiction_in_words(rows, said_of_it):
    assert change(snapshot(*rows)).doubtful == (f"203.0.113.7/32: {said_of_it}",)


@pytest.mark.parametrize(("first", "second", "both"), [(9, 10, True), (10, 10, False)])
def test_one_port_in_common(first, second, both):
    """Is a contradiction; beside it is none."""
    rows = seen("a", port_to=first), seen("b", port_from=second)
    assert bool(change(snapshot(*rows)).opened) is both


def test_a_wide_row_is_remembered_past_a_narrow_one():
    """What comes after both meets the wide one."""
    rows = seen("a"), seen("a", port_from=1, port_to=2), seen("b", port_from=3, port_to=4)
    assert len(change(snapshot(*rows)).doubtful) == 2


def test_what_is_counted():
    """What stays, what is foreign, what a whole prefix is called."""
    many = [live(address=f"203.0.113.{n}") for n in range(3)]
    rows = [seen("kari", "203.0.113.0"), seen("kari", "198.51.100.7")]
    found = change(snapshot(*rows), *many)
    assert (found.kept, found.live, found.foreign) == (1, 3, 1)
    (pool,) = change(snapshot(), source=replace(SOURCE, whole=SOURCE.prefixes)).opened
    assert pool.resource == "cloud"


@pytest.mark.parametrize(
    ("start", "renewed", "seen_at", "goes_on"),
    [(7, 7, 5, True), (0, 5, 5, True), (0, 6, 5, False), (0, 1, None, False)],
)
def test_an_entry_made_anew_just_then(start, renewed, seen_at, goes_on):
    """When the record began, or when it was last seen: it goes on."""
    made = T + renewed * MINUTE
    found = change(snapshot(seen("kari", renewed=made)), live(start=start), seen_at=seen_at)
    assert (found.records == () and found.retired == ()) is goes_on


def test_what_was_last_seen_when_it_began_is_retired_whole():
    found = change(snapshot(), live(start=5))
    assert (found.records, len(found.retired)) == ((), 1)


def test_parts_by_size():
    """A part is full with so many; the last has what is left, be it ends or beginnings alone."""
    many = [live(address=f"203.0.113.{n}", start=6) for n in range(3)]
    ends = change(snapshot(), *many)
    assert [(len(old), len(new)) for old, new in groups(ends, 2)] == [(2, 0), (1, 0)]
    begins = change(snapshot(*(seen("ola", f"203.0.113.{n}") for n in range(3))))
    assert [(len(old), len(new)) for old, new in groups(begins, 3)] == [(0, 3)]
    assert [(len(old), len(new)) for old, new in groups(begins, 2)] == [(0, 2), (0, 1)]
