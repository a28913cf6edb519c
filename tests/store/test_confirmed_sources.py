"""Who was ever right: the rows that are kept up to date say what a search of everything says."""

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aupkeep.model.case import CaseState, Outcome
from aupkeep.model.report import Report
from aupkeep.model.source import ClaimVerdict
from aupkeep.store import cases, reports, sources
from aupkeep.store.confirmed_sources import search
from store.samples import CASE, CLAIM, CUSTOMER, INCIDENT, RAW, REPORT

KEYS = ("mail:a.example", "mail:b.example", "mail:?c.example")
OUTCOMES = (None, Outcome.FIXED, Outcome.NOT_ABUSE)
CHANGES = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([*OUTCOMES, *ClaimVerdict, *KEYS]), st.booleans()),
    max_size=8,
)
QUIET = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def lay(journal, make) -> str:
    """Three sources with a report each, two of them on one open case, the third on another."""
    mark = make.id()
    rows: list[object] = [CUSTOMER, dataclasses.replace(RAW, id=mark, key=mark, digest=mark)]
    for at, key in enumerate(KEYS):
        told = dataclasses.replace(REPORT, id=f"{mark}{at}", raw=mark, judged=None)
        rows.append(dataclasses.replace(told, source=f"{key}{mark}"))
    for at in (0, 1):
        name = f"{mark}{at}"
        case = dataclasses.replace(CASE, id=name, reference=name, resource=name)
        rows.append(dataclasses.replace(case, outcome=None, state=CaseState.OPEN))
        rows.append(dataclasses.replace(INCIDENT, id=name, case=name))
    for at, case in ((0, 0), (1, 0), (2, 1)):
        name, incident = f"{mark}{at}", f"{mark}{case}"
        rows.append(dataclasses.replace(CLAIM, id=name, report=name, incident=incident))
    journal.record(make.entry(), rows=rows)
    return mark


@pytest.mark.sqlite_by_day
@QUIET
@given(CHANGES)
def test_rows_say_what_a_search_finds(journal, make, changes):
    """After each closing, reopening, judgement and new name of a source."""
    mark = lay(journal, make)
    keys = [f"{key}{mark}" for key in KEYS]
    for number, change, confirms in changes:
        if change is None or isinstance(change, Outcome):
            seen = cases.get(f"{mark}{number % 2}")
            state = CaseState.CLOSED if change else CaseState.OPEN
            new = dataclasses.replace(seen, outcome=change, state=state, confirms=confirms)
        elif isinstance(change, ClaimVerdict):
            seen = reports.get(f"{mark}{number}")
            new = dataclasses.replace(seen, judged=change)
        else:
            seen = reports.get(f"{mark}{number}")
            new = dataclasses.replace(seen, source=f"{change}{mark}")
        rows = [new]
        if isinstance(new, Report):
            rows += [cases.get(f"{mark}{at}") for at in (0, 1)]  # as a recount of its case does
        journal.record(make.entry(), rows=rows, seen=[seen])
        assert sources.confirmed(keys, make.now) == search(keys)
