"""A log's past against the records: late lines put right, silence ends nothing, a gap is a gap."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.inventory.history import HeldSpan, LateEnd, SourceHistory, exclusive, merge
from aupkeep.inventory.sync import SourceScope
from aupkeep.model.holding import Assignment

T = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PREFIX = ip_network("203.0.113.7")
SOURCE = SourceScope(name="log", prefixes=(ip_network("203.0.113.0/24"),))
NOW = T + 600 * MINUTE


def span(customer, start, end=None, ports=(0, 65535), **more: object):
    """Minutes of somebody."""
    return HeldSpan(
        prefix=more.pop("prefix", PREFIX),
        port_from=ports[0],
        port_to=ports[1],
        customer=customer,
        resource="line" if customer else "unknown",
        start=T + start * MINUTE,
        end=None if end is None else T + end * MINUTE,
        **more,
    )


def on_record(customer, start, end=None, source="log", **more: object):
    """A record of it."""
    told = span(customer, start, end)
    return Assignment(
        id=f"{customer}-{start}",
        site="main",
        prefix=told.prefix,
        customer=customer,
        resource=told.resource,
        start=told.start,
        end=told.end,
        known_from=T,
        source=source,
        **more,
    )


def change(spans, *records: Assignment, since=0, seen_at=300, **more: object):
    """What the log changes, whose oldest line is of minute `since`; None: a rule."""
    history = SourceHistory(
        spans=list(spans),
        about={x.prefix for x in spans} | {PREFIX},
        since=None if since is None else T + since * MINUTE,
        **more,
    )
    times = (None if seen_at is None else T + seen_at * MINUTE, NOW)
    return merge(SOURCE, history, records, times, (f"n{n}" for n in count()).__next__)


def shown(items):
    """Who from which minute to which."""
    return [(x.customer, (x.start - T) // MINUTE, x.end and (x.end - T) // MINUTE) for x in items]


CHANGES = {
    "new": ([span("kari", 10)], (), [("kari", 10, None)], []),
    "as before": ([span("kari", 10)], (on_record("kari", 10),), [], []),
    "a second apart is the same": ([span("kari", 11)], (on_record("kari", 10),), [], []),
    "it ended": (
        [span("kari", 10, 20)], (on_record("kari", 10),),
        [("kari", 10, 20)], [("kari", 10, None)],
    ),
    "a late line moves the end": (
        [span("kari", 10, 15)], (on_record("kari", 10, 20),),
        [("kari", 10, 15)], [("kari", 10, 20)],
    ),
    "it lives after all": (
        [span("kari", 10)], (on_record("kari", 10, 20),),
        [("kari", 10, None)], [("kari", 10, 20)],
    ),
    "another one was there": (
        [span("ola", 10)], (on_record("kari", 10),), [("ola", 10, None)], [("kari", 10, None)],
    ),
    "not in the log any more": ([], (on_record("kari", 10), on_record("ola", 1, 9)), [], []),
    "in the log another, the end unknown": (
        [span("ola", 30)], (on_record("kari", -10),), [("ola", 30, None)], [("kari", -10, None)],
    ),
    "the same holder again, not the same time": (
        [span("kari", 30)], (on_record("kari", 10),), [("kari", 30, None)], [("kari", 10, None)],
    ),
    "the same holder, perhaps from before": (
        [span("kari", 30, earlier=True)], (on_record("kari", -10),), [], [],
    ),
    "a session from before the log, an address that came later": (
        [span("kari", -20)], (on_record("kari", -10),), [], [],
    ),
    "a session from before the log, and an older one": (
        [span("kari", -20)], (on_record("kari", -40),),
        [("kari", -20, None)], [("kari", -40, None)],
    ),
    "what ended before the log stays": (
        [span("ola", -5, 30)], (on_record("kari", -10, -1),), [], [],
    ),
    "it never lasted": ([span("kari", 10, 10)], (), [], []),
    "the others are other ports": (
        [span("ola", 10, ports=(1, 9))], (replace(on_record("kari", 10), port_from=10),),
        [("ola", 10, None)], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_log_changes(name):
    """Each line of the table: spans, records, what goes in, what is believed no more."""
    spans, records, added, retired = CHANGES[name]
    found = change(spans, *records)
    assert (shown(found.records), shown(found.retired)) == (added, retired)


def test_another_source_stands():
    """What a source of the same precedence has on record is not overwritten, and told."""
    found = change([span("ola", 10)], on_record("kari", 0, source="cloud"))
    assert (found.records, found.retired) == ((), ())
    assert "intersects kari-0" in found.doubtful[0]


def test_the_end_of_what_began_before_the_log():
    """A release without its allocation ends the record of that holder, and no other one."""
    end = LateEnd(prefix=PREFIX, customer="kari", resource="line", at=T + 5 * MINUTE)
    found = change([], on_record("kari", -10), ends=[end])
    assert shown(found.records) == [("kari", -10, 5)]
    assert change([], on_record("ola", -10), ends=[end]).records == ()


def test_who_was_not_heard_of():
    """Once all that lives was heard of, an older open record of which nobody told is over."""
    quiet = T + 60 * MINUTE
    found = change([], on_record("kari", 10), on_record("ola", 70), quiet_before=quiet)
    assert shown(found.retired) == [("kari", 10, None)]
    assert found.lost == 1


def test_a_log_that_does_not_reach_back_leaves_a_gap():
    """What stood open is on record until the last look; whoever lives is on record again."""
    other = replace(on_record("ola", 5), prefix=ip_network("203.0.113.8"))
    found = change([span("kari", 10)], on_record("kari", 10), other, since=400)
    assert shown(found.records) == [("ola", 5, 300)]
    assert shown(found.retired) == [("ola", 5, None)]


def test_a_rule_speaks_of_all_time():
    """What it contradicts is believed no more; what it names no more ended with the last look."""
    found = change([span("ola", 10)], on_record("kari", 0, 20), since=None)
    assert (shown(found.records), shown(found.retired)) == (
        [("ola", 10, None)], [("kari", 0, 20)],
    )  # fmt: skip
    found = change([], on_record("kari", 0), on_record("ola", -9, -5), since=None)
    assert shown(found.records) == [("kari", 0, 300)]
    assert found.lost == 1


def test_outside_own_space():
    """It is counted, and goes nowhere."""
    found = change([span("kari", 0, prefix=ip_network("198.51.100.1"))])
    assert (found.foreign, found.records) == (1, ())


SPANS = st.builds(
    lambda who, start, length, low, width: span(
        who, start, None if length is None else start + length, (low * 10, low * 10 + width)
    ),
    st.sampled_from(["kari", "ola", ""]),
    st.integers(0, 30),
    st.none() | st.integers(0, 20),
    st.integers(0, 3),
    st.sampled_from([9, 14]),
)


@given(st.lists(SPANS, max_size=8))
def test_nobody_holds_what_two_claim(spans):
    """At every port and minute: the one who alone claims it, where two do nobody."""
    left = exclusive(spans)
    for minute in range(60):
        at = T + minute * MINUTE
        for port in range(0, 50, 5):
            claim = {x.customer for x in spans if _at(x, at, port)}
            told = {x.customer for x in left if _at(x, at, port)}
            wide = {(x.customer, x.port_from, x.port_to) for x in spans if _at(x, at, port)}
            assert told <= claim
            assert len(wide) != 1 or len(told) <= 1
            assert len(claim) < 2 or told == set()


def _at(x, at, port) -> bool:
    return x.start <= at and (x.end is None or at < x.end) and x.port_from <= port <= x.port_to
