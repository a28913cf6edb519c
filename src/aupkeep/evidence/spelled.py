"""Words that somebody typed, made plain, and names in them hidden however they are spelled out."""

import re
import unicodedata
from collections.abc import Iterable

from aupkeep.evidence.redact import MASK

UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
DOTS = re.compile(r"\s?[\[({]\s?(?:\.|dot|punktum)\s?[\])}]\s?", re.IGNORECASE)
SHORTEST = 4  # letters and digits of a name that is sought with anything between them
BETWEEN = r"[\W_]{0,3}"


def plain(text: str) -> str:
    """The text without characters that nobody sees, accents composed, defanged dots as dots.

    >>> plain("198[.]51[.]100[.]7, A\u030asgard")
    '198.51.100.7, Åsgard'
    """
    return DOTS.sub(".", UNSEEN.sub("", unicodedata.normalize("NFC", text)))


def hide_spelled(text: str, names: Iterable[str]) -> str:
    """The text with each name hidden, in any case and with up to three signs between its letters.

    Names of fewer than four letters and digits are left to `redact`.

    >>> hide_spelled("case yd39 R6YV, al-der", ["YD39-R6YV", "alder"])
    'case █████████, ██████'
    """
    for name in sorted(set(names), key=len, reverse=True):
        letters = [sign for sign in plain(name) if sign.isalnum()]
        if len(letters) >= SHORTEST:
            spelled = BETWEEN.join(map(re.escape, letters))
            pattern = re.compile(rf"(?<![^\W_]){spelled}(?![^\W_])", re.IGNORECASE)
            text = pattern.sub(lambda match: MASK * len(match[0]), text)
    return text


def parts_of(name: str, ordinary: Iterable[str] = ()) -> set[str]:
    """The parts of a name that lead to it alone: not words that anybody writes.

    >>> sorted(parts_of("Bjørk Drift AS", ["drift"]))
    ['Bjørk']
    """
    known = set(ordinary)
    parts = re.findall(r"[^\W_]+", plain(name))
    return {part for part in parts if len(part) >= SHORTEST and part.lower() not in known}
