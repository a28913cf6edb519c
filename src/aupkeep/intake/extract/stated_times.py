"""Finds times in text and says how exactly each is known.

Formats: RFC 3339, RFC 5322 section 3.3, syslog (RFC 3164 section 4.1.2, no year), ctime, the web
servers' log formats, epoch seconds, TAI64N, the day-month-year and month-day-year forms of mail.

A stated second is exact to ± 1 s, a stated minute to ± 60 s (it may be cut or rounded). Without a
zone nothing says which hour it was: ± 14 h, unless the sender's own offset is known; then the time
is read there and ± (that offset + 1 h) is kept, which covers logs kept in UTC and summer time.
A time without a year takes the year that brings it nearest before `sent_at`; without `sent_at`
there is no value.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from aupkeep.intake.extract.time_formats import (
    COMPILED,
    FORMS,
    GROUPS,
    MONTHS,
    SHAPES,
    STAMP,
    formats_in,
)
from aupkeep.intake.zones import (
    UNSIGNED,
    ReadOffset,
    StatedZone,
    offset_of,
    read_zone,
    zone_behind,
)

SECOND, MINUTE, UNKNOWN_ZONE = 1.0, 60.0, 50_400.0  # ± seconds; 14 h is the farthest zone
SUMMER = 3600.0
TAI_EPOCH, TAI_AHEAD, LAST = 1 << 62, 38, 1 << 32  # atomic time is 10 or 37 s ahead, by its clock
AHEAD = timedelta(days=1)  # a year-less time may run this far past the mail's own clock
LEAD, MARGIN = 128, 12
YEARLESS = frozenset({"syslog", "dmon"})
# what dates a line although it gives no moment: a day, a clock without a day, a word
VAGUE = re.compile(
    r"(?<![\w.:/-])(?:(?:19|20)\d\d-\d\d-\d\d|\d\d:\d\d:\d\d)(?![\w:])"
    r"|\byesterday\b|\blast (?:night|week|month|year)\b|\b(?:days?|weeks?|months?) ago\b",
    re.IGNORECASE | re.ASCII,
)
# "10:00-10:15" behind a day is a while and no offset, which stands behind a T or behind seconds
RANGED = re.compile(r"[^T\d:]\d{1,2}[:.]\d\d-\d\d:\d\d$", re.ASCII)
EPOCH_LEAD = re.compile(r"(?:^|[(:=@\[|\"\s])$")


class StatedTime(NamedTuple):
    """A time as read: `text[start:end]` is its source; `zoned` and `dated` say what was stated."""

    at: datetime
    exact: float
    start: int
    end: int
    zoned: bool
    dated: bool


@dataclass(frozen=True, slots=True)
class TimeContext:
    """What the mail lets one assume: when it was sent and the zone it states for all its times.

    `own` is the offset that the reporter's own clock shows (its Date header); it only narrows.
    `order` is how the sender is known to write days: "dmy", "mdy" or, unknown, "".
    """

    sent_at: datetime | None = None
    stated: StatedZone | None = None
    own: timedelta | None = None
    order: str = ""


def find_times(text: str, clock: TimeContext) -> list[StatedTime]:
    """Every time in a text in order; where two readings overlap the longer one stands."""
    return _scan(text, clock, formats_in(text))


def has_unresolved_time(text: str, clock: TimeContext) -> bool:
    """True when a text states a time that cannot be resolved: no year, or an ambiguous day."""
    forms = formats_in(text)
    known = [(when.start, when.end) for when in _scan(text, clock, forms)]
    return any(
        all(match.end() <= start or end <= match.start() for start, end in known)
        for name in forms
        if name not in COUNTED  # a number that is no plausible time is no time
        for match in COMPILED[name].finditer(text)
    )


def states_time(line: str, clock: TimeContext) -> bool:
    """True when a line states a time or a day of its own, whether it can be resolved or not."""
    return (
        VAGUE.search(line) is not None
        or bool(find_times(line, clock))
        or has_unresolved_time(line, clock)
    )


Places = tuple[tuple[str, tuple[int, ...]], ...]  # forms, with where each may begin


def line_times(line: str, clock: TimeContext, places: Places) -> list[StatedTime]:
    """The times of one line: those near its start, where a log states it, else any.

    `places` are what `lead_places` says of a line of this shape.
    """
    lead = line[:LEAD]
    moments = [
        when
        for name, starts in places
        for match in _matches(COMPILED[name], lead, starts)
        if (when := _read(name, match, clock)) is not None
    ]
    moments = _apart(moments)
    cut = len(line) > LEAD and (not moments or moments[-1].end > LEAD - MARGIN)
    return find_times(line, clock) if cut else moments


def lead_places(plain: str) -> Places:
    """Where each form may begin near the start of a line, its figures all 0 (a superset)."""
    lead = plain[:LEAD]
    places = ((name, tuple(_starts(SHAPES[name], lead))) for name in FORMS)
    return tuple((name, starts) for name, starts in places if starts)


def _starts(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    """Every place at which a pattern matches, also inside another match."""
    match = pattern.search(text)
    while match:
        yield match.start()
        match = pattern.search(text, match.start() + 1)


def _matches(pattern: re.Pattern[str], text: str, starts: Iterable[int]) -> Iterator[re.Match[str]]:
    """The matches that begin at some of these places and do not overlap."""
    done = 0
    for start in starts:
        match = pattern.match(text, start) if start >= done else None
        if match:
            done = match.end()
            yield match


def begins_with_timestamp(plain: str) -> bool:
    """True when a line, its figures all 0, begins as a log does: with a day and a clock."""
    return STAMP.match(plain) is not None


def _scan(text: str, clock: TimeContext, forms: Iterable[str]) -> list[StatedTime]:
    return _apart(
        [
            when
            for name in forms
            for match in COMPILED[name].finditer(text)
            if (when := _read(name, match, clock)) is not None
        ]
    )


def _apart(moments: list[StatedTime]) -> list[StatedTime]:
    """In order; where two readings overlap the longer one."""
    if len(moments) < 2:  # noqa: PLR2004 - nothing overlaps
        return moments
    apart: list[StatedTime] = []
    for when in sorted(moments, key=lambda when: (when.start, -when.end)):
        if not apart or when.start >= apart[-1].end:
            apart.append(when)
        elif when.end - when.start > apart[-1].end - apart[-1].start:
            apart[-1] = when
    return apart


def best_time(moments: list[StatedTime]) -> StatedTime | None:
    """The time to take for a line: one with a zone before one with a date before the first."""
    return max(moments, key=lambda when: (when.zoned, when.dated, -when.start), default=None)


def _read(name: str, match: re.Match[str], clock: TimeContext) -> StatedTime | None:
    if name in COUNTED:
        return COUNTED[name](match, clock)
    fields = _fields(name, match, clock) if RANGED.search(match[0]) is None else None
    if fields is None:
        return None
    year, month, day, hour, minute, second, zone = fields
    try:
        local = datetime(year, month, day, hour, minute, min(int(second or 0), 59), tzinfo=UTC)
    except ValueError:
        return None
    precise = SECOND if second else MINUTE
    dated = name not in YEARLESS
    said = _stated_zone(match, local, zone) or _meant_zone(clock, local)
    if isinstance(said, ReadOffset):
        return _when(match, local, said.away, (precise + said.open, True, dated))
    exact, away = _unzoned(clock) if said is None else (UNKNOWN_ZONE, timedelta())
    return _when(match, local, away, (exact, False, dated))


def _stated_zone(
    match: re.Match[str], local: datetime, zone: str | None
) -> ReadOffset | StatedZone | None:
    """The offset that stands beside a time; a name's season is that of its day."""
    end = match.start() + len(match[0].rstrip())
    if zone and read_zone(zone) is not None and not UNSIGNED.match(match.string, end):
        return offset_of(zone, local)
    return zone_behind(match.string, end, local)


