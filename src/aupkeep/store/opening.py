"""Opening a home: folders, keys, Django, migrations, under locks; cheap when all is there."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aupkeep.config.home import Home
from aupkeep.config.keys import has_keys, is_separated, make_keys
from aupkeep.config.settings_edit import keep_recording
from aupkeep.config.unfinished import refuse_half_restored
from aupkeep.model.errors import Invalid, Unavailable
from aupkeep.store.patience import PROBE, UNBOUNDED, patience

SETTINGS = "aupkeep.site.settings"
NFTABLES_BY_DEFAULT = "0049_forked_at"  # of versions before, no driver named meant `record`
MIGRATION_LOCK = 0x61757002  # pg_advisory_lock: "aup" and a number of our own
REFUSED = "42501"  # PostgreSQL appendix A: insufficient_privilege
NO_RIGHT = (
    "after an upgrade its owner migrates it, with any command, and then gives each process its "
    "rights: aupkeep setup roles"
)
OTHERS = 0o077  # what the group and everybody may do
_opening = threading.RLock()
_opened: list[Path] = []


def open_home(home: Home) -> None:
    """What `store.setup` promises."""
    with _opening:
        if _opened == [home.path]:
            return
        if _opened:
            raise Invalid(f"home: expected {_opened[0]} in this process, found {home.path}")
        prepare_home(home)
        open_database(home)
        _opened.append(home.path)


def prepare_home(home: Home) -> None:
    """Folders, keys and Django: what needs no database."""
    with _opening:
        if _opened != [home.path]:
            refuse_half_restored(home)
            _make(home)
            _start_django(home)


def open_database(home: Home) -> None:
    """Migrate the configured database where it is new or old, and mend the checkpoint file."""
    from django.db import Error, connection

    from aupkeep.store import checkpoints, schema_stamp

    try:
        stamp: tuple[str | None, str | None] = (None, None)
        if connection.vendor == "postgresql":  # a silent one keeps nobody waiting for the lock
            with patience(PROBE):
                stamp = schema_stamp.found()
        with _locked(home.lock):
            connection.ensure_connection()
            if not schema_stamp.is_current(*stamp):
                stamp = schema_stamp.found()
            if not schema_stamp.is_current(*stamp):
                _refuse_strange(stamp[0])
                _migrate(home)
            whole = not is_separated(home, "journal")  # a signer writes the file before the row
            if whole and not schema_stamp.keeps_order(stamp[0]):
                checkpoints.put_in_order(home.checkpoints, most=checkpoints.CRASHED)
            if whole:
                checkpoints.mend(home.checkpoints)
    except Error as error:
        where = connection.settings_dict["HOST"] or connection.settings_dict["NAME"]
        state = getattr(error.__cause__, "sqlstate", None)
        more = f"; {NO_RIGHT}" if state == REFUSED else ""
        raise Unavailable(f"database {where}: expected it ready, found: {error}{more}") from error


def _make(home: Home) -> None:
    """Folders and keys. Raises `Unavailable`."""
    try:
        home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _keep_private(home)
        home.raw.mkdir(mode=0o700, exist_ok=True)
        if not has_keys(home):
            with _locked(home.lock):
                make_keys(home)
    except OSError as error:
        raise Unavailable(f"{home.path}: expected a folder to write to, found: {error}") from error


def _keep_private(home: Home) -> None:
    """Close a new home to others. Raises `Invalid` for one in use that others can look into."""
    mode = home.path.stat().st_mode & 0o777
    if not mode & OTHERS:
        return
    if home.keys.exists():
        raise Invalid(
            f"{home.path}: expected a folder that only its owner can look into, found mode "
            f"{mode:04o}; chmod 700 {home.path}"
        )
    home.path.chmod(0o700)


def _start_django(home: Home) -> None:
    """Let Django read our settings, for this home. Raises `Invalid`."""
    import django
    from django.conf import settings

    os.environ["AUPKEEP_HOME"] = str(home.path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    if str(home.path) != settings.AUPKEEP_HOME:
        raise Invalid(f"home: expected {settings.AUPKEEP_HOME} in this process, found {home.path}")
    django.setup()


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Hold the home's lock; the kernel lets go of it when a process dies."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _refuse_strange(stamp: str | None) -> None:
    """Raise `Unavailable` where no release up to this one made the tables; they stay untouched."""
    from django.db import connection
    from django.db.migrations.exceptions import InconsistentMigrationHistory
    from django.db.migrations.loader import MigrationLoader

    from aupkeep.store import schema_stamp

    loader = MigrationLoader(connection)
    unknown = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    )
    if schema_stamp.is_newer(stamp):
        unknown.append(f"store.{(stamp or '').split()[0]}")
    if unknown:
        raise Unavailable(
            f"database: expected one of this version or older, found migration {unknown[-1]} "
            "of a newer Aupkeep; install that version, or restore a backup made before it"
        )
    try:
        loader.check_consistent_history(connection)
    except InconsistentMigrationHistory as error:
        raise Unavailable(
            f"database: expected the migrations of a release in their order, found: {error} "
            "Restore a backup of this home"
        ) from error


def _migrate(home: Home) -> None:
    """Run what is missing, one process at a time, also across machines.

    The stamp says so first: whoever is killed between leaves a database that an older program
    refuses and this one finishes.
    """
    from django.core.management import call_command

    from aupkeep.store import case_ranks, schema_stamp
    from aupkeep.store.guard import writing
    from aupkeep.store.new_tables import make_tables

    with patience(UNBOUNDED), migrating(), writing():
        if not schema_stamp.is_current(*schema_stamp.found()):
            if schema_stamp.is_before(NFTABLES_BY_DEFAULT):
                keep_recording(home)
            make_tables("default")
            schema_stamp.write(schema_stamp.under_way())
            call_command("migrate", verbosity=0, interactive=False)
            case_ranks.renew()
            schema_stamp.write(schema_stamp.of_program())


@contextmanager
def migrating(alias: str = "default") -> Iterator[None]:
    """On PostgreSQL an advisory lock for the session; SQLite has the home's lock already."""
    from django.db import connections

    connection = connections[alias]
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
