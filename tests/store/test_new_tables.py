"""A new home's tables, made at once, are those that every migration in turn makes."""

import re

import pytest
from django.core.management import call_command
from django.db import connection

from aupkeep.store.guard import writing
from aupkeep.store.models import StampRow

POSTGRESQL = (
    (
        "SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default,"
        " is_identity FROM information_schema.columns WHERE table_schema = current_schema()"
    ),
    (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = current_schema()::regnamespace"
    ),
    "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    (
        "SELECT sequencename, data_type::text, start_value FROM pg_sequences"
        " WHERE schemaname = current_schema()"
    ),
)


def schema(vendor: str) -> list[tuple[str, ...]]:
    """All that the engine knows about tables, columns, keys, indexes and rules, sorted."""
    with connection.cursor() as cursor:
        if vendor == "postgresql":
            rows = [row for query in POSTGRESQL for row in _rows(cursor, query)]
        else:
            made = _rows(cursor, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            rows = [(name, *_pieces(sql)) for name, sql in made]
    return sorted(tuple(map(str, row)) for row in rows)


def _rows(cursor, query: str) -> list[tuple]:
    cursor.execute(query)
    return cursor.fetchall()


def _pieces(sql: str) -> list[str]:
    """What stands between the outer commas of a statement, in no order: columns, then rules."""
    head, opened, inner = sql.partition("(")
    depth, pieces = 0, [""]
    for letter in re.sub(r"\s+", " ", inner.rpartition(")")[0]):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            pieces.append("")
        else:
            pieces[-1] += letter
    return [head.strip() + opened, *sorted(piece.strip() for piece in pieces)]


@pytest.mark.nightly("processes")
@pytest.mark.sqlite_by_day
def test_both_ways_make_one_schema(home, vendor):
    """Each migration taken back and run again changes no table, key, index, trigger or rule."""
    made, stamp = schema(vendor), StampRow.objects.get().stamp
    assert len(made) > 100
    with writing():
        call_command("migrate", "store", "zero", verbosity=0)
        call_command("migrate", verbosity=0)
        StampRow.objects.create(id=1, stamp=stamp)
    assert schema(vendor) == made


def test_nothing_is_left_to_migrate(home):
    """Each migration counts as applied, and no model has changed since the last."""
    call_command("migrate", check_unapplied=True, verbosity=0)
    call_command("makemigrations", check_changes=True, verbosity=0)
