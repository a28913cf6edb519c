"""The stamp of a database: which program migrated it last.

Its first word is the newest migration of ours, `0046_case_source`; the second a digest of what is
installed, so that a warm start need not look at each migration, or that it is being migrated; the
third says that the file of checkpoints is in order.
"""

import hashlib
from functools import cache
from pathlib import Path

from django import get_version
from django.apps import apps
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Subquery

from aupkeep.model.errors import Unavailable
from aupkeep.store.models import StampRow

ORDERED = "ordered"  # of a version that keeps the file of checkpoints in order


@cache
def of_program() -> str:
    """The stamp that this program's migrations leave; as installed when it is first asked."""
    names = [get_version()]
    for app in apps.get_app_configs():
        names += sorted(path.name for path in Path(app.path, "migrations").glob("*.py"))
        names.append(app.label)
    ours = Path(apps.get_app_config("store").path, "migrations").glob("[0-9]*.py")
    newest = max(path.stem for path in ours)
    return f"{newest} {hashlib.sha256(chr(10).join(names).encode()).hexdigest()} {ORDERED}"


def under_way() -> str:
    """What the stamp says before this program's first migration until after its last."""
    return f"{of_program().partition(' ')[0]} being-migrated"


def found() -> tuple[str | None, str | None]:
    """The database's stamp and its newest migration of ours; None where there is none."""
    applied = MigrationRecorder.Migration.objects.filter(app="store").order_by("-name")
    newest = Subquery(applied.values("name")[:1])
    try:
        return StampRow.objects.values_list("stamp", newest).first() or (None, None)
    except ProgrammingError:  # not even the table
        return None, None
    except OperationalError:
        if connection.vendor == "postgresql":  # it went away; SQLite says so of a missing table
            raise
        return None, None


def is_current(stamp: str | None, newest: str | None) -> bool:
    """Whether this program's migrations were the last, as the stamp says, and the list of them."""
    return stamp == of_program() and newest == of_program().partition(" ")[0]


def is_before(migration: str) -> bool:
    """Whether the database has tables of ours, made before that migration."""
    applied = MigrationRecorder(connection).applied_migrations()
    ours = {name for app, name in applied if app == "store"}
    return bool(ours) and migration not in ours


def keeps_order(stamp: str | None) -> bool:
    """Whether a version that keeps the file of checkpoints in order wrote to this database."""
    return stamp is not None and stamp.endswith(f" {ORDERED}")


def write(stamp: str) -> None:
    """Put it into the database; nothing where it has no table for it yet."""
    if StampRow._meta.db_table in connection.introspection.table_names():  # noqa: SLF001 - Django's documented API
        StampRow.objects.update_or_create(id=1, defaults={"stamp": stamp})


def is_newer(stamp: str | None) -> bool:
    """Whether a program with later migrations migrated the database, or began to."""
    newest, blank, _ = (stamp or "").partition(" ")  # one word alone: of an earlier release
    return bool(blank) and newest > of_program().partition(" ")[0]


def refuse_newer(stored: str | None) -> None:
    """Raise `Unavailable` where a newer program migrated the database while this one ran.

    What this one would write then has no value in the columns that came since.
    """
    if is_newer(stored):
        raise Unavailable(
            f"database: a newer Aupkeep has migrated it to {(stored or '').split()[0]} while this "
            "process ran; nothing was written: stop this process and start the version that is "
            "installed"
        )
