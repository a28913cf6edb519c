"""Times: aware, UTC, read and written as RFC 3339."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aupkeep.model.errors import Invalid

RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d{1,9})?(?:[Zz]|([+-])(\d\d):(\d\d))",
    re.ASCII,
)  # RFC 3339 section 5.6; the space is section 5.6's own allowance
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def parse_moment(text: str, what: str = "time") -> datetime:
    """Read an RFC 3339 time with seconds and zone; the answer is in UTC.

    Raises `Invalid` naming `what` for anything else.

    >>> parse_moment("2026-03-01T12:00:00+02:00").isoformat()
    '2026-03-01T10:00:00+00:00'
    """
    match = RFC3339.fullmatch(text.strip())
    if match is None:
        raise Invalid(
            f"{what}: expected RFC 3339 such as 2026-03-01T12:00:00Z, found {text[:60]!r}"
        )
    micro = int(match[7][1:7].ljust(6, "0")) if match[7] else 0
    second = min(int(match[6]), 59)  # a leap second counts as the second before it
    try:
        year, month, day, hour, minute = (int(match[i]) for i in range(1, 6))
        local = datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)
        away = timedelta(hours=int(match[9]), minutes=int(match[10])) if match[8] else timedelta()
        return local - away if match[8] != "-" else local + away
    except (ValueError, OverflowError) as error:
        raise Invalid(f"{what}: expected an existing moment, found {text[:60]!r}") from error


def parse_day(text: str, what: str = "time") -> datetime:
    """Read an RFC 3339 time, or a day, which begins at midnight UTC. Raises `Invalid`.

    >>> parse_day("2026-03-01").isoformat()
    '2026-03-01T00:00:00+00:00'
    """
    text = text.strip()
    return parse_moment(f"{text}T00:00:00Z" if DAY.fullmatch(text) else text, what)


def parse_zone(text: str, what: str = "zone") -> ZoneInfo:
    """Read the name of an IANA time zone. Raises `Invalid`."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(
            f"{what}: expected an IANA time zone such as Europe/Oslo, found {text[:60]!r}"
        ) from error


def show_minute(at: datetime) -> str:
    """A time as a person reads it, to the minute, in UTC.

    >>> show_minute(datetime(2026, 3, 1, 10, 5, 59, tzinfo=UTC))
    '2026-03-01 10:05 UTC'
    """
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def show_moment(at: datetime) -> str:
    """RFC 3339 in UTC with `Z`, microseconds only when there are any.

    >>> show_moment(datetime(2026, 3, 1, 10, tzinfo=UTC))
    '2026-03-01T10:00:00Z'
    """
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


UNITS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}  # seconds


def parse_age(text: str, name: str) -> timedelta:
    """A length of time as people write it. Raises `Invalid` naming `name`.

    >>> parse_age("36h", "--age")
    datetime.timedelta(days=1, seconds=43200)
    """
    number, unit = text[:-1], text[-1:]
    if not (number.isascii() and number.isdigit()) or len(number) > 6 or unit not in UNITS:  # noqa: PLR2004 - 114 years of minutes are enough
        raise Invalid(f"{name}: expected a number with m, h, d or w, as 3d, found {text[:40]!r}")
    return timedelta(seconds=int(number) * UNITS[unit])
