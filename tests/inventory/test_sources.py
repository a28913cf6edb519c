"""Every source reads its sample as written down; no bytes make it raise anything else."""

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.inventory import source
from aupkeep.inventory.assignment_row import ParsedAssignment, parse_prefix
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.moments import show_moment
from aupkeep.model.report import RejectedRow

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "inventory"
NAMES = list(source.sources())
HEADER = b"address,port_from,port_to,customer,resource,from,until\n"
GOOD = b"203.0.113.7,,,kari,web,2026-01-01T00:00:00Z,\n"


def plain(row):
    """A row or rejected row as JSON."""
    if isinstance(row, RejectedRow):
        return {"row": row.row, "dead": row.reason}
    return {
        "row": row.number,
        "site": row.site,
        "prefix": str(row.prefix),
        "ports": [row.port_from, row.port_to],
        "customer": row.customer,
        "resource": row.resource,
        "from": show_moment(row.start),
        "until": row.end and show_moment(row.end),
        "router": row.router,
    }


@pytest.mark.parametrize("name", NAMES)
def test_sample(name):
    """A sample gives exactly its expected rows and rejected rows."""
    folder = SAMPLES / name
    sample = next(folder.glob("sample.*"))
    found = [plain(row) for row in source.read(name, sample.read_bytes())]
    expected = folder / "expected.json"
    if os.environ.get("AUPKEEP_ACCEPT"):
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert found == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
@given(data=st.binary(max_size=300))
def test_raises_only_unreadable(name, data):
    """Random bytes end in rows, rejected rows or `Unreadable`."""
    with suppress(Unreadable):
        assert all(
            isinstance(row, ParsedAssignment | RejectedRow) for row in source.read(name, data)
        )


@given(st.lists(st.text(max_size=12), min_size=7, max_size=7))
def test_any_text_ends_in_a_row(values):
    """A line of any seven values is one or more rows or rejected rows, and the next line lives."""
    line = ",".join(values).encode("utf-8", "surrogatepass")
    found = list(source.read("csv", HEADER + line + b"\n" + GOOD))
    assert isinstance(found[-1], ParsedAssignment)


HOSTILE = {
    "a megabyte in one row": (b"x" * 1_000_000, "at most 16384 bytes"),
    "a NUL": (GOOD.replace(b"kari", b"ka\0ri").strip(), "NUL"),
    "Latin-1": (GOOD.replace(b"kari", b"k\xe5re").strip(), "UTF-8, found byte 0xe5"),
    "an open quote": (GOOD.replace(b"kari", b'"kari').strip(), "comma-separated"),
    "a control character": (GOOD.replace(b"kari", b"ka\x1bri").strip(), "printable"),
    "a prefix too long": (GOOD.replace(b".7", b".7/33").strip(), "up to 32"),
    "an IPv6 zone": (GOOD.replace(b"203.0.113.7", b"fe80::1%eth0").strip(), "without a zone"),
    "a thousand columns": (b"," * 1000, "at most 100 values"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_row_is_named(name):
    """A hostile row says what was expected, and the rows around it go in."""
    line, reason = HOSTILE[name]
    first, dead, last = source.read("csv", HEADER + GOOD + line + b"\n" + GOOD)
    assert isinstance(first, ParsedAssignment)
    assert isinstance(last, ParsedAssignment)
    assert dead.row == 3
    assert reason in dead.reason


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("csv", b"", "address"),
        ("csv", b"address,customer,from\n", "without resource"),
        ("csv", HEADER.replace(b"until", b"from"), "a column twice"),
        ("json", b"[" * 100_000, "expected JSON"),
        ("json", b"9" * 10_000, "expected"),
        ("json", b'{"rows": []}', "expected a list"),
        ("json", b"\xff\xfe[\0]\0", "expected JSON"),
    ],
)
def test_unreadable_file(name, data, reason):
    """A file of which nothing can be read says why."""
    with pytest.raises(Unreadable, match=reason):
        list(source.read(name, data))


