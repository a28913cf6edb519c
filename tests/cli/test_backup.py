"""A backup brings everything back, on either engine, also when it was made while others wrote."""

import fcntl
import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pyrage
import pytest

from app.conftest import NOON, report
from aupkeep.app.backup import restore as restoring
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
@pytest.mark.nightly("processes")
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
    torn = data.replace(b'"source":"', b'"source";"')
    assert torn != data
    (tmp_path / "torn.tar").write_bytes(torn)
    (tmp_path / "changed.tar").write_bytes(data.replace(b"alder", b"alger"))
    for name in ("changed.tar", "torn.tar"):
        refused = process_on(tmp_path / "b")("restore", tmp_path / name)
        assert refused.code == 3, refused.err
        assert "expected" in refused.err
        assert "Traceback" not in refused.err
        assert list((tmp_path / "b").iterdir()) == []
    assert process_on(tmp_path / "b")("restore", tmp_path / "whole.tar").code == 0
    neither = lived("backup", tmp_path / "x")
    assert "--plain" in neither.err


def members(file):
    """The archive's files by name, in order."""
    with tarfile.open(file) as archive:
        return {it.name: archive.extractfile(it).read() for it in archive}


def written(file, contents):
    """An archive of these files, as anybody writes one."""
    with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in contents.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file


