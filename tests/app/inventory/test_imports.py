"""Imports that run at once, as two cron jobs do."""

import pytest

from aupkeep.app.context import AppContext
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.model.errors import Conflict
from aupkeep.model.holding import Assignment
from aupkeep.store import inventory as stored

pytestmark = pytest.mark.both

HEAD = b"address,customer,resource,from,until\n"
OURS = HEAD + b"203.0.113.30,alder,vm-a,2026-01-01T00:00:00Z,\n"
BOTH = HEAD + (
    b"203.0.113.30,birch,vm-b,2026-01-01T00:00:00Z,\n"
    b"203.0.113.31,birch,vm-b,2026-01-01T00:00:00Z,\n"
)


@pytest.fixture
def overtaken(furnished, monkeypatch) -> AppContext:
    """Another import is done between the first look and the write."""
    look = stored.same_prefixes

    def slow(keys: set[tuple[str, object]]) -> list[Assignment]:
        monkeypatch.setattr(stored, "same_prefixes", look)
        found = look(keys)
        import_assignments(furnished, OURS, "csv")
        return found

    monkeypatch.setattr(stored, "same_prefixes", slow)
    return furnished


def test_the_later_of_two_imports_is_refused_by_row(overtaken):
    """Of two holders at once the first stands, the other is shown, and the rest goes in."""
    told = import_assignments(overtaken, BOTH, "csv")
    assert (told.imported, told.unchanged, told.refused) == (1, 0, 1)
    assert [dead.row for dead in told.dead] == [2]
    assert "intersects" in told.dead[0].reason
    live = stored.all_assignments(believed=True)
    assert [x.customer for x in live if str(x.prefix) == "203.0.113.30/32"] == ["alder"]


def test_a_repeat_that_was_overtaken_is_no_change(overtaken):
    """The same file imported twice at once is one import."""
    told = import_assignments(overtaken, OURS, "csv")
    assert (told.imported, told.unchanged, told.refused) == (0, 1, 0)


def test_an_import_gives_up_aloud_when_others_never_rest(furnished, monkeypatch):
    """A look that is always stale ends in an error, not in a loop."""
    import_assignments(furnished, OURS, "csv")
    monkeypatch.setattr(stored, "same_prefixes", lambda _keys: [])
    with pytest.raises(Conflict, match="run it again"):
        import_assignments(furnished, BOTH, "csv")
