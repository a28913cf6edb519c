"""A record in JSON: its fields by name, every value in JSON's own types."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import NamedTuple

import pytest

from aupkeep.model.as_json import as_json
from aupkeep.model.subject import Subject


class Colour(StrEnum):
    """An enumeration with a stored word."""

    RED = "red"


class Pair(NamedTuple):
    """A named tuple."""

    name: str
    size: int


@dataclass(frozen=True)
class Span:
    """A record with a name that Python reserves."""

    from_: datetime
    until: datetime | None
    pairs: tuple[Pair, ...] = ()


CASES = [
    (None, None),
    (True, True),
    (1.5, 1.5),
    (Colour.RED, "red"),
    (ip_address("2001:db8::1"), "2001:db8::1"),
    (ip_network("192.0.2.0/24"), "192.0.2.0/24"),
    (Subject(address=ip_address("192.0.2.1"), port=22), "192.0.2.1:22"),
    ((1, (2, 3)), [1, [2, 3]]),
    ({Colour.RED: {"b", "a"}}, {"red": ["a", "b"]}),
    (Pair("x", 1), {"name": "x", "size": 1}),
    (
        Span(datetime(2026, 3, 1, tzinfo=UTC), None, (Pair("x", 1),)),
        {"from": "2026-03-01T00:00:00Z", "until": None, "pairs": [{"name": "x", "size": 1}]},
    ),
]


@pytest.mark.parametrize(("value", "expected"), CASES)
def test_each_type_has_one_form(value, expected):
    """Each type that a record holds has one form in JSON, whose text is a plain string."""
    found = as_json(value)
    assert found == expected
    assert type(found) is type(expected)


def test_anything_else_is_refused():
    """A type that no record holds is an error, not a guess."""
    with pytest.raises(TypeError, match="found object"):
        as_json([object()])
