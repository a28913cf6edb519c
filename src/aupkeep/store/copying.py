"""Copies a whole install from one database into another, whatever their engines.

A backup is such a copy into an SQLite file, a restore one out of it, a move one between two
databases. What is read is one snapshot, so writers go on meanwhile. Sessions are not copied: people
sign in again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import Error, IntegrityError, connections, transaction
from django.db.models import Model

from aupkeep.model.errors import Conflict, Unavailable
from aupkeep.store import raws
from aupkeep.store.guard import writing
from aupkeep.store.journal import INDEX_LOCK
from aupkeep.store.models import (
    BytesRow,
    DraftRow,
    EntryRow,
    FeedCopyRow,
    OidcSessionRow,
    RawRow,
    SessionRow,
    Staff,
)
from aupkeep.store.new_tables import make_tables
from aupkeep.store.opening import migrating
from aupkeep.store.patience import LONG, UNBOUNDED, patience

STEP = 200  # rows at a time: one of them may be large
HERE = "default"
SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
TWO = "database: expected rows of one install, found two that contradict each other"

LIMITS = {  # of PostgreSQL, SQLite takes any
    f"{size}IntegerField": (-(2**bits), 2**bits - 1)
    for size, bits in (("Small", 15), ("", 31), ("Big", 63))
}

Progress = Callable[[str, int], None]


@contextmanager
def opened(alias: str, entry: dict[str, Any], *, empty: bool = False) -> Iterator[None]:
    """Have a further database under a name; migrated, where it is new or older.

    With `empty` one that holds an install is left as it is, of an older version too. Raises
    `Unavailable` where it cannot be reached, `Conflict` then, and for rows that contradict each
    other.
    """
    connections.settings[alias] = connections.configure_settings({HERE: entry})[HERE]
    try:
        if empty:
            _refuse_install(alias)
        with patience(UNBOUNDED), migrating(alias), writing():
            make_tables(alias)
            call_command("migrate", database=alias, verbosity=0, interactive=False)
        yield
    except IntegrityError as error:
        raise Conflict(TWO) from error
    except Error as error:
        raise Unavailable(f"database: expected to read and write it, found: {error}") from error
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.settings[alias]


@contextmanager
def in_place_of_ours(alias: str) -> Iterator[None]:
    """Let every query of this thread go to that database instead of ours."""
    ours = connections[HERE]
    connections[HERE] = connections[alias]
    try:
        yield
    finally:
        connections[HERE] = ours


@contextmanager
def all_or_nothing(alias: str) -> Iterator[None]:
    """Let what is written to a database stand only where nothing is raised.

    Raises `Conflict` for rows that contradict each other.
    """
    try:
        with patience(LONG), writing(), transaction.atomic(using=alias, durable=True):
            yield
    except IntegrityError as error:
        raise Conflict(TWO) from error


def close() -> None:
    """Let go of every database that is open, whose file may go next."""
    connections.close_all()


def refuse_unless_empty(alias: str) -> None:
    """Raise `Conflict` where a database holds an install already.

    Called inside a transaction: until it ends nobody else fills it, nor writes to its journal.
    """
    if connections[alias].vendor == "postgresql":
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INDEX_LOCK])
    _refuse_install(alias)


def _refuse_install(alias: str) -> None:
    """Raise `Conflict` where there is one, of whichever version: these tables have always been."""
    tables = connections[alias].introspection.table_names()
    for model in (EntryRow, Staff):
        if model._meta.db_table in tables and model._base_manager.using(alias).exists():  # noqa: SLF001 - all rows
            raise Conflict("database: expected an empty one, found an install in it")


def copy(source: str, target: str, *, progress: Progress, into_rows: bool | None = None) -> int:
    """Copy every row and all received bytes; returns how many entries the journal has.

    `progress` is called with each table and how many rows it had. With `into_rows` bytes become
    rows whatever the target's engine, as in a backup; else they go where that engine keeps them.
    """
    rows = connections[target].vendor == "postgresql" if into_rows is None else into_rows
    ours = apps.get_app_config("store").get_models()
    models = [model for model in ours if model not in {BytesRow, OidcSessionRow, SessionRow}]
    with patience(LONG), writing(), transaction.atomic(using=target), _snapshot(source):
        for model in models:
            model._base_manager.using(target).all().delete()  # noqa: SLF001 - what migrating made
        for model in models:
            progress(model.__name__.removesuffix("Row").lower(), _copy_rows(model, source, target))
        digests = sorted(_digests(source))
        for digest in digests:
            data = _bytes(source, digest)
            if data is not None and rows:
                BytesRow.objects.using(target).bulk_create([raws.row_of(digest, data)])
            elif data is not None:
                raws.keep_file(data)
        progress("received bytes", len(digests))
        _restart_numbers(target, models)
        return EntryRow.objects.using(target).count()


@contextmanager
def _snapshot(alias: str) -> Iterator[None]:
    """Read what was committed at one moment."""
    with transaction.atomic(using=alias):
        if connections[alias].vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                cursor.execute(SNAPSHOT)
        yield


def _copy_rows(model: type[Model], source: str, target: str) -> int:
    manager = model._base_manager  # noqa: SLF001 - Django's own name for all rows
    count, batch = 0, []
    for row in manager.using(source).order_by("pk").iterator(chunk_size=STEP):
        batch.append(row)
        if len(batch) == STEP:
            _insert(manager, target, batch)
            count, batch = count + len(batch), []
    _insert(manager, target, batch)
    return count + len(batch)


def _insert(manager: Any, target: str, batch: list[Any]) -> None:  # noqa: ANN401 - Django's manager
    if connections[target].vendor == "postgresql":
        refuse_numbers(batch)
    manager.using(target).bulk_create(batch)


def refuse_numbers(batch: list[Any]) -> None:
    """Raise `Conflict` that names the first number its column does not take on PostgreSQL."""
    for row in batch:
        for field in row._meta.concrete_fields:  # noqa: SLF001 - Django's documented API
            value, kind = getattr(row, field.attname), field.get_internal_type()
            if not isinstance(value, int) or kind not in LIMITS:
                continue
            low, high = LIMITS[kind]
            if not low <= value <= high:
                raise Conflict(
                    f"{row._meta.db_table} {row.pk}: expected {field.column} from {low} to "  # noqa: SLF001 - the same
                    f"{high}, found {value}; aupkeep verify says what was changed"
                )


def _digests(alias: str) -> set[str]:
    """The digests of all bytes that a row names."""
    named: set[str] = set()
    for model in (RawRow, DraftRow, FeedCopyRow):
        named.update(model._base_manager.using(alias).values_list("digest", flat=True))  # noqa: SLF001 - all rows
    return named - {""}


def _bytes(alias: str, digest: str) -> bytes | None:
    """The bytes as rows have them, or files; None for what a draft or feed let go meanwhile."""
    copies = BytesRow.objects.using(alias).filter(digest=digest).values_list("data", flat=True)
    data = copies.first()
    return bytes(data) if data is not None else raws.read_file(digest)


def _restart_numbers(alias: str, models: list[type[Model]]) -> None:
    """Let numbers that the database gives go on above those that were copied."""
    connection = connections[alias]
    statements = connection.ops.sequence_reset_sql(no_style(), models)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
