"""Two times that frame one event: "between … and …", "first seen … last seen …", "von … bis …".

The moment is the middle of the frame, and the exactness reaches to both its ends.
"""

import re
from dataclasses import replace
from datetime import timedelta

from aupkeep.intake.extract.stated_times import StatedTime, TimeContext, find_times
from aupkeep.intake.zones import StatedZone, read_zone

WIDEST = timedelta(days=31)  # two times farther apart frame no event but a history
BEFORE, BETWEEN = 48, 200  # characters in which the words of a frame stand
# "between" and its like right before the first time, "and" alone before the second
OPEN = re.compile(
    r"\b(?:between|from|since|zwischen|von|vom|seit|entre|du|de|depuis|tussen|vanaf|van|sinds|"
    r"mellom|fra|frå|sidan|siden|mellan|från|sedan|mellem|desde|tra|dal|dalle|od|między)"
    r"(?: (?:the|dem|den|le|el|il|dnia))?[\s:]{1,3}$",
    re.IGNORECASE,
)
JOIN = re.compile(
    r"[\s,()\]]{0,4}(?:(?:Uhr|uur|hrs)\s)?(?:until|till|to|and|through|up to|[-\u2013\u2014]|bis|"
    r"bis zum|und|à|au|et|jusqu'à|jusqu'au|tot|tot en met|en|til|og|till|och|hasta|y|al|alle|e|do|"
    r"i|até|a)"
    r"(?: (?:the|dem|den|le|el|il))?[\s,:]{1,3}",
    re.IGNORECASE,
)
# or a label of its own before each
FIRST = re.compile(
    r"\b(?:first|initial|start|started|starttime|began|begin|beginning|beginn|erste\w{0,2}|erstmals|début|"
    r"premi\w{1,5}|eerste|begonnen|første|fyrste|första|første gang|inicio|primer\w{0,2}|inizio|"
    r"prim\w{1,2}|początek|pierwsz\w{1,3}|início|von|from|van|fra|frå|från)\b[^\n\d]{0,32}$",
    re.IGNORECASE,
)
LAST = re.compile(
    r"\b(?:last|latest|recent|end|ended|endtime|ending|stop|stopped|ende|letzte\w{0,2}|zuletzt|fin|"
    r"derni\w{1,5}|laatste|einde|siste|sist|slutt|senast|sidste|slut|últim\w{1,2}|ultim\w{1,2}|fine|"
    r"ostatni\w{0,3}|koniec|fim|bis|until|to|tot|til|till)\b[^\n\d]{0,32}$",
    re.IGNORECASE,
)
TAIL = re.compile(r"(?:[A-Z]{1,4})?\s?(?:[+-]\d{1,2}(?::?\d\d)?)?$", re.ASCII)


def stated_range(text: str, moments: list[StatedTime], clock: TimeContext) -> StatedTime | None:
    """The event that the only two moments in `moments` frame, by the words of the text, or None."""
    distinct = list({when.at: when for when in reversed(moments)}.values())[::-1]
    if len(distinct) != 2:  # noqa: PLR2004 - a frame has two sides
        return None
    first, last = distinct
    before = text[max(0, first.start - BEFORE) : first.start]
    between = text[first.end : last.start]
    if len(between) > BETWEEN:
        return None
    joined = JOIN.fullmatch(between) and OPEN.search(before)
    labelled = LAST.search(between) and FIRST.search(before)
    return framed_event(text, first, last, clock) if joined or labelled else None


def framed_event(
    text: str, first: StatedTime, last: StatedTime, clock: TimeContext
) -> StatedTime | None:
    """The middle of two times; a zone that one of them states is the other's too."""
    first, last = _zoned(text, first, last, clock), _zoned(text, last, first, clock)
    away = last.at - first.at
    if not timedelta() <= away <= WIDEST:
        return None
    half = timedelta(seconds=int(away.total_seconds()) // 2)
    exact = (away - half).total_seconds() + max(first.exact, last.exact)
    zoned = first.zoned and last.zoned
    return StatedTime(first.at + half, exact, first.start, last.end, zoned=zoned, dated=True)


def _zoned(text: str, when: StatedTime, other: StatedTime, clock: TimeContext) -> StatedTime:
    """A time read in the zone that the other one states, where it states none itself."""
    tail = TAIL.search(text[other.start : other.end]) if other.zoned and not when.zoned else None
    if tail is None or read_zone(tail[0]) is None:
        return when
    zoned = replace(clock, stated=StatedZone((tail[0].strip(),)))
    again = find_times(text[when.start : when.end], zoned)
    if len(again) != 1:
        return when
    return again[0]._replace(start=when.start, end=when.end)
