"""A source that says our own secret back: nothing of it is kept, in no remark and no record."""

import pytest

from app.inventory.conftest import CLOUD
from aupkeep.app.inventory import sync_source
from aupkeep.app.inventory.sync_source import OpenSource
from aupkeep.inventory.assignment_row import parse_prefix
from aupkeep.inventory.standing_source import SourceReading, StandingSource
from aupkeep.inventory.sync import RejectedHolding, SeenHolding
from aupkeep.model.errors import Unavailable
from aupkeep.store import inventory as stored

TOKEN = "f00dfacef00dfacef00dfacef00dface"
ECHO = f"no such row {TOKEN}, nor {TOKEN[:20]!r}, nor {TOKEN[8:30]}"


def look(context, says):
    """One look at a source that was given the token."""
    kind = StandingSource("told", 60, lambda *_: says)
    source = OpenSource(CLOUD, kind, says, lambda: frozenset({TOKEN}))
    return sync_source.sync_source(context, source, worker="w", early=True)


def test_it_is_masked_in_remarks_and_projects(furnished):
    """Whole, and in each part that is long enough to be of use."""
    prefix = parse_prefix("203.0.113.7")
    reading = SourceReading(
        rows=[SeenHolding(prefix=prefix, customer="ola", resource=f"vm {TOKEN}")],
        rejected=[RejectedHolding(row=1, reason=ECHO, prefix=prefix)],
        unmapped={f"p-{TOKEN}"},
    )
    state = look(furnished, lambda _now: reading)
    assert state.remarks[0] == "row 1: no such row …, nor '…', nor …"
    assert "found a secret of ours" in state.remarks[1]
    assert (state.unmapped, state.live) == (("p-…",), 0)
    assert stored.open_of_source("cloud") == []


@pytest.mark.parametrize("error", [Unavailable(ECHO)])
def test_it_is_masked_in_what_went_wrong(furnished, error):
    """The reason of a look that failed is kept too."""

    def failing(_now: object) -> SourceReading:
        raise error

    assert look(furnished, failing).problem == "no such row …, nor '…', nor …"
