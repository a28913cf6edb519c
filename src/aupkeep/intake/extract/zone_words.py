"""The zone that stands behind a time in words: an IANA name, a country's time, an abbreviation.

A zone of a place has the offset of that day, and both around the change of the clocks. A name that
means several offsets, and a winter name on a summer's day, mean all of them: the time is then the
middle and its exactness reaches to both ends. What looks like a zone and is none we know leaves
the hour open, whatever else is known of the sender.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LOOKED_AT = 48  # characters behind a time
BESIDE = r"[ \t]{0,2}[\[(,]?\s?"
IANA = re.compile(
    rf"{BESIDE}(?:in |time ?zone:? )?([A-Z][A-Za-z]+(?:_[A-Za-z]+){{0,3}}/[A-Z][\w+-]{{1,30}}"
    r"(?:/[A-Z]\w{1,30})?)(?![\w/.:])",
    re.ASCII,
)
_PLACES = {
    "Europe/Oslo": "norwegian|norsk|norske|norges|oslo",
    "Europe/Stockholm": "swedish|svensk|svenska|stockholm|stockholms",
    "Europe/Copenhagen": "danish|dansk|copenhagen|københavn|københavnsk",
    "Europe/Helsinki": "finnish|finsk|helsinki|eastern european|osteuropäische|osteuropäischer|"
    "osteuropäischen",
    "Europe/Berlin": "german|deutsche|deutscher|deutschen|tysk|berlin|berliner|frankfurt|"
    "mitteleuropäische|mitteleuropäischer|mitteleuropäischen|"
    "central european|sentraleuropeisk|midden-europese|w. europe|allemande|alemana",
    "Europe/Vienna": "austrian|österreichische|österreichischer|österreichischen|vienna|wien|"
    "wiener",
    "Europe/Zurich": "swiss|schweizer|zurich|zürich|zürcher",
    "Europe/Paris": "french|paris|pariser|française|france|romance|france métropolitaine",
    "Europe/Amsterdam": "dutch|nederlandse|amsterdam|amsterdamse",
    "Europe/Brussels": "belgian|belgische|brussels|brussel|bruxelles",
    "Europe/Madrid": "spanish|madrid|peninsular|española|peninsular española|españa",
    "Europe/Rome": "italian|italiana|rome|roma|italia",
    "Europe/Warsaw": "polish|polskiego|warsaw|warszawa|warszawskiego|warszawy",
    "Europe/Lisbon": "portuguese|lisbon|lisboa|western european",
    "Europe/London": "british|uk|london|british summer",
    "Europe/Dublin": "irish|dublin",
    "Europe/Athens": "greek|athens",
    "Europe/Kyiv": "ukrainian|kyiv|kiev",
    "Europe/Moscow": "moscow|moskva|moskau|moscou|russian|moskauer",
    "Asia/Kolkata": "indian|india|india standard",
    "Asia/Tokyo": "japanese|japan|tokyo",
    "Asia/Singapore": "singapore",
    "Asia/Shanghai": "chinese|china|beijing",
    "Australia/Sydney": "sydney|australian eastern",
    "America/New_York": "eastern|us eastern|new york",
    "America/Chicago": "central|us central|chicago",
    "America/Denver": "mountain|us mountain|denver",
    "America/Los_Angeles": "pacific|us pacific|los angeles|san francisco",
    "America/Sao_Paulo": "brasilia|brasília|brazilian|são paulo",
}
PLACES = {word: zone for zone, words in _PLACES.items() for word in words.split("|")}
_NAMED = "|".join(map(re.escape, sorted(PLACES, key=len, reverse=True)))
LOCAL = re.compile(  # "norsk tid", "Pacific Standard Time", "heure de Paris", "Ortszeit Wien"
    rf"{BESIDE}(?:(?:the |in |i |auf )?(?P<first>{_NAMED})[ -]"
    r"(?:local |standard |daylight |summer |european )?"
    r"(?:time|tid|zeit|tijd|sommerzeit|normalzeit|sommartid|sommertid|ortszeit)"
    r"|(?:local time|ortszeit|(?:heure|hora|ora|czasu|lokal tid|tid|time|plaatselijke tijd)"
    r"(?: locale?| local)?)(?: (?:de|of|in|di|i))?[ ,:-]{1,2}(?:l'|la |el )?"
    rf"(?P<then>{_NAMED}))(?!\w)",
    re.IGNORECASE,
)
ABBREVIATED = re.compile(rf"{BESIDE}(Zulu|[A-Z]{{2,5}})(?![\w/-])", re.ASCII)
# minutes from UTC, each that the name has somewhere
MINUTES = {
    "ZULU": (0,), "IST": (60, 120, 330), "CST": (-360, -300, 480), "BST": (60, 360),
    "AST": (-240, 180), "ADT": (-180, 240), "GST": (-120, 240), "ECT": (-300, -240, 60),
    "SST": (-660, 480), "AMT": (-240, 240), "WST": (480, 780),
    "WIB": (420,), "WITA": (480,), "WIT": (540,), "PKT": (300,), "NPT": (345,), "BRT": (-180,),
    "ART": (-180,), "CLT": (-240,), "SAST": (120,), "EAT": (180,), "CAT": (120,), "WAT": (60,),
    "TRT": (180,), "ICT": (420,), "PHT": (480,), "AWST": (480,), "ACST": (570,), "ACDT": (630,),
    "NST": (-210,), "NDT": (-150,), "IDT": (180,), "IRST": (210,), "COT": (-300,), "PET": (-300,),
    "HNE": (-300,), "HAE": (-240,), "MYT": (480,), "BDT": (360,), "MMT": (390,), "UZT": (300,),
}  # fmt: skip
# an abbreviation that looks like a zone's and is none we know
ZONELIKE = re.compile(r"[A-Z]{1,3}[SD]?T", re.ASCII)
NO_ZONES = frozenset(
    {"AT", "IT", "POST", "HOST", "GET", "PUT", "TEST", "CERT", "LIST", "PORT", "NOT", "OUT", "DST",
     "RST", "EXIT", "NAT", "DEST", "HIT", "ACCT", "CONT", "EVNT", "INST", "LAST", "PT", "DT", "BOT",
     "ROOT", "REPT", "FROT", "STAT", "TT", "ET", "CT", "MT", "EXT"}
)  # fmt: skip
US = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver",
      "PT": "America/Los_Angeles"}  # fmt: skip
# where a winter's name of the clock is used, which many write all year; a summer's is meant
REGIONS = {
    "CET": "Europe/Berlin", "MEZ": "Europe/Berlin", "MET": "Europe/Berlin",
    "WET": "Europe/Lisbon", "EET": "Europe/Helsinki", "EST": "America/New_York",
    "MST": "America/Denver", "PST": "America/Los_Angeles", "AEST": "Australia/Sydney",
    "NZST": "Pacific/Auckland",
}  # fmt: skip


class ReadOffset(NamedTuple):
    """The offset of a local time and ± seconds that it leaves open; None where it is unreadable."""

    away: timedelta
    open: float


def zone_behind(text: str, end: int, local: datetime) -> ReadOffset | str | None:
    """What a zone in words behind a time says; None where none stands there.

    The answer is "unreadable" for what looks like a zone and is none we know.

    >>> when = datetime(2026, 7, 1, 10)
    >>> zone_behind("10:00 (norsk tid)", 5, when), zone_behind("10:00 Mars/Phobos", 5, when)
    (ReadOffset(away=datetime.timedelta(seconds=7200), open=0.0), 'unreadable')
    """
    behind = text[end : end + LOOKED_AT]
    named = IANA.match(behind)
    if named:
        return place_offset(named[1], local) or "unreadable"
    place = LOCAL.match(behind)
    if place:
        return place_offset(PLACES[(place["first"] or place["then"]).lower()], local)
    short = ABBREVIATED.match(behind)
    name = short[1].upper() if short else ""
    if name in MINUTES and name not in NO_ZONES:
        return _spread(timedelta(minutes=minutes) for minutes in MINUTES[name])
    if name in US:
        return place_offset(US[name], local)
    known = ZONELIKE.fullmatch(name) and name not in NO_ZONES
    return "unreadable" if known else None


def season_offset(name: str, away: timedelta, local: datetime) -> ReadOffset:
    """The offset of an abbreviation, and beside it that of its region on that day if it differs."""
    others = MINUTES.get(name, ())
    region = REGIONS.get(name)
    found = [away, *(timedelta(minutes=minutes) for minutes in others)]
    if region:
        found += _offsets(region, local)
    return _spread(found)


def place_offset(name: str, local: datetime) -> ReadOffset | None:
    """The offset of an IANA zone at a local time; both where the clocks change."""
    found = _offsets(name, local)
    return _spread(found) if found else None


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