def test_unknown_source():
    """An unknown source names the known ones."""
    with pytest.raises(Invalid, match=", ".join(NAMES)):
        source.read("xlsx", b"")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::ffff:203.0.113.7", "203.0.113.7/32"),
        ("::ffff:203.0.113.8/125", "203.0.113.8/29"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("2001:DB8::/32", "2001:db8::/32"),
    ],
)
def test_prefix(text, expected):
    """A mapped prefix is the IPv4 one."""
    assert str(parse_prefix(text)) == expected


ITEM = {"address": "203.0.113.7", "customer": "kari", "resource": "web"}
ITEM |= {"from": "2026-01-01T00:00:00Z"}
OBJECTS = {
    "no object": ("[]", "expected an object, found list"),
    "a key twice": (
        '{"address": "a", "address": "b"}',
        "expected each key once, found one twice",
    ),
    "two missing": (
        json.dumps({"address": "203.0.113.7", "from": None, "customer": "kari"}),
        "expected address, customer, resource, from, found no resource, from",
    ),
    "a number": (json.dumps(ITEM | {"customer": 1}), "customer: expected text, found int"),
    "a truth": (json.dumps(ITEM | {"port_from": True}), "port_from: expected text, found bool"),
    "a fraction": (json.dumps(ITEM | {"port_to": 1.5}), "port_to: expected text, found float"),
    "a router of text": (
        json.dumps(ITEM | {"router": "true"}),
        "router: expected true or false, found str",
    ),
    "a router of one": (
        json.dumps(ITEM | {"router": 1}),
        "router: expected true or false, found int",
    ),
    "a site of truth": (json.dumps(ITEM | {"site": True}), "site: expected text, found bool"),
    "a broken row": (json.dumps(ITEM | {"customer": ""}), "customer: expected a value, found none"),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_a_broken_object(name):
    """An object that cannot be read is dead with its place and reason; the others live."""
    text, reason = OBJECTS[name]
    good = json.dumps(ITEM | {"port_from": 22, "port_to": "22", "router": True, "site": None})
    first, dead, last = source.read("json", f"[{good}, {text}, {json.dumps(ITEM)}]".encode())
    assert dead == RejectedRow(row=2, reason=reason)
    assert (first.number, first.port_from, first.port_to, first.router) == (1, 22, 22, True)
    assert (last.number, last.port_to, last.router, last.site) == (3, 65535, False, "main")


def test_a_pool_needs_no_customer():
    """Nobody holds it; what it lacks else is named without that."""
    pool = {key: value for key, value in ITEM.items() if key != "customer"} | {"kind": "pool"}
    bare = {"address": "203.0.113.7", "kind": "pool"}
    row, dead = source.read("json", json.dumps([pool, bare]).encode())
    assert (row.customer, row.pool) == ("", True)
    assert dead == RejectedRow(
        row=2, reason="expected address, resource, from, found no resource, from"
    )


def test_list_or_object_with_the_list():
    """Both forms are read, with or without a byte order mark."""
    text = json.dumps({"assignments": [ITEM]})
    assert [row.number for row in source.read("json", text.encode("utf-8-sig"))] == [1]
    assert [row.number for row in source.read("json", json.dumps([ITEM]).encode())] == [1]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"rows": []}', "expected a list of assignments, found none"),
        (b"1", "expected a list of assignments, found none"),
        (b"x", "expected JSON in UTF-8, found: Expecting value: line 1 column 1 (char 0)"),
    ],
)
def test_no_json(data, reason):
    """A file without a list says what was expected."""
    with pytest.raises(Unreadable) as raised:
        list(source.read("json", data))
    assert str(raised.value) == reason


def test_the_sources():
    """Each source is known by its name and reads files of its suffix."""
    known = source.sources()
    assert {("csv", "csv"), ("json", "json")} <= {
        (name, found.suffix) for name, found in known.items()
    }
    with pytest.raises(Invalid) as raised:
        source.read("x" * 61, b"")
    names = ", ".join(sorted(known))
    assert str(raised.value) == f"source: expected one of {names}, found {'x' * 60!r}"
