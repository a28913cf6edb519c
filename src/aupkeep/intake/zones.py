"""The one reader of time zones: offsets, abbreviations, IANA names, a country's or a city's time.

A zone of a place has the offset of that day, and both around the change of the clocks. A name that
means several offsets, and a winter name on a summer's day, mean all of them: the time is then the
middle and its exactness reaches to both ends. What looks like a zone and is none we know leaves
the hour open, whatever else is known of the sender.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aupkeep.intake.zone_names import (
    HOURS,
    MINUTES,
    NO_ZONES,
    PLACES,
    REGIONS,
    SUMMERS,
    US,
    ZONELIKE,
)

LOOKED_AT = 48  # characters behind a time
FARTHEST = 14 * 60  # minutes; no inhabited place is farther from UTC
LONGEST = 60  # characters of one zone
NAMES = "|".join(sorted(HOURS, key=len, reverse=True))
MINUS = "\u2212\u2010\u2011\u2013"  # a minus sign, hyphens and a dash, as typesetters write it
SIGNS = f"+{MINUS}-"
NUMERIC = rf"[{SIGNS}]\d{{2}}:?\d{{2}}|[{SIGNS}]\d:\d\d|[{SIGNS}]\d{{1,2}}(?!\d|[:.]\d)"
ZONE = re.compile(rf"(?:({NAMES})(?![A-Za-z]))?\s?({NUMERIC})?", re.ASCII)
# what may stand for a zone: one with an offset, as people write them in any case
OFFSET = re.compile(
    rf"(?:(?:(?i:UTC|GMT|Zulu)|{NAMES})(?![A-Za-z_/])\s?(?:{NUMERIC}|(?![{SIGNS}]\d))|{NUMERIC})(?!\w)",
    re.ASCII,
)
# an offset whose sign is lost, as decoding a URL turns "+" into a blank: nobody knows which it was
UNSIGNED = re.compile(
    r"(?:[ \t](?=\d\d:?\d\d)|(?<=[A-Za-z])[ \t]?)(?:%2[Bb])?(?:0?\d|1[0-4])"
    r"(?::?[0-5]\d)?(?=[ \t]{0,9}(?:$|[\n\r)\],;|\t\"'<]|\.(?:\s|$)))",
    re.ASCII,
)
BESIDE = re.compile(r"[ \t]{0,2}[\[(,]?\s?(?:in (?=[A-Z])|[Tt]ime ?zone:? (?=[A-Z]))?")
IANA = re.compile(
    r"([A-Z][A-Za-z]+(?:_[A-Za-z]+){0,3}/[A-Z][\w+-]{1,30}(?:/[A-Z]\w{1,30})?)(?![\w/.:])",
    re.ASCII,
)
_NAMED = "|".join(map(re.escape, sorted(PLACES, key=len, reverse=True)))
# what stands behind an offset in brackets: "(GMT-05:00) Eastern Time", "(UTC+01:00) Amsterdam, …"
LABELLED = re.compile(
    rf"\s?[)\]]\s{{1,2}}({_NAMED})(?: (?:local |standard )?time)?(?!\w)", re.IGNORECASE
)
LOCAL = re.compile(  # "norsk tid", "Pacific Standard Time", "heure de Paris", "Ortszeit Wien"
    rf"(?:(?:the |in |i |auf )?(?P<first>{_NAMED})[ -]"
    r"(?:local |standard |daylight |summer |european )?"
    r"(?:time|tid|zeit|tijd|sommerzeit|normalzeit|sommartid|sommertid|ortszeit)"
    r"|(?:local time|ortszeit|(?:heure|hora|horários?|ora|orari[oa]?|fuso(?: orario)?|czas(?:u|ie)?"
    r"|temps|tiempo|tempo|lokal tid|tid|time|plaatselijke tijd)"
    r"(?: locale?| local)?)(?: (?:de|of|in|di|i))?[ ,:(-]{1,2}(?:l'|la |el )?"
    rf"(?P<then>{_NAMED}))(?!\w)",
    re.IGNORECASE,
)
# the time of a place that is not named
UNPLACED = re.compile(
    r"(?:(?:(?:heure|hora|ora|zeit|tid|tijd) )?(?:locale?|lokale?[nrs]?)|ortszeit|plaatselijke|"
    r"lokalny\w{0,2}|"
    r"(?:server|system|sensor|host)(?:[ -]?(?:time|zeit|tid|tijd)\b))(?!\w)",
    re.IGNORECASE,
)
# both clocks of a region: "CET/CEST" is whichever of them the day has
BOTH = re.compile(
    r"([A-Z]{3,5})\s?(?:/|or\s|oder\s|bzw\.?\s|resp\.?\s|ou\s|eller\s)\s?([A-Z]{3,5})(?![\w/])"
)
ABBREVIATED = re.compile(rf"(Zulu|[A-Z]{{2,5}})(?![\w/{MINUS}-])", re.ASCII)


class ReadOffset(NamedTuple):
    """The offset of a local time and ± seconds that it leaves open."""

    away: timedelta
    open: float


class PlacedZone(NamedTuple):
    """A zone that stands in a text: its name, None for one that nobody can read, and its end.

    `place` is the zone of a place named behind an offset in brackets, "(GMT-05:00) Eastern Time":
    such labels keep the winter's offset all year.
    """

    name: str | None
    end: int
    place: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that was said; none where one cannot be read."""
        return tuple(filter(None, (self.name, self.place))) if self.name else ()


