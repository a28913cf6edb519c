"""Finds times in text and says how exactly each is known.

Formats: RFC 3339, RFC 5322 section 3.3, syslog (RFC 3164 section 4.1.2, no year), ctime, the web
servers' log formats, epoch seconds, and the day-month-year and month-day-year forms of mail.

A stated second is exact to ± 1 s, a stated minute to ± 60 s (it may be cut or rounded). Without a
zone nothing says which hour it was: ± 14 h, unless the sender's own offset is known; then the time
is read there and ± (that offset + 1 h) is kept, which covers logs kept in UTC and summer time.
A time without a year takes the year that brings it nearest before `sent_at`; without `sent_at`
there is no value.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from aupkeep.intake.extract.zones import NAMES, read_zone

SECOND, MINUTE, UNKNOWN_ZONE = 1.0, 60.0, 50_400.0  # ± seconds; 14 h is the farthest zone
SUMMER = 3600.0
AHEAD = timedelta(days=1)  # a year-less time may run this far past the mail's own clock
MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan",
            "feb",
            "mar mär mrt",
            "apr",
            "may mai mei maj",
            "jun",
            "jul",
            "aug",
            "sep",
            "oct okt",
            "nov",
            "dec dez des",
        ],
        1,
    )
    for name in names.split()
}
_MONTH = r"(?:Jan|Feb|Mar|M.r|Mrt|Apr|May|Mai|Mei|Maj|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez|Des)"
_CLOCK = r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?"
_NOON = r"(?:\s?([AaPp])\.?[Mm]\b\.?| Uhr(?= (?:[A-Z+(-])))?"  # or German "o'clock" before a zone
_ZONE = (
    rf"(?:\s{{0,2}}[\[(]?((?:{NAMES}|Z)(?![A-Za-z])(?:\s?[+-]\d{{1,2}}(?::?\d\d)?(?!\d|[:.-]\d))?|"
    r"[+-]\d\d:?\d\d(?!\d)|[+-]\d\d(?!\d|[:.-]\d)))?"
)
_B = r"(?<![\w.:/-])"
_YEAR = r"((?:19|20)\d\d)"
_LETTERS = {  # these need a month's name
    "dmony": rf"{_B}(\d\d?)[ /.-]{{1,2}}({_MONTH})[a-zé]{{0,7}}[ ,/.-]{{1,2}}{_YEAR}"
    rf"(?:[ :,-]{{1,3}}|\s(?:at|um)\s){_CLOCK}{_NOON}{_ZONE}",
    "ctime": rf"{_B}({_MONTH})[a-z]{{0,6}}\.?\s{{1,2}}(\d\d?)\s{_CLOCK}\s"
    rf"(?:({NAMES}|[+-]\d{{4}})\s)?{_YEAR}(?![\d:]){_ZONE}",
    "mondy": rf"{_B}({_MONTH})[a-z]{{0,6}}\.?\s{{1,2}}(\d\d?)(?:st|nd|rd|th)?,?\s{_YEAR}"
    rf"(?:,?\s(?:at\s)?|,){_CLOCK}{_NOON}{_ZONE}",
    "mondd": rf"{_B}({_MONTH})-(\d\d)-(\d\d)\s{_CLOCK}",
    "syslog": rf"{_B}({_MONTH})\s{{1,2}}(\d\d?)\s(\d\d):(\d\d):(\d\d)(?!\d)(?:[.,"
    rf"]\d{{1,9}})?{_ZONE}",
}
_FIGURES = {
    "ymd": rf"{_B}{_YEAR}([-/.:])(\d\d?)\2(\d\d?)(?:[Tt _,:-]{{1,3}}|\sat\s){_CLOCK}{_ZONE}",
    "dmy": rf"{_B}(\d\d?)([./-])(\d\d?)\2{_YEAR}(?:[ ,T:-]{{1,3}}|\s(?:at|um)\s)"
    rf"{_CLOCK}{_NOON}{_ZONE}",
    "compact": rf"{_B}{_YEAR}(\d\d)(\d\d)[T _-]?(\d\d):?(\d\d):?(\d\d)(?!\d){_ZONE}",
    "short": rf"{_B}(\d\d)(\d\d)(\d\d)\s{{1,2}}(\d\d?):(\d\d):(\d\d)(?!\d)",
    "epoch": r"(?<![\w.:/-])(1[0-9]\d{8})(?:\.\d{1,6})?(?![\w-])(?!\.\d)",
}
FIGURES = tuple(_FIGURES)
ALL = (*_LETTERS, *_FIGURES)
COMPILED = {name: re.compile(body, re.ASCII) for name, body in {**_LETTERS, **_FIGURES}.items()}
SHAPES = {
    name: re.compile(
        body.replace("(?:19|20)\\d\\d", "\\d{4}").replace("1[0-9]\\d{8}", "\\d{10}"), re.ASCII
    )
    for name, body in {**_LETTERS, **_FIGURES}.items()
}
LEAD, MARGIN = 128, 12
STAMP = re.compile(
    r"[>\s\[(<\"']{0,6}(?:L )?(?:<?\d{1,3}>)?(?:"
    rf"(?:[A-Z][a-z]{{2}}[ ,]{{1,2}})?{_MONTH}[ -]{{1,2}}\d{{1,2}}[ -](?:\d{{2,4}} )?\d\d:\d\d:\d\d|"
    r"\d{2,4}([-/.:])\d\d\1\d{2,4}[T _-]{1,3}\d\d?:\d\d:\d\d)"
)
HAS_MONTH = re.compile(_MONTH)
# what dates a line although it gives no moment: a day, a clock without a day, a word
VAGUE = re.compile(
    r"(?<![\w.:/-])(?:(?:19|20)\d\d-\d\d-\d\d|\d\d:\d\d:\d\d)(?![\w:])"
    r"|\byesterday\b|\blast (?:night|week|month|year)\b|\b(?:days?|weeks?|months?) ago\b",
    re.IGNORECASE | re.ASCII,
)
EPOCH_LEAD = re.compile(r"(?:^|[(:=@\[|\"\s])$")


class When(NamedTuple):
    """A time as read: `text[start:end]` is its source; `zoned` and `dated` say what was stated."""

    at: datetime
    exact: float
    start: int
    end: int
    zoned: bool
    dated: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """What the mail lets one assume: when it was sent and the zone it states for all its times.

    `own` is the offset that the reporter's own clock shows (its Date header); it only narrows.
    `order` is how the sender is known to write days: "dmy", "mdy" or, unknown, "".
    """

    sent_at: datetime | None = None
    stated: timedelta | None = None
    own: timedelta | None = None
    order: str = ""


def times(text: str, clock: Clock) -> list[When]:
    """Every time in a text in order; where two readings overlap the longer one stands."""
    return _scan(text, clock, ALL if HAS_MONTH.search(text) else FIGURES)


def unread(text: str, clock: Clock) -> bool:
    """True when a text states a time that cannot be resolved: no year, or an ambiguous day."""
    known = [(when.start, when.end) for when in times(text, clock)]
    return any(
        all(match.end() <= start or end <= match.start() for start, end in known)
        for name in ALL
        if name != "epoch"  # a number that is no plausible time is no time
        for match in COMPILED[name].finditer(text)
    )


def dated(line: str, clock: Clock) -> bool:
    """True when a line states a time or a day of its own, whether it can be resolved or not."""
    return VAGUE.search(line) is not None or bool(times(line, clock)) or unread(line, clock)


def line_times(line: str, clock: Clock, formats: Iterable[str]) -> list[When]:
    """The times of one line: those near its start, where a log states it, else any.

    `formats` is what `lead_formats` says of a line of this shape.
    """
    found = _scan(line[:LEAD], clock, formats)
    cut = len(line) > LEAD and (not found or found[-1].end > LEAD - MARGIN)
    return times(line, clock) if cut else found


def lead_formats(plain: str) -> tuple[str, ...]:
    """The formats that may match near the start of a line, its figures all 0 (a superset)."""
    lead = plain[:LEAD]
    return tuple(name for name, pattern in SHAPES.items() if pattern.search(lead))


def stamped(plain: str) -> bool:
    """True when a line, its figures all 0, begins as a log does: with a day and a clock."""
    return STAMP.match(plain) is not None


def _scan(text: str, clock: Clock, formats: Iterable[str]) -> list[When]:
    found: list[When] = []
    for name in formats:
        for match in COMPILED[name].finditer(text):
            when = _read(name, match, clock)
            if when is not None:
                found.append(when)
    if len(found) < 2:  # noqa: PLR2004 - nothing overlaps
        return found
    kept: list[When] = []
    for when in sorted(found, key=lambda when: (when.start, -when.end)):
        if not kept or when.start >= kept[-1].end:
            kept.append(when)
        elif when.end - when.start > kept[-1].end - kept[-1].start:
            kept[-1] = when
    return kept


def best(found: list[When]) -> When | None:
    """The time to take for a line: one with a zone before one with a date before the first."""
    return max(found, key=lambda when: (when.zoned, when.dated, -when.start), default=None)


def read_time(text: str, clock: Clock) -> When | None:
    """The one time a slice of text means, or None."""
    found = times(text, clock)
    return found[0] if found and found[0].end - found[0].start == len(text) else None


def _read(name: str, match: re.Match[str], clock: Clock) -> When | None:
    if name == "epoch":
        lead = match.string[max(0, match.start() - 1) : match.start()]
        if not EPOCH_LEAD.match(lead) or not _plausible(int(match[1]), clock):
            return None
        at = datetime.fromtimestamp(int(match[1]), UTC)
        return When(at, SECOND, match.start(1), match.end(1), zoned=True, dated=True)
    fields = READERS[name](match, clock)
    if fields is None:
        return None
    year, month, day, hour, minute, second, zone = fields
    try:
        local = datetime(year, month, day, hour, minute, min(int(second or 0), 59), tzinfo=UTC)
    except ValueError:
        return None
    away = read_zone(zone) if zone else None
    away = clock.stated if away is None else away
    precise = SECOND if second else MINUTE
    dated = name != "syslog"
    if away is None:
        exact, away = _unzoned(clock)
        return _when(match, local, away, (exact, False, dated))
    return _when(match, local, away, (precise, True, dated))


def _when(
    match: re.Match[str], local: datetime, away: timedelta, how: tuple[float, bool, bool]
) -> When | None:
    try:
        at = local - away
    except OverflowError:
        return None
    end = match.start() + len(match[0].rstrip())
    return When(at, how[0], match.start(), end, zoned=how[1], dated=how[2])


def _unzoned(clock: Clock) -> tuple[float, timedelta]:
    """± seconds that a missing zone leaves, and the offset to read the time in."""
    if clock.own is None:
        return UNKNOWN_ZONE, timedelta()
    return abs(clock.own.total_seconds()) + SUMMER, clock.own


def _plausible(epoch: int, clock: Clock) -> bool:
    """A ten-figure number is a time only within ten years before the mail was sent."""
    if clock.sent_at is None:
        return True
    sent = clock.sent_at.timestamp()
    return sent - 315_576_000 <= epoch <= sent + AHEAD.total_seconds()


Fields = tuple[int, int, int, int, int, str | None, str | None]  # year … minute, second, zone


def _month(name: str) -> int:
    """The month of a name; 0 (refused later) when it is none: `M.r` stands for a broken `Mär`."""
    return MONTHS.get(name[:3].lower(), 0)


def _half(hour: str, half: str | None) -> int:
    """The hour on a 24-hour clock; 12 AM is 0, 12 PM is 12; 99 (refused later) when it is none."""
    value = int(hour)
    if half is None:
        return value
    if not 1 <= value <= 12:  # noqa: PLR2004 - hours of a half day
        return 99
    return value % 12 + (12 if half in "Pp" else 0)


def _ymd(m: re.Match[str], _: Clock) -> Fields:
    return int(m[1]), int(m[3]), int(m[4]), int(m[5]), int(m[6]), m[7], m[8]


def _dmony(m: re.Match[str], _: Clock) -> Fields:
    return int(m[3]), _month(m[2]), int(m[1]), _half(m[4], m[7]), int(m[5]), m[6], m[8]


def _ctime(m: re.Match[str], _: Clock) -> Fields:
    return int(m[7]), _month(m[1]), int(m[2]), int(m[3]), int(m[4]), m[5], m[6] or m[8]


def _mondy(m: re.Match[str], _: Clock) -> Fields:
    return int(m[3]), _month(m[1]), int(m[2]), _half(m[4], m[7]), int(m[5]), m[6], m[8]


def _mondd(m: re.Match[str], _: Clock) -> Fields:
    return 2000 + int(m[3]), _month(m[1]), int(m[2]), int(m[4]), int(m[5]), m[6], None


def _compact(m: re.Match[str], _: Clock) -> Fields:
    return int(m[1]), int(m[2]), int(m[3]), int(m[4]), int(m[5]), m[6], m[7]


def _short(m: re.Match[str], _: Clock) -> Fields:
    return 2000 + int(m[1]), int(m[2]), int(m[3]), int(m[4]), int(m[5]), m[6], None


def _syslog(m: re.Match[str], clock: Clock) -> Fields | None:
    """RFC 3164 states no year: the one that brings it nearest before the mail was sent."""
    if clock.sent_at is None:
        return None
    month, day = _month(m[1]), int(m[2])
    sent = clock.sent_at.astimezone(UTC)
    for year in range(sent.year + 1, sent.year - 5, -1):  # four back: 29 February
        try:
            at = datetime(year, month, day, int(m[3]), int(m[4]), tzinfo=UTC)
        except ValueError:
            continue
        if at <= sent + AHEAD:
            return year, month, day, int(m[3]), int(m[4]), m[5], m[6]
    return None


def _dmy(m: re.Match[str], clock: Clock) -> Fields | None:
    """Day first with dots; else only where one reading is possible or fits the mail's date."""
    first, second, year = int(m[1]), int(m[3]), int(m[4])
    orders = [(second, first)] if m[2] == "." else [(second, first), (first, second)]
    if clock.order:
        orders = [(first, second) if clock.order == "mdy" else (second, first)]
    possible = list(dict.fromkeys(one for one in orders if one[0] <= 12))  # noqa: PLR2004 - months
    if len(possible) > 1:
        possible = [one for one in possible if _recent(year, *one, clock)]
    if len(possible) != 1:
        return None
    return year, *possible[0], _half(m[5], m[8]), int(m[6]), m[7], m[9]


def _recent(year: int, month: int, day: int, clock: Clock) -> bool:
    """True when that day lies in the two weeks before the mail was sent."""
    try:
        at = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return False
    return clock.sent_at is not None and timedelta(days=-1) <= clock.sent_at - at <= timedelta(15)


READERS = {
    "ymd": _ymd,
    "dmony": _dmony,
    "ctime": _ctime,
    "mondy": _mondy,
    "mondd": _mondd,
    "syslog": _syslog,
    "dmy": _dmy,
    "compact": _compact,
    "short": _short,
}
