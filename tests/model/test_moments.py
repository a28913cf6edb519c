"""Times are read strictly and always end in UTC."""

from datetime import UTC, datetime

import pytest

from aupkeep.model.errors import Invalid
from aupkeep.model.moments import parse_moment, show_moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00+02:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01 12:00:00-01:30", datetime(2026, 3, 1, 13, 30, tzinfo=UTC)),
        ("2026-03-01T12:00:60Z", datetime(2026, 3, 1, 12, 0, 59, tzinfo=UTC)),
    ],
)
def test_reads(text, expected):
    """A zone is applied, a leap second counts as the second before."""
    assert parse_moment(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01",
        "2026-03-01T12:00",
        "2026-13-01T12:00:00Z",
        "\uff12\uff10\uff12\uff16-03-01T12:00:00Z",
        "",
    ],
)
def test_refuses(text):
    """Whatever lacks seconds, zone or existence is refused with what was found."""
    with pytest.raises(Invalid, match="expected"):
        parse_moment(text)


def test_shows_what_it_reads():
    """Writing and reading are inverse."""
    for micro in (500000, 29, 999999, 1):
        at = datetime(2026, 3, 1, 12, 0, 1, micro, tzinfo=UTC)
        assert parse_moment(show_moment(at)) == at
