"""Any single change to database, export or checkpoint file is named: `AUPKEEP_CHANGES` of them.

A home that has lived, with erased entries, is changed in one place at random, verified, and put
back. The seed is fixed in CI and the day's at night.
"""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections
from django.db.models import AutoField, BooleanField, DateTimeField, Field

from app.conftest import report
from app.proof.test_erase import RULE, erasable, erase_entries
from app.proof.test_verify import JUST_NOW
from app.steps import arrive, enforce, guess, post
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.proof.export import export_journal, verify_export
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.actor import SYSTEM
from aupkeep.store import actions
from aupkeep.store.models import CheckpointRow, EntryRow, LogRow
from aupkeep.store.tables import TABLES

pytestmark = pytest.mark.again("fuzz")
CHANGES = int(os.environ.get("AUPKEEP_CHANGES", "30"))
DELETED = 0.1  # of the changes take the row away
MODELS = (*{table.model for table in TABLES.values()}, EntryRow, CheckpointRow, LogRow)


@pytest.fixture
def home(furnished, tmp_path):
    """The home, and a copy of all its files."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    enforce(furnished)
    for action in actions.of_case(case.id):
        undo_action(furnished, action.id, reason="mended", person="ada")
    enforce(furnished)
    erase_entries(furnished, [row.entry.id for row in erasable()][4:9], RULE, SYSTEM)
    export_journal(furnished, tmp_path / "export")
    assert verify_home(furnished).ok
    connections.close_all()
    shutil.copytree(furnished.home.path, tmp_path / "kept")
    return furnished


def put_back(context, kept: Path) -> None:
    """Database and checkpoints as they were."""
    connections.close_all()
    for path in (context.home.database, context.home.checkpoints):
        shutil.copy(kept / path.name, path)


def other(field: Field, value: object, chance: random.Random) -> object:
    """Another value of the same kind."""
    if isinstance(field, DateTimeField):
        text = str(value or "2026-03-01 12:00:00")
        return f"{text[:18]}{(int(text[18]) + 1) % 10}{text[19:]}"
    if isinstance(field, BooleanField) and isinstance(value, int):
        return 1 - value
    if value is None:
        return "1"
    if isinstance(value, bytes):
        return flipped(value, chance)
    if isinstance(value, int | float):
        return value + chance.choice((1, -1))
    place = chance.randrange(len(str(value)) + 1)
    return str(value)[:place] + chance.choice("x07") + str(value)[place + chance.randrange(2) :]


def flipped(data: bytes, chance: random.Random) -> bytes:
    """One bit of it changed."""
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def in_database(context, chance: random.Random) -> str:
    """Change a cell, or take a row away; what was done, "" where it could not be.

    Numbers that the database itself gives (`AutoField`) say nothing: they are left alone.
    """
    model = chance.choice(MODELS)
    field = chance.choice(model._meta.concrete_fields)
    table, column = model._meta.db_table, field.column
    with closing(sqlite3.connect(context.home.database, isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        rows = database.execute(
            f'SELECT rowid, "{column}" FROM {table} ORDER BY rowid'  # noqa: S608 - Django's names
        ).fetchall()
        if not rows or isinstance(field, AutoField):
            return ""
        number, value = chance.choice(rows)
        fresh = other(field, value, chance)
        change = f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?'  # noqa: S608 - the same
        try:
            if chance.random() < DELETED:
                database.execute(f"DELETE FROM {table} WHERE rowid = ?", [number])  # noqa: S608
                return f"{table} row {number} deleted"
            database.execute(change, [fresh, number])
        except sqlite3.DatabaseError:  # its own constraints refuse it
            return ""
    if fresh == value:
        return ""
    return f"{table} row {number} {column}: {value!r} -> {fresh!r}"


def in_checkpoints(context, chance: random.Random) -> str:
    """Change a bit of the file, or take a part away. What is put in between is skipped."""
    path = context.home.checkpoints
    data = path.read_bytes()
    start, end = sorted(chance.sample(range(len(data)), 2))
    fresh = chance.choice((flipped(data, chance), data[:start] + data[end:]))
    path.write_bytes(fresh)
    return f"checkpoints {start}:{end} of {len(data)}, now {len(fresh)}"


def named(context) -> bool:
    """Whether `verify` says that something is wrong."""
    verdict = verify_home(context)
    return not verdict.ok or bool(verdict.unkept)


def named_in_export(path: Path, chance: random.Random) -> str:
    """Change the export; what was done, where that is not named."""
    data = path.read_bytes()
    lines = data.splitlines(keepends=True)
    one, two = sorted(chance.sample(range(len(lines)), 2))
    swapped = [*lines[:one], lines[two], *lines[one + 1 : two], lines[one], *lines[two + 1 :]]
    how = chance.randrange(4)
    fresh = (
        flipped(data, chance),
        b"".join(lines[:one] + lines[one + 1 :]),
        b"".join(swapped),
        data[: chance.randrange(len(data))],
    )[how]
    changed = path.with_name("changed")
    changed.write_bytes(fresh)
    return f"export, way {how}, lines {one} and {two}" if verify_export(changed).ok else ""


@pytest.mark.parametrize("vendor", ["sqlite"])  # a copy of its file puts everything back
def test_any_single_change_is_named(home, tmp_path):
    """Each of them; what the database refuses by itself is not counted."""
    chance = random.Random(os.environ.get("AUPKEEP_SEED", "2033"))  # noqa: S311 - no secret
    ways: tuple[Callable[..., str], ...] = (in_database, in_database, in_checkpoints)
    counted, silent = 0, []
    while counted < CHANGES:
        if counted % 10 == 9:
            silent += filter(None, [named_in_export(tmp_path / "export", chance)])
            counted += 1
            continue
        done = chance.choice(ways)(home, chance)
        counted += bool(done)
        if done and not named(home):
            silent.append(done)
        put_back(home, tmp_path / "kept")
    assert verify_home(home).ok
    assert not silent, "\n".join(silent)
