"""The source `http`: whatever the other side says, a whole snapshot or none."""

import json
import socket
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.sources.http import SOURCE
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.model.errors import Forbidden, Invalid, Unavailable, Unreadable
from inventory.json_server import Asked, serving

pytestmark = pytest.mark.network
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIST = {
    "path": "/list",
    "rows": "rows",
    "next": "next",
    "address": "ip",
    "customer": ["who"],
    "resource": ["vm:{id}"],
}
GOOD = {"ip": "203.0.113.7", "who": "kari", "id": 1}


def look(server, *, options=None, client=None, **changed: object):
    """One look with that list."""
    mapping = {"lists": [LIST | changed], "authorization": "Token {token}"}
    options = SourceOptions(name="x", mapping=mapping, options=options or {"token": "s3cret"})
    return SOURCE.open(options, client or HttpClient(server.origin))(NOON)


def raw(data, status=200, **headers: str):
    """An answer in bytes."""
    return lambda _: (status, headers, data)


def test_the_token_is_sent_and_nothing_else():
    with serving(answers={"/list": {"rows": [GOOD]}}) as server:
        (row,) = look(server).rows
    assert (row.customer, row.resource, str(row.prefix)) == ("kari", "vm:1", "203.0.113.7/32")
    assert server.asked[0].headers["authorization"] == "Token s3cret"


HOSTILE = {
    "a redirect": (raw(b"", 302, Location="http://192.0.2.1/"), Unreadable, "a redirect"),
    "no JSON": (raw(b"<html>"), Unreadable, "expected JSON"),
    "a deep one": (raw(b"[" * 200_000), Unreadable, "expected JSON"),
    "a list at once": (raw(b"[]"), Unreadable, "expected a list at 'rows'"),
    "rows of another type": (raw(b'{"rows": {"a": 1}}'), Unreadable, "expected a list"),
    "nothing": (raw(b""), Unreadable, "expected a list"),
    "no such place": (raw(b"{}", 404), Unreadable, "expected HTTP 200, found 404"),
    "no right": (raw(b"{}", 403), Forbidden, "expected a token that may read it"),
    "no login": (raw(b"go away", 401), Forbidden, "HTTP 401"),
    "later": (raw(b"{}", 503), Unavailable, "HTTP 503"),
    "too often": (raw(b"{}", 429), Unavailable, "HTTP 429"),
    "fewer bytes": (
        raw(b'{"rows": []}', **{"Content-Length": "99"}),
        Unavailable,
        "IncompleteRead",
    ),
    "a page elsewhere": (
        raw(b'{"rows": [], "next": "http://192.0.2.1/list?page=2"}'),
        Unreadable,
        "found one of 192.0.2.1",
    ),
    "a page by another way": (
        raw(b'{"rows": [], "next": "https://127.0.0.1/list"}'),
        Unreadable,
        "expected a page of 127.0.0.1",
    ),
    "a page with a user": (
        raw(b'{"rows": [], "next": "http://a:b@127.0.0.1/list"}'),
        Invalid,
        "without a user",
    ),
    "a next page of another type": (raw(b'{"rows": [], "next": 2}'), Unreadable, "another type"),
    "the same page for ever": (raw(b'{"rows": [], "next": "/list"}'), Unreadable, "one twice"),
    "a path that splits the request": (
        raw(b'{"rows": [], "next": "/list HTTP/1.1\\r\\nX: y"}'),
        Unreadable,
        "expected a path",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_answer_that_is_none_ends_the_look(name):
    """It ends in an error that names the path, and never the secret."""
    answer, kind, reason = HOSTILE[name]
    with serving(answer=answer) as server, pytest.raises(kind, match=reason) as raised:
        look(server)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([3], "expected 3 rows, found 1"),
        ([0], "expected 0 rows, found 1"),
        (["1"], "expected how many rows there are at 'count', found str"),
        ([None], "at 'count', found none"),
        ([True], "at 'count', found bool"),
        ([-1], "at 'count', found int"),
        ([3, 2], "the list changed while it was read: 3 rows, then 2"),
        ([2, None], "at 'count', found none"),
    ],
)
def test_rows_are_counted(counts, reason):
    """A count that is none, or another one on another page, ends the look."""
    pages = [{"rows": [GOOD], "count": count, "next": f"/list?p={n}"}
             for n, count in enumerate(counts, start=1)]  # fmt: skip
    del pages[-1]["next"]
    answers = {f"/list?p={n}" if n else "/list": page for n, page in enumerate(pages)}
    with serving(answers=answers) as server:
        with pytest.raises((Unavailable, Unreadable), match=reason):
            look(server, count="count")
        answers["/list"] |= {"count": 1, "next": None}
        assert len(look(server, count="count").rows) == 1


def test_a_header_that_cannot_be_sent_is_not_repeated():
    with serving(answers={"/list": {"rows": []}}) as server:
        with pytest.raises(Unavailable, match="found: ValueError") as raised:
            look(server, options={"token": "s3cret\nX: y"})
        with pytest.raises(Unavailable, match="found: UnicodeEncodeError") as other:
            look(server, options={"token": "s3cret\u2026"})
    assert "s3cret" not in f"{raised.value}{other.value}"


