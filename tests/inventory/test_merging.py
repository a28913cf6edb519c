"""A log's past against the records, at the edges: exactly at a moment, at a port, at a count."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest

from aupkeep.inventory.history import LateEnd, SourceHistory, exclusive, has_gap, merge
from aupkeep.inventory.sync import SourceScope
from aupkeep.model.holding import Assignment
from inventory.test_history import (
    MINUTE,
    NOW,
    PREFIX,
    SOURCE,
    T,
    change,
    on_record,
    shown,
    span,
)

OTHER = ip_network("203.0.113.8")
WHOLE = replace(SOURCE, whole=(ip_network("203.0.113.0/28"),))
SECOND = timedelta(seconds=1)


def merged(source, *records: Assignment, spans=(), about=None, since=0, **more: object):
    """A merge with another source than that of the other tests."""
    prefixes = {x.prefix for x in spans} if about is None else set(about)
    oldest = None if since is None else T + since * MINUTE
    history = SourceHistory(spans=list(spans), about=prefixes, since=oldest, **more)
    numbers = iter(f"n{n}" for n in range(100))
    return merge(source, history, records, (T + 300 * MINUTE, NOW), numbers.__next__)


def test_a_record_is_opened_as_the_log_says():
    """All of it."""
    strong = replace(SOURCE, precedence=3, precedences={OTHER: 9})
    told = span("kari", 10, 40, ports=(1024, 2047))
    found = merged(strong, spans=[told, span("", 10, prefix=OTHER)])
    pool = replace(found.opened[1], id="p")
    assert found.opened[0] == Assignment(
        id="n0", site="main", prefix=PREFIX, port_from=1024, port_to=2047, customer="kari",
        resource="line", start=T + 10 * MINUTE, end=T + 40 * MINUTE, known_from=NOW, source="log",
        precedence=3,
    )  # fmt: skip
    assert (pool.pool, pool.customer, pool.precedence, pool.end) == (True, "", 9, None)


def test_a_record_that_changes_is_a_new_one():
    """With a new id, known from now; the old one is known until now."""
    old = on_record("kari", 10, precedence=7)
    found = change([span("kari", 10, 20)], old)
    assert found.closed == (replace(old, id="n0", end=T + 20 * MINUTE, known_from=NOW),)
    assert found.retired == (replace(old, known_until=NOW),)
    assert (found.kept, found.live, found.lost, found.foreign) == (0, 1, 0, 0)


def test_the_precedence_of_now_is_that_of_what_goes_on():
    """What has ended keeps its own."""
    strong = replace(SOURCE, precedences={PREFIX: 5})
    (now,) = merged(strong, on_record("kari", 10), spans=[span("kari", 10)]).closed
    assert (now.precedence, now.end) == (5, None)
    ended = on_record("kari", 10, 20)
    assert merged(strong, ended, spans=[span("kari", 10, 20)]).records == ()
    (later,) = merged(strong, ended, spans=[span("kari", 10, 30)]).closed
    assert later.precedence == 0


def test_what_is_counted():
    """What goes on, what is open, what is outside."""
    records = [on_record(name, 10) for name in ("kari",)]
    beside = replace(on_record("ola", 10), prefix=OTHER)
    ended = replace(on_record("per", 10, 20), prefix=ip_network("203.0.113.9"))
    cloud = replace(on_record("eve", 1, source="cloud"), prefix=ip_network("203.0.113.10"))
    away = span("x", 0, prefix=ip_network("198.51.100.1"))
    spans = [span("kari", 10), span("ola", 10, prefix=OTHER), away, replace(away)]
    found = merged(SOURCE, *records, beside, ended, cloud, spans=spans)
    assert (found.kept, found.live, found.foreign, found.lost) == (3, 2, 2, 0)
    assert found.records == ()


def test_records_of_another_site_are_not_looked_at():
    away = replace(on_record("ola", 0), site="away")
    assert shown(merged(SOURCE, away, spans=[span("kari", 10)]).opened) == [("kari", 10, None)]


def test_both_versions_of_ip():
    """Their prefixes are sorted by themselves."""
    source = SourceScope(name="log", prefixes=(ip_network("203.0.113.0/24"), ip_network("::/0")))
    six = span("ola", 5, prefix=ip_network("2001:db8::/56"))
    found = merged(source, spans=[six, span("kari", 10)])
    assert shown(found.opened) == [("kari", 10, None), ("ola", 5, None)]


@pytest.mark.parametrize(
    ("records", "spans", "about", "opened"),
    [
        ((), (), (), [("", 600, None)]),
        ((), (), WHOLE.whole, []),
        ((), [span("kari", 1, prefix=WHOLE.whole[0])], (), [("kari", 1, None)]),
        (("pool",), (), (), []),
        (("pool", "ended"), (), (), []),
        (("ended",), (), (), [("", 600, None)]),
        (("cloud",), (), (), []),
    ],
)
def test_what_a_whole_prefix_does_not_name(records, spans, about, opened):
    """Is nobody's from the first look on, unless the log speaks of it."""
    pool = replace(on_record("", 50, pool=True), prefix=WHOLE.whole[0], resource="log")
    known = {
        "pool": pool,
        "ended": replace(pool, id="e", start=T + 40 * MINUTE, end=T + 45 * MINUTE),
        "cloud": replace(pool, id="c", source="cloud"),
    }
    found = merged(WHOLE, *(known[name] for name in records), spans=spans, about=about)
    assert shown(found.opened) == opened
    for record in found.opened:
        assert (record.prefix, record.pool) == (WHOLE.whole[0], not record.customer)
        assert record.resource == ("log" if record.pool else "line")
    assert shown(found.records) == opened
    assert found.kept == ("pool" in records) + ("ended" in records)


