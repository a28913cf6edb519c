"""One row of an assignment source: typed as it stands, or refused with what was found."""

from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from aupkeep.inventory.assignment_row import (
    ParsedAssignment,
    assignment_from,
    parse_prefix,
    parse_row,
    parse_word,
)
from aupkeep.inventory.csv_table import columns, rows
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.holding import Assignment
from aupkeep.model.report import RejectedRow

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
LEAST = {
    "address": "203.0.113.7",
    "customer": "kari",
    "resource": "web",
    "from": "2026-01-01T00:00:00Z",
}
WHOLE = LEAST | {
    "port_from": "0",
    "port_to": " 65535",
    "until": "2026-02-01T00:00:00Z",
    "site": "oslo",
    "router": "true",
}


def test_least():
    """Without its optional columns a row is the whole address at `main`, still held."""
    assert parse_row(7, LEAST) == ParsedAssignment(
        number=7,
        raw=LEAST,
        site="main",
        prefix=ip_network("203.0.113.7/32"),
        port_from=0,
        port_to=65535,
        customer="kari",
        resource="web",
        start=START,
        end=None,
        router=False,
    )


def test_whole():
    """Each column goes to its field, and a router says so in its resource."""
    row = parse_row(2, WHOLE | {"port_from": " 22 ", "port_to": "22"})
    assert (row.port_from, row.port_to, row.site, row.end) == (22, 22, "oslo", END)
    assert (row.resource, row.router) == ("web (router)", True)
    assert parse_row(2, WHOLE | {"resource": "a router"}).resource == "a router"
    blank = parse_row(2, LEAST | {"site": "", "until": "", "port_from": " ", "router": "no"})
    assert (blank.site, blank.end, blank.port_to, blank.router) == ("main", None, 65535, False)


def test_record_of_a_row():
    """The record has all that the row says, its id, and since when it is believed."""
    assert assignment_from(parse_row(2, WHOLE), "a1", END, source="csv") == Assignment(
        id="a1",
        site="oslo",
        prefix=ip_network("203.0.113.7/32"),
        port_from=0,
        port_to=65535,
        customer="kari",
        resource="web (router)",
        start=START,
        end=END,
        known_from=END,
        source="csv",
        router=True,
    )
    assert assignment_from(parse_row(2, LEAST), "a1", END).source == "import"
    ports = LEAST | {"port_from": "22", "port_to": "25"}
    shared = assignment_from(parse_row(2, ports), "a1", END)
    assert (shared.port_from, shared.port_to) == (22, 25)


def test_a_pool_is_nobody_s():
    """Whatever customer its row names; the record says so too."""
    row = parse_row(2, LEAST | {"kind": "pool"})
    assert (row.customer, row.pool, row.router, row.resource) == ("", True, False, "web")
    made = assignment_from(row, "a1", END)
    assert (made.customer, made.pool) == ("", True)
    assert not assignment_from(parse_row(2, LEAST), "a1", END).pool


@pytest.mark.parametrize("kind", ["router", "customer", ""])
def test_a_kind_that_is_named(kind: str):
    """It counts before the older column `router`; empty is as if it were not there."""
    row = parse_row(2, WHOLE | {"kind": kind})
    assert (row.router, row.pool, row.customer) == (kind != "customer", False, "kari")


def beyond(bits: int, found: str) -> str:
    return f"address: expected a prefix length up to {bits}, found {found!r}"


