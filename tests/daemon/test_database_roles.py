"""Each process has a role of its own on PostgreSQL: what it may not do is tried, and refused."""

import json
import re
import subprocess
import sys
from functools import cache

import pytest
from django.apps import apps
from django.db import Error, connection, transaction

from app.proof.test_verify_outside import alter
from aupkeep.app.access.staff import change_roles
from aupkeep.daemon.database_roles import (
    PROCESSES,
    TABLES,
    granted,
    rights,
    role_of,
    role_statements,
)
from aupkeep.model.errors import Forbidden, Unavailable
from aupkeep.store import raws
from aupkeep.store.guard import writing
from aupkeep.store.staff import may_change
from aupkeep.store.tables import TABLES as RECORDS

REFUSED = "42501"  # PostgreSQL appendix A: insufficient_privilege
TRIED = {
    "s": 'SELECT 1 FROM "{0}" LIMIT 0',
    "i": 'INSERT INTO "{0}" DEFAULT VALUES',
    "u": 'UPDATE "{0}" SET "{1}" = "{1}" WHERE false',
    "d": 'DELETE FROM "{0}"',
}


def test_every_table_has_a_line():
    """A new one is granted to nobody in silence, and this names it."""
    made = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    named = re.findall(r"^(\w+_\w+) ", TABLES, re.MULTILINE)
    assert len(named) == len(set(named))
    assert set(named) == made | {"django_migrations"}


def test_the_journal_is_only_added_to():
    """But for what an erasure empties; what is written once is changed by nobody."""
    table = rights()
    for process, letters in table["store_entry"].items():
        assert set(letters) <= set("sie" if process == "worker" else "si")
    for process, letters in table["store_checkpoint"].items():
        assert letters == ("si" if process == "signer" else "s")
    changing = [name for name, of in table.items() if set(of["signer"]) - {"s"}]
    assert changing == ["store_checkpoint"]
    for process in ("mailin", "flowd"):
        assert not [name for name, of in table.items() if "d" in of[process]]
    once = {kind.model._meta.db_table for kind in RECORDS.values() if kind.once}
    changing = {(name, who) for name in once for who, it in table[name].items() if "u" in it}
    assert {who for _, who in changing} == {"worker"}
    assert all("d" in table[name][who] for name, who in changing)
    passing = {"store_draft", "store_confirmed", "store_session", "store_oidc_session"}
    passing |= {"store_typed", "store_case_source"}
    assert {name for name, of in table.items() if "d" in of["web"]} <= passing


@pytest.fixture
def roles(postgres_home):
    """The roles on a real PostgreSQL, taken away afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
    text = "\n".join(role_statements(owner))
    with writing():
        for _ in range(2):  # to be repeated after an upgrade
            with connection.cursor() as cursor:
                cursor.execute(text)
    yield
    with writing(), connection.cursor() as cursor:
        for process in PROCESSES:
            cursor.execute(f'DROP OWNED BY "{role_of(process)}"')  # others' databases may name it


def refused(role, statement) -> bool:
    """Whether the database refuses a statement to a role for want of a right."""
    try:
        with writing(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'SET LOCAL SESSION AUTHORIZATION "{role}"')
            cursor.execute(statement)
            transaction.set_rollback(True)
    except Error as error:
        return getattr(error.__cause__, "sqlstate", None) == REFUSED
    return False


@cache
def columns_of(table):
    """The names of a table's columns."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return [column.name for column in described]


def test_each_forbidden_statement_is_refused(roles):
    """Each process, each table, each of the four; and what is granted is not refused."""
    asked = [
        (table, process, letter, letter in letters)
        for table, of_process in rights().items()
        for process, letters in of_process.items()
        for letter in TRIED
    ]
    wrong = []
    for table, process, letter, may in asked:
        statement = TRIED[letter].format(table, columns_of(table)[0])
        if refused(role_of(process), statement) == may:
            wrong.append((process, table, letter))
    assert wrong == []


@pytest.mark.parametrize("process", PROCESSES)
def test_no_process_changes_what_the_log_says(roles, process):
    """Not an entry's leaf, place, type or time; not a table itself; nor may it become another."""
    role = role_of(process)
    for column in ("index", "entry", "type", "at", "leaf"):
        text = TRIED["u"].format("store_entry", column)
        assert refused(role, text), column
    empties = "UPDATE store_entry SET payload = NULL WHERE false"
    assert refused(role, empties) == (process != "worker")
    for text in (
        "TRUNCATE store_entry",
        "DROP TABLE store_entry",
        "ALTER TABLE store_entry DISABLE TRIGGER ALL",
        "CREATE TABLE mine (x int)",
        'SET ROLE "aupkeep-worker"' if process != "worker" else 'SET ROLE "aupkeep-web"',
    ):
        assert refused(role, text), text


def test_the_command_prints_them():
    """As SQL to be piped, and as JSON."""
    words = [sys.executable, "-m", "aupkeep", "setup", "roles", "--owner", "desk"]
    told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    assert told.splitlines() == list(role_statements("desk"))
    shown = subprocess.run([*words, "-o", "json"], check=True, capture_output=True).stdout
    assert json.loads(shown)["owner"] == "desk"
    assert granted("sie") == 'SELECT, INSERT, UPDATE (salt, payload, actor, "case", erased)'


def test_a_web_process_says_where_roles_are_changed(roles):
    """It may not write people, so nobody who owns it becomes an operator; the words name a way."""
    with writing(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL SESSION AUTHORIZATION "{role_of("web")}"')
        with pytest.raises(Forbidden, match=r"give: aupkeep staff role ada@"):
            change_roles(None, "ada@provider.example", ["analyst"])
        transaction.set_rollback(True)
    assert may_change()


def test_mailin_accepts_nothing_where_altered_bytes_stand(roles):
    """It may replace none: fresh bytes are kept, these are not, until the worker took them away."""
    digest = raws.keep(b"left by a crash")
    alter(digest)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL SESSION AUTHORIZATION "{role_of("mailin")}"')
        assert raws.read(raws.keep(b"fresh")) == b"fresh"
        with pytest.raises(Unavailable, match="permission denied"):
            raws.keep(b"left by a crash")
        raws.mend(b"left by a crash")  # received before: the repeat is answered as ever
        transaction.set_rollback(True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL SESSION AUTHORIZATION "{role_of("worker")}"')
        assert raws.read(raws.keep(b"left by a crash")) == b"left by a crash"
