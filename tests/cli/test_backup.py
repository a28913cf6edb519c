"""A backup brings everything back, on either engine, also when it was made while others wrote."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pyrage
import pytest

from app.conftest import NOON, report
from cli.conftest import Ended, Shell
from databases import SERVER

pytestmark = pytest.mark.slow
OWN = pytest.mark.parametrize("runner", ["here"], indirect=True)


@pytest.fixture
def lived(aupkeep):
    """A home with a case, its mail, a setting and a token."""
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    rows = b"address,customer,resource,from,until\n203.0.113.1,alder,vm-1,2026-01-01T00:00:00Z,\n"
    aupkeep("inventory", "import", "-", given=rows)
    aupkeep("settings", "set", "mail.sender", "abuse@fjord.example")
    aupkeep("token", "add", "feed")
    aupkeep("ingest", "-", given=report("203.0.113.1", NOON))
    return aupkeep


def state(shell):
    """What must come back."""
    cases = shell("case", "list").value
    shown = shell("case", "show", cases[0]["reference"]).value
    settings = shell("settings").value
    return cases, shown["customer"], shell("token", "list").value, settings["mail"]["sender"]


def identity_in(tmp_path):
    """A file of age, and the recipient it opens for."""
    secret = pyrage.x25519.Identity.generate()
    file = tmp_path / "identity"
    file.write_text(f"# public key: {secret.to_public()}\n{secret}\n")
    return file, str(secret.to_public())


def process_on(home, database=""):
    """Commands as processes on a home and a database."""

    def run(home: Path, words: Sequence[str], given: bytes) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "aupkeep", *words],
            check=False, capture_output=True, input=given,
            env={**os.environ, "AUPKEEP_HOME": str(home), "AUPKEEP_DATABASE": database},
        )  # fmt: skip
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    return Shell(home, run)


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


@OWN
@pytest.mark.nightly("processes")
def test_restored_and_moved_between_the_engines(lived, tmp_path, empty_postgres):
    """SQLite, its backup on PostgreSQL, moved back to SQLite: the same cases, and it verifies."""
    before = state(lived)
    file, keys = tmp_path / "b.age", tmp_path / "k.age"
    identity, recipient = identity_in(tmp_path)
    made = lived("backup", file, "--to", recipient, "--keys", keys).value
    assert b"alder" not in file.read_bytes()
    assert (file.stat().st_mode & 0o777, keys.stat().st_mode & 0o777) == (0o600, 0o600)
    restored = process_on(tmp_path / "second", empty_postgres)
    assert "--identity" in restored("restore", file).err
    (tmp_path / "stranger").mkdir()
    stranger, _ = identity_in(tmp_path / "stranger")
    assert restored("restore", file, "--identity", stranger).code == 2
    opened = ("--keys", keys, "--identity", identity)
    told = restored("restore", file, *opened)
    assert told.code == 0, told.err
    assert told.value["entries"] == made["entries"]
    assert state(restored) == before
    assert restored("verify").value["ok"]
    assert restored("restore", file, *opened).code == 5, "a home in use is not overwritten"
    assert restored("ingest", "-", given=report("203.0.113.1", NOON)).value[0]["repeated"]
    moved = restored("move", "--to", "sqlite")
    assert moved.code == 0, moved.err
    back = process_on(tmp_path / "second")
    assert state(back) == before
    assert back("verify").value["ok"]
    assert back("token", "add", "more").code == 0
    again = back("move", "--to", empty_postgres)
    assert "found an install in it" in again.err


@OWN
def test_a_backup_while_others_write_is_one_moment(lived, tmp_path):
    """A process that takes in mails meanwhile neither waits nor is cut in two."""
    box = b"".join(
        b"From soc@cert.example Sun Mar  1 12:00:00 2026\n"
        + report("203.0.113.1", NOON, lines=n + 1).replace(b"\r\n", b"\n") + b"\n"
        for n in range(8)
    )  # fmt: skip
    writer = subprocess.Popen(
        [sys.executable, "-m", "aupkeep", "ingest", "-", "-o", "json"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "AUPKEEP_HOME": str(lived.home), "AUPKEEP_DATABASE": ""},
    )  # fmt: skip
    writer.stdin.write(box)
    writer.stdin.close()
    entries = [lived("backup", tmp_path / f"{n}.tar", "--plain").value["entries"] for n in range(2)]
    told = json.loads(writer.stdout.read())
    writer.stdout.close()
    assert writer.wait() == 0
    assert told
    assert entries == sorted(entries)
    for number, count in enumerate(entries):
        restored = process_on(tmp_path / f"home-{number}")
        came = restored("restore", tmp_path / f"{number}.tar")
        assert came.code == 0, came.err
        assert came.value["entries"] == count


@OWN
def test_what_is_no_backup_or_was_changed_is_refused(lived, tmp_path):
    """Nothing of it is believed before the journal in it holds."""
    (tmp_path / "junk").write_bytes(b"junk" * 1000)
    assert process_on(tmp_path / "a")("restore", tmp_path / "junk").code != 0
    lived("backup", tmp_path / "whole.tar", "--plain")
    data = (tmp_path / "whole.tar").read_bytes()
    assert data.count(b"alder") > 0
    (tmp_path / "changed.tar").write_bytes(data.replace(b"alder", b"alger"))
    torn = data.replace(b'"source":"', b'"source";"')
    assert torn != data
    (tmp_path / "torn.tar").write_bytes(torn)
    for name in ("changed.tar", "torn.tar"):
        refused = process_on(tmp_path / "b")("restore", tmp_path / name)
        assert refused.code in {3, 10}, refused.err
        assert "expected" in refused.err
        assert "Traceback" not in refused.err
        assert list((tmp_path / "b").iterdir()) == []
    assert process_on(tmp_path / "b")("restore", tmp_path / "whole.tar").code == 0
    neither = lived("backup", tmp_path / "x")
    assert "--plain" in neither.err
