"""What keeps a case: work in the outbox about it, its decisions or its letters."""

from types import SimpleNamespace

import pytest

from aupkeep.app.retention import due


@pytest.mark.parametrize(
    ("work", "waits"),
    [
        (set(), False),
        ({"other"}, False),
        ({"case"}, True),
        ({"other", "letter"}, True),
        ({"decision"}, True),
    ],
)
def test_a_case_with_work_waits(monkeypatch, work, waits):
    """Of nobody else's work."""
    for room, key in (("notices", "letter"), ("decisions", "decision")):
        rows = [SimpleNamespace(id=key), SimpleNamespace(id=f"second {key}")]
        stored = SimpleNamespace(of_case=lambda case, rows=rows: rows if case == "case" else [])
        monkeypatch.setattr(due, room, stored)
    assert due._waits(SimpleNamespace(id="case"), work) is waits
