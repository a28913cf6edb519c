"""`aupkeep verify` ends in a verdict, whatever somebody did to what it is read with."""

import sqlite3
from contextlib import closing

import pytest

from aupkeep.config.unix_user import unix_user
from cli.conftest import ME

BOB = "bob@desk.example"
BROKEN = "UPDATE sqlite_master SET sql = replace(sql, '(', '((') WHERE name = 'store_desired'"


@pytest.fixture
def changed(aupkeep):
    """Changes the home's database as somebody would who has it and not us."""
    assert aupkeep("staff", "add", BOB, "--name", "Bob", "--role", "analyst").code == 0
    assert aupkeep("verify").code == 0

    def change(*statements: tuple[str, tuple[str, ...]]) -> None:
        file = aupkeep.home / "aupkeep.sqlite3"
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            database.execute("PRAGMA writable_schema = ON")
            for statement, values in statements:
                database.execute(statement, values)

    return change


@pytest.mark.slow
def test_a_schema_that_cannot_be_read_does_not_hold(process, changed):
    """It is no fault that passes."""
    changed((BROKEN, ()))
    ended = process("verify")
    assert (ended.code, ended.value["ok"], ended.value["first_bad"]) == (10, False, 0)
    assert "malformed database schema (store_desired)" in ended.value["reason"]
    assert "malformed database schema (store_desired)" in process("doctor").err


def test_swapped_users_of_the_machine_do_not_hold(aupkeep, changed):
    """Who may not ask by the changed rows is told that they were changed."""
    setting = "UPDATE store_staff SET unix_user = ? WHERE address = ?"
    changed((setting, ("nobody-here", ME)), (setting, (unix_user(), BOB)))
    ended = aupkeep("verify")
    assert (ended.code, ended.value["ok"]) == (10, False)
    assert "Staff " in ended.value["reason"]


def test_who_may_not_ask_is_refused_where_all_holds(aupkeep):
    """The verdict on an untouched home is for those whose role has it."""
    assert aupkeep("staff", "add", BOB, "--name", "Bob", "--role", "operator").code == 0
    assert aupkeep("staff", "role", ME, "--role", "noc").code == 0
    assert aupkeep("verify").code == 6
