"""Whether a question is pressing: the words that say so, and the day it names. Pure.

It orders a queue and decides nothing, so a word too many costs a look. Quoted and signed lines are
read like the rest. A day without a year is the next one of that date; the soonest to come counts.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from aupkeep.intake.extract.time_formats import MONTHS

LOOKED_AT = 20_000  # characters of a question
AHEAD = timedelta(days=366)  # a day further away presses nobody
NOT = r"(?<!not )(?<!no )(?<!isn't )(?<!ikke )(?<!nicht )(?<!kein )(?<!inte )"
PRESSING = re.compile(
    NOT + r"\b(emergenc(?:y|ies)|urgent(?:ly)?|asap|as soon as possible|immediately|right away|"
    r"(?:is|are) down|outage|life[- ]threatening|haster|akutt?|nødsituasjon|nødstilfelle|kritisk|"
    r"straks|umiddelbart|snarest(?: mulig)?|livsviktig|er nede|brådskande|omgående|dringend|"
    r"notfall|sofort|so schnell wie möglich)\b(?! (?:ikke|not|nicht|inte)\b)",
    re.IGNORECASE,
)
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
ISO = re.compile(r"(?<![\d-])(20\d\d)-(\d\d)-(\d\d)(?!\d)")
FIGURES = re.compile(r"(?<![\d.])(\d\d?)[./](\d\d?)[./](20\d\d)(?!\d)")  # the day first
DAY_FIRST = re.compile(
    rf"(?<![\d.])(\d\d?)(?:st|nd|rd|th|\.)? (?:of )?({_MONTH})\b\.?,?(?: (20\d\d))?", re.IGNORECASE
)
MONTH_FIRST = re.compile(
    rf"\b({_MONTH})\.? (\d\d?)(?:st|nd|rd|th)?\b(?!:)(?:,? (20\d\d))?", re.IGNORECASE
)
RELATIVE = {"today": 0, "tonight": 0, "i dag": 0, "i kveld": 0, "heute": 0,
            "tomorrow": 1, "i morgen": 1, "morgen früh": 1}  # fmt: skip
SOON = re.compile(rf"\b({'|'.join(RELATIVE)})\b", re.IGNORECASE)
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday mandag montag måndag", "tuesday tirsdag dienstag tisdag",
         "wednesday onsdag mittwoch", "thursday torsdag donnerstag", "friday fredag freitag",
         "saturday lørdag samstag lördag", "sunday søndag sonntag söndag")
    )
    for name in names.split()
}  # fmt: skip
WEEKDAY = re.compile(
    r"\b(?:by|before|until|till|on|this|next|innen|før|til|på|bis|vor|am|senast)(?: (?:this|next))?"
    rf" ({'|'.join(WEEKDAYS)})\b",
    re.IGNORECASE,
)


class StatedUrgency(NamedTuple):
    """`words` are those that press, "" for none; `by` the day named, at its start in UTC."""

    words: str
    by: datetime | None


def stated_urgency(text: str, asked_at: datetime) -> StatedUrgency:
    """What a question says of its haste, by the day on which it was asked.

    >>> said = stated_urgency("May we by 5 April? Urgent!", datetime(2026, 4, 2, tzinfo=UTC))
    >>> said.words, said.by.isoformat()
    ('urgent', '2026-04-05T00:00:00+00:00')
    """
    said, asked = text[:LOOKED_AT], asked_at.date()
    pressing = PRESSING.search(said)
    named = (day for day in _days(said, asked) if asked <= day <= asked + AHEAD)
    first = min(named, default=None)
    return StatedUrgency(
        words=pressing[1].lower() if pressing else "",
        by=datetime.combine(first, time(), UTC) if first else None,
    )


def _days(text: str, asked: date) -> Iterator[date]:
    """Every day that the text names; what is no date names none."""
    for year, month, day in ISO.findall(text):
        yield from _dated(int(day), int(month), year, asked)
    for day, month, year in FIGURES.findall(text):
        yield from _dated(int(day), int(month), year, asked)
    for day, month, year in DAY_FIRST.findall(text):
        yield from _dated(int(day), MONTHS[month.lower()], year, asked)
    for month, day, year in MONTH_FIRST.findall(text):
        yield from _dated(int(day), MONTHS[month.lower()], year, asked)
    for word in SOON.findall(text):
        yield asked + timedelta(days=RELATIVE[word.lower()])
    for name in WEEKDAY.findall(text):
        yield asked + timedelta(days=(WEEKDAYS[name.lower()] - asked.weekday()) % 7)


def _dated(day: int, month: int, year: str, asked: date) -> Iterator[date]:
    """The day of this date; without a year the next one."""
    years = (int(year),) if year else (asked.year, asked.year + 1)
    for number in years:
        try:
            day_named = date(number, month, day)
        except ValueError:
            continue
        if day_named >= asked:
            yield day_named
            return
