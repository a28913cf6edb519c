"""When a line of a log says that something happened, as exactly as it says so. Pure.

>>> now = datetime(2026, 11, 29, 12, tzinfo=UTC)
>>> show = lambda moment: f"{moment.earliest:%F %T}, {moment.latest:%F %T}"
>>> show(syslog_moment("2026-11-29T04:30:08+01:00 nat1 …", None, now))
'2026-11-29 03:30:08, 2026-11-29 03:30:08'

A time without a zone counts in the zone that was declared. In the hour that a clock has twice in
autumn it may be either; the year is the last one in which it is not in the future:

>>> show(syslog_moment("<134>Oct 25 02:30:00 nat1 …", ZoneInfo("Europe/Oslo"), now))
'2026-10-25 00:30:00, 2026-10-25 01:30:00'
>>> show(syslog_moment("Dec 31 23:59:59 nat1 …", ZoneInfo("UTC"), now))
'2025-12-31 23:59:59, 2025-12-31 23:59:59'
"""

import re
from calendar import isleap
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from aupkeep.inventory.log_sessions import LogMoment
from aupkeep.model.errors import Invalid

YEARS = (1971, 2200)
OLDEST = timedelta(days=400)
AHEAD = timedelta(minutes=10)  # by which a clock may be before ours
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HEAD = r"(?:<\d{1,3}>(?:\d{1,2} )?)?"  # PRI and version, RFC 5424 section 6.2
CLOCK = r"(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
ISO = re.compile(
    HEAD + r"(\d{4})-(\d\d)-(\d\d)[T ]" + CLOCK + r"(Z|[+-]\d\d:?\d\d)?(?!\S)", re.ASCII
)
BSD = re.compile(
    HEAD + rf"({'|'.join(MONTHS)}) ([ \d]?\d) (?:(\d{{4}}) )?" + CLOCK + r"(?!\S)", re.ASCII
)
DETAIL = re.compile(  # the first line of a record of FreeRADIUS, as ctime(3) writes it
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ({'|'.join(MONTHS)}) ([ \d]?\d) {CLOCK} (\d{{4}})",
    re.ASCII,
)
WRITTEN = re.compile(
    rf"({'|'.join(MONTHS)}) ([ \d]?\d) (\d{{4}}) {CLOCK} ([A-Za-z0-9+-]{{1,6}})", re.ASCII
)


def syslog_moment(line: str, zone: ZoneInfo | None, now: datetime) -> LogMoment:
    """The time at the head of a line, by RFC 5424 or RFC 3164. Raises `Invalid`."""
    if match := ISO.match(line):
        year, month, day, hour, minute, second, fraction, offset = match.groups()
        clock = _of(year, month, day, hour, minute, second, fraction)
        return plausible(_exact(clock, offset) if offset else _local(clock, zone), now)
    if match := BSD.match(line):
        name, day, year, hour, minute, second, fraction = match.groups()
        month = str(MONTHS.index(name) + 1)
        if year:
            moment = _local(_of(year, month, day, hour, minute, second, fraction), zone)
            return plausible(moment, now)
        for guess in (now.year + 1, now.year, now.year - 1, now.year - 2, now.year - 3):
            if month == "2" and int(day) == 29 and not isleap(guess):  # noqa: PLR2004 - 29 February
                continue
            moment = _local(_of(str(guess), month, day, hour, minute, second, fraction), zone)
            if moment.earliest <= now + AHEAD:
                return moment
    raise Invalid(f"time: expected one at the head of the line, found {line[:40]!r}")


def after_time(line: str) -> str:
    """What follows the time at the head of a line; "" where there is no time."""
    match = ISO.match(line) or BSD.match(line)
    return line[match.end() :] if match else ""


def detail_moment(line: str, zone: ZoneInfo | None) -> LogMoment:
    """The first line of a record of FreeRADIUS. Raises `Invalid`."""
    match = DETAIL.match(line)
    if match is None:
        raise Invalid(f"time: expected one such as 'Mon Mar  2 10:00:00 2026', found {line[:40]!r}")
    name, day, hour, minute, second, fraction, year = match.groups()
    month = str(MONTHS.index(name) + 1)
    return _local(_of(year, month, day, hour, minute, second, fraction), zone)


def written_moment(text: str, zone: ZoneInfo | None) -> LogMoment | None:
    """A time as FreeRADIUS prints one, `Mar  2 2026 10:00:00 CET`; None without a known zone.

    A zone's letters are believed where they are UTC; else it is the one that was declared.
    """
    match = WRITTEN.fullmatch(text)
    if match is None:
        raise Invalid(f"time: expected one such as 'Mar  2 2026 10:00:00 UTC', found {text[:40]!r}")
    name, day, year, hour, minute, second, fraction, letters = match.groups()
    clock = _of(year, str(MONTHS.index(name) + 1), day, hour, minute, second, fraction)
    if letters in ("UTC", "GMT"):
        return _exact(clock, "Z")
    return None if zone is None else _local(clock, zone)


def plausible(moment: LogMoment, now: datetime) -> LogMoment:
    """The moment. Raises `Invalid` where it is in the future, or of a clock that was never set."""
    if moment.latest < now - OLDEST:
        raise Invalid(
            f"time: expected one of the last {OLDEST.days} days, found {moment.latest:%FT%TZ}"
        )
    if moment.earliest > now + AHEAD:
        raise Invalid(f"time: expected one before {now:%FT%TZ}, found {moment.earliest:%FT%TZ}")
    return moment


def _of(*parts: str | None) -> datetime:
    """A time without a zone of year, month, day, hour, minute, second, fraction."""
    year, month, day, hour, minute, second = (int(part or 0) for part in parts[:6])
    micros = int((parts[6] or "").ljust(6, "0")[:6])
    if not YEARS[0] <= year <= YEARS[1]:
        raise Invalid(f"time: expected a year from {YEARS[0]} to {YEARS[1]}, found {year}")
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), micros)  # noqa: DTZ001 - its zone comes next
    except ValueError as error:
        raise Invalid(f"time: expected a day and a time of day, found {error}") from error


def _exact(moment: datetime, offset: str) -> LogMoment:
    sign = -1 if offset[0] == "-" else 1
    hours, minutes = (0, 0) if offset == "Z" else (int(offset[1:3]), int(offset[-2:]))
    exact = moment.replace(tzinfo=UTC) - sign * timedelta(hours=hours, minutes=minutes)
    return LogMoment(exact, exact)


def _local(moment: datetime, zone: ZoneInfo | None) -> LogMoment:
    """A time of a clock in that zone. Raises `Invalid` without one."""
    if zone is None:
        raise Invalid("time: expected a zone in it, or the option zone, found none")
    both = [moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return LogMoment(min(both), max(both))
