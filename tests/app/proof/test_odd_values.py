"""A value in a form that no write of ours makes is named: it reads alike and compares otherwise."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from app.conftest import NOON, report
from app.proof.test_verify import sql
from app.steps import arrive
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.retention.holds import add_hold
from aupkeep.model.hold import HoldScope
from aupkeep.store import holds, log

SQLITE = [
    ("UPDATE store_hold SET ended_at = ''", "Hold", "ended_at"),
    ("UPDATE store_hold SET until = CAST(until AS BLOB)", "Hold", "until"),
    ("UPDATE store_hold SET until = replace(until, ' ', 'T')", "Hold", "until"),
    ("UPDATE store_hold SET until = until || '+00:00'", "Hold", "until"),
    ("UPDATE store_assignment SET known_until = ''", "Assignment", "known_until"),
    ("UPDATE store_claim SET at = replace(at, '-0', '-')", "Claim", "at"),
    ("UPDATE store_customer SET bare = CAST(bare || 'x' AS BLOB)", "Customer", "bare"),
    ("UPDATE store_source SET trusted_by = CAST(trusted_by AS BLOB)", "Source", "trusted_by"),
    ("UPDATE store_entry SET at = replace(at, ' ', 'T') WHERE \"index\" = 3", "store_entry", "at"),
    ("UPDATE store_claim SET joined = CAST(joined AS BLOB)", "Claim", "joined"),
    ("UPDATE store_checkpoint SET size = CAST(size AS BLOB)", "store_checkpoint", "size"),
    ("UPDATE store_checkpoint SET text = CAST(text AS BLOB)", "store_checkpoint", "text"),
    ("UPDATE store_log SET frontier = CAST(frontier AS TEXT)", "store_log", "frontier"),
    ("UPDATE store_case_source SET source = CAST(source AS BLOB)", "store_case_source", "source"),
]
POSTGRESQL = [
    ("UPDATE store_hold SET until = 'infinity'", "Hold", "until"),
    ("UPDATE store_hold SET at = '0044-03-15 BC'", "Hold", "at"),
    ("UPDATE store_assignment SET start = '-infinity'", "Assignment", "start"),
    ("UPDATE store_case SET changed_at = '20000-01-01'", "Case", "changed_at"),
    ("UPDATE store_entry SET at = 'infinity' WHERE \"index\" = 3", "store_entry", "at"),
]


@pytest.fixture
def lived(furnished):
    """A desk with an open case and a customer under a legal hold."""
    arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=5)))
    until = furnished.now() + timedelta(days=90)
    add_hold(furnished, HoldScope.CUSTOMER, "alder", until, person="ada", reasons="a court")
    return furnished


@pytest.mark.both
def test_a_value_in_another_form_is_named(lived):
    """Each change is named by its row and column, and the home holds once it is taken back."""
    changes = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    for change, row, column in changes:
        with transaction.atomic():
            sql(change)
            told = verify_home(lived)
            transaction.set_rollback(True)
        assert not told.ok, change
        assert told.reason.startswith(f"{row} "), (change, told)
        assert f"its column {column} holds" in told.reason, (change, told)
    assert verify_home(lived).ok


@pytest.mark.both
def test_the_entry_that_named_the_row_last_is_named(lived):
    """A hold that no search finds any more is the change of the entry that set it."""
    (hold,) = holds.of("alder")
    sql("UPDATE store_hold SET until = %s", "infinity")
    told = verify_home(lived)
    (set_at,) = [
        leaf.number for leaf in log.leaves() if hold.id in str((leaf.payload or {}).get("rows"))
    ]
    assert told.first_bad == set_at
