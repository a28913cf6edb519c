"""Which sources name a case: the rows that are kept say what the incidents' lists say."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.store import case_filter
from aupkeep.store.case_filter import CaseFilter
from aupkeep.store.erasure import Erasure
from aupkeep.store.models import CaseSourceRow
from store.samples import CASE, CUSTOMER, INCIDENT
from store.test_confirmed_sources import QUIET

KEYS = ("mail:a.example", "mail:b.example", "api:scans")
LISTS = st.lists(st.sampled_from(KEYS), max_size=3, unique=True).map(tuple)


@pytest.mark.sqlite_by_day
@QUIET
@given(st.lists(st.tuples(st.integers(0, 3), LISTS), max_size=8))
def test_a_filter_by_source_finds_what_the_incidents_name(journal, make, changes):
    """Two cases with two incidents each, whose lists grow and shrink."""
    mark = make.id()
    rows: list[object] = [CUSTOMER]
    lists = dict.fromkeys(range(4), ())
    for at in range(4):
        name = f"{mark}{at % 2}"
        case = dataclasses.replace(CASE, id=name, reference=name, resource=name)
        rows.append(dataclasses.replace(case, outcome=None, state=CaseState.OPEN))
        rows.append(dataclasses.replace(INCIDENT, id=f"{mark}{at}", case=name, sources=()))
    journal.record(make.entry(), rows=rows)
    incidents = {row.id: row for row in rows if type(row) is type(INCIDENT)}
    for at, named in changes:
        lists[at] = named
        changed = dataclasses.replace(incidents[f"{mark}{at}"], sources=named)
        journal.record(make.entry(), rows=[changed])
    for key in KEYS:
        wanted = {f"{mark}{at % 2}" for at, named in lists.items() if key in named}
        found = case_filter.page(CaseFilter(source=key), limit=1000)
        assert {case.id for case in found if case.id.startswith(mark)} == wanted


def test_rows_go_with_their_incident(journal, make):
    incident = dataclasses.replace(INCIDENT, sources=KEYS)
    journal.record(make.entry(), rows=[CUSTOMER, CASE, incident])
    assert CaseSourceRow.objects.count() == len(KEYS)
    erasure = Erasure(entries=(), rule="cases", gone=(incident,))
    erased = dataclasses.replace(
        make.entry(), type=EntryType.ENTRIES_ERASED, payload=erasure.payload
    )
    journal.record(erased, rows=[erasure])
    assert CaseSourceRow.objects.count() == 0
