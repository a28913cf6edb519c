"""How times are written: one pattern for each form, in the languages of the desk's reporters.

Sources: RFC 3339, RFC 5322 section 3.3, syslog (RFC 3164 section 4.1.2), ctime, the logs of Apache,
nginx, Snort (fast.log, month first), FortiGate (`date=… time=…`) and Half-Life (`L month/day/…`),
and the forms of prose: day before month, month before day, the clock before the day.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from aupkeep.intake.zones import NAMES, SIGNS

# full names and abbreviations, in Polish the genitive
_NAMES = (
    "january jan januar januari janvier janv enero ene gennaio gen stycznia janeiro jänner",
    "february feb februar februari février févr fevrier febrero febbraio lutego fevereiro fev",
    "march mar mars märz mär maerz mrz maart mrt marts marzo marca março m\ufffdrz",
    "april apr avril avr abril abr aprile kwietnia",
    "may mai mei maj maggio mag mayo maja maio",
    "june jun juni juin junio giugno giu czerwca junho",
    "july jul juli juillet juil julio luglio lug lipca julho",
    "august aug august augustus augusti août aout agosto ago sierpnia",
    "september sep sept septembre septiembre settembre set września setembro",
    "october oct oktober okt octobre octubre ottobre ott października outubro out",
    "november nov novembre noviembre novembro listopada",
    "december dec dezember dez desember des décembre déc diciembre dic dicembre grudnia dezembro",
)
MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_MONTH = (
    "(?:"
    + "|".join(
        written
        for name in sorted(MONTHS, key=len, reverse=True)
        for written in (name.capitalize(), name, name.upper())
    )
    + ")"
)
STEMS = frozenset(name[:3] for name in MONTHS)
_LETTER = "A-Za-zÀ-ÖØ-öø-ž"
_M = rf"({_MONTH})(?![{_LETTER}])\.?"
_CLOCK = r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?"
# people also write 14h05, 14 h 05 and 14.05
_HOUR = r"(\d{1,2}) ?[:hH.] ?(\d\d)(?:[:.m](\d\d)s?(?:(?<=:\d\d)[.,]\d{1,9})?)?(?![\d:]|\.\d)"
# before noon or after, or "o'clock" before a zone
_NOON = r"(?:\s?([AaPp])\.?[Mm]\b\.?|\s(?:Uhr|uur|hrs|heures)(?= [A-Z+(-]))?"
_ZONE = (
    rf"(?:\s{{0,2}}[\[(]?((?:{NAMES}|Z)(?![A-Za-z])(?:\s?[{SIGNS}]\d{{1,2}}(?::?\d\d)?(?!\d|[:.-]\d))?|"
    rf"[{SIGNS}]\d\d:?\d\d(?!\d)|[{SIGNS}]\d\d(?!\d|[:.-]\d)))?"
)
_B = r"(?<![\w.:/-])"
_YEAR = r"((?:19|20)\d\d)"
_WORD = (
    r"(?:at|um|gegen|à|a las|om|omstreeks|rond|kl\.?|klokka|klokken|klockan|alle ore|alle|ore|às|"
    r"as|o godz\.|o godzinie|o|vers|ca\.)"
)
_AT = rf"(?:[ :,-]{{1,3}}|,? {_WORD} )"
_ON = r"(?: (?:Uhr|uur|hrs|heures))?(?:,? (?:on|am|den|le|op|el|il|em|w dniu|dnia|på) |, )"
_DAY = r"(\d\d?)(?:st|nd|rd|th|er|º|\.)?"
_OF = r"[ /.-]{1,2}(?:(?:de|of) )?"
LETTERS = {  # these need a month's name
    "dmony": rf"{_B}{_DAY}{_OF}{_M}[ ,/.-]{{1,2}}(?:(?:de|del) )?{_YEAR}{_AT}{_HOUR}{_NOON}{_ZONE}",
    "ctime": rf"{_B}{_M}\s{{1,2}}(\d\d?)\s{_CLOCK}\s"
    rf"(?:({NAMES}|[+-]\d{{4}})\s)?{_YEAR}(?![\d:]){_ZONE}",
    "mondy": rf"{_B}{_M}\s{{1,2}}(\d\d?)(?:st|nd|rd|th)?,?\s{_YEAR}"
    rf"(?:,?\s(?:at\s)?|,){_CLOCK}{_NOON}{_ZONE}",
    "monyd": rf"{_B}{_M}/(\d\d)/{_YEAR}\s{_CLOCK}",
    "mondd": rf"{_B}{_M}-(\d\d)-(\d\d)\s{_CLOCK}",
    "syslog": rf"{_B}{_M}\s{{1,2}}(\d\d?)\s(\d\d):(\d\d):(\d\d)(?!\d)(?:[.,]\d{{1,9}})?{_ZONE}",
    "dmon": rf"{_B}{_DAY}{_OF}{_M},? {_WORD} {_HOUR}{_NOON}{_ZONE}",
    "cdmony": rf"{_B}{_HOUR}{_NOON}{_ZONE}[\])]?{_ON}{_DAY}{_OF}{_M}"
    rf"[ ,]{{1,2}}(?:de )?{_YEAR}(?!\d)",
    "cmondy": rf"{_B}{_HOUR}{_NOON}{_ZONE}[\])]?{_ON}{_M} (\d\d?)(?:st|nd|rd|th)?,? {_YEAR}(?!\d)",
}
FIGURES = {
    "ymd": rf"{_B}{_YEAR}([-/.:])(\d\d?)\2(\d\d?)(?:[Tt _,;|\t:-]{{1,3}}|\] |,? {_WORD} )"
    rf"{_CLOCK}{_NOON}{_ZONE}",
    "dmy": rf"{_B}(\d\d?)([./-])(\d\d?)\2{_YEAR}(?:[ ,;|\tT:-]{{1,3}}|,? {_WORD} )"
    rf"{_HOUR}{_NOON}{_ZONE}",
    "dmyy": rf"{_B}(\d\d?)(\.)(\d\d?)\.(\d\d)(?:,? {_WORD} |,? ){_HOUR}{_NOON}{_ZONE}",
    "cdmy": rf"{_B}{_HOUR}{_NOON}{_ZONE}[\])]?{_ON}(\d\d?)([./-])(\d\d?)\7{_YEAR}(?!\d)",
    "cymd": rf"{_B}{_HOUR}{_NOON}{_ZONE}[\])]?{_ON}{_YEAR}-(\d\d)-(\d\d)(?![\dT])",
    "snort": rf"{_B}(\d\d)/(\d\d)(?:/((?:20)?\d\d))?-(\d\d):(\d\d):(\d\d)\.\d{{6}}",
    "hlds": rf"(?<![\w.])L (\d\d)/(\d\d)/{_YEAR} - (\d\d):(\d\d):(\d\d)",
    "forti": rf"{_B}date=[\"']?{_YEAR}-(\d\d)-(\d\d)[\"']?[, ]time=[\"']?(\d\d):(\d\d):(\d\d)",
    "compact": rf"{_B}{_YEAR}(\d\d)(\d\d)[T _-]?(\d\d):?(\d\d):?(\d\d)(?!\d){_ZONE}",
    "short": rf"{_B}(\d\d)(\d\d)(\d\d)\s{{1,2}}(\d\d?):(\d\d):(\d\d)(?!\d)",
    "tai": r"(?<![\w.])@([0-9a-f]{16})[0-9a-f]{8}(?![\w])",
    "epoch": r"(?<![\w./-])(?<![^\"]:)(1[0-9]\d{8})"
    r"(?:\.\d{1,6}|(?<=[\":=]\d{10})\d{3})?(?![\w-])(?!\.\d)",
}

FORMS = (*LETTERS, *FIGURES)


class Groups(NamedTuple):
    """Which group of a pattern states what; 0 where the form states none of it."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    zone: int = 0
    half: int = 0  # before noon or after
    sign: int = 0  # what parts day and month, where their order is open
    other_zone: int = 0


