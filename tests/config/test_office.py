"""The section [office]: days on which nobody is there, and what is refused."""

from datetime import date

import pytest

from aupkeep.config.office import OfficeSettings
from aupkeep.model.errors import Invalid

NORWAY = OfficeSettings(country="NO", closed=("2026-12-24",))


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        ("2026-03-06", False),
        ("2026-03-07", True),  # a Saturday
        ("2026-04-03", True),  # Good Friday
        ("2026-05-17", True),
        ("2026-12-24", True),  # by this office alone
        ("2026-12-23", False),
    ],
)
def test_days_of_an_office(day, closed):
    assert NORWAY.is_closed(date.fromisoformat(day)) is closed


def test_without_a_country_no_day_is_closed():
    assert not OfficeSettings(closed=("2026-12-25",)).is_closed(date(2026, 12, 25))


def test_a_part_of_a_country_has_days_of_its_own():
    """Epiphany is one in Bavaria and none in Berlin."""
    day = date(2026, 1, 6)
    held = [OfficeSettings(country=name).is_closed(day) for name in ("DE-BY", "DE-BE")]
    assert held == [True, False]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("country", "Norway"),
        ("country", "DE-XX"),
        ("days", ()),
        ("days", ("monday",)),
        ("closed", ("24.12.2026",)),
    ],
)
def test_what_is_none_is_refused(name, value):
    with pytest.raises(Invalid, match=name):
        OfficeSettings(**{name: value})
