"""The fixed words of the pages, by language; a key is missing in none of them.

    en, nb                the pages outside: customer, reporter, sign-in
    report_en, report_nb  the form for a notice
    desk_en, desk_nb      the console's pages that say `{% word key %}`: customers, statistics, …
    people_en, people_nb  its pages of people, sessions, absences
    search_en, search_nb  its search and commands
    grant_en, grant_nb    its grants and thresholds

Most of the console's templates say `{% t "Take it" %}` instead: `app/pages/bokmal.json` has the
Bokmål of that. Measures, kinds and states are named by `app/pages/labels.py`.
"""

from aupkeep.model.counted import countable
from aupkeep.web.words.desk_en import WORDS as DESK_EN
from aupkeep.web.words.desk_nb import WORDS as DESK_NB
from aupkeep.web.words.en import WORDS as EN
from aupkeep.web.words.grant_en import WORDS as GRANT_EN
from aupkeep.web.words.grant_nb import WORDS as GRANT_NB
from aupkeep.web.words.nb import WORDS as NB
from aupkeep.web.words.people_en import WORDS as PEOPLE_EN
from aupkeep.web.words.people_nb import WORDS as PEOPLE_NB
from aupkeep.web.words.report_en import WORDS as REPORT_EN
from aupkeep.web.words.report_nb import WORDS as REPORT_NB
from aupkeep.web.words.search_en import WORDS as SEARCH_EN
from aupkeep.web.words.search_nb import WORDS as SEARCH_NB

CATALOGUES: dict[str, dict[str, str]] = {
    "en": EN | REPORT_EN | DESK_EN | SEARCH_EN | GRANT_EN | PEOPLE_EN,
    "nb": NB | REPORT_NB | DESK_NB | SEARCH_NB | GRANT_NB | PEOPLE_NB,
}
NAMES = {"en": "Read in English", "nb": "Les på norsk"}


def say(language: str, key: str, **values: object) -> str:
    """The words for `key`, English where the language is not ours. Raises KeyError for no such key.

    A number brings its noun, `{count:customer|customers}` (`model.counted`).

    >>> say("nb", "answer.send")
    'Send svaret'
    """
    return CATALOGUES.get(language, CATALOGUES["en"])[key].format(**countable(values))


def preferred(header: str) -> str:
    """The first of our languages in an Accept-Language header; all Norwegian reads as Bokmål.

    >>> preferred("no,en;q=0.5"), preferred("de")
    ('nb', 'en')
    """
    for piece in header.split(",")[:20]:
        code = piece.split(";")[0].strip().lower().split("-")[0]
        if code in ("nb", "nn", "no"):
            return "nb"
        if code in CATALOGUES:
            return code
    return "en"
