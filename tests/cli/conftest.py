"""Commands as another program runs them: words and bytes in; a code, output and errors out.

Each test runs its commands in this process, from `main` to the exit code. The nightly tier runs the
same tests once more with a real process a command.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from click.testing import CliRunner
from django.conf import settings
from django.db import connections

from app.conftest import NOON, report
from aupkeep.app import context
from aupkeep.app.journal import journal_of
from aupkeep.cli import main
from aupkeep.config.unix_user import unix_user
from aupkeep.intake.profiles.registry import registry_of
from aupkeep.store import opening
from databases import SERVER, make_home, use


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:  # noqa: ANN401 - any JSON
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        """The last line of standard error as JSON."""
        return json.loads(self.err.splitlines()[-1])


ME = f"{unix_user()}@localhost"  # whose the commands of these tests are
Runner = Callable[[Path, Sequence[str], bytes], Ended]


@dataclass(frozen=True)
class Shell:
    """Runs `aupkeep` on one home, on SQLite."""

    home: Path
    runner: Runner

    def __call__(self, *words: object, given: bytes = b"") -> Ended:
        """Run one command with JSON as its form, standard input given."""
        return self.text(*words, "-o", "json", given=given)

    def text(self, *words: object, given: bytes = b"") -> Ended:
        """Run one command in the form it has by itself."""
        ended = self.runner(self.home, [str(word) for word in words], given)
        assert "Traceback" not in ended.err, ended.err
        return ended


def in_a_process(home: Path, words: Sequence[str], given: bytes) -> Ended:
    """Run a command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "aupkeep", *words],
        check=False,
        capture_output=True,
        input=given,
        env={**os.environ, "AUPKEEP_HOME": str(home), "AUPKEEP_DATABASE": ""},
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def in_this_process(home: Path, words: Sequence[str], given: bytes) -> Ended:
    """Run a command here, as if this process had just been started for it."""
    opening._opened.clear()
    context._bound.clear()
    use("", home / "aupkeep.sqlite3")
    registry_of.cache_clear()
    journal_of.cache_clear()
    code: object = 0
    with CliRunner().isolation(input=given) as (out, err, _):
        try:
            main(list(words))
        except SystemExit as stop:
            code = stop.code
        sys.stdout.flush()
        sys.stderr.flush()
    connections.close_all()
    structlog.reset_defaults()  # commands of daemons set the log up
    assert isinstance(code, int)
    return Ended(code, out.getvalue().decode(), err.getvalue().decode())


@pytest.fixture(params=["here", pytest.param("process", marks=pytest.mark.nightly("processes"))])
def runner(request, tmp_path, monkeypatch, django_db_blocker) -> Iterator[Runner]:
    """How the commands of a test run."""
    if request.param == "process":
        yield in_a_process
        return
    monkeypatch.setenv("AUPKEEP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AUPKEEP_DATABASE", "")
    monkeypatch.setattr(settings, "AUPKEEP_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(opening, "_opened", [])
    monkeypatch.setattr(context, "_bound", [])
    with django_db_blocker.unblock():
        yield in_this_process


@pytest.fixture
def bare(tmp_path, runner) -> Shell:
    """Commands on a home that does not exist yet: the first one sets it up."""
    return Shell(tmp_path / "home", runner)


@pytest.fixture
def process(tmp_path) -> Shell:
    """As `bare`, each command a process of its own in every tier."""
    return Shell(tmp_path / "home", in_a_process)


@pytest.fixture
def aupkeep(migrated, bare) -> Shell:
    """Commands on an empty home that was set up already, which takes longer than most of them."""
    shutil.copy(migrated, make_home(bare.home).database)
    return bare


@pytest.fixture(scope="session")
def kept_home(tmp_path_factory) -> Path:
    """Where the first test that needs `lived` leaves a copy for the next."""
    return tmp_path_factory.mktemp("lived") / "home"


@pytest.fixture
def lived(bare, kept_home, request):
    """A home with a case, its mail, a setting and a token."""
    if kept_home.exists():
        shutil.copytree(kept_home, bare.home)
        return bare
    aupkeep = request.getfixturevalue("aupkeep")
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    rows = b"address,customer,resource,from,until\n203.0.113.1,alder,vm-1,2026-01-01T00:00:00Z,\n"
    aupkeep("inventory", "import", "-", given=rows)
    aupkeep("settings", "set", "mail.sender", "abuse@fjord.example")
    aupkeep("token", "add", "feed")
    aupkeep("ingest", "-", given=report("203.0.113.1", NOON))
    shutil.copytree(bare.home, kept_home)
    return aupkeep


@pytest.fixture
def empty_postgres():
    """An empty database of its own on the server of the tests."""
    if not SERVER:
        pytest.fail("no server") if os.environ.get("CI") == "true" else pytest.skip("no server")
    name = f"aupkeep_moved_{os.getpid()}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield f"{SERVER.rpartition('/')[0]}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
