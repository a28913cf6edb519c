"""The retention table of a pack: read, bounded, and nothing where there is none."""

import pytest

from aupkeep.app.policies import sample_files
from aupkeep.model.retention import RetentionKind, RetentionPeriod, RetentionTable
from aupkeep.policy import packs

HEAD = "retention:\n  periods:\n"
CASE = "    - {kind: case, days: 1096, after: closed}\n"


def said(text: str) -> list[str]:
    """Everything wrong with a table, with its line."""
    return [f"{problem.line} {problem.reason}" for problem in packs.check({"r.yaml": text})]


def test_the_sample_has_a_table_that_erases_nothing_by_itself():
    pack = packs.load(sample_files())
    assert pack.retention is not None
    assert (pack.retention.automatic, list(pack.retention.periods)) == (False, list(RetentionKind))
    again = packs.load({"adopted.yaml": pack.content})
    assert (again.retention, again.digest) == (pack.retention, pack.digest)


def test_a_pack_without_a_table_keeps_everything():
    files = {name: text for name, text in sample_files().items() if name != "retention.yaml"}
    assert packs.load(files).retention is None
    assert packs.load(files).digest != packs.load(sample_files()).digest


ROWS = {
    "kind: case, days: 183, after: closed": "days: expected 184 to 36525 for case, found 183",
    "kind: case, days: -1, after: closed": "days: expected 184 to 36525 for case, found -1",
    "kind: case, days: 36526, after: closed": "days: expected 184 to 36525 for case, found 36526",
    "kind: report, days: 29, after: handled": "days: expected 30 to 36525 for report, found 29",
    "kind: cases, days: 400, after: closed": "kind: expected one of case, report, found 'cases'",
    "kind: case, days: 400, after: handled": "after: expected closed for case, found handled",
    "kind: case, days: 400": "after: expected a value for after, found none",
    "days: 400, after: closed": "kind: expected a value for kind, found none",
    "kind: case, days: 400, after: closed, unless: x": (
        "unless: expected one of after, days, kind, found 'unless'"
    ),
}
TABLES = {
    HEAD + CASE + CASE: "4 kind: expected case once, found it twice",
    "retention:\n  automatic: maybe\n  periods: []\n": (
        "2 automatic: expected true or false, found 'maybe'"
    ),
    "retention:\n  days: 1\n  periods: []\n": (
        "2 days: expected one of automatic, periods, found 'days'"
    ),
    "retention: {}\n": "1 periods: expected a value for periods, found none",
}


@pytest.mark.parametrize("row", ROWS)
def test_what_is_wrong_with_a_row_is_named(row):
    assert said(f"{HEAD}    - {{{row}}}\n") == [f"3 {ROWS[row]}"]


@pytest.mark.parametrize("text", TABLES)
def test_what_is_wrong_with_a_table_is_named_by_line(text):
    assert said(text) == [TABLES[text]]


def test_a_row_that_is_wrong_hides_none_behind_it():
    """Days that are no whole number, and a case's row twice, each told."""
    odd = "    - {kind: report, days: 1e9, after: handled}\n    - {kind: x}\n"
    told = said(HEAD + odd + CASE + CASE)
    assert "3 days: expected a whole number, found 1000000000.0" in told
    assert told[-1] == "6 kind: expected case once, found it twice"


@pytest.mark.parametrize(
    ("kind", "start", "days"),
    [("case", "closed", 184), ("case", "closed", 36525), ("report", "handled", 30)],
)
def test_the_bounds_are_allowed(kind, start, days):
    text = f"{HEAD}    - {{kind: {kind}, days: {days}, after: {start}}}\n"
    table = packs.load({"r.yaml": text + "  automatic: true\n"}, whole=False).retention
    periods = {RetentionKind(kind): RetentionPeriod(kind=RetentionKind(kind), days=days)}
    assert table == RetentionTable(periods=periods, automatic=True)


def test_the_worker_erases_only_where_the_table_says_so():
    table = packs.load({"r.yaml": HEAD + CASE}, whole=False).retention
    assert table is not None
    assert table.automatic is False


def test_one_table_only():
    two = dict.fromkeys(("a.yaml", "b.yaml"), HEAD + CASE)
    found = [(problem.file, problem.line, problem.reason) for problem in packs.check(two)]
    assert found == [("b.yaml", 1, "retention: expected one table, found a second")]
