"""The console's English in Bokmål: a catalogue whose keys are the English words themselves.

A template says `{% t "Take it" %}`; in Bokmål that is what `bokmal.json` has under these words.
What tells two meanings of one English word apart stands behind a bar: `of|customer`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from aupkeep.app.pages.labels import NB_TITLES, TITLES
from aupkeep.notify.kind_names import NAMES
from aupkeep.notify.measurements import Language, format_number, format_quantity
from aupkeep.notify.reason_words import STATES
from aupkeep.probes.registry import known_probes

VALUE = "((?:(?!; ).)+?)"  # never past the end of a sentence
FIRST = "((?:(?!; |: ).)+?)"  # nor, where the sentence begins with it, past what leads to it
COUNT = re.compile(r"\d{1,3}(?:,\d{3})+")


def in_language(text: str, language: str) -> str | None:
    r"""The words for this English text, None where the language has none.

    An entry with `{}` holds whatever stands there, a count with its thousands apart as the language
    has it. Of `one, another` each part may be known by itself. A text that only begins with another
    letter, large or small, is the same text.

    >>> in_language("Take it", "nb"), in_language("take it", "nb"), in_language("Take it", "en")
    ('Ta den', 'ta den', 'Take it')
    >>> in_language("1 packet in 1,000", "nb")
    '1 av 1\xa0000 pakker'
    """
    if language != "nb":
        return text.partition("|")[0]
    if COUNT.fullmatch(text):
        return number_in(int(text.replace(",", "")), language)
    if known_words := _known(text):
        return known_words
    for known, put in patterns():
        if match := known.fullmatch(text):
            return put.format(*(words_in(value, language) for value in match.groups()))
    parts = [in_language(part, language) for part in text.split(", ")] if ", " in text else [None]
    return None if None in parts else ", ".join(filter(None, parts))


def words_in(text: str, language: str) -> str:
    """The words for this English text, and the text itself where the language has none.

    Of `known: anything` the part before the colon is in the language all the same.

    >>> words_in("Who reported it: soc@cert.example", "nb")
    'Hvem som meldte det: soc@cert.example'
    """
    head, colon, rest = text.partition(": ")
    known = in_language(text, language)
    if known is None and colon and (first := in_language(head, language)):
        return f"{first}: {words_in(rest, language)}"
    return known or text


def number_in(value: float, language: str) -> str:
    """A number for the eye: its thousands apart, whole from ten on, one place below.

    >>> number_in(1003.4, "en"), number_in(3.14159, "nb")
    ('1,003', '3,1')
    """
    known: Language = "nb" if language == "nb" else "en"
    return format_number(value, known).replace(" ", "\N{NO-BREAK SPACE}")


def quantity_in(value: float, unit: str, language: str) -> str:
    """A quantity with its unit, by thousands (SI).

    >>> quantity_in(1_234_000, "bit/s", "en"), quantity_in(2.5e12, "B", "nb")
    ('1.2 Mbit/s', '2,5 TB')
    """
    return format_quantity(value, unit, "nb" if language == "nb" else "en")


def _known(text: str) -> str | None:
    """What the catalogue has for it, or for the same with another first letter, large or small."""
    words, other = catalogue(), _flipped(text)
    return words.get(text) or (_flipped(words[other]) if other in words else None)


@lru_cache(maxsize=1)
def patterns() -> Sequence[tuple[re.Pattern[str], str]]:
    """The sentences with values in them; what has the most letters of its own comes first."""
    known = {text: words for text, words in catalogue().items() if "{}" in text}
    either = {_flipped(text): _flipped(words) for text, words in known.items() if text[0].isalpha()}
    known = either | known
    longest = sorted(known, key=lambda text: len(text.replace("{}", "")), reverse=True)
    return [(re.compile(_pattern(x)), known[x]) for x in longest]


def _pattern(text: str) -> str:
    """The text with its values open."""
    known = re.escape(text)
    if text.startswith("{}"):
        known = known.replace(r"\{\}", FIRST, 1)
    return known.replace(r"\{\}", VALUE)


def _flipped(text: str) -> str:
    """The text with its first letter large instead of small, or small instead of large."""
    return text[:1].swapcase() + text[1:]


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, str]:
    """English to Bokmål: the words of the pages, of probes, and the names of measures and kinds."""
    text = (files("aupkeep") / "app" / "pages" / "bokmal.json").read_text("utf-8")
    measures = {title: NB_TITLES[measure] for measure, title in TITLES.items()}
    pages: dict[str, str] = json.loads(text)
    probes = {text: words for it in known_probes().values() for text, words in it.bokmal.items()}
    return probes | dict(NAMES.values()) | dict(STATES.values()) | measures | pages
