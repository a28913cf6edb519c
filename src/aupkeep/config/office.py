"""The office: days on which nobody is there, by the public holidays of a country (`holidays`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from aupkeep.model.errors import Invalid

COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")  # ISO 3166-1 alpha-2, ISO 3166-2
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSettings:
    """When the desk is there. Without a country every day counts: deadlines run by the clock."""

    country: str = ""  # whose public holidays: ISO 3166, "NO", or with its part, "DE-BY"
    days: tuple[str, ...] = DAYS[:5]  # of the week on which it is open
    closed: tuple[str, ...] = ()  # further days on which it is not, "2026-12-24"

    def __post_init__(self) -> None:
        """Raises `Invalid` for an unknown country or part, day of the week or date."""
        wrong = next((day for day in self.days if day not in DAYS), None)
        if wrong is not None or not self.days:
            given = "none" if wrong is None else repr(wrong[:20])
            raise Invalid(f"[office] days: expected some of {', '.join(DAYS)}, found {given}")
        _dates(self.closed)
        if self.country:
            public_holidays(self.country)

    def is_closed(self, day: date) -> bool:
        """Whether nobody is there on a day of the provider's calendar."""
        if not self.country:
            return False
        weekly = DAYS[day.weekday()] not in self.days
        return weekly or day in _dates(self.closed) or day in public_holidays(self.country)


@cache
def public_holidays(country: str) -> Mapping[date, str]:
    """The public holidays of a country or a part of it, by day; any year. Raises `Invalid`."""
    from holidays import country_holidays, list_supported_countries

    whole, _, part = country.partition("-")
    parts = list_supported_countries().get(whole)
    if not COUNTRY.fullmatch(country) or parts is None or (part and part not in parts):
        raise Invalid(
            "[office] country: expected an ISO 3166 code such as NO or DE-BY, "
            f"found {country[:20]!r}"
        )
    return country_holidays(whole, subdiv=part or None)


@cache
def _dates(days: tuple[str, ...]) -> frozenset[date]:
    try:
        return frozenset(date.fromisoformat(day) for day in days)
    except ValueError as error:
        raise Invalid(
            f"[office] closed: expected days such as 2026-12-24, found: {error}"
        ) from error
