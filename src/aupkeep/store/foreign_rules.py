"""What the database does by itself at a write or a read: only what our migrations told it.

A trigger or a rule that somebody added lets a write vanish that we were told had happened: a mail
is answered with 250 and never read. Row security shows a process fewer rows than it shows to
whoever verifies, and a table without a write-ahead log is empty after a crash.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db import connection, models

from aupkeep.store.one_holder import EXCLUDE

OURS = "assignment_one_holder"
FOREIGN = {
    "sqlite": """
        SELECT type || ' ' || name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')
    """,
    "postgresql": """
        WITH own AS (
            SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND c.relname LIKE 'store\\_%' AND c.relkind <> 'i'
        )
        SELECT 'trigger ' || tgname || ' on ' || relname, '' FROM pg_trigger
            JOIN own ON own.oid = tgrelid WHERE NOT tgisinternal
        UNION ALL SELECT DISTINCT 'foreign keys off on ' || relname, '' FROM pg_trigger
            JOIN own ON own.oid = tgrelid WHERE tgisinternal AND tgenabled <> 'O'
        UNION ALL SELECT 'rule ' || rulename || ' on ' || relname, '' FROM pg_rewrite
            JOIN own ON own.oid = ev_class
        UNION ALL SELECT 'row security on ' || relname, '' FROM own
            WHERE relrowsecurity OR relforcerowsecurity
        UNION ALL SELECT 'no write-ahead log of ' || relname, '' FROM own WHERE relpersistence = 'u'
    """,
}
UNIQUE = {  # table and column of each unique index, index by index
    "sqlite": """
        SELECT m.name, i.name, c.name FROM sqlite_master m, pragma_index_list(m.name) i,
            pragma_index_info(i.name) c WHERE m.type = 'table' AND i."unique" AND NOT i.partial
        UNION ALL SELECT m.name, 'primary', c.name FROM sqlite_master m,
            pragma_table_info(m.name) c WHERE m.type = 'table' AND c.pk
    """,
    "postgresql": """
        SELECT i.indrelid::regclass::text, i.indexrelid::text, a.attname FROM pg_index i
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
            JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema() AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
    """,
}
NAMED = {  # where the name of each further rule stands
    "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL",
    "postgresql": """
        SELECT '"' || conname || '"' FROM pg_constraint
        UNION ALL SELECT '"' || relname || '"' FROM pg_class WHERE relkind = 'i'
    """,
}


def foreign_rules() -> list[str]:
    """Each thing that the database would do by itself and that is not ours, in words; sorted."""
    ours = (f"trigger {OURS}", _plain(EXCLUDE["sqlite"]))
    return sorted(name for name, text in asked(FOREIGN) if (name, _plain(text)) != ours)


def missing_rules() -> list[str]:
    """Each rule of ours about its rows that the database does not keep any more; sorted."""
    columns: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table, index, column in asked(UNIQUE):
        columns[table, index].add(column)
    unique = {(table, frozenset(names)) for (table, _), names in columns.items()}
    texts = " ".join(text for (text,) in asked(NAMED))
    gone = [] if OURS in texts else [f"{OURS} of store_assignment"]
    for model in apps.get_app_config("store").get_models():
        table = model._meta.db_table  # noqa: SLF001 - Django's documented API
        gone += [f"{rule} of {table}" for rule in _gone(model, table, unique, texts)]
    return sorted(gone)


def _gone(
    model: type[models.Model], table: str, unique: set[tuple[str, frozenset[str]]], texts: str
) -> Iterator[str]:
    """What makes a row of this table one, or right, and is not there."""
    meta = model._meta  # noqa: SLF001 - Django's documented API
    for field in meta.concrete_fields:
        if field.unique and (table, frozenset({field.column})) not in unique:
            yield f"unique {field.column}"
    for rule in meta.constraints:
        if f'"{rule.name}"' not in texts:
            yield rule.name


def asked(statements: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """What the database that is open answers."""
    with connection.cursor() as cursor:
        cursor.execute(statements[connection.vendor])
        return list(cursor.fetchall())


def _plain(text: str) -> str:
    return " ".join(text.split())
