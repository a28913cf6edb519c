"""Fixtures for tests that store: a fresh home and an empty database, once on each engine.

A test that asks for `home` runs twice: on SQLite (a real file, WAL, synchronous FULL) and on
PostgreSQL (a database of this run on the server named by `AUPKEEP_TEST_POSTGRES`; skipped with a
word where it is unset, failed under `CI=true`). Nothing is rolled back: commits are real, as are
other processes and threads. Each test gets its own home and its own copy of a migrated SQLite file;
on PostgreSQL the tables are emptied. Child processes find the same home and database in their
environment.

pytest-django's own database fixtures are replaced, because its database is in memory and its
clean-up writes past the journal.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from aupkeep.config.database import database
from aupkeep.config.home import Home
from aupkeep.config.keys import make_keys
from aupkeep.store import opening
from aupkeep.store.guard import writing

SERVER = os.environ.get("AUPKEEP_TEST_POSTGRES", "")
RESTART = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE sequencename LIKE 'store_%' AND sequencename NOT LIKE 'store_stamp%'
    AND last_value IS NOT NULL"""
NO_SERVER = "AUPKEEP_TEST_POSTGRES: expected the url of a PostgreSQL server, found nothing"


def use(url: str, file: Path) -> None:
    """Let this process talk to another database from now on."""
    connection.close()
    connections.settings["default"] = connections.configure_settings(
        {"default": database(url, str(file))}
    )["default"]
    del connections["default"]


def in_threads(acts: Iterable[Callable[[], object]]) -> None:
    """Do these at once, each in a thread of its own that closes its connection at the end."""

    def run(act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def make_home(path: Path) -> Home:
    """An empty home with keys."""
    home = Home(path)
    home.path.mkdir(mode=0o700, parents=True)
    home.raw.mkdir()
    make_keys(home)
    return home


@pytest.fixture(scope="session")
def migrated(tmp_path_factory, django_db_blocker) -> Path:
    """A migrated SQLite file to copy."""
    home = make_home(tmp_path_factory.mktemp("migrated") / "home")
    with django_db_blocker.unblock():
        use("", home.database)
        opening.open_database(home)
        connection.close()
    return home.database


@pytest.fixture(scope="session")
def postgres(tmp_path_factory, django_db_blocker) -> Iterator[str]:
    """The url of a migrated PostgreSQL database that lives as long as this run."""
    if not SERVER:
        pytest.fail(NO_SERVER) if os.environ.get("CI") == "true" else pytest.skip(NO_SERVER)
    import psycopg

    name = f"aupkeep_test_{os.getpid()}"
    url = f"{SERVER.rpartition('/')[0]}/{name}"
    home = make_home(tmp_path_factory.mktemp("postgres") / "home")
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        with django_db_blocker.unblock():
            use(url, home.database)
            opening.open_database(home)
            connection.close()
        yield url
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def vendor(request) -> str:
    """Which engine this run of the test is on."""
    return request.param


@pytest.fixture
def home(vendor, request, tmp_path, monkeypatch, django_db_blocker) -> Iterator[Home]:
    """A fresh home whose empty database is open, on each engine."""
    url = request.getfixturevalue("postgres") if vendor == "postgresql" else ""
    copied = request.getfixturevalue("migrated") if vendor == "sqlite" else None
    yield from _opened(url, copied, tmp_path / "home", monkeypatch, django_db_blocker)


@pytest.fixture
def sqlite_home(migrated, tmp_path, monkeypatch, django_db_blocker) -> Iterator[Home]:
    """A fresh home on SQLite, for what only files can do."""
    yield from _opened("", migrated, tmp_path / "home", monkeypatch, django_db_blocker)


@pytest.fixture
def postgres_home(postgres, tmp_path, monkeypatch, django_db_blocker) -> Iterator[Home]:
    """A fresh home on PostgreSQL, for what only it can do."""
    yield from _opened(postgres, None, tmp_path / "home", monkeypatch, django_db_blocker)


@pytest.fixture
def transactional_db(sqlite_home: Home) -> None:
    """In place of pytest-django's, for its live server."""


@pytest.fixture
def db(sqlite_home: Home) -> None:
    """In place of pytest-django's."""


def _opened(url: str, copied: Path | None, path: Path, monkeypatch, blocker) -> Iterator[Home]:
    home = make_home(path)
    monkeypatch.setenv("AUPKEEP_HOME", str(home.path))
    monkeypatch.setenv("AUPKEEP_DATABASE", url)
    monkeypatch.setattr(settings, "AUPKEEP_HOME", str(home.path))
    monkeypatch.setattr(opening, "_opened", [home.path])
    if copied is not None:
        shutil.copy(copied, home.database)
    with blocker.unblock():
        use(url, home.database)
        if copied is None:
            _empty()
        yield home
        connections.close_all()


def _empty() -> None:
    """Empty every table of ours and the sessions; the next rows are numbered from the start.

    The tables refer to each other, which the database looks at when the transaction ends. To
    truncate them took twenty times as long as to delete the few rows of a test.
    """
    ours = [name for name in connection.introspection.table_names() if name.startswith("store_")]
    tables = [name for name in ours if name != "store_stamp"]
    with writing(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join(f"DELETE FROM {name}" for name in tables))  # noqa: S608 - our own names
        cursor.execute(RESTART)