def test_the_nearest_beginning_is_the_same():
    """Of two of one holder; two minutes apart is one, a second more is not."""
    near, far = on_record("kari", 11, 20), on_record("kari", 9, 20)
    found = change([span("kari", 11, 30)], far, near)
    assert [x.start for x in found.closed] == [near.start]
    assert shown(change([span("kari", 12)], on_record("kari", 10)).records) == []
    late = replace(span("kari", 12), start=T + 12 * MINUTE + SECOND)
    assert len(change([late], on_record("kari", 10)).retired) == 1


@pytest.mark.parametrize(
    ("told", "old", "goes_on"),
    [
        (span("kari", 30, earlier=True), 30, True),
        (span("kari", -20), -22, True),
        (span("kari", -20), -23, False),
        (span("kari", -20), -1, True),
        (span("kari", -20), 0, False),
        (span("kari", 0), -3, False),
    ],
)
def test_a_beginning_before_the_log(told, old, goes_on):
    """The record's own counts where the log's is of a time before its oldest line."""
    found = change([told], on_record("kari", old), since=0)
    assert (found.records == ()) is goes_on


def test_an_end_at_its_beginning_is_no_time():
    """Such a record is retired, and such a span is none."""
    found = change([span("kari", 9, 10)], on_record("kari", 10))
    assert (shown(found.records), shown(found.retired)) == ([], [("kari", 10, None)])
    assert change([span("kari", 600, 600)]).records == ()
    assert shown(change([span("kari", 700, 800)]).records) == [("kari", 600, 800)]
    assert change([span("kari", 599, 600)]).records != ()


def test_a_late_end_is_of_one_place():
    """Of the prefix, the ports and the holder; at its beginning it ends nothing."""
    end = LateEnd(prefix=PREFIX, customer="kari", resource="line", at=T + 5 * MINUTE)
    record = on_record("kari", -10)
    for other in (
        replace(record, prefix=OTHER),
        replace(record, port_to=9),
        replace(record, resource="x"),
        on_record("kari", 5),
    ):
        found = change([], other, ends=[end])
        assert (found.records, found.retired) == ((), ())
    assert shown(change([], record, ends=[end]).records) == [("kari", -10, 5)]


def test_how_many_a_rule_ends():
    """Each that it contradicts, each that it names no more."""
    records = [on_record("a", 0, 9), replace(on_record("b", 0, 9), port_from=7)]
    assert change([span("ola", 1)], *records, since=None).lost == 2
    assert change([span("ola", 1)], *records).lost == 0
    gone = [on_record("a", 0), replace(on_record("b", 0), prefix=OTHER)]
    assert change([], *gone, since=None).lost == 2
    quiet = change([], *gone, quiet_before=T + 60 * MINUTE)
    assert (quiet.lost, len(quiet.retired)) == (2, 2)
    assert change([], on_record("a", 60), quiet_before=T + 60 * MINUTE).retired == ()


def test_a_gap():
    """Where the oldest line is after the last look; at it there is none."""
    for since, gap in ((299, False), (300, False), (301, True)):
        history = SourceHistory(since=T + since * MINUTE)
        assert has_gap(history, T + 300 * MINUTE) is gap
    assert not has_gap(SourceHistory(), T)
    assert not has_gap(SourceHistory(since=T), None)


def test_what_ended_when_the_log_began_is_in_it():
    """A record that began with the log's oldest line is put in doubt, one before it is not."""
    for start, over in ((0, True), (-1, False)):
        found = change([span("ola", -9)], on_record("kari", start, 30))
        assert bool(found.retired) is over