@dataclass(frozen=True, slots=True)
class StatedZone:
    """What somebody says of the zone of several times: all names that were said.

    None of them, or one that cannot be read among them, leaves the hour open.

    >>> StatedZone(("CET", "UTC")).offset(datetime(2026, 1, 1, 12))
    ReadOffset(away=datetime.timedelta(seconds=1800), open=1800.0)
    """

    names: tuple[str, ...] = ()

    def offset(self, local: datetime) -> ReadOffset | None:
        """The offset of a local time; None where the zone is unreadable."""
        read = [offset_of(name, local) for name in self.names]
        if not read or None in read:
            return None
        ends = ((offset.away + side) for offset in read if offset for side in _sides(offset))
        return _spread(ends)


UNREADABLE, IN_UTC = StatedZone(), StatedZone(("UTC",))
AnyZone = StatedZone | tzinfo


def _sides(offset: ReadOffset) -> tuple[timedelta, timedelta]:
    return timedelta(seconds=-offset.open), timedelta(seconds=offset.open)


def assumed_offset(zone: AnyZone | None, local: datetime) -> ReadOffset | None:
    """The offset that a zone said elsewhere gives a local time; None where it gives none."""
    if zone is None or isinstance(zone, StatedZone):
        return zone.offset(local) if zone else None
    away = zone.utcoffset(local)
    return ReadOffset(away, 0.0) if away is not None else None


@lru_cache(maxsize=256)
def read_zone(text: str) -> timedelta | None:
    """The offset from UTC that `+02:00`, `+0200`, `+2`, `CEST` or `UTC+2` states, or None.

    >>> read_zone("UTC+2")
    datetime.timedelta(seconds=7200)
    """
    match = ZONE.fullmatch(text.strip().upper())
    if match is None or not (match[1] or match[2]):
        return None
    named, number = match[1], match[2]
    if number is None:
        return timedelta(hours=HOURS[named])
    digits = number[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)  # noqa: PLR2004 - HHMM against HH
    total = hours * 60 + minutes
    if total > FARTHEST or minutes > 59:  # noqa: PLR2004 - minutes of an hour
        return None
    return timedelta(minutes=total if number[0] == "+" else -total)


def offset_of(name: str, local: datetime) -> ReadOffset | None:
    """The offset of one zone, by its name, at a local time; None where it is unreadable.

    An abbreviation also means the offset of its region on that day.
    """
    local = local.replace(tzinfo=None)
    upper = name.strip().upper()
    region = US.get(upper) or (name if "/" in name else REGIONS.get(upper))
    away = read_zone(name)
    offsets = [] if away is None else [away]
    offsets += [timedelta(minutes=minutes) for minutes in MINUTES.get(upper, ())]
    offsets += _offsets(region, local) if region else []
    return _spread(offsets) if offsets else None


