"""What the tables are made of, part by part: that of the database beside what our models make.

A column that takes nothing where ours must hold something, a unique index or a check more makes
the database refuse, or take, what it did not before; so does a rule that has kept its name and
says less. What our models do not make is nobody's. SQLite keeps the text of each statement. What
PostgreSQL keeps is compared with temporary tables, made from our models and rolled back.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import Error, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Coalesce

from aupkeep.model.errors import Unavailable
from aupkeep.store import one_holder
from aupkeep.store.guard import writing

Part = tuple[str, str]  # in words, and as the engine writes it
PARTS = """
    WITH own AS (
        SELECT oid, relname AS name FROM pg_class
        WHERE relnamespace = {0} AND relkind IN ('r', 'p') AND relname LIKE 'store\\_%'
    ), columns AS (
        SELECT a.*, attname || ' of ' || name AS place FROM own
        JOIN pg_attribute a ON attrelid = own.oid AND attnum > 0 AND NOT attisdropped
    )
    SELECT 'table ' || name, '' FROM own
    UNION ALL SELECT 'column ' || place, attidentity::text || attgenerated::text FROM columns
    UNION ALL SELECT 'type of ' || place, format_type(atttypid, atttypmod) || coalesce(
            (SELECT ' ' || collname FROM pg_collation c WHERE c.oid = attcollation), '')
        FROM columns
    UNION ALL SELECT 'not null ' || place, '' FROM columns WHERE attnotnull
    UNION ALL SELECT 'default of ' || place, pg_get_expr(adbin, adrelid) FROM columns
        JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    UNION ALL SELECT 'numbers for ' || place,
            concat_ws(' ', seqtypid, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle)
        FROM columns JOIN pg_depend ON refobjid = attrelid AND refobjsubid = attnum
            AND deptype IN ('a', 'i') JOIN pg_sequence ON seqrelid = objid
    UNION ALL SELECT CASE contype WHEN 'c' THEN 'check of ' || name || ' ' || conname
            WHEN 'u' THEN 'unique ' || (
                SELECT string_agg(attname, ', ' ORDER BY attname) FROM pg_attribute
                WHERE attrelid = conrelid AND attnum = ANY (conkey)) || ' of ' || name
            ELSE conname || ' of ' || name END, pg_get_constraintdef(c.oid)
        FROM own JOIN pg_constraint c ON conrelid = own.oid AND contype IN ('c', 'f', 'p', 'u', 'x')
    UNION ALL SELECT 'index ' || relname || ' of ' || name, pg_get_indexdef(indexrelid, 0, true)
        || CASE WHEN indisvalid THEN '' ELSE ' invalid' END FROM own
        JOIN pg_index ON indrelid = own.oid JOIN pg_class i ON i.oid = indexrelid
        WHERE indisunique OR indpred IS NOT NULL OR indexprs IS NOT NULL
"""
HERE, SCRATCH = "current_schema()::regnamespace", "pg_my_temp_schema()"
TO_SCRATCH = "SELECT set_config('search_path', 'pg_temp, ' || current_setting('search_path'), true)"
MADE = (
    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)
COLUMN = r'"?\w+"?(?: DESC)?'
FOR_SPEED = re.compile(rf'CREATE INDEX "?\w+"? ON "?\w+"? \({COLUMN}(?:, {COLUMN})*\)')
NAME = re.compile(r'CREATE (?:UNIQUE )?(\w+) "?(\w+)"?(?: ON "?(\w+)"?)?', re.IGNORECASE)
NUMBERS = {  # table, the last number that was given for its id, whether few are left
    "sqlite": "SELECT name, seq, seq > 9223372036854775807 / 2 FROM sqlite_sequence",
    "postgresql": """
        SELECT c.relname, s.last_value, s.last_value > s.max_value / 2
        FROM pg_depend d JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
            JOIN pg_class c ON c.oid = d.refobjid
            JOIN pg_sequences s ON s.schemaname = current_schema() AND s.sequencename = q.relname
        WHERE d.deptype IN ('a', 'i') AND s.last_value IS NOT NULL
    """,
}


def foreign_parts() -> list[str]:
    """Each table, column, index and rule that no model of ours makes like that; sorted."""
    return sorted({label for label, _ in _stored() - _made()})


def missing_parts() -> list[str]:
    """Each of those that our models make and the database has no more; sorted."""
    return sorted({*(label for label, _ in _made() - _stored()), *_numbers()})


def asked(statement: str) -> list[tuple[Any, ...]]:
    """What the database that is open answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _stored() -> set[Part]:
    """The parts of the database."""
    if connection.vendor == "postgresql":
        return set(asked(PARTS.format(HERE)))
    return {part for (text,) in asked(MADE) for part in _parts(text)}


