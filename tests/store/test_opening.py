"""Opening a home: alone, four at once, again; never on a database that could lose data."""

import os
import subprocess
import sys

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aupkeep.config.home import Home
from aupkeep.model.errors import Invalid, Unavailable
from aupkeep.store import log, opening, setup
from aupkeep.store.apps import check_durable
from aupkeep.store.guard import writing
from aupkeep.store.models import StampRow

START = """
import sys
from pathlib import Path
from aupkeep.config.home import Home
from aupkeep import store
home = Home(Path(sys.argv[1]))
store.setup(home)
from aupkeep.store import log
from django.db import connection
print(log.size())
connection.close()
"""


def start(home: Home, url: str = "") -> subprocess.Popen:
    env = {**os.environ, "AUPKEEP_DATABASE": url}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", START, home.path],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(processes: list[subprocess.Popen]) -> None:
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "0\n", "")


@pytest.fixture
def empty(vendor, request, tmp_path):
    """A home that does not exist yet, and the url of a database without a table."""
    if vendor == "sqlite":
        yield Home(tmp_path / "new"), ""
        return
    request.getfixturevalue("postgres")
    import psycopg

    server, name = os.environ["AUPKEEP_TEST_POSTGRES"], f"aupkeep_empty_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield Home(tmp_path / "new"), f"{server.rpartition('/')[0]}/{name}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.slow
@pytest.mark.sqlite_by_day  # four machines at once are on PostgreSQL
def test_four_processes_open_an_empty_home_at_once(empty):
    home, url = empty
    finish([start(home, url) for _ in range(4)])
    assert all(path.stat().st_mode & 0o077 == 0 for path in home.keys.iterdir())


@pytest.mark.slow
def test_four_machines_open_an_empty_postgresql_at_once(postgres, tmp_path):
    """Homes of their own, so that no file lock helps: the database's advisory lock does."""
    import psycopg

    server, name = os.environ["AUPKEEP_TEST_POSTGRES"], f"aupkeep_four_{os.getpid()}"
    url = f"{server.rpartition('/')[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        finish([start(Home(tmp_path / f"m{n}"), url) for n in range(4)])
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_warm_start_runs_no_migration_plan(home):
    """Two queries: the stamp and the newest checkpoints."""
    with CaptureQueriesContext(connection) as queries:
        opening.open_database(home)
    read = [query["sql"] for query in queries if not query["sql"].startswith("PRAGMA")]
    assert len(read) == 2, read


def test_setting_up_again_does_nothing(home):
    with CaptureQueriesContext(connection) as queries:
        setup(home)
    assert len(queries) == 0


def test_a_second_home_in_one_process_is_refused(home, tmp_path):
    with pytest.raises(Invalid, match="in this process"):
        setup(Home(tmp_path / "other"))


def test_sqlite_runs_in_wal_with_full_sync(sqlite_home):
    with connection.cursor() as cursor:
        values = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS]
    assert values == ["wal", 2, 1]
    assert sqlite_home.database.with_name("aupkeep.sqlite3-wal").exists()


PRAGMAS = ("journal_mode", "synchronous", "foreign_keys")


@pytest.mark.parametrize("weak", ["synchronous=NORMAL", "synchronous=OFF", "foreign_keys=OFF"])
def test_a_weaker_sqlite_is_refused(sqlite_home, weak):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {weak}")
    with pytest.raises(Unavailable, match=weak.split("=")[0]):
        check_durable(connection)
    connection.close()


def test_a_home_that_cannot_be_written_is_unavailable(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="expected a folder"):
        opening._make(Home(tmp_path / "file" / "home"))


@pytest.fixture
def newer(home):
    """A home whose database a later program has migrated; as it was, afterwards."""
    stamp = StampRow.objects.get().stamp
    change("UPDATE store_stamp SET stamp = 'newer'")
    change(
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('store', '9999_later', '2030-01-01 00:00:00+00:00')"
    )
    yield home
    change("DELETE FROM django_migrations WHERE name = '9999_later'")
    change("UPDATE store_stamp SET stamp = %s", stamp)


def change(text: str, *values: str) -> None:
    with writing(), connection.cursor() as cursor:
        cursor.execute(text, values)


def test_a_database_that_no_release_made_is_refused(newer):
    """A migration is in it, and one that it builds upon is not."""
    moved = "UPDATE django_migrations SET app = %s WHERE app = %s AND name LIKE '000_%%'"
    change("DELETE FROM django_migrations WHERE name = %s", "9999_later")
    change(moved, "aside", "store")
    try:
        with pytest.raises(Unavailable, match=r"in their order, found: .* Restore a backup"):
            opening.open_database(newer)
    finally:
        change(moved, "store", "aside")


def test_a_database_of_a_newer_program_is_refused(newer):
    """Before anything is migrated; what the newer one wrote stays as it is."""
    with pytest.raises(Unavailable, match=r"store\.9999_later of a newer Aupkeep; install"):
        opening.open_database(newer)
    assert StampRow.objects.get().stamp == "newer"


def test_a_process_that_runs_over_an_upgrade_writes_nothing(newer, journal, make):
    """What it would write lacks what the newer program keeps; the newer one's words stay alone."""
    journal.record(make.entry())
    change("UPDATE store_stamp SET stamp = %s", f"9999_later {'0' * 64}")
    before = log.size()
    with pytest.raises(Unavailable, match="migrated it to 9999_later while this process ran"):
        journal.record(make.entry())
    assert log.size() == before


def test_a_home_is_closed_to_others(tmp_path):
    """A new one is closed; one in use that is open is refused, with the command that fixes it."""
    home = Home(tmp_path / "open")
    home.path.mkdir(mode=0o755)
    opening._make(home)
    assert home.path.stat().st_mode & 0o777 == 0o700
    home.path.chmod(0o750)
    with pytest.raises(Invalid, match=f"found mode 0750; chmod 700 {home.path}"):
        opening._make(home)