def zone_at(text: str, place: int) -> PlacedZone | None:
    """The zone that stands at a place; None where none does."""
    both = BOTH.match(text, place)
    if both and SUMMERS.get(both[2]) == both[1]:
        return PlacedZone(REGIONS[both[1]], both.end())
    named = IANA.match(text, place)
    if named:
        return PlacedZone(named[1] if _zone(named[1]) else None, named.end())
    local = LOCAL.match(text, place)
    if local:
        name = PLACES[(local["first"] or local["then"]).lower()]
        winter = _winter(name) if "standard" in local[0].lower() else None
        return PlacedZone(name, local.end(), winter)
    offset = OFFSET.match(text, place)
    if offset:
        return _of_offset(text, offset)
    short = ABBREVIATED.match(text, place)
    name = short[1].upper() if short else ""
    if short is None or (name in NO_ZONES and name not in US):
        return None
    known = name in MINUTES or name in US
    return PlacedZone(name if known else None, short.end()) if known or _zonelike(name) else None


def _of_offset(text: str, offset: re.Match[str]) -> PlacedZone:
    """An offset that stands in a text, with the place behind its bracket."""
    lost = UNSIGNED.match(text, offset.end())
    if lost or read_zone(offset[0]) is None:
        return PlacedZone(None, (lost or offset).end())
    label = LABELLED.match(text, offset.end())
    placed = label and PLACES.get(label[1].lower())
    return PlacedZone(offset[0], label.end() if label and placed else offset.end(), placed)


def _zonelike(name: str) -> bool:
    """Whether an abbreviation looks like a zone's and is none we know."""
    return ZONELIKE.fullmatch(name) is not None and name not in NO_ZONES


def zone_behind(text: str, end: int, local: datetime) -> ReadOffset | StatedZone | None:
    """What a zone in words behind a time says; None where none stands there.

    The answer is `UNREADABLE` for what looks like a zone and is none we know.

    >>> when = datetime(2026, 7, 1, 10)
    >>> zone_behind("10:00 (norsk tid)", 5, when)
    ReadOffset(away=datetime.timedelta(seconds=7200), open=0.0)
    >>> zone_behind("10:00 Mars/Phobos", 5, when) is UNREADABLE
    True
    """
    if UNSIGNED.match(text, end):
        return UNREADABLE
    behind = text[end : end + LOOKED_AT]
    beside = BESIDE.match(behind)
    start = beside.end() if beside else 0
    placed = None if behind[start : start + 1] in {"+", "-"} else zone_at(behind, start)
    if placed is None:
        return None
    return StatedZone(placed.names).offset(local) or UNREADABLE


@lru_cache(maxsize=256)
def whole_zone(text: str) -> StatedZone | None:
    """The zone that a text of nothing else is; `UNREADABLE` for what only looks like one.

    >>> whole_zone("Europe/Oslo"), whole_zone("(CET)"), whole_zone("local time"), whole_zone("soon")
    (StatedZone(names=('Europe/Oslo',)), StatedZone(names=('CET',)), StatedZone(names=()), None)
    """
    text = text.strip(" \t()[],")[:LONGEST]
    placed = zone_at(text, 0)
    if placed is None:
        unread = UNPLACED.match(text) or UNSIGNED.fullmatch(f" {text}")
        return UNREADABLE if unread else None
    rest = text[placed.end :].strip(" )]")
    if rest and not rest.startswith("(") and not (placed.place and rest.startswith(",")):
        return None
    return StatedZone(placed.names)


def _winter(name: str) -> str | None:
    """The offset that a region has without summer time, as many write its name all year."""
    zone = _zone(name)
    day = datetime(2026, 1, 1, tzinfo=zone) if zone else None
    away = day.utcoffset() if day else None
    if day is None or away is None:
        return None
    minutes = (away - (day.dst() or timedelta())) // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _offsets(name: str, local: datetime) -> list[timedelta]:
    zone = _zone(name)
    if zone is None:
        return []
    both = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return [away for away in both if away is not None]


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _spread(offsets: Iterable[timedelta]) -> ReadOffset:
    """The middle of some offsets, and ± seconds to the farthest."""
    known = sorted(offsets)
    half = (known[-1] - known[0]) / 2
    return ReadOffset(known[0] + half, half.total_seconds())
