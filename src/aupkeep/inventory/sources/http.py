"""Any system that lists its addresses as JSON over HTTP, read by a declared mapping.

    mapping = "netbox"      # src/aupkeep/inventory/mappings/netbox.toml; a file of yours works too

A mapping has a table `[[lists]]` for each list; `RowMapping` says what its fields mean. Every page
of every list has to come, and as many rows as the system counts, or nothing counts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.mapping import (
    HOLE,
    RowMapping,
    UnmappedProject,
    expect,
    text_at,
    value_at,
)
from aupkeep.inventory.standing_source import (
    Look,
    SourceOptions,
    SourceReading,
    StandingSource,
)
from aupkeep.inventory.sync import RejectedHolding
from aupkeep.model.errors import Forbidden, Invalid, Unavailable, Unreadable

MOST_PAGES = 10_000
MOST_ROWS = 2_000_000
MOST_NAMED = 1_000  # rejected rows whose reason is kept
LOOKUP = "lookup"
GOOD, REFUSED = 200, (401, 403)
LIST = ("path", "rows", "next", "page", "count")


@dataclass(frozen=True, slots=True)
class JsonList:
    """Where a list is: its path, and in each page the rows, the next URL, how many in all."""

    path: str
    rows: str
    next: str = ""
    page: str = ""  # instead of `next`: a parameter that counts from 1, until a page has no rows
    count: str = ""

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "JsonList":
        """The list of a table. Raises `Invalid`."""
        texts = {name: expect(table.get(name, ""), str, name) for name in LIST}
        if not texts["path"].startswith("/"):
            raise Invalid(f"mapping path: expected /…, found {texts['path'][:60]!r}")
        return cls(**texts)

    def read(self, get: Callable[[str], Any]) -> Iterator[object]:
        """Each row of each page. Raises `Unreadable`, `Unavailable`."""
        place, asked, number = self._first(), set[str](), 0
        counted: int | None = None
        while place:
            if place in asked or len(asked) >= MOST_PAGES:
                raise Unreadable(f"{self.path}: expected other pages, found one twice or too many")
            asked.add(place)
            page = get(place)
            rows = value_at(page, self.rows) if self.rows else page
            if not isinstance(rows, list):
                raise Unreadable(f"{self.path}: expected a list at {self.rows!r}, found none")
            yield from rows
            number += len(rows)
            if number > MOST_ROWS:
                raise Unreadable(f"{self.path}: expected at most {MOST_ROWS} rows, found more")
            place = self._after(page, len(asked), rows)
            if self.count:
                counted = self._counted(page, counted)
                if number > counted or (not place and number < counted):
                    raise Unavailable(f"{self.path}: expected {counted} rows, found {number}")

    def _first(self) -> str:
        return self._numbered(1) if self.page else self.path

    def _numbered(self, number: int) -> str:
        return f"{self.path}{'&' if '?' in self.path else '?'}{urlencode({self.page: number})}"

    def _after(self, page: object, asked: int, rows: list[object]) -> str:
        if self.page:
            return self._numbered(asked + 1) if rows else ""
        place = value_at(page, self.next) if self.next else None
        if place is not None and not isinstance(place, str):
            raise Unreadable(f"{self.path}: expected a URL at {self.next!r}, found another type")
        return place or ""

    def _counted(self, page: object, before: int | None) -> int:
        """How many rows there are in all, which each page says alike."""
        counted = value_at(page, self.count)
        if type(counted) is not int or counted < 0:
            kind = "none" if counted is None else type(counted).__name__
            raise Unreadable(
                f"{self.path}: expected how many rows there are at {self.count!r}, found {kind}"
            )
        if before not in (None, counted):
            raise Unavailable(
                f"{self.path}: the list changed while it was read: {before} rows, then {counted}"
            )
        return counted


@dataclass(frozen=True, slots=True)
class MappedList:
    """A list, what its rows mean, and a second list that is laid beside it."""

    rows: JsonList
    mapping: RowMapping
    only_known: bool
    beside: JsonList | None
    key: str
    by: str

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "MappedList":
        """The list of a table. Raises `Invalid`."""
        beside = expect(table.get(LOOKUP, {}), dict, LOOKUP)
        return cls(
            rows=JsonList.of(table),
            mapping=RowMapping(table),
            only_known=expect(table.get("only_known", False), bool, "only_known"),
            beside=JsonList.of(beside) if beside else None,
            key=expect(beside.get("key", ""), str, "key"),
            by=expect(beside.get("by", ""), str, "by"),
        )

    def read(
        self, get: Callable[[str], Any], customers: Mapping[str, str], reading: SourceReading
    ) -> None:
        """Add what the list says to the reading."""
        known = self._beside(get)
        for number, row in enumerate(self.rows.read(get), start=1):
            try:
                if self.beside and isinstance(row, dict):
                    row[LOOKUP] = known.get(text_at(row, self.by))
                holding = self.mapping.seen(row, customers, only_known=self.only_known)
            except UnmappedProject as project:
                reading.unmapped.add(str(project)[:200])
            except Invalid as error:
                why = str(error) if len(reading.rejected) < MOST_NAMED else "not readable either"
                prefix = self.mapping.prefix(row)
                reading.rejected.append(RejectedHolding(row=number, reason=why, prefix=prefix))
            else:
                reading.rows += [] if holding is None else [holding]

    def _beside(self, get: Callable[[str], Any]) -> dict[str, object]:
        rows = self.beside.read(get) if self.beside else ()
        return {text_at(row, self.key): row for row in rows if isinstance(row, dict)}


def open_http(options: SourceOptions, client: HttpClient) -> Look:
    """Prepare the lists of the mapping. Raises `Invalid`."""
    tables = expect(options.mapping.get("lists", []), list, "lists")
    if not tables:
        raise Invalid("mapping: expected a table [[lists]], found none")
    lists = [MappedList.of(expect(table, dict, "lists")) for table in tables]
    template = expect(options.mapping.get("authorization", ""), str, "authorization")
    lacking = [name for name in HOLE.findall(template) if not options.options.get(name)]
    if lacking:
        raise Invalid(f"source {options.name}: expected the option {lacking[0]}, found none")
    secret = HOLE.sub(lambda hole: str(options.options[hole[1]]), template)
    headers = {"Authorization": secret} if secret else {}
    get = partial(_get, client, headers)
    return lambda _now: _look(lists, get, options.customers)


def _look(
    lists: list[MappedList], get: Callable[[str], Any], customers: Mapping[str, str]
) -> SourceReading:
    reading = SourceReading()
    for item in lists:
        item.read(get, customers, reading)
    return reading


def _get(client: HttpClient, headers: Mapping[str, str], place: str) -> object:
    """The JSON of one page. Raises `Forbidden`, `Unreadable`, `Unavailable`."""
    answer = client.get(place, headers)
    path = place.partition("?")[0][:80]
    if answer.status in REFUSED:
        raise Forbidden(f"{path}: expected a token that may read it, found HTTP {answer.status}")
    if answer.status != GOOD:
        raise Unreadable(f"{path}: expected HTTP 200, found {answer.status}")
    return answer.value


SOURCE = StandingSource("http", 300, open_http)
