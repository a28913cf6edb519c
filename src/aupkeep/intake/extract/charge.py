"""Whether a letter reports: some sentence of it charges somebody or asks for an end, none turns it.

A line of a log shows that something happened, and not why it was sent. So the letter around it must
say so, in any words: it asks the reader to see to it ("could you have a look"), or tells of a deed
beside what is the reader's, an address, or what its writer saw. A letter that speaks at length and
does neither waits for a person, and so does one that also excuses itself, calls the matter over,
tells of an earlier letter, of leave, of a case that is only supposed, of who is innocent, or that
contests or sells. Nothing here must know in which words a letter accuses nobody.

A letter without sentences is what it shows. That costs a look at letters that report in words
nobody foresaw; the other way an innocent customer would be accused.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from aupkeep.intake.extract import charge_words as words
from aupkeep.intake.extract import further_languages as more
from aupkeep.intake.extract import turning_words as turns
from aupkeep.intake.extract.demand_words import DEMAND, NO, ORDER
from aupkeep.intake.extract.drill_words import PAIRS
from aupkeep.intake.extract.lifting_words import IDLE, WANTS_ANSWER, asks_to_lift
from aupkeep.intake.extract.match_kinds import mail_kind
from aupkeep.intake.extract.passing_words import APPLIES
from aupkeep.intake.extract.polarity import (
    claimed_text,
    clause_around,
    clauses,
    is_denied,
    spoken_sentences,
    unclaimed_spans,
)
from aupkeep.intake.extract.polarity_words import FINITE
from aupkeep.intake.extract.received_fields import above_mail
from aupkeep.intake.unclaimed import Unclaimed, first_reason

LOOKED_AT = 8_000  # characters of speech, first and last, in which a letter says what it is
MOST_TOLD = 200  # characters of a sentence that are told
ANSWER = re.compile(r"(?:\s*(?:re|aw|sv|antw|vs|odp)\s?(?:\[\d\])?:)+", re.IGNORECASE)
SPEECH, QUESTION = 5, 3  # words of a sentence that is no greeting, of one that asks
# of a table (wider are the gaps that blank words leave), a record on one line, JSON
ROW = re.compile(rf"\S(?:\t| {{2,12}})\S.*\S(?:\t| {{2,12}})\S|{PAIRS.pattern}|\"\w{{1,40}}\"\s?:")
# of an alert: "[Classification: …] [Priority: 2]", "TCP flags: [SYN: 512 packets]"
BRACKETS = re.compile(r"\s*(?:[\w ]{2,30}: )?\[[^\]\n]*\]")
OWN = re.compile(
    r"\W*(?:our|my|unser\w{0,2}|mein\w{0,2}|vår\w?|våre|min|mitt|vores|notre|nos|nuestr\w{1,2}"
    r"|onze|mijn)\b"
)
WORD = re.compile(r"[^\W\d_]{2,}")


class Disclaimer(NamedTuple):
    """Why a letter accuses nobody, or is not certain to, and the sentence that says so."""

    why: Unclaimed
    said: str


def uncharged(title: str, parts: Sequence[str]) -> Disclaimer | None:
    """Why a letter does not positively report; None where it does, or holds no sentences.

    >>> uncharged("Hello", ["Please stop your machine, it guesses our passwords."]) is None
    True
    >>> uncharged("Hello", ["This is the line that our new colleague wrote down."]).why.value
    'no sentence reports'
    """
    pairs = [pair for part in parts for pair in near_edges(_sentences(above_mail(part)))]
    speech = [sentence for sentence, said in pairs if len(WORD.findall(said)) >= SPEECH]
    said_title = title.lower()
    lower = [said for _, said in pairs]
    insists = any(map(_demands, lower))
    presses = any(_demands(WANTS_ANSWER.sub(" ; ", said)) for said in lower)
    edge = any(map(_insists, (said_title, *lower)))
    turned = (
        (why, _short(sentence))
        for sentence, said in [(title, said_title), *pairs]
        if (why := _turned(said, insists=insists or edge, presses=presses or edge))
    )
    if first := first_reason(turned):
        return Disclaimer(*first)
    if not speech or insists or _accuses(title, parts, edge=edge):
        return None
    return Disclaimer(Unclaimed.UNSURE, _short(speech[0]))


def demands(parts: Sequence[str]) -> bool:
    """Whether a letter asks the reader to see to it.

    >>> demands(["Kindly have somebody look into that."]), demands(["Kindly ignore this."])
    (True, False)
    """
    pairs = (pair for part in parts for pair in near_edges(spoken_sentences(part)))
    return any(_demands(said) for _, said in pairs)


def tells(title: str, parts: Sequence[str]) -> bool:
    """Whether the title calls a mail a complaint, or words of it tell of a deed.

    >>> tells("Abuse report", []), tells("", ["They attack us."]), tells("Our servers", ["A list."])
    (True, True, False)
    """
    named = words.COMPLAINT.search(title.lower()) or "abus" in title.lower()
    return bool(named) or any(_deed(part[:LOOKED_AT]) for part in parts)


def near_edges(sentences: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The sentences at the beginning and at the end of a letter, whatever log stands between."""
    every = list(sentences)
    ends = [*accumulate(len(sentence) for sentence, _ in every)]
    last = ends[-1] - LOOKED_AT if ends else 0
    return [
        pair
        for pair, end in zip(every, ends, strict=True)
        if end - len(pair[0]) < LOOKED_AT or end > last
    ]


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    """What is said, without rows of tables and records."""
    return (
        pair
        for pair in spoken_sentences(text)
        if not (ROW.search(pair[0]) or BRACKETS.match(pair[0]))
    )