_TABLE = """\
ymd 1 3 4 5 6 7 9 8
dmony 3 2 1 4 5 6 8 7
ctime 7 1 2 3 4 5 6 0 0 8
mondy 3 1 2 4 5 6 8 7
monyd 3 1 2 4 5 6
mondd 3 1 2 4 5 6
syslog 0 1 2 3 4 5 6
dmon 0 2 1 3 4 5 7 6
cdmony 8 7 6 1 2 3 5 4
cmondy 8 6 7 1 2 3 5 4
dmy 4 3 1 5 6 7 9 8 2
dmyy 4 3 1 5 6 7 9 8 2
cdmy 9 8 6 1 2 3 5 4 7
cymd 6 7 8 1 2 3 5 4
snort 3 1 2 4 5 6
hlds 3 1 2 4 5 6
forti 1 2 3 4 5 6
compact 1 2 3 4 5 6 7
short 1 2 3 4 5 6"""
GROUPS = {
    name: Groups(*map(int, numbers))
    for name, *numbers in (row.split() for row in _TABLE.split("\n"))
}


class _Patterns(dict[str, re.Pattern[str]]):
    """A pattern for each form, compiled when it is first asked for: most processes ask for none."""

    def __init__(self, change: Callable[[str], str] = str) -> None:
        super().__init__()
        self._change = change

    def __missing__(self, name: str) -> re.Pattern[str]:
        body = LETTERS.get(name) or FIGURES[name]
        self[name] = re.compile(self._change(body), re.ASCII)
        return self[name]


