"""Hides in free text what only a report's sender or a victim could be known by.

A person of the desk writes reasons with the report before them. Hidden in them is (invariant 10):

* a word that the reports have too, that is no ordinary word and not the accused's own: a user, a
  host, a name, a ticket; with all that it is written together with (`host.lan.example`);
* a value that they have word for word, with digits, dots or signs inside: an id, a path, a host,
  also below a domain that they have;
* a number of seven digits or more that they have, however it is spaced: a telephone number.

Times and dates are never hidden. Each hidden character becomes one `█`, as in `redact`.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from aupkeep.evidence.redact import MASK

TOKEN = re.compile(r"[^\s,;()\[\]{}<>\"'“”«»`]+")
WORD = re.compile(r"\w+")
DOTTED = re.compile(r"[\w-]+(?:\.[\w-]+)+")
NUMBER = re.compile(r"\+?\d[\d ()./-]{5,}\d")
MOMENT = re.compile(
    r"(?<![\w.:-])(?:\d{4}-\d\d-\d\d(?:t[\d:.]+z?)?|\d{1,2}:\d\d(?::\d\d)?z?)(?![\w:-])",
    re.IGNORECASE,
)
VALUE_SIGNS = frozenset("0123456789@_/=\\:+")
SHORTEST_WORD = 3
SHORTEST_NUMBER = 4  # a shorter one is a count
SHORTEST_VALUE = 6
SHORTEST_PHONE = 7  # digits


def hide_foreign(
    text: str, *, sent: Iterable[str], own: Iterable[str], ordinary: Collection[str]
) -> str:
    """The text with what only the reports `sent` hold hidden, of the same length.

    `own` is what the accused reads anyway; `ordinary` are words of the language, folded.

    >>> hide_foreign("Frode on pelicanbox saw 40 tries at 10:30.", own=["vm-4"],
    ...              sent=["10:30 pelicanbox sshd: 40 tries, says Frode"],
    ...              ordinary={"saw", "tries", "says"})
    '█████ on ██████████ saw 40 tries at 10:30.'
    """
    report, mine = "\n".join(sent).casefold(), "\n".join(own).casefold()
    known = frozenset(WORD.findall(mine))
    hidden = bytearray(len(text))
    for match in TOKEN.finditer(text):
        token = match[0].rstrip(".:!?").casefold()
        if MOMENT.fullmatch(token) or not token:
            continue
        words = [word for word in WORD.findall(token) if word not in known]
        if any(_foreign(word, report, ordinary) for word in words) or _value(token, report, mine):
            end = match.start() + len(match[0].rstrip(".:!?"))
            hidden[match.start() : end] = b"\1" * (end - match.start())
    for start, end in _numbers(text, report, mine):
        hidden[start:end] = b"\1" * (end - start)
    return "".join(
        MASK if hidden[place] and not letter.isspace() else letter
        for place, letter in enumerate(text)
    )


def _foreign(word: str, report: str, ordinary: Collection[str]) -> bool:
    """Whether a word is no ordinary one and stands in the reports."""
    shortest = SHORTEST_NUMBER if word.isdigit() else SHORTEST_WORD
    if len(word) < shortest or word in ordinary:
        return False
    if word.endswith("s") and len(word) > SHORTEST_WORD and _foreign(word[:-1], report, ordinary):
        return True  # the genitive of a name, written without a sign in Norwegian
    code = len(word) >= SHORTEST_VALUE and any(letter.isdigit() for letter in word)
    return word in report if code else _holds(report, word)


def _value(token: str, report: str, mine: str) -> bool:
    """Whether it is written with digits, dots or signs, and just so in the reports alone.

    Of a host in it every domain above counts too: plain words make a name.
    """
    odd = [] if VALUE_SIGNS.isdisjoint(token) else [token]
    for name in DOTTED.findall(token):
        labels = name.split(".")
        odd += [".".join(labels[start:]) for start in range(len(labels) - 1)]
    return any(
        len(value) >= SHORTEST_VALUE and _holds(report, value) and not _holds(mine, value)
        for value in odd
    )


def _holds(text: str, wanted: str) -> bool:
    """Whether it stands in a text, not as a part of a longer word.

    >>> _holds("larsson_pc01 tck7719203", "larsson"), _holds("larssons", "larsson")
    (True, False)
    """
    beside = r"\d" if wanted.isdigit() else r"[^\W\d_]" if wanted.isalpha() else r"\w"
    return bool(re.search(rf"(?<!{beside}){re.escape(wanted)}(?!{beside})", text))


def _numbers(text: str, report: str, mine: str) -> Iterator[tuple[int, int]]:
    """Where long numbers of the reports stand, however they are spaced."""
    plain = MOMENT.sub(lambda moment: "x" * len(moment[0]), text)
    phones = [match for match in NUMBER.finditer(plain) if len(_digits(match[0])) >= SHORTEST_PHONE]
    if not phones:
        return
    theirs, known = ({_digits(x) for x in NUMBER.findall(place)} for place in (report, mine))
    for match in phones:
        digits = _digits(match[0])
        if digits not in known and any(digits in number for number in theirs):
            yield match.span()


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
