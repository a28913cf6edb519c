"""Upgraded, then back to the version before, while mails keep coming: each is on a case once.

The newer version is this one with a further migration, so this one is the version before. Whoever
sends tries again until 250, as a relay's queue does.
"""

import os
import shutil
import smtplib
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import psycopg
import pytest

import aupkeep
from cli.conftest import Ended
from daemon.processes import PATIENCE, free_port, listens, stuffed, until
from databases import SERVER

pytestmark = [pytest.mark.network, pytest.mark.slow, pytest.mark.nightly("kills")]
NEWER = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "{last}")]
    operations = [
        migrations.AddField("RawRow", "newer", models.TextField(db_default="of the newer")),
        migrations.RunSQL("UPDATE store_raw SET newer = 'migrated'", ""),
    ]
"""


@dataclass
class Program:
    """A version of the program on a home: `path` is where its package lies."""

    home: Path
    database: str = ""
    path: str = ""

    @property
    def environment(self) -> dict[str, str]:
        more = {"PYTHONPATH": self.path} if self.path else {}
        home = {"AUPKEEP_HOME": str(self.home), "AUPKEEP_DATABASE": self.database}
        return {**os.environ, **home, **more}

    def __call__(self, *words: str | Path, given: bytes = b"", code: int = 0) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "aupkeep", *map(str, words), "-o", "json"],
            check=False,
            capture_output=True,
            input=given,
            env=self.environment,
        )
        ended = Ended(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert ended.code == code, ended.err
        return ended

    @contextmanager
    def running(self, port: int) -> Iterator[None]:
        """Its `mailin` and worker."""
        with ExitStack() as stack:
            for name in ("mailin", "worker"):
                log = stack.enter_context((self.home.parent / f"{name}.log").open("ab"))
                process = subprocess.Popen(
                    [sys.executable, "-m", "aupkeep", name], env=self.environment, stderr=log
                )
                stack.callback(process.wait, PATIENCE)
                stack.callback(process.terminate)
            until(lambda: listens(port), "mailin to listen")
            yield

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What its database answers."""
        if self.database:
            with psycopg.connect(self.database) as server:
                return server.execute(query.encode()).fetchall()
        with closing(sqlite3.connect(self.home / "aupkeep.sqlite3")) as file:
            return file.execute(query).fetchall()


@dataclass
class Sender:
    """Sends mail after mail, and each until it is taken, from a thread of its own."""

    port: int
    over: threading.Event = field(default_factory=threading.Event)
    taken: int = 0
    refused: int = 0

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self.send)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def send(self) -> None:
        while not self.over.is_set():
            if self.sent(mail(self.taken)):
                self.taken += 1
            else:
                self.refused += 1
            time.sleep(0.1)

    def sent(self, data: bytes) -> bool:
        try:
            with smtplib.LMTP("127.0.0.1", self.port, timeout=30) as client:
                client.ehlo()
                client.mail("soc@cert.example")
                client.rcpt("abuse@aupkeep.example")
                client.putcmd("data")
                client.getreply()
                client.send(stuffed(data))
                return client.getreply()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def more(self, count: int) -> None:
        """Wait until so many more are taken."""
        end = self.taken + count
        until(lambda: self.taken >= end, f"{count} more mails")


def mail(number: int) -> bytes:
    """A report of one event."""
    at = datetime(2026, 3, 1, 10, tzinfo=UTC) + timedelta(minutes=number)
    line = f"{at:%Y-%m-%d %H:%M:%S} +0000 gate sshd[7]: Failed password for root from 203.0.113.1"
    return (
        f"From: soc@cert.example\r\nTo: abuse@aupkeep.example\r\nSubject: {number}\r\n"
        f"Message-ID: <{number}@cert.example>\r\nDate: {at:%a, %d %b %Y %H:%M:%S} +0000\r\n\r\n"
        f"Your host guesses passwords. All times are UTC.\r\n\r\n{line} port 40001 ssh2\r\n"
    ).encode()


