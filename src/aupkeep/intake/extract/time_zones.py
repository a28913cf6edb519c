"""Named time zones with the one offset each name has in abuse mail, in hours from UTC.

Names that mean different offsets on different continents (CST, IST, BST, AST, ECT …) are taken
only where one reading rules in mail from Europe and North America; the rest are left out: an
unknown zone is no zone, and the uncertainty is stated instead.
"""

import re
from datetime import timedelta
from functools import lru_cache

from aupkeep.intake.extract.match_kinds import vocabulary

HOURS = {
    "Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 1, "CET": 1, "MEZ": 1, "MET": 1,
    "CEST": 2, "MESZ": 2, "MEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10, "JST": 9, "KST": 9, "SGT": 8, "HKT": 8,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip  # RFC 5322 section 4.3 gives the American ones
NAMES = "|".join(sorted(HOURS, key=len, reverse=True))
NUMERIC = r"[+-]\d{2}:?\d{2}|[+-]\d:\d\d|[+-]\d{1,2}(?!\d|[:.]\d)"
ZONE = re.compile(rf"(?:({NAMES})(?![A-Za-z]))?\s?({NUMERIC})?", re.ASCII)
STATED = re.compile(
    r"(?u:\b)(?:time ?zone|zeitzone|tijdzone|tidssone|fuseau horaire|heure|hora|timestamps?|times?|"
    r"dates?|ortszeit|logs?|zeit(?:en|angaben|stempel)?|tijden|heures|tider|tidspunkter)"
    r"(?: [a-z]{1,9}){0,3}[ :=(,]{1,3}"
    rf"((?:{NAMES})(?![A-Za-z])\s?(?:{NUMERIC})?|{NUMERIC})",
    re.ASCII | re.IGNORECASE,
)
STATERS = frozenset(
    {"time", "timezone", "zeitzone", "tijdzone", "tidssone", "fuseau", "heure", "hora",
     "timestamp", "timestamps", "ortszeit", "times", "date", "dates", "log", "logs", "zeit",
     "zeiten", "zeitangaben", "zeitstempel", "tijden", "heures", "tider", "tidspunkter"}
)  # fmt: skip  # the words that STATED may begin with
FARTHEST = 14 * 60  # minutes; no inhabited place is farther from UTC


@lru_cache(maxsize=256)
def read_zone(text: str) -> timedelta | None:
    """The offset from UTC that `+02:00`, `+0200`, `+2`, `CEST` or `UTC+2` states, or None.

    >>> read_zone("UTC+2")
    datetime.timedelta(seconds=7200)
    """
    match = ZONE.fullmatch(text.strip().upper())
    if match is None or not (match[1] or match[2]):
        return None
    named, number = match[1], match[2]
    if number is None:
        return timedelta(hours=HOURS[named])
    digits = number[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)  # noqa: PLR2004 - HHMM against HH
    total = hours * 60 + minutes
    if total > FARTHEST or minutes > 59:  # noqa: PLR2004 - minutes of an hour
        return None
    return timedelta(minutes=-total if number[0] == "-" else total)


def stated_zone(text: str) -> timedelta | None:
    """The zone a mail states for all its times ("All times are UTC").

    None where it states none or contradicts itself.
    """
    if STATERS.isdisjoint(vocabulary(text)):
        return None
    zones = {read_zone(match[1]) for match in STATED.finditer(text)}
    return zones.pop() if len(zones) == 1 else None


# a day written with strokes: which of its numbers is the month depends on who writes
STROKED = re.compile(r"([0-9](?<![\w./-][0-9])\d?)([/-])(\d\d?)\2(?:19|20)\d\d(?!\d)", re.ASCII)
_DAY_FIRST = (
    "nous,vous,avons,votre,les,une,pour,est,wij,het,een,zijn,onze,niet,voor,naar,vi,har,ikke,fra,"
    "til,deres,dykkar,frå,att,och,från,inte,hemos,desde,los,nuestro,para,abbiamo,nostro,della,"
    "sono,nosso,temos,uma,não,wir,haben,und,wurde,nicht,nasz,jest,przez"
)
_ENGLISH = "the,and,from,your,our,have,this,that,please,with,was"
DAY_FIRST, ENGLISH = frozenset(_DAY_FIRST.split(",")), frozenset(_ENGLISH.split(","))
MONTHS_A_YEAR, SURE = 12, 3  # words of a language that tell it


def day_order(text: str) -> str:
    """How a mail writes its days: `dmy`, `mdy`, or empty where nothing says so.

    By those of its days that read one way only, else by its language; English is written both ways.

    >>> day_order("25/02/2026 and 01/03/2026"), day_order("nous avons votre les 01/03/2026")
    ('dmy', 'dmy')
    """
    days = [(int(match[1]), int(match[3])) for match in STROKED.finditer(text)]
    first = any(first_number > MONTHS_A_YEAR for first_number, _ in days)
    second = any(other > MONTHS_A_YEAR for _, other in days)
    if first != second:
        return "dmy" if first else "mdy"
    words = vocabulary(text) if days else frozenset[str]()
    foreign, english = len(words & DAY_FIRST), len(words & ENGLISH)
    return "dmy" if foreign >= SURE and foreign > english and not first else ""