def _meant_zone(clock: TimeContext, local: datetime) -> ReadOffset | StatedZone | None:
    """The offset by the zone that the mail states for all its times."""
    return (clock.stated.offset(local) or clock.stated) if clock.stated else None


def _epoch(match: re.Match[str], clock: TimeContext) -> StatedTime | None:
    """Seconds since 1970."""
    lead = match.string[max(0, match.start() - 1) : match.start()]
    if not EPOCH_LEAD.match(lead) or not _plausible(int(match[1]), clock):
        return None
    at = datetime.fromtimestamp(int(match[1]), UTC)
    return StatedTime(at, SECOND, match.start(1), match.end(1), zoned=True, dated=True)


def _tai(match: re.Match[str], _: TimeContext) -> StatedTime | None:
    """The label of multilog (TAI64N): 2 ** 62 and the seconds, which programs count in two ways."""
    seconds = int(match[1], 16) - TAI_EPOCH - TAI_AHEAD // 2
    if not 0 <= seconds < LAST:
        return None
    at = datetime.fromtimestamp(seconds, UTC)
    return StatedTime(at, SECOND + TAI_AHEAD / 2, *match.span(), zoned=True, dated=True)


COUNTED = {"epoch": _epoch, "tai": _tai}


def _when(
    match: re.Match[str], local: datetime, away: timedelta, how: tuple[float, bool, bool]
) -> StatedTime | None:
    try:
        at = local - away
    except OverflowError:
        return None
    end = match.start() + len(match[0].rstrip())
    return StatedTime(at, how[0], match.start(), end, zoned=how[1], dated=how[2])


