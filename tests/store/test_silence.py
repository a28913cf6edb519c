"""A PostgreSQL connection that stays open and says nothing ends; nothing is lost or doubled."""

import os
import random
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import OperationalError, connection, transaction

from aupkeep.config.database import POSTGRESQL_OPTIONS, database
from aupkeep.config.home import Home
from aupkeep.model.errors import Unavailable
from aupkeep.store import log, patience, refresh
from aupkeep.store.journal import Journal, change_of
from aupkeep.store.writer import Writer
from databases import use
from faults.cutting import ANSWERS, REQUESTS, Cutter
from store.conftest import seal

pytestmark = pytest.mark.network
BOTH = (REQUESTS, ANSWERS)
SHORT = 0.4  # seconds
IDLE = "SHOW idle_in_transaction_session_timeout"


@pytest.fixture
def line(postgres_home: Home) -> Iterator[Cutter]:
    """The way to the database, which can go silent."""
    url = urlsplit(os.environ["AUPKEEP_DATABASE"])
    with Cutter(url.port, random.Random(1)) as line:  # noqa: S311 - it cuts nothing
        through = url._replace(netloc=f"{url.username}@127.0.0.1:{line.port}").geturl()
        use(f"{through}?connect_timeout=2", postgres_home.database)
        yield line
        line.stall()
        connection.close()


def journal_at(home: Home) -> Journal:
    """The journal of this home."""
    return Journal(home.checkpoints, seal)


def ask(words: str) -> object:
    """What the database answers."""
    with connection.cursor() as cursor:
        cursor.execute(words)
        return cursor.fetchone()[0]


def answers() -> bool:
    """Whether it does."""
    try:
        return ask("SELECT 1") == 1
    except OperationalError:
        return False


@pytest.mark.parametrize("ways", [BOTH, (REQUESTS,), (ANSWERS,)])
def test_a_silent_line_reads_as_a_database_that_is_away(ways, line, postgres_home, make):
    """A change fails as `Unavailable` within its time, and goes through once the line is back."""
    journal, entry = journal_at(postgres_home), make.entry()
    journal.record(make.entry())
    line.stall(*ways)
    begun = time.monotonic()
    with patience.patience(SHORT), pytest.raises(Unavailable):
        journal.record(entry)
    assert time.monotonic() - begun < 5
    line.stall()
    journal.record(entry)
    assert log.size() == 2


def test_a_commit_whose_answer_never_came_is_not_done_twice(line, postgres_home, make, monkeypatch):
    """It may have happened: the caller hears `Unavailable`, and the entry is there once."""
    journal, entry = journal_at(postgres_home), make.entry()
    real = connection._commit
    monkeypatch.setattr(connection, "_commit", lambda: (line.stall(ANSWERS), real()))
    with patience.patience(SHORT), pytest.raises(Unavailable):
        journal.record(entry)
    monkeypatch.undo()
    line.stall()
    assert [logged.entry.id for logged in log.entries()] == [entry.id]


def test_a_forgotten_connection_is_replaced(line, postgres_home, make, monkeypatch):
    """What is asked before work finds out within its own time, and new work has a new one."""
    monkeypatch.setattr(patience, "PROBE", SHORT)
    journal_at(postgres_home).record(make.entry())
    assert line.forget() == 1
    refresh()
    begun = time.monotonic()
    assert log.size() == 1
    assert time.monotonic() - begun < 5


def test_a_writer_goes_on_by_a_new_connection(line, postgres_home, make, monkeypatch):
    """A change that comes while its idle connection is forgotten is committed."""
    monkeypatch.setattr(patience, "PROBE", SHORT)
    writer = Writer(journal_at(postgres_home))
    writer.submit(change_of(make.entry())).result(30)
    connection.close()
    assert line.forget() == 1
    writer.submit(change_of(make.entry())).result(30)
    assert log.size() == 2
    writer.close()


def test_long_work_waits_longer(line):
    """The same statement ends one who waits shortly, and a copy or an import waits for it."""
    with patience.patience(SHORT), pytest.raises(OperationalError, match="did not answer"):
        ask("SELECT pg_sleep(1)")
    connection.close()
    with patience.patience(patience.LONG):
        ask("SELECT pg_sleep(0.7)")


def test_the_server_ends_what_has_no_client_any_more(line):
    """It is told how long a transaction may be idle; of long work for longer."""
    assert ask("SHOW client_connection_check_interval") == "5s"
    assert ask("SELECT setting FROM pg_settings WHERE name = 'tcp_keepalives_idle'") == "5"
    with transaction.atomic():
        assert ask(IDLE) == "40s"
    with patience.patience(patience.LONG), transaction.atomic():
        assert ask(IDLE) == "15min"
    with transaction.atomic():
        assert ask(IDLE) == "40s"


def test_who_waits_once_asks_no_more(postgres_home):
    """A listener that accepts and never answers costs a person one wait, not one a question."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        use(f"postgresql://a@127.0.0.1:{port}/b?connect_timeout=2", postgres_home.database)
        begun = time.monotonic()
        with patience.patience(SHORT, once=True):
            assert [answers(), answers(), answers()] == [False] * 3
        assert time.monotonic() - begun < 5


def test_what_the_url_says_of_a_connection_counts():
    """The operator's own words stand, the rest is ours; SQLite knows none of it."""
    options = database("postgresql://a@h/b?connect_timeout=30&sslmode=require", "")["OPTIONS"]
    assert options == {**POSTGRESQL_OPTIONS, "connect_timeout": "30", "sslmode": "require"}
    assert "connect_timeout" not in database("", "file")["OPTIONS"]