def test_pages_without_end(monkeypatch):
    """Each page another one: the look ends at the most pages, or the most rows."""

    def endless(asked: Asked) -> tuple[int, dict[str, str], bytes]:
        number = int(asked.path.partition("=")[2] or 0) + 1
        page = {"rows": [GOOD], "next": f"/list?p={number}"}
        return 200, {}, json.dumps(page).encode()

    monkeypatch.setattr("aupkeep.inventory.sources.http.MOST_PAGES", 20)
    with serving(answer=endless) as server, pytest.raises(Unreadable, match="too many"):
        look(server)
    assert len(server.asked) == 20
    monkeypatch.setattr("aupkeep.inventory.sources.http.MOST_ROWS", 5)
    with serving(answer=endless) as server, pytest.raises(Unreadable, match="at most 5 rows"):
        look(server)


def test_a_hundred_megabytes():
    """No more is read than the limit says, of one answer and of all."""
    page = json.dumps({"rows": [], "next": "/list?2", "pad": "x" * 900_000}).encode()
    with serving(answer=raw(b"[" + b"1," * 50_000_000)) as server:
        before = time.process_time()
        with pytest.raises(Unreadable, match="at most 33554432 bytes, found more"):
            look(server)
        assert time.process_time() - before < 5
    with serving(answer=raw(page)) as server:
        client = HttpClient(server.origin, most_of_all=1_000_000)
        with pytest.raises(Unreadable, match="at most 1000000 bytes in all"):
            look(server, client=client)


@contextmanager
def dripping(first):
    """A server that sends these bytes and then a blank every tenth of a second."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            line, _ = listening.accept()
            with line:
                try:
                    line.sendall(first)
                    while True:
                        line.sendall(b" ")
                        time.sleep(0.1)
                except OSError:
                    return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join(5)


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\nX:", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_drips_holds_nobody(first):
    """In its headers or in its body, the look ends when its time is over."""
    with dripping(first) as url:
        client = HttpClient(url, seconds=0.5)
        with pytest.raises(Unavailable, match=r"nothing more in 0\.5 s"):
            look(None, client=client)


def test_an_address_that_is_not_safe():
    """No secret goes to another machine in the clear, unless the settings say so."""
    for url in ("http://ipam.example/", "ftp://ipam.example", "https://a:b@ipam.example", "x"):
        with pytest.raises(Invalid, match="url: expected https") as raised:
            HttpClient(url)
        assert "a:b" not in str(raised.value)
    HttpClient("http://ipam.example/", plain=True)
    with pytest.raises(Invalid, match="expected https://HOST/"):
        HttpClient("https://ipam.example:port/")


def test_a_broken_row_costs_no_other():
    """It is named by its place; a pool and what is skipped need no customer."""
    rows = [
        GOOD,
        {"ip": "203.0.113.300", "who": "kari", "id": 2},
        {"ip": {}, "who": "kari", "id": 3},
        {"ip": "203.0.113.8", "who": "kari"},
        {"ip": "203.0.113.9", "who": "ka\nri", "id": 5},
        {"ip": "203.0.113.10", "id": 6},
        {"ip": "203.0.113.11", "who": 7, "id": 7, "of": "free"},
        {"ip": "203.0.113.12", "who": "ola", "id": 8, "of": "gone"},
        {"ip": "203.0.113.13", "who": "ola", "id": 9, "of": "nat", "lo": 1024, "hi": 2047},
        7,
    ]
    kinds = {"free": "pool", "gone": "skip", "nat": "router", "": "customer"}
    more = {"kind": "of", "kinds": kinds, "port_from": "lo", "port_to": "hi"}
    with serving(answers={"/list": {"rows": rows}}) as server:
        reading = look(server, **more)
    assert [(str(x.prefix)[:-3], x.customer, x.resource) for x in reading.rows] == [
        ("203.0.113.7", "kari", "vm:1"),
        ("203.0.113.11", "", "vm:7"),
        ("203.0.113.13", "ola", "vm:9 (router)"),
    ]
    assert (reading.rows[2].port_from, reading.rows[2].port_to) == (1024, 2047)
    assert [str(row.prefix) for row in reading.rejected] == [
        *("None", "None", "203.0.113.8/32", "203.0.113.9/32", "None"),
    ]
    assert [(row.row, row.reason.partition(":")[0]) for row in reading.rejected] == [
        (2, "address"),
        (3, "ip"),
        (4, "resource"),
        (5, "customer"),
        (10, "expected an object, found int"),
    ]


def test_pages_by_number():
    """Until a page has no rows."""
    answers = {"/list?a=b&p=1": {"rows": [GOOD]}, "/list?a=b&p=2": {"rows": []}}
    with serving(answers=answers) as server:
        assert len(look(server, path="/list?a=b", page="p").rows) == 1
    assert [asked.path for asked in server.asked] == list(answers)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"path": "list"}, "path: expected /"),
        ({"address": ""}, "expected address, found none"),
        ({"resource": "id"}, "resource: expected list"),
        ({"customer": [1]}, "customer: expected str"),
        ({"host": 1}, "host: expected bool"),
        ({"kinds": {"a": "thing"}}, "kinds: expected customer, router, pool, skip"),
        ({"lookup": {"path": "x"}}, "path: expected /"),
        ({"rows": 1}, "rows: expected str"),
    ],
)
def test_a_mapping_that_could_not_work(changed, reason):
    with pytest.raises(Invalid, match=reason):
        look(None, client=HttpClient("http://127.0.0.1:1/"), **changed)


def test_what_a_source_lacks():
    """A mapping without a list, and a token that is not there."""
    client = HttpClient("http://127.0.0.1:1/")
    with pytest.raises(Invalid, match="expected a table"):
        SOURCE.open(SourceOptions(name="x"), client)
    with pytest.raises(Invalid, match="expected the option token"):
        look(None, client=client, options={"user": "x"})
