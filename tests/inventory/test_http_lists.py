"""Lists of JSON page by page, and a second list beside them: each row, or none of them."""

import pytest

from aupkeep.inventory.assignment_row import parse_prefix
from aupkeep.inventory.http_client import HttpAnswer
from aupkeep.inventory.sources import http
from aupkeep.inventory.sources.http import SOURCE, JsonList, MappedList
from aupkeep.inventory.standing_source import SourceOptions, SourceReading
from aupkeep.inventory.sync import RejectedHolding, SeenHolding
from aupkeep.model.errors import Forbidden, Invalid, Unavailable, Unreadable

LIST = {"path": "/list", "rows": "data.rows", "next": "more.next"}


def page(*rows: object, **more: object):
    return {"data": {"rows": list(rows)}, **more}


def read(pages, **changes: object):
    """Each row of these pages, and the places that were asked."""
    asked: list[str] = []

    def get(place: str) -> object:
        asked.append(place)
        return pages[place]

    return list(JsonList.of(LIST | changes).read(get)), asked


def refusal(pages, error, **changes: object):
    with pytest.raises(error) as caught:
        read(pages, **changes)
    return str(caught.value)


def test_pages_follow_each_other():
    """By what each says is next; a list may be the whole answer."""
    pages = {"/list": page(1, 2, more={"next": "/b"}), "/b": page(3, more={"next": None})}
    assert read(pages) == ([1, 2, 3], ["/list", "/b"])
    assert read({"/list": [1, 2]}, rows="", next="") == ([1, 2], ["/list"])
    assert read({"/list": page(1)}) == ([1], ["/list"])


@pytest.mark.parametrize(("path", "first"), [("/list", "/list?p="), ("/list?a=b", "/list?a=b&p=")])
def test_pages_have_numbers(path, first):
    """From 1 on, until one has no rows; what it says is next does not count."""
    pages = {f"{first}1": page(1, more={"next": "/b"}), f"{first}2": page(2), f"{first}3": page()}
    assert read(pages, path=path, page="p") == ([1, 2], list(pages))


def test_a_page_that_is_none_ends_the_look():
    assert refusal({"/list": {}}, Unreadable) == "/list: expected a list at 'data.rows', found none"
    assert "expected a list" in refusal({"/list": {"data": {"rows": {}}}}, Unreadable)
    words = "/list: expected a URL at 'more.next', found another type"
    assert refusal({"/list": page(more={"next": 7})}, Unreadable) == words


def test_a_page_twice_or_too_many_end_it(monkeypatch):
    words = "/list: expected other pages, found one twice or too many"
    round_ = {"/list": page(1, more={"next": "/b"}), "/b": page(2, more={"next": "/list"})}
    assert refusal(round_, Unreadable) == words
    monkeypatch.setattr(http, "MOST_PAGES", 2)
    three = {"/list": page(1), "/2": page(2), "/3": page(3)}
    for place, after in (("/list", "/2"), ("/2", "/3")):
        three[place] |= {"more": {"next": after}}
    assert refusal(three, Unreadable) == words
    monkeypatch.setattr(http, "MOST_PAGES", 3)
    assert read(three)[0] == [1, 2, 3]
    monkeypatch.setattr(http, "MOST_ROWS", 2)
    assert refusal(three, Unreadable) == "/list: expected at most 2 rows, found more"
    monkeypatch.setattr(http, "MOST_ROWS", 3)
    assert read(three)[0] == [1, 2, 3]


