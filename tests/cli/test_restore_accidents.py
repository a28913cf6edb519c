"""Two restores at once, a home that is used meanwhile, a journal that does not hold."""

import fcntl
import json
import os
import sqlite3
import subprocess
import sys

import psycopg
import pytest

from aupkeep.app.backup import restore as restoring
from aupkeep.config.unfinished import RESTORING
from cli.restored import OWN, process_on, state

pytestmark = pytest.mark.slow


def at_once(home, words, database=""):
    """A command that goes on meanwhile."""
    return subprocess.Popen(
        [sys.executable, "-m", "aupkeep", *map(str, words), "-o", "json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "AUPKEEP_HOME": str(home), "AUPKEEP_DATABASE": database},
    )  # fmt: skip


def restored_at_once(homes, words, database=""):
    """What the one that was refused said, of two of which the other filled its home."""
    both = [at_once(home, words, database) for home in homes]
    said = [process.communicate() for process in both]
    ended = sorted(zip((it.returncode for it in both), said, homes, strict=True))
    assert [code for code, _, _ in ended] == [0, 5], ended
    (_, _, filled), (_, (_, refused), other) = ended
    told = process_on(filled, database)("verify", "--offline")
    assert told.value["ok"], told
    assert "Traceback" not in refused
    assert filled == other or list(other.iterdir()) == []
    return json.loads(refused.splitlines()[-1])["message"]


@OWN
@pytest.mark.nightly("processes")
def test_of_two_restores_into_one_home_one_fills_it(lived, tmp_path):
    """The other is refused, and takes nothing of it away."""
    file, keys, home = tmp_path / "b.tar", tmp_path / "k.tar", tmp_path / "other"
    lived("backup", file, "--plain", "--keys", keys)
    message = restored_at_once([home, home], ("restore", file, "--keys", keys))
    assert "another restore or move" in message or "found one in use" in message
    assert state(process_on(home)) == state(lived)
    assert (home / "keys" / "journal").exists()
    (tmp_path / "third").mkdir(mode=0o700)
    with (tmp_path / "third" / "move.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = process_on(tmp_path / "third")("restore", file)
    assert refused.code == 5
    assert "another restore or move of this home" in refused.err
    assert [path.name for path in (tmp_path / "third").iterdir()] == ["move.lock"]
    with (home / "move.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert process_on(home)("move", "--to", "postgresql://192.0.2.1/none").code == 5
    assert process_on(tmp_path / "third")("restore", file).code == 0


@OWN
@pytest.mark.nightly("processes")
def test_of_two_homes_restored_into_one_database_one_fills_it(lived, tmp_path, empty_postgres):
    """The other waits, finds an install in it, and says so in words."""
    lived("backup", tmp_path / "b.tar", "--plain")
    homes = [tmp_path / "one", tmp_path / "two"]
    message = restored_at_once(homes, ("restore", tmp_path / "b.tar"), empty_postgres)
    assert message == "database: expected an empty one, found an install in it"


@OWN
@pytest.mark.nightly("processes")
def test_a_home_that_is_used_meanwhile_stays_whose_it_is(bare, tmp_path, monkeypatch):
    """By a command that looked at it before the restore began, and asks for no lock of ours."""
    assert process_on(tmp_path / "first")("backup", tmp_path / "b.tar", "--plain").code == 0
    other = process_on(bare.home)

    def meanwhile(*_: object) -> None:
        (bare.home / RESTORING).unlink()
        assert other("inventory", "own", "add", "198.51.100.0/24").code == 0

    monkeypatch.setattr(restoring, "_place_texts", meanwhile)
    refused = bare("restore", tmp_path / "b.tar")
    assert (refused.code, refused.error["error"]) == (5, "conflict")
    assert "found an install in it" in refused.err
    assert other("verify").value["ok"]
    assert "198.51.100.0/24" in other("inventory", "own", "list").out


@OWN
@pytest.mark.nightly("processes")
def test_a_killed_restore_leaves_a_home_that_only_the_next_opens(lived, tmp_path):
    """Until it has filled it; what stood there before stays, what the killed one copied goes."""
    file, home = tmp_path / "b.tar", tmp_path / "other"
    lived("backup", file, "--plain")
    home.mkdir(mode=0o700)
    (home / "mine").write_text("mine")
    killed = (
        "import os; from aupkeep.app.backup import restore; from aupkeep.cli import main; "
        "copy = restore._copy_in; "
        "restore._copy_in = lambda folder: (copy(folder), os.kill(os.getpid(), 9)); main()"
    )
    environment = {**os.environ, "AUPKEEP_HOME": str(home), "AUPKEEP_DATABASE": ""}
    words = [sys.executable, "-c", killed, "restore", str(file)]
    assert subprocess.run(words, check=False, env=environment).returncode == -9
    assert list(home.glob("restore-*"))
    other = process_on(home)
    for words in (("verify",), ("backup", tmp_path / "c.tar", "--plain")):
        refused = other(*words)
        assert (refused.code, "begins it again" in refused.err) == (5, True), refused
    assert other("restore", file).code == 0
    assert state(other) == state(lived)
    assert other("verify").value["ok"]
    names = {path.name for path in home.iterdir()}
    assert "mine" in names
    assert not [name for name in names if name.startswith(("restor", "move"))]


def rows_in(url):
    """How many rows each of our tables has."""
    with psycopg.connect(url) as database:
        names = database.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'store_%'"
        ).fetchall()
        return {
            name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - its own names
            for (name,) in names
        }


@OWN
@pytest.mark.nightly("processes")
def test_a_backup_whose_journal_does_not_hold_leaves_postgresql_as_it_was(
    lived, tmp_path, empty_postgres
):
    """A home that was tampered with is backed up and sealed; a good one goes in afterwards."""
    good, bad = tmp_path / "good.tar", tmp_path / "bad.tar"
    lived("backup", good, "--plain")
    with sqlite3.connect(lived.home / "aupkeep.sqlite3") as database:
        database.execute("UPDATE store_assignment SET customer_id = customer_id, resource = 'vm-2'")
    database.close()
    lived("backup", bad, "--plain")
    home = process_on(tmp_path / "other", empty_postgres)
    refused = home("restore", bad)
    assert refused.code == 10, refused
    left = {name: count for name, count in rows_in(empty_postgres).items() if count}
    assert set(left) <= {"store_stamp"}, left
    assert list((tmp_path / "other").iterdir()) == []
    told = home("restore", good)
    assert told.code == 0, told.err
    assert home("verify", "--offline").value["ok"]
