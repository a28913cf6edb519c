"""Tables, columns and indexes that are ours, and no others, each as narrow as it was made.

A column that takes nothing where ours must hold something, a unique index or a check more makes
the database refuse, or take, what it did not before; what our models do not know is nobody's.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models

from aupkeep.store.foreign_rules import OURS, asked

COLUMNS = {  # table, column, whether it must hold something, its type
    "sqlite": """
        SELECT m.name, c.name, c."notnull", c.type FROM sqlite_master m,
            pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%'
            ESCAPE '\\'
    """,
    "postgresql": """
        SELECT c.relname, a.attname, a.attnotnull, format_type(a.atttypid, a.atttypmod)
            FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND a.attnum > 0
            AND NOT a.attisdropped AND c.relname LIKE 'store\\_%'
    """,
}
INDEXES = {  # table, index, whether unique, whether of some rows alone, a column (none: computed)
    "sqlite": """
        SELECT m.name, i.name, i."unique", i.partial, c.name FROM sqlite_master m,
            pragma_index_list(m.name) i, pragma_index_info(i.name) c WHERE m.type = 'table'
    """,
    "postgresql": """
        SELECT t.relname, i.relname, x.indisunique, x.indpred IS NOT NULL, a.attname
        FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid
            JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = t.relnamespace
            CROSS JOIN LATERAL unnest(x.indkey::int2[]) k (number)
            LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number AND k.number > 0
        WHERE n.nspname = current_schema()
    """,
}
CHECKS = {  # table, the text of its checks
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'table'",
    "postgresql": """
        SELECT t.relname, 'CHECK (' FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
            JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE c.contype = 'c' AND n.nspname = current_schema()
    """,
}
NUMBERS = {  # table, column, the number that its sequence gives next, whether few are left
    "sqlite": "SELECT '', '', 0, 0 WHERE 0",
    "postgresql": """
        SELECT c.relname, a.attname, s.last_value, s.last_value > s.max_value / 2
        FROM pg_depend d JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
            JOIN pg_class c ON c.oid = d.refobjid
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
            JOIN pg_sequences s ON s.schemaname = current_schema() AND s.sequencename = q.relname
        WHERE d.deptype IN ('a', 'i') AND s.last_value IS NOT NULL
    """,
}
CHECK = re.compile(r"\bCHECK\s*\(", re.IGNORECASE)


def foreign_parts() -> list[str]:
    """Each table, column, index and check that no model of ours has; sorted."""
    return sorted({*_foreign_columns(), *_indexes(), *_checks(1)})


def missing_parts() -> list[str]:
    """Each column, and each rule about one, of ours that the database has no more; sorted."""
    return sorted({*_narrowed_columns(), *_checks(-1), *_numbers()})


def _numbers() -> Iterator[str]:
    """Sequences that give a number which a row has already, or soon none: no row could be added."""
    ours = _ours()
    for table, column, last, few in asked(NUMBERS):
        if (model := ours.get(table)) is None:
            continue
        highest = model._default_manager.aggregate(n=models.Max(column))["n"]  # noqa: SLF001
        if few or last < (highest or 0):
            yield f"fresh numbers for {column} of {table}"


def _ours() -> dict[str, type[models.Model]]:
    kinds = apps.get_app_config("store").get_models()
    return {model._meta.db_table: model for model in kinds}  # noqa: SLF001 - Django's documented API


def _stored() -> dict[str, dict[str, tuple[bool, str]]]:
    """Of each table its columns: whether they must hold something, and their type."""
    stored: dict[str, dict[str, tuple[bool, str]]] = defaultdict(dict)
    for table, column, filled, kind in asked(COLUMNS):
        stored[table][column] = (
            bool(filled),
            kind.casefold().replace("character varying", "varchar"),
        )
    return stored


def _foreign_columns() -> Iterator[str]:
    """Tables and columns too many."""
    stored, ours = _stored(), _ours()
    known = {*ours, *connection.introspection.django_table_names(), "django_migrations"}
    yield from (f"table {table}" for table in stored if table not in known)
    for table, model in ours.items():
        own = {field.column for field in model._meta.concrete_fields}  # noqa: SLF001
        yield from (f"column {name} of {table}" for name in stored[table] if name not in own)


def _narrowed_columns() -> Iterator[str]:
    """Columns that are missing, may be empty and must not, or are of another type."""
    stored = _stored()
    for table, model in _ours().items():
        for field in model._meta.concrete_fields:  # noqa: SLF001
            filled, held = stored[table].get(str(field.column), (True, ""))
            kind = (field.db_type(connection) or "").casefold()
            if not held:
                yield f"column {field.column} of {table}"
            elif held != kind:
                yield f"type {kind} of {field.column} of {table}"
            elif not (filled or field.null):
                yield f"not null {field.column} of {table}"


def _indexes() -> Iterator[str]:
    """Indexes of our tables that no model has and that can refuse a row, or that are narrower."""
    columns: dict[tuple[str, str, bool, bool], list[str | None]] = defaultdict(list)
    for table, index, unique, part, column in asked(INDEXES):
        columns[table, index, bool(unique), bool(part)].append(column)
    ours = _ours()
    for (table, index, unique, part), names in columns.items():
        model = ours.get(table)
        if model is not None and not _known(model, index, names, unique=unique, part=part):
            yield f"index {index} of {table}"


def _known(
    model: type[models.Model], index: str, names: list[str | None], *, unique: bool, part: bool
) -> bool:
    """Whether a model has this index."""
    meta = model._meta  # noqa: SLF001 - Django's documented API
    rules = [rule for rule in meta.constraints if isinstance(rule, models.UniqueConstraint)]
    if index == OURS or index in {rule.name for rule in rules}:
        return unique or index == OURS
    if index in {item.name for item in meta.indexes}:
        return not unique
    if part or not unique or None in names:
        return not (part or unique or None in names)  # of columns alone it refuses no row
    if len(names) > 1:
        plain = {field.name: field.column for field in meta.concrete_fields}
        return set(names) in [{plain[name] for name in rule.fields} for rule in rules]
    return any(field.unique and field.column == names[0] for field in meta.concrete_fields)


def _checks(sign: int) -> Iterator[str]:
    """Tables with more checks than their models have; with -1 those with fewer."""
    counts: Counter[str] = Counter()
    for table, text in asked(CHECKS):
        counts[table] += len(CHECK.findall(text))
    for table, model in _ours().items():
        meta = model._meta  # noqa: SLF001 - Django's documented API
        fields = sum(field.db_check(connection) is not None for field in meta.concrete_fields)
        expected = fields + sum(isinstance(x, models.CheckConstraint) for x in meta.constraints)
        if (counts[table] - expected) * sign > 0:
            yield f"check of {table}"
