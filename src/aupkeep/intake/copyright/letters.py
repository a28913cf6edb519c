"""Tells a copyright takedown notice from a counter-notice and a retraction, in prose.

What the law asks to stand in each is what tells them apart, not anybody's wording:

* a takedown (17 USC 512(c)(3)): the work, the material and where it is, a good-faith belief that
  its use is *not authorised* by the owner, that the claimant *owns or acts for* the exclusive
  right, under penalty of perjury;
* a counter-notice (17 USC 512(g)(3)): the material that was removed, a good-faith belief that this
  was *mistake or misidentification*, *consent to jurisdiction*, *acceptance of service*;
* a retraction has no form: somebody withdraws a notice, in a sentence of their own.

A form asks its questions in the text, so a question about forks or fair use is no statement. Words
that are quoted (`>`) are somebody else's.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from aupkeep.intake.copyright.words import (
    ABOUT,
    ADVICE,
    BEHIND,
    BELIEF,
    CONDITIONAL,
    COUNTER,
    DENIES,
    LIKELY,
    LIKELY_STEMS,
    LOST,
    OWN_NOTICE,
    RETRACTION,
    TAKEDOWN,
    Elements,
)

LOOKED_AT = 100_000  # characters in which the elements are looked for
HEAD = 500  # characters in which a retraction is believed although a sworn notice follows
OPENING = 1_500  # characters in which a retraction says what it is
URL = re.compile(r"https?://\S{1,2000}", re.IGNORECASE)
QUOTED = re.compile(r"^[ \t]{0,3}>[^\n]*$", re.MULTILINE)
PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "*": " ",
                       "_": " ", "\u2010": "-", "\u2011": "-", "\u2013": "-"})  # fmt: skip


class LetterKind(StrEnum):
    """What kind of letter it is."""

    TAKEDOWN = "takedown notice"
    COUNTER = "counter-notice"
    RETRACTION = "retraction"


class CopyrightLetter(NamedTuple):
    """The kind, and which of the law's elements were found: the reason a person reads."""

    notice: LetterKind
    elements: tuple[str, ...]

    @property
    def law(self) -> str:
        """The section whose elements these are."""
        return {
            LetterKind.TAKEDOWN: "17 USC 512(c)(3)",
            LetterKind.COUNTER: "17 USC 512(g)(3)",
            LetterKind.RETRACTION: "no form is asked for",
        }[self.notice]

    def __str__(self) -> str:
        """One line: what it is and what shows it."""
        return f"copyright {self.notice} ({self.law}): {', '.join(self.elements) or 'by its words'}"


FORMAL = ("use not authorised", "owner or agent of an exclusive right")
OWN = ("mistake or misidentification", "consent to jurisdiction", "acceptance of service",
       "calls itself a counter-notice", "disputes the notice")  # fmt: skip
ENOUGH = 3  # elements of a takedown notice


def classify(text: str, title: str = "") -> CopyrightLetter | None:
    """What the letter is, or None when it is no copyright notice.

    `text` is the sender's own words. Never raises; the time grows with the text.

    >>> classify("I retract the DMCA notice that I sent you on Monday.").notice.value
    'retraction'
    >>> classify("The mailing list was down for maintenance.") is None
    True
    """
    text = text[:LOOKED_AT]
    if not may_be_copyright(text) and not may_be_copyright(title):
        return None
    return _judge(text, title[:400])


def may_be_copyright(text: str) -> bool:
    """False where a text cannot be a copyright letter, told by single words."""
    low = text.lower()
    return any(map(low.__contains__, LIKELY_STEMS)) and LIKELY.search(text) is not None


@lru_cache(maxsize=2)  # asked by `recognises`, then by `parse`
def _judge(text: str, title: str) -> CopyrightLetter | None:
    words = _statements(text)
    belief = _matching_elements(BELIEF, words)
    claims = _matching_elements(TAKEDOWN, words)
    counters = tuple(
        name for name, pattern in COUNTER.items() if _is_stated(pattern, words, ADVICE)
    )
    sworn = all(name in claims for name in FORMAL) and bool(belief)
    lost = bool(LOST.search(words)) and not OWN_NOTICE.search(words)
    contests = _contests(counters, words, sworn=sworn, lost=lost, believed=bool(belief))
    withdrawn = () if contests else _withdrawn(words, title)
    if not (withdrawn or contests or lost or _accuses(claims, belief)):
        withdrawn = _restored(words)
    if withdrawn and (not sworn or _withdrawn(words[:HEAD], title)):
        return CopyrightLetter(LetterKind.RETRACTION, withdrawn)
    if contests:
        return CopyrightLetter(LetterKind.COUNTER, (*counters, *belief))
    if _accuses(claims, belief):
        return CopyrightLetter(LetterKind.TAKEDOWN, (*claims, *belief))
    return None


