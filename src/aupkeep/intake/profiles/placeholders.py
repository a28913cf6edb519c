"""Typed placeholders of a template: each reads one value at a place in a text, or nothing.

`{address} {port} {time} {date} {clock} {url} {domain} {account} {target} {target_port} {protocol}
{count} {kind} {word} {any}`. Each reader looks at a bounded slice and never back: linear.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from aupkeep.intake.extract.addresses import DOT, read_address
from aupkeep.intake.extract.stated_times import TimeContext, find_times
from aupkeep.intake.extract.time_formats import MONTHS
from aupkeep.intake.extract.urls import read_url
from aupkeep.model.subject import MAX_PORT

LONGEST = 2_000  # characters of one value
LONGEST_TIME = 60
SECOND, MINUTE, DAY = 1.0, 60.0, 86_400.0
HOUR = 3_600.0
SUMMER = 3_600.0  # ± seconds in the hour that a clock set back shows twice
UNKNOWN_ZONE = 50_400.0
MOST_EVENTS = 1_000_000
V4 = re.compile(rf"\d{{1,3}}(?:{DOT}\d{{1,3}}){{3}}(?!\d)", re.ASCII)
V6 = re.compile(r"[0-9A-Fa-f:]{2,39}(?:(?:\.\d{1,3}){3})?(?!\w)", re.ASCII)
RUN = re.compile(r"\S{1,2000}")
NUMBER = re.compile(r"\d{1,9}(?:[,']\d{3}){0,3}", re.ASCII)
WEEKDAY = re.compile(r"[A-Z][a-zäé]{1,9}\.?,?\s", re.ASCII)
YMD = re.compile(r"((?:19|20)\d\d)([-/.])(\d\d?)\2(\d\d?)(?!\d)", re.ASCII)
DMONY = re.compile(r"(\d\d?)[ -]([A-Z][a-z]{2})[a-z]{0,6}[ ,-]{1,2}((?:19|20)\d\d)(?!\d)", re.ASCII)
MONDY = re.compile(r"([A-Z][a-z]{2})[a-z]{0,6} (\d\d?),? ((?:19|20)\d\d)(?!\d)", re.ASCII)
DMY = re.compile(r"(\d\d?)([-/.])(\d\d?)\2((?:19|20)\d\d)(?!\d)", re.ASCII)
HOURS = re.compile(r"([A-Z][a-z]{2})\s{1,2}(\d\d?)\s{1,2}(\d\d?)h(?!\w)", re.ASCII)
CLOCK = re.compile(r"(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?![\d:])", re.ASCII)
ENDED = re.compile(r"((?:19|20)\d\d):(?=\s)", re.ASCII)  # a year that a colon follows
SHORT = re.compile(r"(\d\d? [A-Z][a-z]{2} )\d\d \d\d:\d\d", re.ASCII)  # RFC 822 section 5.1
SECONDS = re.compile(r"\d:\d\d:\d\d|(?<!\d)\d{10}(?!\d)|\d{6}(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotContext:
    """What a profile and its mail say about times: the clock, the reporter's zone, the order."""

    clock: TimeContext
    zone: tzinfo | None = None
    order: str = ""  # "dmy" or "mdy"


class SlotMoment(NamedTuple):
    """A time in UTC with ± seconds."""

    at: datetime
    exact: float


class Daytime(NamedTuple):
    """A time of day, since midnight, with ± seconds."""

    ago: timedelta
    exact: float


class SlotValue(NamedTuple):
    """A value, the slice of the text it was read from, and where reading goes on (0: its end)."""

    value: object
    start: int
    end: int
    after: int = 0


Slot = Callable[[str, int, int, SlotContext], SlotValue | None]


def localised(at: datetime, zone: tzinfo, exact: float) -> SlotMoment:
    """A wall-clock time, given as if it were UTC, in the zone it was written in.

    The hour that a clock set back shows twice is exact to one hour only.
    """
    bare = at.replace(tzinfo=None)
    early, late = bare.replace(tzinfo=zone), bare.replace(tzinfo=zone, fold=1)
    unsure = early.utcoffset() != late.utcoffset()
    return SlotMoment(early.astimezone(UTC), max(exact, SUMMER) if unsure else exact)