def listed_anew(contents):
    """The table of contents as it should be for these files, by who has no key."""
    manifest = json.loads(contents["manifest.json"])
    manifest["members"] = [
        {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in contents.items()
        if name not in {"seal.json", "manifest.json"}
    ]
    return {**contents, "manifest.json": json.dumps(manifest).encode()}


def in_database(data, tmp_path, statement):
    """The database of a backup after a statement."""
    file = tmp_path / "changed.sqlite3"
    file.write_bytes(data)
    with sqlite3.connect(file) as database:
        database.execute(statement)
    database.close()
    return file.read_bytes()


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
def test_of_two_homes_restored_into_one_database_one_fills_it(lived, tmp_path, empty_postgres):
    """The other waits, finds an install in it, and says so in words."""
    lived("backup", tmp_path / "b.tar", "--plain")
    homes = [tmp_path / "one", tmp_path / "two"]
    message = restored_at_once(homes, ("restore", tmp_path / "b.tar"), empty_postgres)
    assert message == "database: expected an empty one, found an install in it"


@OWN
def test_a_home_that_is_used_meanwhile_stays_whose_it_is(bare, tmp_path, monkeypatch):
    """By any first command, which asks for no lock of ours."""
    assert process_on(tmp_path / "first")("backup", tmp_path / "b.tar", "--plain").code == 0
    other = process_on(bare.home)

    def meanwhile(*_: object) -> None:
        assert other("inventory", "own", "add", "198.51.100.0/24").code == 0

    monkeypatch.setattr(restoring, "_place_texts", meanwhile)
    refused = bare("restore", tmp_path / "b.tar")
    assert (refused.code, refused.error["error"]) == (5, "conflict")
    assert "found an install in it" in refused.err
    assert other("verify").value["ok"]
    assert "198.51.100.0/24" in other("inventory", "own", "list").out


COSIGNED = (
    "INSERT INTO store_witness (key, size, frontier, failures, error, dispute) "
    "VALUES ('birch.example+00000000+AA', 9, x'', 0, '', '')"
)


def changes(contents, tmp_path):
    """What somebody changes in a plain backup, by what it is."""
    manifest = json.loads(contents["manifest.json"])
    settings = {**contents, "aupkeep.toml": b'[provider]\nlisten = false\n[mail]\nrelay_host="x"\n'}
    moved = {**manifest, "origin": "alder.example/journal"}
    more = {**contents, "policy/evil.yaml": b"x"}
    witness = in_database(contents["aupkeep.sqlite3"], tmp_path, COSIGNED)
    return {
        "settings": settings,
        "settings, listed anew": listed_anew(settings),
        "entries": {
            **contents,
            "manifest.json": json.dumps({**manifest, "entries": manifest["entries"] + 1}).encode(),
        },
        "origin": {**contents, "manifest.json": json.dumps(moved).encode()},
        "a witness": {**contents, "aupkeep.sqlite3": witness},
        "a witness, listed anew": listed_anew({**contents, "aupkeep.sqlite3": witness}),
        "one more": more,
        "one more, listed anew": listed_anew(more),
        "one less": {name: data for name, data in contents.items() if name != "aupkeep.toml"},
        "no seal": {name: data for name, data in contents.items() if name != "seal.json"},
        "an older format": {
            **contents,
            "manifest.json": json.dumps({**manifest, "format": "aupkeep-backup/1"}).encode(),
        },
    }


@OWN
def test_of_a_plain_backup_nothing_is_changed_unseen(lived, tmp_path):
    """Each is refused before the home has anything of it; also with every digest made to fit."""
    file = tmp_path / "b.tar"
    lived("backup", file, "--plain")
    contents = members(file)
    restored = process_on(tmp_path / "other")
    for name, changed in changes(contents, tmp_path).items():
        refused = restored("restore", written(tmp_path / "changed.tar", changed))
        assert refused.code in {2, 3}, (name, refused)
        assert list((tmp_path / "other").iterdir()) == [], name
    told = restored("restore", written(tmp_path / "same.tar", contents))
    assert told.code == 0, told.err
    (key,) = (it for it in lived("keys", "list").value if it["purpose"] == "journal")
    assert told.value["sealed_by"] == key["verifier"]


@OWN
def test_a_backup_with_another_key_is_not_believed_where_a_key_is_known(lived, tmp_path):
    """Who seals one anew with a key of their own is refused by the keys' file."""
    file, keys, other = tmp_path / "b.tar", tmp_path / "k.tar", tmp_path / "o.tar"
    lived("backup", file, "--plain", "--keys", keys)
    stranger = process_on(tmp_path / "stranger")
    assert stranger("backup", other, "--plain").code == 0
    refused = process_on(tmp_path / "other")("restore", other, "--keys", keys)
    assert refused.code == 2, refused
    assert "known key" in refused.err
    assert process_on(tmp_path / "other")("restore", file, "--keys", keys).code == 0


@OWN
def test_a_file_that_is_there_is_not_written_over(lived, tmp_path):
    """Neither the backup's nor the keys'; --replace is the word for it."""
    file, keys = tmp_path / "b.tar", tmp_path / "k.tar"
    file.write_bytes(b"kept")
    for words in ((file, "--plain"), (tmp_path / "n.tar", "--plain", "--keys", file)):
        refused = lived("backup", *words)
        assert (refused.code, file.read_bytes()) == (5, b"kept")
        assert "--replace" in refused.err
    assert lived("backup", file, "--plain", "--keys", keys, "--replace").code == 0
    assert process_on(tmp_path / "other")("restore", file, "--keys", keys).code == 0


@OWN
def test_one_of_before_seals_is_taken_by_a_word(lived, tmp_path):
    """As an older version made it; without the word it is refused, with it the journal judges."""
    file = tmp_path / "b.tar"
    lived("backup", file, "--plain")
    contents = members(file)
    manifest = json.loads(contents["manifest.json"])
    kept = {name: manifest[name] for name in ("made_at", "origin", "entries", "rows")}
    first = {"format": "aupkeep-backup/1", **kept}
    older = {**contents, "manifest.json": json.dumps(first).encode()}
    del older["seal.json"]
    written(tmp_path / "older.tar", older)
    assert "--unsealed" in process_on(tmp_path / "other")("restore", tmp_path / "older.tar").err
    told = process_on(tmp_path / "other")("restore", tmp_path / "older.tar", "--unsealed")
    assert (told.code, told.value["sealed_by"]) == (0, "")


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