@pytest.fixture
def newer_path(tmp_path: Path) -> str:
    """A package like this one with one migration more."""
    package = tmp_path / "newer" / "aupkeep"
    shutil.copytree(Path(aupkeep.__file__).parent, package)
    migrations = package / "store" / "migrations"
    last = max(path.stem for path in migrations.glob("0*.py"))
    (migrations / "9999_newer.py").write_text(NEWER.format(last=last))
    return str(package.parent)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Where the install is before, and where it is restored to."""
    if request.param == "sqlite":
        yield ["", ""]
        return
    if not SERVER:
        pytest.fail("no server") if os.environ.get("CI") == "true" else pytest.skip("no server")
    names = [f"aupkeep_{word}_{os.getpid()}" for word in ("upgraded", "back")]
    with psycopg.connect(SERVER, autocommit=True) as server:
        for name in names:
            server.execute(f"CREATE DATABASE {name}".encode())
        yield [f"{SERVER.rpartition('/')[0]}/{name}" for name in names]
        for name in names:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def furnish(program: Program, port: int) -> None:
    """Space, a holder, and where mail comes in."""
    (program.home).mkdir(mode=0o700)
    (program.home / "aupkeep.toml").write_text(
        f'[mail]\nlmtp_port = {port}\nnameservers = ["none"]\n'
    )
    program("inventory", "own", "add", "203.0.113.0/24")
    rows = b"address,customer,resource,from,until\n203.0.113.1,alder,vm-1,2026-01-01T00:00:00Z,\n"
    program("inventory", "import", "-", given=rows)


def test_no_mail_is_lost_or_doubled_on_the_way_there_and_back(tmp_path, newer_path, databases):
    port = free_port()
    before = Program(tmp_path / "home", databases[0])
    newer = Program(tmp_path / "home", databases[0], newer_path)
    furnish(before, port)
    file, keys, since = (tmp_path / name for name in ("before.tar", "keys.tar", "since.tar"))
    moment = f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    with Sender(port) as sender:
        with before.running(port):
            sender.more(3)
            before("backup", file, "--keys", keys, "--plain")
            sender.more(3)
        with newer.running(port):
            sender.more(5)
        assert newer.rows("SELECT count(*) FROM store_raw WHERE newer = 'migrated'")[0][0] >= 6
        assert "of a newer Aupkeep" in before("case", "list", code=8).err
        exported = newer("raw", "export", since, "--since", moment, "--plain").value
        assert exported["received"] >= 11
        before.home.rename(tmp_path / "home.newer")
        back = Program(tmp_path / "home", databases[1])
        back("restore", file, "--keys", keys)
        carried = back("raw", "import", since).value
        assert carried["received"] >= 5
        assert carried["received"] + carried["repeated"] == exported["received"]
        with back.running(port):
            sender.more(3)
            sender.over.set()
            again = back("raw", "import", since).value
            assert (again["received"], again["repeated"]) == (0, exported["received"])
            sent = sender.taken + 1  # the last may have been taken and not counted
            read = "SELECT count(*) FROM store_report"
            until(lambda: back.rows(read)[0][0] >= sender.taken, "every mail to be read")
    assert sender.refused > 0, "mails came while nothing listened"
    digests = [row[0] for row in back.rows("SELECT digest FROM store_raw")]
    assert len(digests) == len(set(digests))
    assert sender.taken <= len(digests) <= sent
    on_cases = back.rows(
        "SELECT r.raw_id, count(*) FROM store_report r JOIN store_claim c ON c.report_id = r.id"
        " GROUP BY r.raw_id"
    )
    assert [count for _, count in on_cases] == [1] * len(digests)
    peers = {row[0] for row in back.rows("SELECT peer FROM store_raw")}
    assert peers == {"127.0.0.1"}
    received = [row[0] for row in back.rows("SELECT received_at FROM store_raw")]
    assert len(set(received)) == len(received), "each keeps when it was received"
    assert back("verify").value["ok"]