def _address(text: str, start: int, stop: int, _: SlotContext) -> SlotValue | None:
    """An address, bare or in brackets."""
    if text.startswith("[", start):
        inside = _bare_address(text, start + 1, stop)
        closed = inside is not None and text.startswith("]", inside.end)
        return inside._replace(after=inside.end + 1) if inside and closed else None
    return _bare_address(text, start, stop)


def _bare_address(text: str, start: int, stop: int) -> SlotValue | None:
    match = V4.match(text, start, stop)
    if match is None:
        match = V6.match(text, start, stop)
        if match is None or ":" not in match[0]:
            return None
    source = match[0] if match[0].endswith("::") else match[0].rstrip(":")
    address = read_address(source)
    return SlotValue(address, match.start(), match.start() + len(source)) if address else None


def _port(text: str, start: int, stop: int, _: SlotContext) -> SlotValue | None:
    match = NUMBER.match(text, start, stop)
    if match is None or not match[0].isdigit() or not 0 < int(match[0]) <= MAX_PORT:
        return None
    return SlotValue(int(match[0]), *match.span())


def _count(text: str, start: int, stop: int, _: SlotContext) -> SlotValue | None:
    match = NUMBER.match(text, start, stop)
    if match is None:
        return None
    number = int(re.sub("[,']", "", match[0]))
    return SlotValue(min(number, MOST_EVENTS), *match.span())


def _word(text: str, start: int, stop: int, _: SlotContext) -> SlotValue | None:
    match = RUN.match(text, start, stop)
    return SlotValue(match[0], *match.span()) if match else None


def _url(text: str, start: int, stop: int, _: SlotContext) -> SlotValue | None:
    match = RUN.match(text, start, stop)
    if match is None:
        return None
    source = match[0].strip("<>\"'")
    url = read_url(source).replace("&amp;", "&")  # of a URL in HTML or XML
    scheme, there, rest = url.partition("://")
    if not there or not scheme.isalnum() or not rest:
        return None
    begin = match.start() + match[0].index(source)
    return SlotValue(url, begin, begin + len(source), match.end())


DOMAIN = re.compile(rf"[\w-]{{1,63}}(?:{DOT}[\w-]{{1,63}}){{1,20}}\.?")


def _domain(text: str, start: int, stop: int, _: SlotContext) -> SlotValue | None:
    match = DOMAIN.match(text, start, stop)
    if match is None:
        return None
    name = re.sub(DOT, ".", match[0], flags=re.IGNORECASE).rstrip(".").lower()
    if name.rpartition(".")[2].isdigit():
        return None  # an address is no name
    return SlotValue(name, *match.span())


def _any(text: str, start: int, stop: int, _: SlotContext) -> SlotValue | None:
    end = min(stop, start + LONGEST)
    words = text[start:end].rstrip()
    return SlotValue(words, start, start + len(words))


def _time(text: str, start: int, stop: int, context: SlotContext) -> SlotValue | None:
    """A moment with its zone; without one in the profile's zone; a day alone is ± one day.

    The name of a weekday before it is passed over.
    """
    day_name = WEEKDAY.match(text, start, stop)
    begin = day_name.end() if day_name and not text[start : start + 4].isdigit() else start
    places = tuple(dict.fromkeys((start, begin)))
    for read in (_moment, _hour, _day):
        value = next(filter(None, (read(text, place, stop, context) for place in places)), None)
        if value is not None:
            return value
    return None


def _moment(text: str, start: int, stop: int, context: SlotContext) -> SlotValue | None:
    """A day with a time of day, or a Unix time; years of two figures are this century's."""
    piece = ENDED.sub(r"\1 ", text[start : min(stop, start + LONGEST_TIME)])
    short = SHORT.match(piece)
    cut = len(short[1]) if short else 0
    whole = f"{piece[:cut]}20{piece[cut:]}" if short else piece
    stated = next((when for when in find_times(whole, context.clock) if when.start == 0), None)
    if stated is None:
        return None
    if short:
        stated, piece = stated._replace(end=stated.end - 2), whole
    moment = SlotMoment(stated.at, stated.exact)
    if not stated.zoned and context.zone is not None:
        exact = SECOND if SECONDS.search(piece[: stated.end]) else MINUTE
        moment = localised(stated.at, context.zone, exact)
    return SlotValue(moment, start, start + stated.end)