REFUSED = {
    "ends at its start": (
        {"until": LEAST["from"]},
        f"until: expected a time after from {LEAST['from']}, found {LEAST['from']}",
    ),
    "no kind": (
        {"kind": "x" * 61},
        f"kind: expected customer, router, pool, found {'x' * 60!r}",
    ),
    "no time": ({"from": "now"}, "from: expected RFC 3339 such as"),
    "no end": ({"until": "now"}, "until: expected RFC 3339 such as"),
    "one port": (
        {"port_from": "22", "port_to": " "},
        "ports: expected port_from and port_to or neither, found '22' and ' '",
    ),
    "the other port": (
        {"port_from": "", "port_to": "2" * 61},
        f"ports: expected port_from and port_to or neither, found '' and {'2' * 60!r}",
    ),
    "a long port": (
        {"port_from": "2" * 61, "port_to": ""},
        f"ports: expected port_from and port_to or neither, found {'2' * 60!r} and ''",
    ),
    "ports backwards": (
        {"port_from": "23", "port_to": "22"},
        "port_to: expected a port from 23 up, found 22",
    ),
    "a port too high": ({"port_from": "22", "port_to": "65536"}, "port_to: expected a port"),
    "a port of words": ({"port_from": "ssh", "port_to": "22"}, "port_from: expected a port"),
    "no customer": ({"customer": " "}, "customer: expected a value, found none"),
    "no resource": ({"resource": ""}, "resource: expected a value, found none"),
    "a blank site": ({"site": " "}, "site: expected a value, found none"),
    "a long customer": (
        {"customer": "x" * 201},
        "customer: expected at most 200 characters, found 201",
    ),
    "two lines": (
        {"resource": "a\nb" + "c" * 60},
        "resource: expected printable text on one line, found 'a\\nb" + "c" * 57 + "'",
    ),
    "no address": ({"address": "web"}, "address: expected an IPv4 or IPv6 address, found 'web'"),
    "host bits": (
        {"address": "203.0.113.7/24"},
        "address: expected a prefix without host bits such as 203.0.113.0/24, found '203.0.113.7",
    ),
    "no length": (
        {"address": "203.0.113.7/"},
        "address: expected a prefix length, found '203.0.113.7/'",
    ),
    "a long length": (
        {"address": "203.0.113.7/" + "0" * 60},
        "address: expected a prefix length, found '203.0.113.7/" + "0" * 48 + "'",
    ),
    "four digits": (
        {"address": "203.0.113.8/0029"},
        "address: expected a prefix length, found '203.0.113.8/0029'",
    ),
    "host bits and blanks": (
        {"address": "203.0.113.7/24" + " " * 60},
        (
            "address: expected a prefix without host bits such as 203.0.113.0/24, found "
            f"'203.0.113.7/24{' ' * 46}'"
        ),
    ),
    "other digits": (
        {"address": "203.0.113.7/٣"},
        "address: expected a prefix length, found '203.0.113.7/٣'",
    ),
    "too long": ({"address": "203.0.113.7/33"}, beyond(32, "203.0.113.7/33")),
    "too long in IPv6": ({"address": "::/129"}, beyond(128, "::/129")),
    "mapped and short": ({"address": "::ffff:0.0.0.0/95"}, beyond(32, "::ffff:0.0.0.0/95")),
    "padded": (
        {"address": "203.0.113.7/033" + " " * 60},
        beyond(32, "203.0.113.7/033" + " " * 45),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str):
    """A row that cannot be true names the column, what was expected and what was found."""
    changes, reason = REFUSED[name]
    with pytest.raises(Invalid) as raised:
        parse_row(2, LEAST | changes)
    assert str(raised.value).startswith(reason)
    assert len(str(raised.value)) < len(reason) + 60


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 203.0.113.7 ", "203.0.113.7/32"),
        ("203.0.113.8/029", "203.0.113.8/29"),
        ("203.0.113.7/32", "203.0.113.7/32"),
        ("2001:db8::1", "2001:db8::1/128"),
        ("::/0", "::/0"),
        ("::ffff:0.0.0.0/96", "0.0.0.0/0"),
    ],
)
def test_prefixes(text: str, expected: str):
    """An address is a prefix of full length; every length from none to all is one."""
    assert parse_prefix(text) == ip_network(expected)


def test_the_refusal_names_what_was_read():
    with pytest.raises(Invalid, match=r"^own space: expected an IPv4 or IPv6 address"):
        parse_prefix("web", "own space")


