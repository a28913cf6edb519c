"""Times as mails and log files write them, with how exact they are; nothing is invented."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from aupkeep.model.errors import Invalid
from aupkeep.model.moments import parse_moment

ZONELESS = 50_400.0  # ± seconds of a time without a zone: zones span -12 to +14 hours
SECOND = 1.0
MINUTE = 60.0
DAY = 86_400.0
QUARTER = 900  # seconds; every zone in use is a multiple of a quarter of an hour from UTC
ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?"
    r" ?(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)  # ISO 8601 as people write it: space for T, no seconds, no zone
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d),?", re.ASCII)  # days before months
# a mail date that ends in its clock, or as ctime writes it in its year
UNZONED = re.compile(r"(?<![+-]\d\d)[:.]\d\d(?:\s+(?:19|20)\d\d)?\s*$", re.ASCII)
AT_UTC = re.compile(
    r"[+-]0{1,2}(?::?00)?(?!\d)|(?<![a-z])(?:utc|ut|gmt|z)(?![a-z]|\s*[+-]\d)",
    re.ASCII | re.IGNORECASE,
)  # "-0000" is UTC too (RFC 5322 section 3.3); "GMT +0200" says two things


def mail_time(text: str, *, zone: timezone | None = None) -> tuple[datetime, float] | None:
    """An RFC 5322 date in UTC with ± seconds, or None when it is none.

    `zone` is assumed where none is stated; a stated zone that cannot be read leaves ± 14 h.

    >>> mail_time("Sun, 01 Mar 2026 12:00:00 +0200")
    (datetime.datetime(2026, 3, 1, 10, 0, tzinfo=datetime.timezone.utc), 1.0)
    >>> mail_time("Sun, 01 Mar 2026 12:00:00")
    (datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.timezone.utc), 50400.0)
    """
    text = text[:200]
    try:
        parts = parsedate_tz(text)
        if parts is None:
            return None
        local = datetime(*parts[:5], min(parts[5], 59), tzinfo=UTC)
        offset = _mail_offset(text, parts[9] or 0, zone)
        return local - (offset or timedelta()), ZONELESS if offset is None else SECOND
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _mail_offset(text: str, seconds: int, zone: timezone | None) -> timedelta | None:
    """The offset a mail date states; `seconds` is what the standard library reads.

    It reads 0 where no zone stands or an unknown one, and "+2" as two minutes.
    """
    if UNZONED.search(text):
        return zone.utcoffset(None) if zone else None
    readable = seconds % QUARTER == 0 and abs(seconds) <= ZONELESS
    stated = seconds or AT_UTC.search(text)
    return timedelta(seconds=seconds) if readable and stated else None


def any_time(text: str, *, zone: timezone | None = None) -> tuple[datetime, float] | None:
    """A time in RFC 3339, ISO 8601, RFC 5322 or Unix seconds; `zone` is assumed where none is said.

    >>> any_time("2026-03-01 12:00", zone=UTC)
    (datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.timezone.utc), 60.0)
    """
    text = text.strip()[:200]
    try:
        return parse_moment(text), SECOND
    except Invalid:
        pass
    iso = ISO.fullmatch(text)
    if iso:
        return _iso(iso, zone)
    if re.fullmatch(r"\d{9,10}(\.\d{1,9})?", text, re.ASCII):
        return datetime.fromtimestamp(float(text), UTC), SECOND
    return mail_time(text, zone=zone)


def written_time(text: str, *, zone: timezone | None = None) -> tuple[datetime, float] | None:
    """The same, or a form that tables use besides.

    These are `01.03.2026 12:00`, `2026/03/01 12:00`, Unix milliseconds, and the hundreds of
    nanoseconds since 1601 that Windows counts.

    >>> written_time("132539328000000000")
    (datetime.datetime(2021, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), 1.0)
    """
    text = text.strip()[:200]
    if re.fullmatch(r"1\d{12}", text, re.ASCII):
        return datetime.fromtimestamp(int(text) / 1000, UTC), SECOND
    if re.fullmatch(r"1[23]\d{16}", text, re.ASCII):
        return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(text) // 10), SECOND
    dotted = DOTTED.match(text)
    if dotted:
        text = f"{dotted[3]}-{dotted[2]:0>2}-{dotted[1]:0>2}{text[dotted.end() :]}"
        text = re.sub(r" (\d:)", r" 0\1", text)
    elif re.match(r"\d{4}/\d\d/\d\d\b", text, re.ASCII):
        text = text[:10].replace("/", "-") + text[10:]
    return any_time(text, zone=zone)


def _iso(match: re.Match[str], zone: timezone | None) -> tuple[datetime, float] | None:
    year, month, day, hour, minute, second, said = match.groups()
    exact = SECOND if second else MINUTE if hour else DAY
    offset = _offset(said) if said else zone
    try:
        at = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            min(int(second or 0), 59),
            tzinfo=offset or UTC,
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at, exact if offset else max(exact, ZONELESS)


def _offset(said: str) -> timezone | None:
    if said.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    away = timedelta(hours=int(said[1:3]), minutes=int(said[-2:]))
    if away >= timedelta(hours=24):
        return None
    return timezone(-away if said[0] == "-" else away)