def _made() -> set[Part]:
    """The parts that our models make."""
    if connection.vendor == "postgresql":
        return _made_there(*asked("SHOW server_version")[0])
    return _made_here()


@cache
def _made_here() -> set[Part]:
    return {part for text in _statements("sqlite") for part in _parts(text)}


@cache
def _made_there(_version: str) -> set[Part]:
    """Those of PostgreSQL, in its own words: made as temporary tables. Raises `Unavailable`."""
    try:
        with writing(), transaction.atomic():
            asked(TO_SCRATCH)
            _run(_statements("postgresql"))
            parts = set(asked(PARTS.format(SCRATCH)))
            transaction.set_rollback(True)
    except Error as error:
        raise Unavailable(
            "database: expected to make temporary tables to compare with (GRANT TEMPORARY ON "
            f"DATABASE), found: {error}"
        ) from error
    return parts


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@cache
def _statements(_vendor: str) -> list[str]:
    """What makes every table anew, as `new_tables` does it; nothing is run."""
    editor = connection.schema_editor(collect_sql=True)
    editor.deferred_sql = []
    ours = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]  # noqa: SLF001
    for model in ours:
        editor.create_model(model)
    editor.create_model(MigrationRecorder.Migration)
    one_holder.exclude(apps, editor)
    return [str(text).rstrip(";") for text in (*editor.collected_sql, *editor.deferred_sql)]


def _parts(text: str) -> Iterator[Part]:
    """The parts that a statement of SQLite makes: each column and rule of a table is one."""
    text = " ".join(text.split())
    named = NAME.match(text)
    if named is None or FOR_SPEED.fullmatch(text):  # an index of columns alone refuses no row
        return
    kind, name, table = named[1].lower(), named[2], named[3]
    if kind != "table":
        yield f"{kind} {name}" + (f" of {table}" if table else ""), text
        return
    body, end = text.partition("(")[2].rpartition(")")[::2]
    yield f"table {name}", end
    for piece in _pieces(body):
        what = piece.split()
        if what[0] == "CONSTRAINT":
            yield f"{what[1]} of {name}".replace('"', ""), piece
        else:
            yield f"column {what[0]} of {name}".replace('"', ""), piece


def _pieces(body: str) -> Iterator[str]:
    """What stands between the outer commas.

    >>> list(_pieces('"a" text CHECK (a IN (1, 2)), "b" text'))
    ['"a" text CHECK (a IN (1, 2))', '"b" text']
    """
    depth = start = 0
    for place, letter in enumerate(body):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            yield body[start:place].strip()
            start = place + 1
    yield body[start:].strip()


def _numbers() -> Iterator[str]:
    """Numbers that no sequence gave, or that it gives again, or soon no more: none can be added.

    The rows are read first: what others write meanwhile can only put a sequence further on.
    """
    low, high = Coalesce(models.Min("id"), 1), Coalesce(models.Max("id"), 0)
    named = {table for table, *_ in asked(NUMBERS[connection.vendor])}
    given = {
        model._meta.db_table: model._default_manager.aggregate(low=low, high=high)  # noqa: SLF001 - Django's documented API
        for model in apps.get_app_config("store").get_models()
        if model._meta.db_table in named  # noqa: SLF001 - the same
    }
    for table, last, few in asked(NUMBERS[connection.vendor]):
        rows = given.get(table)
        if rows and (few or last < rows["high"] or rows["low"] < 1):
            yield f"fresh numbers for id of {table}"