def test_words():
    """A word is stripped, up to its longest."""
    assert parse_word(" a b ", "x") == "a b"
    assert parse_word("x" * 200, "x") == "x" * 200
    with pytest.raises(Invalid, match=r"^y: expected at most 3 characters, found 4$"):
        parse_word("abcd", "y", 3)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines(end: str):
    """Lines are numbered as an editor does, blank ones skipped, values stripped, names lowered."""
    data = end.join([" A ,b", "1, 2 ", "", '"x,y","q""q"', ""]).encode()
    assert list(rows(data, ["a"], ["b", "c"])) == [
        (2, {"a": "1", "b": "2", "c": ""}),
        (4, {"a": "x,y", "b": 'q"q', "c": ""}),
    ]
    assert columns(data) == {"a", "b"}


def test_a_line_ends_at_its_line_end():
    """What stands before it belongs to the values, an empty last one too."""
    data = b"a\tb\r\nMAX\t\r\n1\tX\r\n"
    assert list(rows(data, ["a"], [])) == [(2, {"a": "MAX", "b": ""}), (3, {"a": "1", "b": "X"})]


def line(count: int) -> str:
    return f"expected {count} values, found"


LINES = {
    "one value less": (b"1", f"{line(2)} 1"),
    "one value more": (b"1,2,3", f"{line(2)} 3"),
    "the longest": (b"x" * 16_384, f"{line(2)} 1"),
    "too long": (b"x" * 16_385, "expected at most 16384 bytes in a row, found 16385"),
    "no UTF-8": (b"a\xe5b,", "expected UTF-8, found byte 0xe5"),
    "an open quote": (
        b'"' + b"a" * 70,
        f"expected comma-separated values, found {chr(34) + 'a' * 59!r} (unexpected end of data)",
    ),
    "a NUL": (b"a\0,b", "expected text, found a NUL"),
    "as many as may be": (b"," * 99, f"{line(2)} 100"),
    "too many": (b"," * 100, "expected at most 100 values, found 101"),
}


@pytest.mark.parametrize("name", LINES)
def test_a_broken_line(name: str):
    """A line that cannot be read is dead with its number and reason; the next one lives."""
    text, reason = LINES[name]
    found = list(rows(b"a,b\n" + text + b"\n1,2\n", ["a"], []))
    assert found == [RejectedRow(row=2, reason=reason), (3, {"a": "1", "b": "2"})]


HEADERS = {
    "nothing": (b"", "header: expected the columns a,b, found '' without a,b"),
    "one lacks": (b"a;x", "header: expected the columns a,b, found 'a,x' without b"),
    "twice": (b"a\tb\tA", "header: expected the columns a,b, found 'a,b,a' with a column twice"),
    "long": (
        b"x" * 300,
        f"header: expected the columns a,b, found {'x' * 200!r} without a,b",
    ),
    "no UTF-8": (b"\xff", "header: expected the columns a,b; expected UTF-8, found byte 0xff"),
    "half of UTF-16": (b"\xff\xfea", "expected UTF-8 or UTF-16, found "),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_broken_header(name: str):
    """A file without its columns is unreadable, and says which."""
    data, reason = HEADERS[name]
    with pytest.raises(Unreadable) as raised:
        list(rows(data, ["a", "b"], []))
    assert str(raised.value).startswith(reason)
    assert str(raised.value) == reason or reason.endswith("found ")
    if "without" not in reason:
        with pytest.raises(Unreadable):
            columns(data)


@pytest.mark.parametrize(("by", "name"), [(";", "semicolon"), ("\t", "tab"), (",", "comma")])
def test_the_separator_is_the_header_s(by: str, name: str):
    """A line is separated as its header is, whatever else stands in it."""
    found = list(rows(f'a{by}b\n"1,;"{by}2\n"{by}'.encode(), ["a"], []))
    assert found[0] == (2, {"a": "1,;", "b": "2"})
    assert isinstance(found[1], RejectedRow)
    assert found[1].reason.startswith(f"expected {name}-separated values, found ")
