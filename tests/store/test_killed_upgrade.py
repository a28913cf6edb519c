"""An upgrade that is killed halfway: the program before refuses, the new one finishes it."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import aupkeep
from aupkeep.config.home import Home
from store.test_opening import START, empty  # noqa: F401 - a fixture

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_by_day]
FIRST = """
from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [("store", "{before}")]
    operations = [migrations.RunSQL("CREATE TABLE of_the_new_one (id integer)")]
"""
SECOND = """
import os, signal
from django.db import migrations
def die(apps, editor):
    if os.environ.get("DIE"):
        os.kill(os.getpid(), signal.SIGKILL)
class Migration(migrations.Migration):
    dependencies = [("store", "0998_first")]
    operations = [migrations.RunPython(die)]
"""


@pytest.fixture
def newer(tmp_path) -> Path:
    """Where a program stands that is this one with two more migrations."""
    place = tmp_path / "newer"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(aupkeep.__file__).parent, place / "aupkeep", ignore=ignored)
    folder = place / "aupkeep" / "store" / "migrations"
    before = max(path.stem for path in folder.glob("0*.py"))
    (folder / "0998_first.py").write_text(FIRST.format(before=before))
    (folder / "0999_second.py").write_text(SECOND)
    return place


def start(home: Home, url: str, place: Path | None = None, **env: str) -> tuple[int, str]:
    """Open the home with a program in a process of its own; its exit code, and what it says."""
    env |= {"PYTHONPATH": str(place)} if place else {}
    done = subprocess.run(
        [sys.executable, "-c", START, home.path],
        env={**os.environ, "AUPKEEP_DATABASE": url, **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_killed_upgrade_is_refused_by_the_old_and_finished_by_the_new(empty, newer):  # noqa: F811
    """The stamp says that it is being migrated before the first migration."""
    home, url = empty
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    assert start(home, url)[0] == 0
    assert start(home, url, newer, DIE="1")[0] == -signal.SIGKILL
    for _ in range(2):
        code, said = start(home, url)
        assert code == 1
        assert "store.0999_second of a newer Aupkeep" in said
    assert start(home, url, newer) == (0, "")
    code, said = start(home, url)
    assert (code, "of a newer Aupkeep" in said) == (1, True)


def test_a_migration_of_a_newer_program_under_an_old_stamp_is_refused(empty):  # noqa: F811
    """Whoever put it there: the list of migrations is looked at with the stamp."""
    import sqlite3

    home, url = empty
    assert start(home, url)[0] == 0
    row = ("store", "0999_later", "2030-01-01 00:00:00+00:00")
    insert = "INSERT INTO django_migrations (app, name, applied) VALUES"
    if url:
        import psycopg

        with psycopg.connect(url, autocommit=True) as database:
            database.execute(f"{insert} (%s, %s, %s)", row)
    else:
        with closing(sqlite3.connect(home.database)) as database, database:
            database.execute(f"{insert} (?, ?, ?)", row)
    code, said = start(home, url)
    assert (code, "store.0999_later of a newer Aupkeep" in said) == (1, True)