def _hour(text: str, start: int, stop: int, context: SlotContext) -> SlotValue | None:
    """`Oct 16 18h`: the year is the one that brings it nearest before the mail."""
    match = HOURS.match(text, start, stop)
    if match is None:
        return None
    stated = find_times(f"{match[1]} {int(match[2]):2} {int(match[3]):02}:00:00", context.clock)
    if not stated:
        return None
    at, zone = stated[0].at, context.zone
    moment = SlotMoment(at, max(stated[0].exact, HOUR))
    if zone is not None and not stated[0].zoned:
        moment = localised(at, zone, HOUR)
    return SlotValue(moment, *match.span())


def _day(text: str, start: int, stop: int, context: SlotContext) -> SlotValue | None:
    """A day alone."""
    day = _date(text, start, stop, context)
    if day is None or not isinstance(day.value, date):
        return None
    midnight = datetime.combine(day.value, time(), UTC)
    moment = SlotMoment(midnight, UNKNOWN_ZONE + DAY)
    return day._replace(value=localised(midnight, context.zone, DAY) if context.zone else moment)


def _date(text: str, start: int, stop: int, context: SlotContext) -> SlotValue | None:
    """`2026-03-01`, `1 Mar 2026`, `Mar 1, 2026`; `01.03.2026`, and with slashes by the order."""
    for pattern, fields in DATES:
        match = pattern.match(text, start, stop)
        parts = fields(match, context) if match else None
        if match is None or parts is None:
            continue
        try:
            return SlotValue(date(*parts), *match.span())
        except ValueError:
            return None
    return None


Parts = tuple[int, int, int] | None  # year, month, day


def _dmy(match: re.Match[str], context: SlotContext) -> Parts:
    first, sign, second, year = int(match[1]), match[2], int(match[3]), int(match[4])
    if sign != "." and not context.order:
        return None
    mdy = context.order == "mdy" and sign != "."
    return (year, first, second) if mdy else (year, second, first)


def _named(year: str, month: str, day: str) -> Parts:
    number = MONTHS.get(month.lower())
    return (int(year), number, int(day)) if number else None


DATES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], SlotContext], Parts]], ...] = (
    (YMD, lambda m, _: (int(m[1]), int(m[3]), int(m[4]))),
    (DMY, _dmy),
    (DMONY, lambda m, _: _named(m[3], m[2], m[1])),
    (MONDY, lambda m, _: _named(m[3], m[1], m[2])),
)


def _clock(text: str, start: int, stop: int, _: SlotContext) -> SlotValue | None:
    match = CLOCK.match(text, start, stop)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:  # noqa: PLR2004 - a clock
        return None
    seconds = min(int(match[3] or 0), 59)
    ago = timedelta(hours=int(match[1]), minutes=int(match[2]), seconds=seconds)
    return SlotValue(Daytime(ago, SECOND if match[3] else MINUTE), *match.span())


def _protocol(text: str, start: int, stop: int, _: SlotContext) -> SlotValue | None:
    match = RUN.match(text, start, stop)
    registry = match[0].strip(".,;()").lower() if match else ""
    return SlotValue(registry, *match.span()) if match and registry in {"tcp", "udp"} else None


SLOTS: dict[str, Slot] = {
    "address": _address,
    "port": _port,
    "time": _time,
    "date": _date,
    "clock": _clock,
    "url": _url,
    "domain": _domain,
    "account": _word,
    "target": _address,
    "target_port": _port,
    "protocol": _protocol,
    "count": _count,
    "kind": _any,
    "word": _word,
    "any": _any,
}
OPEN = frozenset({"kind", "any"})  # these read to the next literal, or to the end of the line
RUNS = frozenset({"word", "url", "account", "protocol"})  # to white space at most
SKIPPED = frozenset({"word", "any"})  # read, and not kept
