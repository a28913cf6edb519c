"""What a kind is called, and from when to when it went on."""

from datetime import UTC, datetime

import pytest

from aupkeep.app.pages.extent import period
from aupkeep.model.taxonomy import KINDS
from aupkeep.notify.kind_names import NAMES


def test_every_kind_has_a_name():
    """Each kind of the taxonomy, no other, has a heading in both languages."""
    assert set(NAMES) == set(KINDS)
    assert all(name.isprintable() and name for pair in NAMES.values() for name in pair)


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (datetime(2026, 3, 1, 9, 12, 4, 900, tzinfo=UTC), "2026-03-01 09:12:04 UTC"),
        (datetime(2026, 3, 1, 9, 13, tzinfo=UTC), "2026-03-01 09:12:04\u201309:13:00 UTC"),
        (
            datetime(2026, 3, 2, 9, 13, tzinfo=UTC),
            "2026-03-01 09:12:04 \u2013 2026-03-02 09:13:00 UTC",
        ),
    ],
)
def test_a_period_says_what_both_ends_share_once(last: datetime, words: str):
    assert period(datetime(2026, 3, 1, 9, 12, 4, tzinfo=UTC), last) == words
