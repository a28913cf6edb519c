"""A home of the version whose last migration was 0010 migrates, verifies and replays unchanged.

`home_0010.tar.xz` was made by that version: two cases, a block, a second person given and one asked
for, permissions, clearances, thresholds, a repeated key, switches. Its keys are made from words.
"""

import base64
import hashlib
import os
import shutil
import sqlite3
import tarfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from aupkeep.app.access.shell import first_person, shell_person
from aupkeep.app.access.unix_users import map_user
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.approvals import give_approval
from aupkeep.app.deciding.decide import find_case
from aupkeep.app.deciding.permissions import revoke
from aupkeep.app.deciding.replay import replay_decision
from aupkeep.app.enforcing.listen import set_listening
from aupkeep.app.modes import listening, withheld
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.app.telemetry.tuning.thresholds import accepted, withdraw
from aupkeep.config.keys import PURPOSES
from aupkeep.config.settings import load
from aupkeep.config.unix_user import unix_user
from aupkeep.model.as_json import as_json
from aupkeep.model.errors import Conflict, Forbidden
from aupkeep.model.grant import GrantKind
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.raw import Channel
from aupkeep.model.roles import ROLES
from aupkeep.store import (
    approvals,
    clearances,
    decisions,
    grants,
    log,
    opening,
    permissions,
    policies,
    raws,
    staff,
)
from aupkeep.store.guard import writing
from aupkeep.store.models import CaseRow, DecisionRow, FlagRow, StampRow
from enrol import enrol

PACKED = Path(__file__).with_name("home_0010.tar.xz")
BEFORE = "0010_confirmed"
BY_DAY = pytest.mark.sqlite_by_day
LATER = datetime(2026, 3, 1, 13, tzinfo=UTC)  # than all that happened there
SCAN, LOGIN = "connection/port_scan", "connection/login_attack"


@pytest.fixture(scope="session")
def kept_upgrade(tmp_path_factory):
    """Where the first test that opens the old home on SQLite leaves a copy for the next."""
    return tmp_path_factory.mktemp("upgraded") / "home"


@pytest.fixture
def upgraded(home, vendor, tmp_path, kept_upgrade):
    """The old home, opened by this version."""
    if vendor == "postgresql":
        _open_old(home, vendor, tmp_path / "old")
    else:
        connection.close()
        if not kept_upgrade.exists():
            _open_old(home, vendor, tmp_path / "old")
            connection.close()
            shutil.copytree(home.path, kept_upgrade)
        else:
            shutil.rmtree(home.path)
            shutil.copytree(kept_upgrade, home.path)
    return AppContext(home=home, settings=load(home), now=lambda: LATER, noise=os.urandom)


def _open_old(home, vendor, old) -> None:
    """Unpack it into `old`, put it in the place of a fresh home, and open that."""
    with tarfile.open(PACKED) as packed:
        packed.extractall(old, filter="data")
    for purpose in PURPOSES:
        secret = hashlib.sha256(f"example {purpose} key".encode()).digest()
        (home.keys / purpose).write_text(base64.b64encode(secret).decode() + "\n")
    (old / "checkpoints").rename(home.checkpoints)
    (old / "aupkeep.toml").rename(home.path / "aupkeep.toml")
    if vendor == "sqlite":
        connection.close()
        for file in home.path.glob(f"{home.database.name}*"):
            file.unlink()
        (old / "aupkeep.sqlite3").rename(home.database)
    else:
        _copy(old / "aupkeep.sqlite3")
    for file in (old / "raw").glob("*/*/*"):
        raws.keep(file.read_bytes())
    opening.open_database(home)


def _copy(file: Path) -> None:
    """The rows of an SQLite database in this one, with the tables that it had."""
    old = sqlite3.connect(file)
    names = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'store_%'"
        " AND name != 'store_stamp'"
    )
    with writing(), connection.cursor() as cursor:
        call_command("migrate", "store", BEFORE, verbosity=0)
        StampRow.objects.update(stamp="of the version before")
        with transaction.atomic():
            for (table,) in old.execute(names).fetchall():
                _copy_table(old, cursor, table)
    old.close()


def _copy_table(old: sqlite3.Connection, cursor: CursorWrapper, table: str) -> None:
    """One table's rows."""
    columns = [(one[1], one[2]) for one in old.execute(f"PRAGMA table_info({table})")]
    listed = ", ".join(f'"{name}"' for name, _ in columns)
    for row in old.execute(f"SELECT * FROM {table}"):  # noqa: S608 - our own table
        values = [
            bool(value) if kind == "bool" else value
            for (_, kind), value in zip(columns, row, strict=True)
        ]
        marks = ", ".join(["%s"] * len(values))
        cursor.execute(f"INSERT INTO {table} ({listed}) VALUES ({marks})", values)  # noqa: S608


@BY_DAY
def test_it_verifies_unchanged(upgraded):
    """Log, checkpoints and rows hold; the upgrade writes no entry."""
    verdict = verify_home(upgraded)
    assert (verdict.ok, verdict.entries, verdict.unkept) == (True, 53, 0), verdict
    assert log.size() == 53


@BY_DAY
def test_an_upgrade_begins_to_enforce_nowhere(upgraded):
    """Its settings name no driver: that was `record` then, and is `nftables` since 0049."""
    assert upgraded.settings.enforcement.driver == "record"
    assert 'driver = "record"' in upgraded.home.settings.read_text()