@pytest.mark.parametrize(
    ("counts", "error", "words"),
    [
        ([2, 2], None, ""),
        ([1, 1], Unavailable, "/list: expected 1 rows, found 2"),
        ([3, 3], Unavailable, "/list: expected 3 rows, found 2"),
        ([2, 3], Unavailable, "/list: the list changed while it was read: 2 rows, then 3"),
        (
            ["2", 2],
            Unreadable,
            "/list: expected how many rows there are at 'n', found str",
        ),
        ([True, 2], Unreadable, "/list: expected how many rows there are at 'n', found bool"),
        ([-1, 2], Unreadable, "/list: expected how many rows there are at 'n', found int"),
        ([None, 2], Unreadable, "/list: expected how many rows there are at 'n', found none"),
    ],
)
def test_as_many_rows_come_as_are_counted(counts, error, words):
    """Each page says the same, and the last row is there."""
    pages = {"/list": page(1, more={"next": "/b"}, n=counts[0]), "/b": page(2, n=counts[1])}
    if error is None:
        assert read(pages, count="n")[0] == [1, 2]
    else:
        assert refusal(pages, error, count="n") == words


def test_no_row_at_all_is_counted_too():
    assert read({"/list": page(n=0)}, count="n")[0] == []


def test_a_path_begins_at_the_root():
    with pytest.raises(Invalid) as caught:
        JsonList.of({"path": "x" * 99})
    assert str(caught.value) == f"mapping path: expected /…, found {'x' * 60!r}"
    assert JsonList.of({"path": "/a"}) == JsonList("/a", "", "", "", "")
    with pytest.raises(Invalid) as caught:
        JsonList.of({"path": "/a", "next": 7})
    assert str(caught.value) == "mapping next: expected str, found int"


def test_what_may_be_left_out_of_a_list():
    """No second list, and of every project a name."""
    plain = {key: ROWS[key] for key in ("path", "rows", "address", "customer", "resource")}
    made = MappedList.of(plain)
    assert (made.only_known, made.beside, made.key, made.by) == (False, None, "", "")
    assert read({"/list": {"rows": [1], "": {"": "/b"}}}, rows="rows", next="")[0] == [1]


ROWS = {
    "path": "/list",
    "rows": "rows",
    "address": "ip",
    "customer": ["lookup.who"],
    "resource": ["vm:{id}"],
    "only_known": True,
    "lookup": {"path": "/vms", "rows": "", "key": "vm", "by": "id"},
}


def mapped(rows, vms, **changes: object):
    """What the list and the one beside it say."""
    reading = SourceReading()
    pages = {"/list": {"rows": rows}, "/vms": vms}
    MappedList.of(ROWS | changes).read(pages.__getitem__, {"p1": "kari"}, reading)
    return reading


def test_a_row_is_read_with_the_one_beside_it():
    """Of each number the row with the same one; a project without a customer is named."""
    vms = [{"vm": 1, "who": "p1"}, {"vm": 2, "who": "p" * 300}, 7]
    rows = [{"ip": "203.0.113.7", "id": 1}, {"ip": "203.0.113.8", "id": 2}]
    reading = mapped([*rows, {"ip": "203.0.113.9", "id": 3}], vms)
    assert reading.rows == [
        SeenHolding(prefix=parse_prefix("203.0.113.7"), customer="kari", resource="vm:1")
    ]
    assert reading.unmapped == {"p" * 200}
    assert reading.rejected == []


def test_a_row_that_is_no_object_has_none_beside_it():
    """It is named as one that cannot be read."""
    assert [row.row for row in mapped([7], [{"vm": 1, "who": "p1"}]).rejected] == [1]


def test_without_one_beside_it_a_row_speaks_alone():
    """And without `only_known` a name that nobody maps is the customer's id."""
    alone = {"lookup": {}, "customer": ["who"], "only_known": False}
    reading = mapped([{"ip": "203.0.113.7", "id": 1, "who": "ola"}], [], **alone)
    assert [(row.customer, row.resource) for row in reading.rows] == [("ola", "vm:1")]


