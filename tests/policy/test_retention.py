"""The retention table of a pack: read, bounded, and nothing where there is none."""

import pytest

from aupkeep.app.policies import sample_files
from aupkeep.model.retention import RetentionKind
from aupkeep.policy import packs

HEAD = "retention:\n  periods:\n"
CASE = "    - {kind: case, days: 1096, after: closed}\n"


def reasons(text: str) -> list[tuple[int, str]]:
    """Line and reason of everything wrong with a table."""
    return [(problem.line, problem.reason) for problem in packs.check({"r.yaml": text})]


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


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (HEAD + "    - {kind: case, days: 30, after: closed}\n", 3, "expected 184 to 36525"),
        (HEAD + "    - {kind: case, days: -1, after: closed}\n", 3, "expected 184 to 36525"),
        (HEAD + "    - {kind: case, days: 1e9, after: closed}\n", 3, "days: "),
        (HEAD + "    - {kind: cases, days: 400, after: closed}\n", 3, "expected one of case"),
        (HEAD + "    - {kind: case, days: 400, after: handled}\n", 3, "expected closed for case"),
        (HEAD + "    - {kind: case, days: 400}\n", 3, "expected a value for after"),
        (HEAD + CASE + CASE, 4, "expected case once"),
        (HEAD + "    - {kind: case, days: 400, after: closed, unless: x}\n", 3, "unless"),
        ("retention:\n  automatic: maybe\n  periods: []\n", 2, "expected true or false"),
        ("retention: {}\n", 1, "expected a value for periods"),
    ],
)
def test_what_is_wrong_is_named_by_line(text, line, reason):
    found = reasons(text)
    assert any(at == line and reason in said for at, said in found), found


def test_one_table_only():
    two = dict.fromkeys(("a.yaml", "b.yaml"), HEAD + CASE)
    assert ["expected one table" in problem.reason for problem in packs.check(two)] == [True]
