"""What killed commands leave in a home is taken away, and nothing that somebody still fills."""

import json
import os

import pytest

from aupkeep.config.home import Home
from aupkeep.config.unfinished import (
    RESTORING,
    begun_restore,
    copies_folder,
    ended_restore,
    refuse_half_restored,
    take_copies_away,
    take_half_restored_away,
)
from aupkeep.model.errors import Conflict


def test_copies_that_nobody_fills_any_more_go(tmp_path):
    """Those of a command that goes on stay, and so does a link."""
    left, kept = tmp_path / "backup-killed", tmp_path / "elsewhere"
    for folder in (left, kept):
        folder.mkdir()
        (folder / "aupkeep.sqlite3").write_text("somebody's data")
    (tmp_path / "backup-link").symlink_to(kept)
    home = Home(tmp_path)
    with copies_folder(home, "restore") as goes_on:
        assert not left.exists()
        left.mkdir()
        assert take_copies_away(home) == 1
        assert goes_on.exists()
    assert not goes_on.exists()
    assert (kept / "aupkeep.sqlite3").exists()


def test_what_a_killed_restore_put_goes_and_what_was_there_stays(tmp_path):
    """Its own kinds of files alone: nobody else's, and none that was there before."""
    home = Home(tmp_path)
    home.keys.mkdir()
    (home.keys / "journal").write_text("ours")
    begun = begun_restore(home, ["keys", "keys/journal"])
    (tmp_path / RESTORING).write_bytes(begun)
    refuse_half_restored(home)  # who fills it opens it
    (home.keys / "desired").write_text("put there")
    for path in (home.database, home.settings, home.checkpoints, tmp_path / "notes"):
        path.write_text("put there")
    take_half_restored_away(home)
    there = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert there == {"keys", "keys/journal", "notes"}


def test_nobody_else_opens_a_home_that_is_filled(tmp_path):
    """Until its restore has ended, or the next one has."""
    home = Home(tmp_path)
    (tmp_path / RESTORING).write_text(json.dumps([]))
    with pytest.raises(Conflict, match=f"{os.fspath(tmp_path)}.*aupkeep restore FILE"):
        refuse_half_restored(home)
    ended_restore(home)
    refuse_half_restored(home)