def test_a_row_that_cannot_be_read_is_named(monkeypatch):
    """By its place and its address, where that can be; of very many the reason is not kept."""
    rows = [{"ip": "203.0.113.7"}, {"ip": "x", "id": 1}, 7]
    alone = {"lookup": {}, "customer": ["ip"], "only_known": False}
    reading = mapped(rows, [], **alone)
    assert [(row.row, row.prefix) for row in reading.rejected] == [
        (1, parse_prefix("203.0.113.7")),
        (2, None),
        (3, None),
    ]
    assert reading.rejected[2].reason == "expected an object, found int"
    monkeypatch.setattr(http, "MOST_NAMED", 1)
    reading = mapped(rows[:2], [], **alone)
    assert reading.rejected[0].reason.startswith("resource: ")
    assert reading.rejected[1] == RejectedHolding(row=2, reason="not readable either", prefix=None)


class Client:
    """Answers by place, and keeps the headers it was sent."""

    def __init__(self, value: object, status: int = 200) -> None:
        """`value` is the JSON of every page."""
        self.answer, self.sent = HttpAnswer(status, {}, value), []

    def get(self, place: str, headers: dict[str, str]) -> HttpAnswer:
        """As the real one."""
        self.sent.append((place, headers))
        return self.answer


def look(client, **mapping: object):
    plain = ROWS | {"lookup": {}, "customer": ["who"], "only_known": False}
    known = {"lists": [plain]} | mapping
    given = SourceOptions(name="x", mapping=known, options={"token": "s3cret"})
    return SOURCE.open(given, client)(None)


def test_a_look_reads_every_list():
    """With the secret where the mapping has its place, and with none where it has not."""
    client = Client({"rows": [{"ip": "203.0.113.7", "id": 1, "who": "kari"}]})
    reading = look(client, authorization="Token {token}!")
    assert [row.customer for row in reading.rows] == ["kari"]
    assert client.sent == [("/list", {"Authorization": "Token s3cret!"})]
    look(client)
    assert client.sent[1:] == [("/list", {})]


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, Forbidden, "expected a token that may read it, found HTTP 401"),
        (403, Forbidden, "expected a token that may read it, found HTTP 403"),
        (404, Unreadable, "expected HTTP 200, found 404"),
        (201, Unreadable, "expected HTTP 200, found 201"),
    ],
)
def test_another_status_is_no_page(status, error, words):
    """The path is named, and no query."""
    path = f"/{'x' * 99}?secret=1"
    plain = ROWS | {"path": path, "lookup": {}, "customer": ["who"], "only_known": False}
    with pytest.raises(error) as caught:
        look(Client({"rows": []}, status), lists=[plain])
    assert str(caught.value) == f"/{'x' * 79}: {words}"
    short = ROWS | {"path": "/x?a=b?c", "lookup": {}, "customer": ["who"], "only_known": False}
    with pytest.raises(error) as caught:
        look(Client({"rows": []}, status), lists=[short])
    assert str(caught.value) == f"/x: {words}"


def test_a_mapping_without_any_list_is_told():
    with pytest.raises(Invalid) as caught:
        SOURCE.open(SourceOptions(name="x"), Client({}))
    assert str(caught.value) == "mapping: expected a table [[lists]], found none"


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"lists": []}, "mapping: expected a table [[lists]], found none"),
        ({"lists": {}}, "mapping lists: expected list, found dict"),
        ({"lists": [7]}, "mapping lists: expected dict, found int"),
        ({"authorization": 7}, "mapping authorization: expected str, found int"),
        (
            {"authorization": "{token} {user} {more}"},
            "source x: expected the option user, found none",
        ),
        ({"lists": [ROWS | {"lookup": 7}]}, "mapping lookup: expected dict, found int"),
        ({"lists": [ROWS | {"only_known": 7}]}, "mapping only_known: expected bool, found int"),
        (
            {"lists": [ROWS | {"lookup": {"path": "/x", "key": 7}}]},
            "mapping key: expected str, found int",
        ),
        (
            {"lists": [ROWS | {"lookup": {"path": "/x", "by": 7}}]},
            "mapping by: expected str, found int",
        ),
    ],
)
def test_a_mapping_that_could_not_work_is_told_at_once(mapping, words):
    with pytest.raises(Invalid) as caught:
        look(Client({"rows": []}), **mapping)
    assert str(caught.value) == words
