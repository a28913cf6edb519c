"""Times as mails and log files write them, with how exact they are; nothing is invented."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

from aupkeep.intake.zones import SIGNS, AnyZone, ReadOffset, assumed_offset, whole_zone
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import parse_moment

ZONELESS = 50_400.0  # ± seconds of a time without a zone: zones span -12 to +14 hours
SECOND = 1.0
MINUTE = 60.0
DAY = 86_400.0
ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?"
    rf"(\s?[A-Za-z(\[{SIGNS}].{{0,60}}|\s\d\d:?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)  # ISO 8601 as people write it: space for T, no seconds, no zone, one in words or without its sign
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d),?", re.ASCII)  # days before months
# what stands behind the clock of a mail date; ctime writes its year there
TAIL = re.compile(
    r"\d[:.]\d\d(?:[:.]\d\d)?(?:[.,]\d{1,9})?(?:\s+(?:19|20)\d\d)?(?![\d:.])\s*(.*)$", re.ASCII
)
COMMENT = re.compile(r"(?<=\S)\s*\([^()]{0,60}\)\s*$")  # RFC 5322 section 3.2.2


def mail_time(text: str, *, zone: AnyZone | None = None) -> tuple[datetime, float] | None:
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
        return _in_utc(local, _mail_offset(text, local, zone), SECOND)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _mail_offset(text: str, local: datetime, zone: AnyZone | None) -> ReadOffset | None:
    """The offset a mail date states, else the assumed one; None where none can be read."""
    tail = TAIL.search(text)
    said = COMMENT.sub("", tail[1].strip()) if tail else ""
    if not said:
        return assumed_offset(zone, local) if tail else None
    stated = whole_zone(said)
    return stated.offset(local) if stated else None


def _in_utc(local: datetime, offset: ReadOffset | None, exact: float) -> tuple[datetime, float]:
    """A local time, given as if it were UTC, by its offset; without one it stands as written."""
    if offset is None:
        return local, max(exact, ZONELESS)
    return local - offset.away, exact + offset.open


def any_time(text: str, *, zone: AnyZone | None = None) -> tuple[datetime, float] | None:
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


def written_time(text: str, *, zone: AnyZone | None = None) -> tuple[datetime, float] | None:
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


def _iso(match: re.Match[str], zone: AnyZone | None) -> tuple[datetime, float] | None:
    """The time of an ISO form; None where what stands behind it is no zone."""
    year, month, day, hour, minute, second, said = match.groups()
    stated = whole_zone(said) if said else None
    if said and stated is None:
        return None
    exact = SECOND if second else MINUTE if hour else DAY
    figures = (int(year), int(month), int(day), int(hour or 0), int(minute or 0))
    try:
        local = datetime(*figures, min(int(second or 0), 59), tzinfo=UTC)
        return _in_utc(local, assumed_offset(stated or zone, local), exact)
    except (ValueError, OverflowError):
        return None
