"""Where a backup is written, and where an install moves to: nothing that is there is destroyed."""

import fcntl

import psycopg
import pytest

from cli.restored import OWN

pytestmark = pytest.mark.slow


def words_of(lived, tmp_path):
    """Commands that write a file, each with a place that is not its own."""
    kept, link = tmp_path / "kept", tmp_path / "link"
    link.symlink_to(lived.home)
    own = lived.home / "aupkeep.sqlite3"
    since = ("--since", "2026-01-01", "--plain", "--replace")
    return [
        ("backup", kept, "--plain", "--replace", "--keys", kept),
        (
            "backup",
            kept,
            "--plain",
            "--replace",
            "--keys",
            tmp_path / "." / "folder" / ".." / "kept",
        ),
        ("backup", own, "--plain", "--replace"),
        ("backup", link / "policy" / "new", "--plain"),
        ("backup", tmp_path / "b", "--plain", "--replace", "--keys", link / "keys" / "journal"),
        ("backup", "/dev/null", "--plain", "--replace"),
        ("raw", "export", own, *since),
        ("raw", "export", "/dev/null", *since),
        ("export", own),
        ("export", link / "checkpoints"),
        ("settings", "--write", kept),
    ]


def test_no_place_of_something_else_is_written_over(lived, tmp_path):
    """The backup by its keys, the home by either, a device, the settings: nothing of it changes."""
    (tmp_path / "kept").write_bytes(b"kept")
    (tmp_path / "folder").mkdir()
    own = {path: path.read_bytes() for path in (lived.home / "keys").iterdir()}
    for words in words_of(lived, tmp_path):
        told = lived(*words)
        assert told.code not in (0, 1), words
        assert "Traceback" not in told.err
    assert (tmp_path / "kept").read_bytes() == b"kept"
    assert not (tmp_path / "b").exists()
    assert {path: path.read_bytes() for path in (lived.home / "keys").iterdir()} == own
    assert lived("verify", "--offline").value["ok"]


def test_what_a_killed_one_left_goes_with_the_next(lived, tmp_path):
    """Beside its file; what another backup to the same place still writes stays."""
    left, held = tmp_path / ".b.tar.abcdefgh", tmp_path / ".b.tar.ijklmnop"
    kept = tmp_path / ".b.tar.kept"
    for file in (left, held, kept):
        file.write_bytes(b"part")
    with held.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert lived("backup", tmp_path / "b.tar", "--plain").code == 0
    assert {path.name for path in tmp_path.glob(".b.tar.*")} == {held.name, kept.name}


@OWN
def test_another_install_of_an_older_version_is_not_touched(lived, empty_postgres):
    """A wrong word in the address: its tables stay as its program knows them."""
    with psycopg.connect(empty_postgres, autocommit=True) as server:
        server.execute("CREATE TABLE store_entry (id text PRIMARY KEY)")
        server.execute("INSERT INTO store_entry VALUES ('of an older version')")
        told = lived("move", "--to", empty_postgres)
        assert told.code == 5
        assert "found an install in it" in told.err
        asked = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        assert server.execute(asked).fetchall() == [("store_entry",)]
    assert lived("verify", "--offline").value["ok"]
