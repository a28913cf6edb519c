"""The console's English in Bokmål: a catalogue whose keys are the English words themselves.

A template says `{% t "Take it" %}`; in Bokmål that is what `bokmal.json` has under these words.
What tells two meanings of one English word apart stands behind a bar: `of|customer`.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from aupkeep.app.pages.labels import NB_TITLES, TITLES
from aupkeep.notify.kind_names import NAMES


def in_language(text: str, language: str) -> str | None:
    """The words for this English text, None where the language has none.

    A text that only begins with another letter, large or small, is the same text.

    >>> in_language("Take it", "nb"), in_language("take it", "nb"), in_language("Take it", "en")
    ('Ta den', 'ta den', 'Take it')
    """
    if language != "nb":
        return text.partition("|")[0]
    words = catalogue()
    if text in words:
        return words[text]
    upper, lower = text[:1].upper() + text[1:], text[:1].lower() + text[1:]
    if text == lower and upper in words:
        return words[upper][:1].lower() + words[upper][1:]
    if text == upper and lower in words:
        return words[lower][:1].upper() + words[lower][1:]
    return None


def words_in(text: str, language: str) -> str:
    """The words for this English text, and the text itself where the language has none."""
    return in_language(text, language) or text


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, str]:
    """English to Bokmål: the words of the pages, and the names of measures and kinds."""
    text = (files("aupkeep") / "app" / "pages" / "bokmal.json").read_text("utf-8")
    measures = {title: NB_TITLES[measure] for measure, title in TITLES.items()}
    pages: dict[str, str] = json.loads(text)
    return dict(NAMES.values()) | measures | pages
