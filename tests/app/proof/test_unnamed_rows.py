"""Rows that no entry names and that decide something are compared with what they follow from."""

from datetime import timedelta

import pytest
from django.db import connection

from app.conftest import NOON, report
from app.proof.test_verify import sql
from app.steps import arrive
from aupkeep.app.proof.verify import verify_home, verify_records

pytestmark = pytest.mark.both


@pytest.fixture
def lived(furnished):
    """A desk with an open case."""
    arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=5)))
    return furnished


TWICE = """
INSERT INTO store_case_source (source, "case", incident_id)
SELECT 'mail:x.example', "case", incident_id FROM store_case_source LIMIT 1
"""
CHANGES = [
    ("UPDATE store_case SET rank = 1000", "rank"),
    ("UPDATE store_case SET rank = rank + 1", "rank"),
    ("INSERT INTO store_confirmed (key) VALUES ('mail:stranger.example')", "stranger"),
    ("DELETE FROM store_case_source", "name a case"),
    ("UPDATE store_case_source SET source = 'mail:other.example'", "name a case"),
    (TWICE, "name a case"),
    ("INSERT INTO store_log (id, size, frontier) SELECT 2, size, frontier FROM store_log", "log:"),
]


@pytest.mark.parametrize(("change", "what"), CHANGES)
def test_a_row_that_no_entry_names_is_named(lived, change, what):
    """A case hidden from the queue, a stranger who was ever right, a case hidden from a filter."""
    assert verify_home(lived).ok
    sql(change)
    told = verify_home(lived)
    assert not told.ok
    assert what in told.reason


def test_derived_rows_are_derived_anew_on_a_persons_word(lived):
    """`--mend` writes what follows from the records, and the home holds again."""
    sql("INSERT INTO store_confirmed (key) VALUES ('mail:stranger.example')")
    sql("DELETE FROM store_case_source")
    assert verify_records(lived, mend=True).ok
    assert verify_home(lived).ok
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM store_case_source")
        assert cursor.fetchone()[0] > 0
