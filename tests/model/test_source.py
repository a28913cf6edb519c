"""A source's key says whether its name is proven."""

from datetime import UTC, datetime

import pytest

from aupkeep.model.source import Source


@pytest.mark.parametrize(
    ("key", "proven"),
    [
        ("mail:cert.example", True),
        ("mail:?cert.example", False),
        ("form:?cert.example", False),
        ("api:partner:?west", True),
        ("detector:login-sweep", True),
    ],
)
def test_who_is_proven(key, proven):
    """Only the domain of a mail or form is claimed; a token named with a `?` is still a token."""
    assert Source(id="s1", key=key, first_at=datetime(2026, 3, 1, tzinfo=UTC)).proven is proven
