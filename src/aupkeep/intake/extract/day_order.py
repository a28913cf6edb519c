"""How a mail writes its days: day first or month first, by its days and by its language."""

import re

from aupkeep.intake.extract.match_kinds import vocabulary

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
