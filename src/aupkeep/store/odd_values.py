"""Values that a database keeps and reads back, but that no write of ours makes.

SQLite takes any type in any column and keeps a time as text; PostgreSQL has times without an end.
Such a value may read like the one that was recorded and compare otherwise in a query: a hold whose
`ended_at` is an empty text reads as one that has no end, and no search for live holds finds it.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models.functions import Cast

from aupkeep.store.codec import load
from aupkeep.store.fields import JsonTextField
from aupkeep.store.models import (
    BytesRow,
    CaseSourceRow,
    CheckpointRow,
    ConfirmedRow,
    CosignatureRow,
    EntryRow,
    LogRow,
    MovedFlagRow,
)
from aupkeep.store.tables import BATCH, TABLES, UNREADABLE, Table

# What is proven beside the rows that entries name; the log first, since all else is read by it.
OTHERS: tuple[type[models.Model], ...] = (
    EntryRow,
    LogRow,
    CheckpointRow,
    CosignatureRow,
    CaseSourceRow,
    ConfirmedRow,
    BytesRow,
    MovedFlagRow,
)
MOMENT = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]"
FRACTION = ".[0-9][0-9][0-9][0-9][0-9][0-9]"
SQLITE = {
    "DateTimeField": f"typeof({{0}}) = 'text' AND datetime({{0}}) IS substr({{0}}, 1, 19) AND"
    f" ({{0}} GLOB '{MOMENT}' OR {{0}} GLOB '{MOMENT}{FRACTION}' AND {{0}} NOT GLOB '*.000000')",
    "BooleanField": "typeof({0}) = 'integer' AND {0} IN (0, 1)",
    "FloatField": "typeof({0}) = 'real'",
    "BinaryField": "typeof({0}) = 'blob'",
    "TextField": "typeof({0}) = 'text'",
    "CharField": "typeof({0}) = 'text'",
}
WHOLE = "typeof({0}) = 'integer'"  # every other field of ours on SQLite
POSTGRESQL = {
    "DateTimeField": "{0} >= '0001-01-01 00:00:00+00' AND {0} < '10000-01-01 00:00:00+00'",
    "FloatField": "{0} > '-infinity' AND {0} < 'infinity'",
}


class OddValue(NamedTuple):
    """Where one stands: the word of the row's record, or its table where no entry names it.

    `number` is the entry whose own row it is, None for every other row.
    """

    word: str
    key: str
    column: str
    number: int | None


def odd_values() -> Iterator[OddValue]:
    """One for each column of a proven table that holds any, those of the log first."""
    words = {table.model: table for table in TABLES.values()}
    every: list[type[models.Model]] = [*OTHERS, *words]
    for model in dict.fromkeys(every):
        named = words.get(model)
        unique = named.unique if named else ()
        word = named.word if named else model._meta.db_table  # noqa: SLF001 - Django's documented API
        for column, key in _odd_columns(model, unique):
            number = int(key) if model is EntryRow and key.isdecimal() else None
            yield OddValue(word, key, column, number)


def _odd_columns(model: type[models.Model], unique: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each column of a table that holds an odd value, with the key of the first row that has it."""
    meta = model._meta  # noqa: SLF001 - Django's documented API
    asked = [(_column(field), usual) for field in meta.concrete_fields if (usual := _usual(field))]
    if not asked:
        return
    key_fields = [meta.get_field(name) for name in unique] or [meta.pk]
    keys = [_column(field) for field in key_fields]
    odd = [f"({column} IS NOT NULL AND NOT ({usual}))" for column, usual in asked]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'CAST({key} AS TEXT)' for key in keys)}, {', '.join(odd)}"  # noqa: S608 - names of ours
            f" FROM {connection.ops.quote_name(meta.db_table)}"
            f" WHERE {' OR '.join(odd)} ORDER BY {', '.join(keys)} LIMIT 1"
        )
        for row in cursor.fetchall():
            key = "/".join(str(part) for part in row[: len(keys)])
            answers = zip(asked, row[len(keys) :], strict=True)
            yield from ((column.strip('"'), key) for (column, _), is_odd in answers if is_odd)


def _usual(field: Any) -> str:  # noqa: ANN401 - a field of any type
    """What SQL says of a value that we write into this column, "" where the type says it all."""
    column, stored = _column(field), field
    while isinstance(stored, models.ForeignKey):
        stored = stored.target_field
    kind = stored.get_internal_type()
    known, other = (SQLITE, WHOLE) if connection.vendor == "sqlite" else (POSTGRESQL, "")
    parts = [known.get(kind, other).format(column)]
    if stored is not field and field.null and kind in {"TextField", "CharField"}:
        parts.append(f"{column} <> ''")  # no other row has an empty key
    return " AND ".join(filter(None, parts))


def _column(field: Any) -> str:  # noqa: ANN401 - a field of any type
    """Its column, as SQL names it."""
    return str(connection.ops.quote_name(field.column))


def unread_value(table: Table) -> OddValue | None:
    """The first value of a table of which no record can be made; it is asked once one could not.

    A document is looked at as the text that it is kept as.
    """
    meta = table.model._meta  # noqa: SLF001 - Django's documented API
    read = [
        (attname, hint, isinstance(meta.get_field(name), JsonTextField))
        for name, attname, native, hint in table.columns
        if not native
    ]
    asked = [Cast(name, models.TextField()) if document else name for name, _, document in read]
    objects = table.model._default_manager  # noqa: SLF001 - Django's documented API
    for row in objects.values_list(*table.unique, *asked).iterator(chunk_size=BATCH):
        keys, values = row[: len(table.unique)], row[len(table.unique) :]
        for (column, hint, document), value in zip(read, values, strict=True):
            try:
                load(hint, json.loads(value) if document and value is not None else value)
            except UNREADABLE:
                return OddValue(table.word, "/".join(map(str, keys)), column, None)
    return None
