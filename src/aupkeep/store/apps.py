"""The Django application: guards each new connection and refuses one that could lose data."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from aupkeep.model.errors import Unavailable

NEEDED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}  # sqlite.org/pragma.html
FULL = 2  # PRAGMA synchronous: 2 is FULL, 3 is EXTRA


class StoreConfig(AppConfig):
    """Our only models live here."""

    name = "aupkeep.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Watch each connection from its first moment."""
        connection_created.connect(_guard, dispatch_uid="aupkeep.store.guard")


def _guard(connection: BaseDatabaseWrapper, **_: Any) -> None:  # noqa: ANN401 - a signal's rest
    """Put the write guard on, and check that a commit is a commit."""
    from aupkeep.store.guard import install

    install(connection)
    if connection.vendor == "sqlite":
        check_durable(connection)


def check_durable(connection: BaseDatabaseWrapper) -> None:
    """Raise `Unavailable` unless SQLite runs WAL with synchronous FULL and foreign keys on."""
    with connection.cursor() as cursor:
        for pragma, needed in NEEDED.items():
            actual = cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
            enough = actual >= FULL if pragma == "synchronous" else actual == needed
            if not enough:
                raise Unavailable(f"SQLite: expected {pragma} {needed}, found {actual}")
