"""A record put right: the old one is kept as believed until now, the new one from now on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from aupkeep.inventory.conflicts import describe
from aupkeep.inventory.correction import RecordChange, correct, parse_change
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.holding import Assignment

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OLD = Assignment(
    id="a1",
    site="main",
    prefix=ip_network("203.0.113.10/32"),
    customer="alder",
    resource="vm-a",
    start=NOW - 30 * DAY,
    end=NOW + 30 * DAY,
    known_from=NOW - 20 * DAY,
)


def corrected(change, beside=(), old=OLD):
    return correct(old, change, beside, new_id="a2", now=NOW)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (RecordChange(customer="birch"), {"customer": "birch"}),
        (RecordChange(resource="vm-b"), {"resource": "vm-b"}),
        (RecordChange(start=NOW), {"start": NOW}),
        (RecordChange(end=NOW), {"end": NOW}),
        (RecordChange(still=True), {"end": None}),
        (RecordChange(ports=(10, 19)), {"port_from": 10, "port_to": 19}),
    ],
)
def test_what_was_wrong_is_changed_and_nothing_else(change, fields):
    """The old record is retired; the new one is believed from now on, and says where it is from."""
    made = corrected(change, beside=(OLD,))
    assert (made.old, made.retired) == (OLD, replace(OLD, known_until=NOW))
    fresh = replace(OLD, id="a2", known_from=NOW, source="correction", **fields)
    assert made.fresh == fresh
    assert made.records == (made.retired, fresh)
    other = replace(OLD, id="a9", customer="fir")
    assert made.apply([other, OLD]) == [other, made.retired, fresh]


def test_a_pool_stays_one_until_somebody_is_named():
    pool = replace(OLD, customer="", pool=True)
    assert corrected(RecordChange(resource="vm-b"), old=pool).fresh.pool
    made = corrected(RecordChange(customer="birch"), old=pool).fresh
    assert (made.pool, made.customer) == (False, "birch")


def test_a_record_that_was_never_so_leaves_none():
    made = corrected(RecordChange(removed=True, customer="birch"))
    retired = replace(OLD, known_until=NOW)
    assert (made.fresh, made.retired, made.records) == (None, retired, (retired,))
    assert made.apply([OLD]) == [made.retired]


@pytest.mark.parametrize(
    ("change", "old", "beside", "error", "words"),
    [
        (
            RecordChange(customer="birch"),
            replace(OLD, known_until=NOW),
            (),
            Conflict,
            f"{describe(OLD)} is believed no longer; correct what took its place",
        ),
        (
            RecordChange(),
            OLD,
            (),
            Invalid,
            f"expected what was wrong with {describe(OLD)}, found no difference",
        ),
        (
            RecordChange(customer="alder", ports=(0, 65535)),
            OLD,
            (),
            Invalid,
            f"expected what was wrong with {describe(OLD)}, found no difference",
        ),
        (
            RecordChange(end=OLD.start),
            OLD,
            (),
            Invalid,
            f"until: expected a time after {OLD.start.isoformat()}, found {OLD.start}",
        ),
    ],
)
def test_a_correction_that_says_nothing_or_cannot_be(change, old, beside, error, words):
    with pytest.raises(error) as caught:
        corrected(change, beside, old)
    assert str(caught.value) == words


def test_what_would_intersect_another_record_names_it():
    """The same ports at the same time; beside it is let through."""
    next_one = replace(OLD, id="a9", customer="fir", start=OLD.end, end=None)
    with pytest.raises(Conflict) as caught:
        corrected(RecordChange(still=True), (OLD, next_one))
    fresh = replace(OLD, id="a2", end=None)
    assert str(caught.value) == (
        f"{describe(fresh)} intersects {describe(next_one)}; correct that one first"
    )
    assert corrected(RecordChange(end=NOW), (OLD, next_one)).fresh.end == NOW


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ({}, RecordChange()),
        ({"customer": " birch "}, RecordChange(customer="birch")),
        ({"resource": "vm-b"}, RecordChange(resource="vm-b")),
        ({"start": "2026-03-01T12:00:00Z"}, RecordChange(start=NOW)),
        ({"end": "2026-03-01T12:00:00Z"}, RecordChange(end=NOW)),
        ({"end": "OPEN"}, RecordChange(still=True)),
        ({"ports": "10-19"}, RecordChange(ports=(10, 19))),
        ({"ports": "25"}, RecordChange(ports=(25, 25))),
        ({"remove": "True"}, RecordChange(removed=True)),
    ],
)
def test_what_a_person_says(words, change):
    assert parse_change(words) == change


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"customer": "a\nb"}, "^customer: expected printable text"),
        ({"resource": " "}, "^resource: expected a value, found none"),
        ({"start": "noon"}, "^from: expected RFC 3339"),
        ({"end": "noon"}, "^until: expected RFC 3339"),
        ({"ports": "-5"}, "^ports: expected port_from and port_to or neither"),
        ({"ports": "5-"}, "^ports: expected port_from and port_to or neither"),
        ({"ports": "9-2"}, "^port_to: expected a port from 9 up"),
    ],
)
def test_a_word_that_is_none_is_named(words, message):
    with pytest.raises(Invalid, match=message):
        parse_change(words)