def test_side_by_side():
    """One time after another, and one port beside another, are no contradiction."""
    one = on_record("kari", 0, 10)
    assert change([span("ola", 10)], one).retired == ()
    assert change([span("ola", -9, 0)], one, since=-20).retired == ()
    ports = replace(on_record("kari", 0), port_from=10, port_to=19)
    for low, high, over in ((0, 9, False), (0, 10, True), (19, 30, True), (20, 30, False)):
        assert bool(change([span("ola", 5, ports=(low, high))], ports).retired) is over


def test_a_change_that_another_source_stands_against():
    """The record stays as it is, and what stays is in the way of what comes after it."""
    cloud = on_record("eve", 15, source="cloud")
    old = on_record("kari", 0, 10)
    found = change([span("kari", 0, 20), span("ola", 21)], old, cloud)
    assert found.records == ()
    assert found.kept == 1
    assert len(found.doubtful) == 2
    closer = change([span("kari", 0, 10), span("kari", 12, 14)], old)
    assert shown(closer.records) == [("kari", 12, 14)]


def test_what_stays_is_settled_before_what_changes():
    """So that a change never takes the place of what the log leaves alone."""
    stays, moves = on_record("kari", 20, 30), on_record("ola", 0, 10)
    for records in ((stays, moves), (moves, stays)):
        found = change([span("ola", 0, 20), span("kari", 20, 30)], *records)
        assert shown(found.closed) == [("ola", 0, 20)]
        assert (found.kept, found.doubtful) == (1, ())


def test_two_who_claim_one_port():
    """One who begins where the other ends does not; what meets is one."""
    assert shown(exclusive([span("a", 0, 10), span("b", 10, 20)])) == [("a", 0, 10), ("b", 10, 20)]
    assert shown(exclusive([span("a", 0, 10), span("a", 10, 20)])) == [("a", 0, 20)]
    assert shown(exclusive([span("a", 0, 10), span("a", 5)])) == [("a", 0, None)]
    assert shown(exclusive([span("a", 0), span("a", 5, 20)])) == [("a", 0, None)]
    parts = [span("a", 0, 5), span("a", 7, 9), span("a", 12, 14), span("b", 20, 21)]
    assert shown(exclusive(parts)) == shown(parts)
    assert shown(exclusive([span("a", 5, 5), span("b", 0, 10)])) == [("b", 0, 10)]
    assert shown(exclusive([span("a", 5, 3), span("b", 6, 10)])) == [("b", 6, 10)]
    later = [span("a", 0, 5), span("b", 7, 20), span("c", 10, 12)]
    assert shown(exclusive(later)) == [("a", 0, 5), ("b", 7, 10), ("b", 12, 20)]
    twice = [span("a", 0, 30), span("b", 5, 10), span("b", 20, 25)]
    assert shown(exclusive(twice)) == [("a", 0, 5), ("a", 10, 20), ("a", 25, 30)]
    low, high = span("a", 0, ports=(0, 9)), span("b", 0, ports=(9, 20))
    assert exclusive([low, high]) == []
    beside = span("b", 0, ports=(10, 20))
    assert exclusive([low, beside]) == [low, beside]
    nought = span("a", 0, ports=(0, 0)), span("b", 0, ports=(0, 0))
    assert exclusive(nought) == []


def test_all_that_another_source_stands_against():
    """Each stays and is counted, and what is free is opened beside it."""
    cloud = on_record("eve", 15, source="cloud")
    cloud = replace(cloud, end=T + 25 * MINUTE)
    old = [
        replace(on_record(name, 0, 10), port_from=low, port_to=low + 9)
        for name, low in (("kari", 0), ("per", 10))
    ]
    spans = [span("kari", 0, 20, ports=(0, 9)), span("per", 0, 20, ports=(10, 19))]
    found = change([*spans, span("ola", 30, 40)], *old, cloud)
    assert (found.kept, len(found.doubtful), shown(found.records)) == (2, 2, [("ola", 30, 40)])


def test_two_that_are_new_at_one_prefix():
    spans = [span("a", 10, ports=(0, 9)), span("b", 10, ports=(10, 19))]
    assert len(change(spans).opened) == 2


def test_what_the_log_does_not_reach_stands_against_what_it_says():
    """What ended before the log began stays, and a longer end of another one is only told."""
    stays, moves = on_record("kari", 12, 30), on_record("ola", 0, 10)
    found = change([span("ola", 0, 20)], stays, moves, since=40)
    assert (found.records, found.retired, found.kept) == ((), (), 2)
    assert len(found.doubtful) == 1
