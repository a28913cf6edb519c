"""A backup brings everything back, on either engine, also when it was made while others wrote."""

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile

import pyrage
import pytest

from app.conftest import NOON, report
from cli.restored import OWN, process_on, state

pytestmark = pytest.mark.slow


def identity_in(tmp_path):
    """A file of age, and the recipient it opens for."""
    secret = pyrage.x25519.Identity.generate()
    file = tmp_path / "identity"
    file.write_text(f"# public key: {secret.to_public()}\n{secret}\n")
    return file, str(secret.to_public())


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


@pytest.mark.nightly("processes")
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


@pytest.mark.nightly("processes")
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
