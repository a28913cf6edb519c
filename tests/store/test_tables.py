"""Every record comes back as it went in, from both databases."""

import dataclasses

import pytest

from aupkeep.model.case import CaseState
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.holding import Assignment
from aupkeep.store import cases, raws, reports
from aupkeep.store.models import AssignmentRow
from aupkeep.store.tables import TABLES, many
from store.samples import ASSIGNMENT, CASE, DECISION, RAW, RECORDS


def test_every_record_comes_back_as_it_was(journal, make):
    """Each field of each kind is set, with NUL, lone surrogates and a number past 64 bits."""
    journal.record(make.entry(), rows=reversed(RECORDS))
    for record in RECORDS:
        table = TABLES[type(record)]
        assert many(type(record), table.model._default_manager.all()) == [record]


def test_every_table_has_a_sample():
    assert {type(record) for record in RECORDS} == set(TABLES)


def test_no_sample_leaves_a_field_at_its_default():
    """So that a field nobody stores cannot hide behind its default."""
    for record in RECORDS:
        for field in dataclasses.fields(record):
            value = getattr(record, field.name)
            given = field.default is dataclasses.MISSING or value != field.default
            assert given or field.name in ALIKE, f"{type(record).__name__}.{field.name}"


ALIKE = {"type", "media_type", "pool"}  # stored like their neighbours; of pools see below


def test_a_pool_comes_back_without_a_customer(journal, make):
    """It is nobody's: the column that names a customer is null, the record's text empty."""
    pool = dataclasses.replace(ASSIGNMENT, id="a2", customer="", pool=True)
    journal.record(make.entry(), rows=[*RECORDS, pool])
    row = AssignmentRow.objects.get(id="a2")
    assert (row.customer_id, many(Assignment, [row])) == (None, [pool])
    for odd in (dataclasses.replace(pool, pool=False), dataclasses.replace(pool, customer="c1")):
        with pytest.raises(Conflict):
            journal.record(make.entry(), rows=[odd])


def test_the_same_id_is_updated(journal, make):
    journal.record(make.entry(), rows=RECORDS)
    changed = dataclasses.replace(CASE, state=CaseState.OPEN, outcome=None, events=9)
    journal.record(make.entry(), rows=[changed])
    assert cases.get("k1") == changed


@pytest.mark.parametrize("record", [DECISION, RAW], ids=["decision", "raw"])
def test_what_is_written_once_is_never_changed(journal, make, record):
    journal.record(make.entry(), rows=RECORDS)
    with pytest.raises(Conflict):
        journal.record(make.entry(), rows=[record])


def test_a_row_without_its_parent_is_refused(journal, make):
    with pytest.raises(Conflict):
        journal.record(make.entry(), rows=[CASE])


def test_a_number_no_column_takes_is_invalid(journal, make):
    """Hostile input is not a failing storage: the writer must go on."""
    journal.record(make.entry(), rows=RECORDS)
    with pytest.raises(Invalid):
        journal.record(make.entry(), rows=[dataclasses.replace(CASE, events=1 << 70)])


def test_one_open_case_for_a_customer_a_resource_and_a_kind(journal, make):
    journal.record(make.entry(), rows=RECORDS)
    twins = [
        dataclasses.replace(CASE, id=name, reference=name, state=CaseState.OPEN)
        for name in ("k2", "k3")
    ]
    journal.record(make.entry(), rows=twins[:1])
    with pytest.raises(Conflict):
        journal.record(make.entry(), rows=twins[1:])


def test_what_an_address_bar_may_hold_finds_nothing(home):
    """A NUL or a lone surrogate in a reference is no error of the database."""
    for odd in ("\x00", "K7QF\x002M9X", "\ud800", "'"):
        assert cases.by_reference(odd) is None
        assert raws.by_key(odd) is None
        assert reports.get(odd) is None