def _short(sentence: str) -> str:
    return " ".join(sentence.split())[:MOST_TOLD]


def _demands(said: str) -> bool:
    """Whether a sentence asks the reader to see to it."""
    said = IDLE.sub(" ; ", said)
    return DEMAND.search(said) is not None or ORDER.search(said) is not None


def _insists(said: str) -> bool:
    """Whether a sentence says of a deed that it goes on, or that nobody asked for it."""
    match = words.ASSERTED.search(said)
    if match is None or words.CONDITION.search(said, 0, match.start()):
        return False
    return _deed(said)


def _turned(said: str, *, insists: bool, presses: bool) -> Unclaimed | None:
    """What a sentence does that a report does not.

    `insists`: the letter asks for an end, or `presses` for more than to be told of it.
    """
    if asks_to_lift(said):
        return Unclaimed.DENIED
    asks = said.rstrip(" \"')]*_").endswith("?") and not _demands(said)
    if asks:
        return None if insists or len(WORD.findall(said)) < QUESTION else Unclaimed.ASKED
    for family, why, yields in FAMILIES:
        match = family.search(said)
        pressed = presses if why is Unclaimed.ASKED else insists
        if match and not (yields and pressed) and not _taken_back(said, match.start(), why):
            return why
    return None


def _taken_back(said: str, at: int, why: Unclaimed) -> bool:
    """Whether a sentence denies the word it holds, sets a condition, or accuses beside it."""
    start, end = clause_around(said, at)
    if is_denied(said[start:], at - start):
        return True
    if why is Unclaimed.PERMITTED:  # "a test that was not agreed with anybody"
        joined = JOINED.search(said, at, end)
        bare = FINITE.search(said, start, end) is None and NOT_SO.match(said, end) is not None
        denied = NOT.search(said, start, joined.start() if joined else end) is not None
        bare = bare or BUT_NOT.match(said, end) is not None
        return bare or denied or _conditional(said, start, at)
    if _conditional(said, 0, at):
        return True
    if why is Unclaimed.DENIED:  # "our website has nothing to do with it"
        theirs = words.THEIRS.search(said, start, end) is not None
        beside = words.FROM_THEIRS.search(said, *((start, end) if theirs else ()))
        return beside is not None or OWN.match(said) is not None
    return why is Unclaimed.SUFFERED and words.FROM_NAMED.search(said) is not None


def _conditional(said: str, start: int, at: int) -> bool:
    """Whether a condition stands between two places; "om" and "si" begin a clause then."""
    if words.CONDITION.search(said, start, at):
        return True
    return any(
        words.OPENING.match(said, first) for first, _ in clauses(said) if start <= first < at
    )


def _accuses(title: str, parts: Sequence[str], *, edge: bool) -> bool:
    """Whether a claimed sentence tells of a deed, and of whose or that its writer saw it."""
    asks = ANSWER.match(title) or title.rstrip().endswith("?")
    if edge or (not asks and (_deed(title) or words.COMPLAINT.search(title.lower()))):
        return True
    for part in parts:
        for sentence, said in near_edges(_sentences(claimed_text(part, unclaimed_spans(part)))):
            if _deed(sentence) and any(sign.search(said) for sign in SIGNS):
                return True
    return False


def _deed(sentence: str) -> bool:
    return words.DEED.search(sentence.lower()) is not None or mail_kind("", [sentence]) is not None


NOT = re.compile(
    rf"(?<!\w){NO}(?!\w)|n't\b|nichts|nobody|niemand|niets|ingenting|personne|nadie|nessuno|nikt|unauthori|unerlaubt|uautorisert|\b(?:without|ohne|uten|utan|uden|sans|sin|zonder|senza|sem|bez)\b|\b(?:{more.DENIED})\b"
)
# behind the words for leave: what tells of something else, and what denies a bare name of it
JOINED = re.compile(r"\s(?:and|so|und|daher|og|så|och|et|y|en|e|i|donc|dus|quindi)\s")
NOT_SO = re.compile(
    r"\W*(?:not|never|nicht|ikke|ikkje|inte|pas|non|no (?=\w+[ai]d[ao])|não|nie|niet|without|ohne"
    r"|uten|utan|uden|sans|sin|zonder|senza|sem|bez)(?!\w)"
)
BUT_NOT = re.compile(
    r"\W*(?:but (?:he|she|it|they|that|this) (?:\S+ ){0,2}?(?:not|never)"
    r"|(?:aber|doch) (?:er|sie|es|das) (?:\S+ ){0,3}?nicht|men (?:han|hun|hon|det|de) (?:\S+ )?"
    r"(?:ikke|inte))(?!\w)|\W*but \w+ (?:is|was|are|were|do|did|does)n't"
)
SIGNS = (words.THEIRS, words.POINTED, words.SEEN)
# what turns a letter, why, and whether it yields to a demand or to "it goes on"
FAMILIES = (
    (turns.EXCUSES, Unclaimed.MISTAKEN, False),
    (turns.CONTESTS, Unclaimed.DENIED, False),
    (turns.SPARES, Unclaimed.DENIED, False),
    (turns.ATTACKED, Unclaimed.SUFFERED, True),
    (turns.LEAVE, Unclaimed.PERMITTED, False),
    (turns.SUPPOSES, Unclaimed.SUPPOSED, False),
    (turns.SELLS, Unclaimed.SOLD, False),
    (APPLIES, Unclaimed.SOLD, False),
    (turns.OVER, Unclaimed.OVER, True),
    (turns.EARLIER, Unclaimed.QUOTED, True),
    (turns.ASKS, Unclaimed.ASKED, True),
)