def _shape(body: str) -> str:
    """The same with every figure written 0: whether a form can stand in a line at all."""
    return (
        body.replace("(?:19|20)\\d\\d", "\\d{4}")
        .replace("1[0-9]\\d{8}", "\\d{10}")
        .replace("(?:20)?", "(?:00)?")
    )


COMPILED = _Patterns()
SHAPES = _Patterns(_shape)
CLOCKED = re.compile(r"\d[:hH. ]{1,3}\d\d|\d{6}", re.ASCII)  # no time is without this


_STEM = "|".join(case(stem) for stem in sorted(STEMS) for case in (str, str.capitalize, str.upper))
# what a day beside the name of a month begins with, either way round
_MONTHED = re.compile(
    rf"{_B}(?:{_STEM})[{_LETTER}\ufffd]{{0,9}}\.?[\s/-]{{1,2}}\d|"
    rf"\d(?:st|nd|rd|th|er|º|\.)?{_OF}(?:{_STEM})",
    re.ASCII,
)
# a year, a run of figures, or a day in figures without a century: it begins with a figure
_FIGURED = re.compile(
    r"[0-9](?:(?<=1)9\d\d|(?<=2)0\d\d|\d{5}|"
    r"(?<![\w.:/-]\d)(?:\d?\.\d\d?\.\d\d[ ,]|\d/\d\d[/-]))",
    re.ASCII,
)


def formats_in(text: str) -> tuple[str, ...]:
    """The forms of which one may stand in a text: looking for their marks is cheaper than they."""
    if CLOCKED.search(text) is None:
        return ()
    month = any(map(text.lower().__contains__, STEMS)) and _MONTHED.search(text) is not None
    figured = _FIGURED.search(text) is not None
    return (*(LETTERS if month else ()), *(FIGURES if figured else ()))


# how a log's line begins
STAMP = re.compile(
    r"[>\s\[(<\"']{0,6}(?:L )?(?:<?\d{1,3}>)?(?:"
    rf"(?:[A-Z][a-z]{{2}}[ ,]{{1,2}})?{_MONTH}[ -]{{1,2}}\d{{1,2}}[ -](?:\d{{2,4}} )?"
    rf"\d\d:\d\d:\d\d|\d{{1,2}}[ /-]{_MONTH}[ /-]\d{{4}}[ :]{{1,2}}\d\d:\d\d:\d\d|"
    r"\d{2,4}([-/.:])\d\d\1\d{1,4}[T @_\]-]{1,3}\d\d?:\d\d:\d\d|@[0-9a-f]{24} )"
)
