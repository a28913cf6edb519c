"""Queries that are compiled once a process; what their places hold is given each time.

`notices._OF_CASE` is one: it is made of a function of a case's id, and called with such an id it
answers with a list of `Notice`.

Django takes about four times as long to build and compile a query, and to make an instance of its
model of each row, as SQLite takes to answer it: deciding about two thousand rows of a list asks a
hundred thousand. The price: a place is a plain value (text, time, number, bytes) that a condition
compares, never None and never a list.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery

from aupkeep.model.whole_text import clean
from aupkeep.store.tables import TABLES

T = TypeVar("T")
Build = Callable[..., QuerySet[Any, Any]]
MARKERS: dict[type, Callable[[int], object]] = {
    str: lambda number: f"\ue000 place {number}",
    int: lambda number: 31_190 + number,  # the narrowest column takes it
    bytes: lambda number: f"\ue000 place {number}".encode(),
    datetime: lambda number: datetime(1999, 1, 1 + number, 3, 7, tzinfo=UTC),
}


class PreparedRows:
    """A query whose answer is rows, as `values_list` has them; `kinds` are those of its places."""

    def __init__(self, build: Build, *kinds: type) -> None:
        """Nothing is compiled before it is asked: another database may be open by then."""
        self._build = build
        self._kinds = kinds
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, *values: object) -> list[Sequence[Any]]:
        """The rows for these values of the places."""
        return self.compiled().converted(self.fetched(*values))

    def fetched(self, *values: object) -> list[Sequence[Any]]:
        """The same as the database has them, before columns become values."""
        compiled = self.compiled()
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, compiled.params(values))
            return list(cursor.fetchall())

    def compiled(self) -> "_Compiled":
        """The query for the kind of database that is open."""
        known = self._compiled.get(connection.vendor)
        if known is None:
            known = self._compiled[connection.vendor] = _Compiled(self._build, self._kinds)
        return known


class Prepared(PreparedRows, Generic[T]):
    """A query whose answer is records, each of a whole row.

    One that is `remembered` gives the records of its last answer again while the rows are the same:
    records do not change, and to read a large one costs more than to compare its text.
    """

    def __init__(
        self, record: type[T], build: Build, *kinds: type, remembered: bool = False
    ) -> None:
        """As `PreparedRows`, of the record's table."""
        super().__init__(build, *kinds)
        self._table = TABLES[record]
        self._last: tuple[object, list[T]] | None = None
        self._remembered = remembered

    def records(self, *values: object) -> list[T]:
        """The records for these values of the places."""
        compiled, rows = self.compiled(), self.fetched(*values)
        known = self._last
        if known is not None and known[0] == (compiled.sql, rows):
            return list(known[1])
        read = self._table.reader(compiled.columns)
        records = [cast("T", read(row)) for row in compiled.converted(rows)]
        if self._remembered:
            self._last = (compiled.sql, rows), list(records)
        return records

    def first(self, *values: object) -> T | None:
        """The first of them, or None."""
        return next(iter(self.records(*values)), None)


class PreparedUpdate:
    """A change of rows: `build` gives the rows and the columns that change, both with places."""

    def __init__(
        self, build: Callable[..., tuple[QuerySet[Any, Any], dict[str, object]]], *kinds: type
    ) -> None:
        """Nothing is compiled before it is asked for."""
        self._build = build
        self._kinds = kinds
        self._compiled: dict[str, _Placed] = {}

    def __call__(self, *values: object) -> int:
        """Change the rows for these values of the places; returns how many."""
        if connection.vendor not in self._compiled:
            markers = _markers(self._kinds)
            rows, columns = self._build(*markers)
            query = cast("UpdateQuery", rows.query.chain(UpdateQuery))
            query.add_update_values(columns)
            sql, params = query.get_compiler(connection=connection).as_sql()
            self._compiled[connection.vendor] = _Placed(str(sql), params, markers)
        compiled = self._compiled[connection.vendor]
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, compiled.params(values))
            return int(cursor.rowcount)


def _markers(kinds: Sequence[type]) -> list[object]:
    return [MARKERS[kind](number) for number, kind in enumerate(kinds)]


class _Placed:
    """The text of a statement and where its places are."""

    def __init__(self, sql: str, params: Sequence[Any], markers: Sequence[object]) -> None:
        self.sql = sql
        self._params = list(params)
        written = [_adapted(marker) for marker in markers]
        values = [getattr(param, "obj", param) for param in params]  # psycopg wraps bytes
        self._places = [
            (at, written.index(param)) for at, param in enumerate(values) if param in written
        ]
        if {number for _, number in self._places} != set(range(len(markers))):
            raise ValueError(f"expected each place of a query in its text, found {params}")

    def params(self, values: Sequence[object]) -> list[Any]:
        params = list(self._params)
        for at, number in self._places:
            params[at] = _adapted(values[number])
        return params


class _Compiled(_Placed):
    """The same of a query, and how a column becomes a value."""

    def __init__(self, build: Build, kinds: Sequence[type]) -> None:
        markers = _markers(kinds)
        compiler = build(*markers).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        super().__init__(str(sql), params, markers)
        selected = [column for column, _, _ in compiler.select]
        self.columns = (
            tuple(getattr(column, "target", column).attname for column in selected)
            if (all(hasattr(column, "target") for column in selected))
            else ()
        )
        self.converters = compiler.get_converters(selected)

    def converted(self, rows: list[Sequence[Any]]) -> list[Sequence[Any]]:
        """As `SQLCompiler.apply_converters`."""
        if not self.converters:
            return rows
        changed: list[Sequence[Any]] = []
        for given in rows:
            row = list(given)
            for at, (turns, expression) in self.converters.items():
                value = row[at]
                for turn in turns:
                    value = turn(value, expression, connection)
                row[at] = value
            changed.append(row)
        return changed


def _adapted(value: object) -> object:
    """A value as the database's own fields write it."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


_by_columns: dict[tuple[object, ...], "Prepared[Any]"] = {}


def first(record: type[T], **wanted: object) -> T | None:
    """The first record whose columns have these values, by key, or None."""
    given = {name: value for name, value in wanted.items() if type(value) in MARKERS}
    fixed = {name: value for name, value in wanted.items() if name not in given}
    kinds = [type(value) for value in given.values()]
    key = (record, *zip(given, kinds, strict=True), *fixed.items())
    query = _by_columns.get(key)
    if query is None:
        manager = TABLES[record].model._default_manager  # noqa: SLF001 - Django's documented API
        names = tuple(given)

        def build(*values: object) -> QuerySet[Any, Any]:
            chosen = dict(zip(names, values, strict=True))
            return manager.filter(**chosen, **fixed).order_by("pk")[:1]

        query = _by_columns[key] = Prepared(record, build, *kinds)
    return cast("T | None", query.first(*given.values()))