def _unzoned(clock: TimeContext) -> tuple[float, timedelta]:
    """± seconds that a missing zone leaves, and the offset to read the time in."""
    if clock.own is None:
        return UNKNOWN_ZONE, timedelta()
    return abs(clock.own.total_seconds()) + SUMMER, clock.own


def _plausible(epoch: int, clock: TimeContext) -> bool:
    """A ten-figure number is a time only within ten years before the mail was sent."""
    if clock.sent_at is None:
        return True
    sent = clock.sent_at.timestamp()
    return sent - 315_576_000 <= epoch <= sent + AHEAD.total_seconds()


Fields = tuple[int, int, int, int, int, str | None, str | None]  # year … minute, second, zone


def _half(hour: str, half: str | None) -> int:
    """The hour on a 24-hour clock; 12 AM is 0, 12 PM is 12; 99 (refused later) when it is none."""
    value = int(hour)
    if half is None:
        return value
    if not 1 <= value <= 12:  # noqa: PLR2004 - hours of a half day
        return 99
    return value % 12 + (12 if half in "Pp" else 0)


def _fields(name: str, match: re.Match[str], clock: TimeContext) -> Fields | None:
    """What a form states, by its groups; None where the year or the order of days stays open."""
    at = GROUPS[name]
    hour, minute = _half(match[at.hour], _group(match, at.half)), int(match[at.minute])
    year = _full_year(_group(match, at.year))
    if at.sign:
        day = _day(match[at.day], match[at.sign], match[at.month], year or 0, clock)
    else:
        month = match[at.month]
        day = MONTHS.get(month.lower()) or int(month), int(match[at.day])
    if day is None:
        return None
    year = year or _year(*day, hour, minute, clock)
    zone = _group(match, at.zone) or _group(match, at.other_zone)
    return (year, *day, hour, minute, match[at.second], zone) if year else None


def _group(match: re.Match[str], number: int) -> str | None:
    return match[number] if number else None


def _full_year(text: str | None) -> int | None:
    """A year, of which two figures are of this century."""
    return int(text) + (2000 if len(text) == 2 else 0) if text else None  # noqa: PLR2004 - figures


def _year(month: int, day: int, hour: int, minute: int, clock: TimeContext) -> int | None:
    """The year that brings a day and a clock nearest before the mail was sent."""
    if clock.sent_at is None:
        return None
    latest = clock.sent_at.astimezone(UTC) + AHEAD
    for year in range(latest.year, latest.year - 6, -1):  # four back: 29 February
        try:
            at = datetime(year, month, day, hour, minute, tzinfo=UTC)
        except ValueError:
            continue
        if at <= latest:
            return year
    return None


def _day(left: str, sign: str, right: str, year: int, clock: TimeContext) -> tuple[int, int] | None:
    """Month and day: day first with dots, else the sender's order, else as far as it is plain.

    Plain is what only one reading makes a day, or what only one reading puts near the mail's own.
    """
    first, second = int(left), int(right)
    orders = [(second, first)] if sign == "." else [(second, first), (first, second)]
    if clock.order and sign != ".":
        orders = [(first, second) if clock.order == "mdy" else (second, first)]
    possible = list(dict.fromkeys(order for order in orders if order[0] <= 12))  # noqa: PLR2004 - months
    if len(possible) > 1:
        possible = [order for order in possible if _recent(year, *order, clock)]
    return possible[0] if len(possible) == 1 else None


def _recent(year: int, month: int, day: int, clock: TimeContext) -> bool:
    """True when that day lies in the two weeks before the mail was sent."""
    try:
        at = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return False
    return clock.sent_at is not None and timedelta(days=-1) <= clock.sent_at - at <= timedelta(15)