@BY_DAY
def test_it_replays_unchanged(upgraded):
    """Each decision of a rule leads to the same ruling, from the facts and the policy kept then."""
    made = DecisionRow.objects.order_by("starts")
    replays = [as_json(replay_decision(upgraded, row.id)) for row in made]
    assert [one["same"] for one in replays] == [True, True, True, None, None]


@BY_DAY
def test_what_stood_in_flags_stands_in_tables(upgraded):
    """Permissions, clearances, approvals, thresholds, policy and keys; flags are switches."""
    assert dict(FlagRow.objects.values_list("name", "value")) == {
        "feed:openphish": "on",
        "listen": "off",
    }
    live = [
        (one.customer, one.resource, one.kind, one.by) for one in permissions.live(upgraded.now())
    ]
    assert live == [("birch", "vm-b", LOGIN, "ada"), ("birch", "vm-b", SCAN, "bea")]
    cleared = clearances.live("alder", "vm-a", LATER)
    assert {(str(one.source), one.by) for one in cleared} == {
        ("mail:cert.example", "ada@aupkeep.example"),
        ("telemetry:flows", "ada@aupkeep.example"),
    }
    assert clearances.live("alder", "vm-a", LATER + timedelta(days=14)) == []
    (row,) = CaseRow.objects.filter(customer_id="birch")
    (asked,) = approvals.waiting(row.id)
    assert (asked.measure, asked.hours, asked.cause, asked.by) == (
        Measure.SUSPEND_ACCOUNT,
        24,
        Cause.UNKNOWN,
        "ada@aupkeep.example",
    )
    assert [(one.detector, one.value, one.of_class) for one in accepted()] == [
        ("udp-flood", 3000.0, None),
        ("udp-flood", 9000.0, "gold"),
    ]
    policy = policies.adopted()
    assert policy is not None
    assert {one.versions.policy for one in decisions.of_case(row.id)} == {policy.digest}
    for key in ("first time", "second time"):
        with pytest.raises(Conflict):
            receive(
                upgraded, b"other bytes", RawEnvelope(channel=Channel.API, key=key, token="feed")
            )


@BY_DAY
def test_acts_go_on_from_there(upgraded):
    """What an older version kept is revoked, given and withdrawn like what this one keeps."""
    enrol(upgraded, "ada")
    revoke(upgraded, "birch/vm-b", SCAN, person="ada", reasons="it ended")
    withdraw(upgraded, "udp-flood", "per_second", of_class="gold", person="ada", reasons="enough")
    (row,) = CaseRow.objects.filter(customer_id="birch")
    (asked,) = approvals.waiting(row.id)
    case = find_case(row.reference)
    give_approval(upgraded, case, asked.id, person="bea@aupkeep.example", reasons="I agree")
    assert [one.kind for one in permissions.live(upgraded.now())] == [LOGIN]
    assert [one.of_class for one in accepted()] == [None]
    assert approvals.waiting(row.id) == []
    goes_on_without_a_grant(upgraded)
    assert verify_home(upgraded).ok


def goes_on_without_a_grant(upgraded):
    """A home that did not listen may say and do what it could; after `listen on` it takes steps."""
    assert not listening(upgraded)
    assert {withheld(upgraded, kind) for kind in GrantKind} == {""}
    assert grants.counts(upgraded.now()) == (0, 0)
    set_listening(upgraded, wanted=True, reason="from here on step by step", person="ada")
    assert all(withheld(upgraded, kind) for kind in GrantKind)
    listens = replace(upgraded.settings.provider, listen=True)  # as any home but a demo's begins
    began = replace(upgraded, settings=replace(upgraded.settings, provider=listens))
    asked = set_listening(began, wanted=False, reason="all", person="ada")
    assert asked.listen
    assert grants.get(str(asked.grant)).granted_at is None


@BY_DAY
def test_existing_staff_keep_what_they_could_do(upgraded):
    """Who was there before roles may do everything; the first command maps nobody among several."""
    people = [person for person in staff.all() if person.active]
    assert len(people) > 1
    assert {person.held_roles for person in people} == {ROLES}
    assert first_person(upgraded) is None
    with pytest.raises(Forbidden, match="aupkeep staff map"):
        shell_person(upgraded)
    assert map_user(upgraded, people[0].address, None).unix_user == unix_user()
    assert shell_person(upgraded, (people[0].address,)) == people[0].address
    with pytest.raises(Forbidden, match="invariant 15"):
        shell_person(upgraded, (people[1].address,))
    assert verify_home(upgraded).ok


CHANGES = {
    "UPDATE store_permission SET until = '2030-01-01 00:00:00'": "Permission",
    "DELETE FROM store_clearance": "Clearance",
    "UPDATE store_approval SET hours = 9000": "Approval",
    "UPDATE store_threshold SET value = 1": "Threshold",
    "UPDATE store_adopted_policy SET digest = 'ab'": "AdoptedPolicy",
    "DELETE FROM store_idempotency_key": "IdempotencyKey",
    "UPDATE store_moved_flag SET changed_at = '2030-01-01 00:00:00'": "",
    "DELETE FROM store_moved_flag": "",
}


@BY_DAY
def test_a_changed_row_is_found_by_the_flag_it_came_from(upgraded):
    """The journal names the flags of then: no row made from them changes unseen, nor do they."""
    for change, what in CHANGES.items():
        with writing(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
            verdict = verify_home(upgraded)
            assert not verdict.ok, change
            assert str(verdict.reason).startswith(what), change
            if what:
                (named,) = log.entries(start=verdict.first_bad, limit=1)
                assert "Flag" in {name for name, _, _ in named.entry.payload["rows"]}
            transaction.set_rollback(True)
    assert verify_home(upgraded).ok
