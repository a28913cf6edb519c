"""A declared mapping: what each field of a row means, and what is none."""

from datetime import UTC, datetime

import pytest

from aupkeep.inventory.assignment_row import parse_prefix
from aupkeep.inventory.mapping import RowMapping, UnmappedProject, expect, text_at
from aupkeep.inventory.sync import SeenHolding
from aupkeep.model.errors import Invalid

TABLE = {"address": "ip", "customer": ["who", "other.who"], "resource": ["vm:{id}", "name"]}
WHOLE = TABLE | {
    "kind": "of",
    "kinds": {"free": "pool", "gone": "skip", "nat": "router", "*": "customer"},
    "changed": "changed",
    "created": "created",
    "port_from": "low",
    "port_to": "high",
    "host": True,
}
ROW = {"ip": "203.0.113.7", "who": "kari", "id": 7}
SEEN = SeenHolding(prefix=parse_prefix("203.0.113.7"), customer="kari", resource="vm:7")


def seen(row, table=TABLE, customers=None, *, only_known=False):
    return RowMapping(table).seen(row, customers or {}, only_known=only_known)


def test_a_row_says_who_holds_what():
    """Of several fields the first that is there; a template counts where all of it is."""
    assert seen(ROW) == SEEN
    other = {"ip": "203.0.113.7", "other": {"who": "ola"}, "name": "web"}
    assert (seen(other).customer, seen(other).resource) == ("ola", "web")
    assert seen(ROW, customers={"kari": "c1"}).customer == "c1"
    assert seen({"ip": "203.0.113.7", "id": 7}) is None


def test_everything_that_a_row_may_say():
    """Its ports, its times, and with `host` an address without the length of its network."""
    row = ROW | {
        "ip": "203.0.113.7/24",
        "low": 1024,
        "high": "2047",
        "changed": "2026-03-01T12:00:00Z",
        "created": "2026-02-01T12:00:00+01:00",
    }
    assert seen(row, WHOLE) == SeenHolding(
        prefix=parse_prefix("203.0.113.7"),
        customer="kari",
        resource="vm:7",
        port_from=1024,
        port_to=2047,
        since=datetime(2026, 3, 1, 12, tzinfo=UTC),
        renewed=datetime(2026, 2, 1, 11, tzinfo=UTC),
    )
    assert seen(ROW | {"ip": "203.0.113.0/24"}).prefix == parse_prefix("203.0.113.0/24")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("free", ("", "vm:7", False, True)),
        ("gone", None),
        ("nat", ("kari", "vm:7 (router)", True, False)),
        ("else", ("kari", "vm:7", False, False)),
        (None, ("kari", "vm:7", False, False)),
    ],
)
def test_what_a_word_of_the_kind_means(word, expected):
    """One that is not named means what `*` says."""
    held = seen(ROW | {"of": word}, WHOLE)
    assert (held and (held.customer, held.resource, held.router, held.pool)) == expected


def test_a_word_that_nothing_names_is_skipped():
    """Where there is no `*`; without kinds every row is a customer's."""
    kinds = {"kind": "of", "kinds": {"nat": "router"}}
    assert seen(ROW | {"of": "else"}, TABLE | kinds) is None
    assert seen(ROW | {"of": "else"}, TABLE | {"kind": "of"}) == SEEN
    router = seen(ROW | {"of": "nat", "id": None, "name": "router:1"}, TABLE | kinds)
    assert router.resource == "router:1"


def test_a_project_that_nobody_maps_is_named():
    """Where only known ones count; a pool needs none."""
    with pytest.raises(UnmappedProject) as caught:
        seen(ROW, only_known=True)
    assert str(caught.value) == "kari"
    assert seen(ROW, customers={"kari": "c1"}, only_known=True).customer == "c1"
    assert seen(ROW | {"of": "free"}, WHOLE, only_known=True).pool


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (7, "expected an object, found int"),
        (ROW | {"who": "a\nb"}, "customer: "),
        (ROW | {"id": "\x1b"}, "resource: "),
        (ROW | {"ip": {}}, "ip: expected text or a whole number, found dict"),
        (ROW | {"ip": 1.5}, "ip: expected text or a whole number, found float"),
        (ROW | {"changed": "x"}, "changed: expected RFC 3339"),
        (ROW | {"created": "x"}, "created: expected RFC 3339"),
    ],
)
def test_a_row_that_cannot_be_read_names_the_field(row, words):
    with pytest.raises(Invalid) as caught:
        seen(row, WHOLE)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"address": None}, "mapping: expected address, found none"),
        ({"resource": []}, "mapping: expected resource, found none"),
        ({"address": ["ip"]}, "mapping address: expected str, found list"),
        ({"kind": 7}, "mapping kind: expected str, found int"),
        ({"changed": 7}, "mapping changed: expected str, found int"),
        ({"customer": "who"}, "mapping customer: expected list, found str"),
        ({"customer": [7]}, "mapping customer: expected str, found int"),
        ({"host": "yes"}, "mapping host: expected bool, found str"),
        ({"kinds": []}, "mapping kinds: expected dict, found list"),
        (
            {"kinds": {"a": "thing"}},
            "mapping kinds: expected customer, router, pool, skip, found 'thing'",
        ),
    ],
)
def test_a_mapping_that_could_not_work(changes, words):
    with pytest.raises(Invalid) as caught:
        RowMapping(TABLE | changes)
    assert str(caught.value) == words


def test_what_may_be_left_out_of_a_mapping():
    """All but where the address and the resource stand."""
    bare = RowMapping({"address": "ip", "resource": ["name"]})
    assert bare.seen({"ip": "203.0.113.7", "name": "web"}, {}, only_known=False) is None


def test_the_address_of_a_row_that_is_unreadable_otherwise():
    mapping = RowMapping(TABLE | {"host": True})
    assert mapping.prefix({"ip": "203.0.113.7/24"}) == parse_prefix("203.0.113.7")
    assert mapping.prefix({"ip": "x"}) is mapping.prefix(7) is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a", "x"),
        ("b.c", "7"),
        ("b.d", "true"),
        ("b.e", ""),
        ("a.c", ""),
        ("{a}/{b.c}", "x/7"),
        ("{a}/{b.e}", ""),
    ],
)
def test_a_text_at_a_path_or_of_a_template(path, text):
    assert text_at({"a": "x", "b": {"c": 7, "d": True, "e": None}}, path) == text


def test_a_value_is_of_its_type_exactly():
    """True is no whole number here."""
    assert expect(7, int, "x") == 7
    with pytest.raises(Invalid) as caught:
        expect(value=True, kind=int, what="x")
    assert str(caught.value) == "mapping x: expected int, found bool"