def _statements(text: str) -> str:
    """Lower-case words on one line, without quoted lines and marks of emphasis.

    The dots of a URL end no sentence.
    """
    plain = URL.sub("link", QUOTED.sub("", text)).translate(PLAIN)
    return " ".join(plain.lower().split())


def _matching_elements(elements: Elements, words: str) -> tuple[str, ...]:
    return tuple(name for name, pattern in elements.items() if pattern.search(words))


def _contests(
    counters: tuple[str, ...], words: str, *, sworn: bool, lost: bool, believed: bool
) -> bool:
    """Two of the elements that only a counter-notice has; or one, of somebody who was taken down.

    One alone is not enough beside the statements of a takedown, or of somebody who speaks of their
    own notice: it may then speak of another's. None is needed of somebody who says that their own
    was taken wrongly and asks for it back.
    """
    own = sum(name in OWN for name in counters)
    signs = {"asks for restoring", "what was removed"}.intersection(counters)
    if own > 1:
        return True
    if own == 1 and signs and not sworn and not OWN_NOTICE.search(words):
        return True
    if "calls itself a counter-notice" in counters and believed and not sworn:
        return True
    return lost and not sworn and "asks for restoring" in counters and bool(DENIES.search(words))


def _accuses(claims: tuple[str, ...], belief: tuple[str, ...]) -> bool:
    """Three elements, among them a work or a wrong done to it, and either a wish or an oath.

    Of a letter that calls itself one, the wish is enough.
    """
    wronged = {"infringing material", "use not authorised", "copyrighted work"}.intersection(claims)
    asks = "asks for removal" in claims or bool(belief)
    called = "calls itself a takedown notice" in claims
    return asks and (called or (bool(wronged) and len(claims) + len(belief) >= ENOUGH))


def _withdrawn(words: str, title: str) -> tuple[str, ...]:
    """Signs of a retraction, early in the text: withdrawing said outright, or two softer signs.

    The softer ones count in a letter that speaks of a right or names a page.
    """
    early = words[:OPENING]
    reasons = [name for name, pattern in RETRACTION.items() if _unconditional(pattern, early)]
    if _unconditional(RETRACTION["withdraws its notice"], title.lower()):
        reasons = list(dict.fromkeys(["withdraws its notice", *reasons]))
    outright = reasons[:1] in (["withdraws its notice"], ["asks to disregard its notice"])
    about = "link" in words or ABOUT.search(early)
    return tuple(reasons) if outright or (about and len(reasons) > 1) else ()


def _restored(words: str) -> tuple[str, ...]:
    """Who accuses nobody and asks that another's things come back takes a notice back.

    So does who speaks of a notice of their own that has no object any longer.
    """
    early = words[:OPENING]
    if not ABOUT.search(early):
        return ()
    wanted = ["asks for restoring", *(["no longer claims"] if OWN_NOTICE.search(early) else [])]
    return tuple(name for name in wanted if _unconditional(RETRACTION[name], early))


def _unconditional(pattern: re.Pattern[str], words: str) -> bool:
    """The sign stands in a sentence without an if, before it or behind."""
    return _is_stated(pattern, words, CONDITIONAL, BEHIND)


def _is_stated(
    pattern: re.Pattern[str],
    words: str,
    unless: re.Pattern[str],
    behind: re.Pattern[str] | None = None,
) -> bool:
    """True when a sentence has the sign, and not what takes it back."""
    for match in pattern.finditer(words):
        start = max(words.rfind(mark, 0, match.start()) for mark in ".!?") + 1
        if unless.search(words[start : match.end()]):
            continue
        if behind is None or not behind.match(words, match.end()):
            return True
    return False
