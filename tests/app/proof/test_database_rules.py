"""What the database does by itself is what we told it: each other rule is named, on both."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from app.conftest import NOON, report
from app.proof.test_verify import sql
from app.steps import arrive
from aupkeep.app.proof.verify import verify_home
from aupkeep.store import table_shapes
from aupkeep.store.one_holder import EXCLUDE
from aupkeep.store.table_shapes import asked

SWALLOW = (
    "CREATE TRIGGER swallow BEFORE INSERT ON store_effect WHEN NEW.kind = 'read' "
    "BEGIN SELECT RAISE(IGNORE); END"
)
UNCHANGED = (
    "CREATE TRIGGER swallow BEFORE UPDATE ON store_hold FOR EACH ROW "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
)
HOLDER = "assignment_one_holder"
KIND = "new.kind = 'read'"
LOOSER = EXCLUDE["sqlite"].replace("old.known_until IS NULL", "old.known_until IS NOT NULL")
REWRITTEN = (
    "UPDATE sqlite_master SET sql = replace(sql, '{}', '{}') "
    "WHERE name IN ('store_hold', 'store_space', 'store_claim')"
)
DROPPED = "ALTER TABLE {} DROP CONSTRAINT {}"
PARTS = [
    ("ALTER TABLE store_token ADD COLUMN evil text DEFAULT '1'", "column evil of store_token"),
    ("ALTER TABLE store_hold RENAME COLUMN scope TO scopes", "column scopes of store_hold"),
    ("CREATE UNIQUE INDEX one_each ON store_hold (scope)", "index one_each of store_hold"),
    ("CREATE INDEX part ON store_hold (key) WHERE key <> 'x'", "index part of store_hold"),
    ("CREATE INDEX made ON store_hold (lower(key))", "index made of store_hold"),
]
CHANGES = {
    "sqlite": [
        *PARTS,
        ("CREATE TABLE other (a)", "table other"),
        (SWALLOW, "trigger swallow"),
        ("CREATE VIEW shown AS SELECT * FROM store_hold", "view shown"),
        (f"DROP TRIGGER {HOLDER}", HOLDER),
        ((f"DROP TRIGGER {HOLDER}", LOOSER), f"trigger {HOLDER}"),
        (
            REWRITTEN.format('("site", "prefix")', '("site", "prefix", "id")'),
            "space_once of store_space",
        ),
        (REWRITTEN.format('"scope" text NOT NULL', '"scope" text'), "column scope of store_hold"),
        (
            REWRITTEN.format("DEFERRABLE INITIALLY DEFERRED", ""),
            "column customer_id of store_claim",
        ),
        ("UPDATE store_space SET id = id + 1000", "fresh numbers for id of store_space"),
        ("UPDATE store_space SET id = -id", "fresh numbers for id of store_space"),
    ],
    "postgresql": [
        *PARTS,
        ("ALTER TABLE store_hold ALTER reasons DROP NOT NULL", "not null reasons of store_hold"),
        ("ALTER TABLE store_hold ALTER ended_at TYPE text", "of ended_at of store_hold"),
        ("ALTER TABLE store_claim DISABLE TRIGGER ALL", "foreign keys off on store_claim"),
        ("ALTER TABLE store_hold ADD CHECK (scope <> 'case')", "check of store_hold"),
        (
            f"CREATE RULE swallow AS ON INSERT TO store_effect WHERE {KIND} DO INSTEAD NOTHING",
            "rule swallow on store_effect",
        ),
        ("ALTER TABLE store_hold ENABLE ROW LEVEL SECURITY", "row security on store_hold"),
        (UNCHANGED, "trigger swallow on store_hold"),
        (f"ALTER TABLE store_assignment DROP CONSTRAINT {HOLDER}", HOLDER),
        (
            (
                DROPPED.format("store_assignment", HOLDER),
                f"ALTER TABLE store_assignment ADD CONSTRAINT {HOLDER} CHECK (id <> '')",
            ),
            HOLDER,
        ),
        (
            (
                DROPPED.format("store_space", "space_once"),
                "ALTER TABLE store_space ADD CONSTRAINT space_once UNIQUE (site, prefix, id)",
            ),
            "unique id, prefix, site of store_space",
        ),
        ("ALTER TABLE store_hold ALTER scope SET DEFAULT 'x'", "default of scope of store_hold"),
        ("ALTER TABLE store_space ALTER id DROP IDENTITY", "column id of store_space"),
        ("ALTER SEQUENCE store_space_id_seq INCREMENT 7", "numbers for id of store_space"),
        ("UPDATE store_space SET id = -id", "fresh numbers for id of store_space"),
        ("CREATE TABLE more () INHERITS (store_hold)", "table more below store_hold"),
        ('ALTER TABLE store_hold ALTER scope TYPE text COLLATE "C"', "type of scope of store_hold"),
        ("ALTER TABLE store_effect DROP CONSTRAINT store_effect_key_key", "unique key of"),
        ("ALTER TABLE store_stamp SET UNLOGGED", "no write-ahead log of store_stamp"),
    ],
}


@pytest.mark.both
def test_a_rule_that_is_not_ours_is_named(furnished):
    """So is one of ours that was dropped; once it is as it was the home holds again."""
    arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=5)))
    if connection.vendor == "sqlite":
        sql("PRAGMA writable_schema = ON")
    for change, what in CHANGES[connection.vendor]:
        with transaction.atomic():
            for statement in (change,) if isinstance(change, str) else change:
                sql(statement)
            told = verify_home(furnished)
            transaction.set_rollback(True)
        assert not told.ok, change
        assert told.first_bad == 0
        assert what in told.reason, (change, told)
    with transaction.atomic():
        sql("CREATE INDEX for_speed ON store_hold (scope, key)")  # refuses no row
        assert verify_home(furnished).ok
        transaction.set_rollback(True)


@pytest.mark.both
@pytest.mark.parametrize("vendor", ["postgresql"])  # SQLite gives numbers by the rows themselves
@pytest.mark.parametrize("number", [1, 9223372036854775806])
def test_a_sequence_that_gives_no_number_is_named(furnished, number):
    """One that was put back, or is nearly used up: the next report would join no case."""
    for minute in (5, 6):
        arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=minute)))
    assert verify_home(furnished).ok
    sql("INSERT INTO store_space (prefix, site) SELECT prefix, site || 'x' FROM store_space")
    sql(f"SELECT setval('store_space_id_seq', {number})")
    assert "fresh numbers for id of store_space" in verify_home(furnished).reason


@pytest.mark.both
def test_what_others_write_while_numbers_are_looked_at_is_no_false_alarm(furnished, monkeypatch):
    """A row that comes between the look at a table and the look at its sequence breaks nothing."""
    arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=5)))
    looks: list[str] = []

    def asked_and_written(statement: str) -> list[tuple[object, ...]]:
        answer = asked(statement)
        if statement == table_shapes.NUMBERS[connection.vendor]:
            looks.append(statement)
            newest = "SELECT prefix, site || site FROM store_space ORDER BY id DESC LIMIT 1"
            sql(f"INSERT INTO store_space (prefix, site) {newest}")
        return answer

    monkeypatch.setattr(table_shapes, "asked", asked_and_written)
    assert [x for x in table_shapes.missing_parts() if "numbers" in x] == []
    assert looks
