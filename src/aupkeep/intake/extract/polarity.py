"""Which words of a mail its writer claims: what is denied, over, asked or quoted accuses nobody.

One example. Of "203.0.113.7 no longer sends spam. 203.0.113.9 does." the second sentence stands.
Sentences are found across the lines they are wrapped over; within one, a clause that denies or ends
something is taken by itself, while a permission, a mistake or the reader's own words take all of
it. A list below a sentence that ends in a colon is read as that sentence is. Lines of a log and
rows of a table are evidence, whatever stands around them, and never touched.

Without grammar some claims are taken for denials. That costs a person a look; the other way round
it would cost somebody innocent a case.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aupkeep.intake.extract import polarity_words as words
from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.extract.demand_words import DEMAND
from aupkeep.intake.extract.line_shape import CLOCK, SMALL
from aupkeep.intake.extract.match_kinds import mail_kind
from aupkeep.intake.extract.passing_words import ADVICE
from aupkeep.intake.extract.sentences import END, PROCESS, sentences
from aupkeep.intake.extract.services import NOUGHTS
from aupkeep.intake.extract.stated_times import begins_with_timestamp
from aupkeep.intake.extract.undoing_words import HEARSAY, OWN_DOING, REFUTED, REFUTES
from aupkeep.intake.extract.urls import TRAILING, URL
from aupkeep.intake.extract.wrapped_lines import whole_lines
from aupkeep.intake.unclaimed import Unclaimed

MOST = 65_536  # characters of a part whose sentences are weighed; a longer one is a log
LONGEST = 1_500  # characters of a sentence
HEAD = 200
MASK = "\u00a7"  # stands for an address or a link
SIGN = re.compile(r"[^\n]")
BULLET = re.compile(r"[ \t]{0,8}(?:[-*•·◦+]|\d{1,3}[.)])[ \t]")
CELLS = re.compile(r"\t|\s\|\s| {3}\S{1,60} {3}")
FIELD = re.compile(r"[>\s*]{0,6}[A-Za-zÀ-ÿ][\w /.'()-]{1,40}\s?[:=]\s")
# a day and a clock, or the seconds since 1970, among the first signs of a line
STAMPED = re.compile(
    r".{0,24}?(?:\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[ T,]{1,2}\d{1,2}:\d\d|\d{10}\.\d{3}\s)", re.ASCII
)
# a row of values between commas or semicolons that no blank follows, with figures
ROW = re.compile(r"(?=[^\n]*\d)[^,;\n]{0,200}(?:[,;](?! )[^,;\n]{0,200}){2,40}")
QUOTE = re.compile(r"(?:[ \t]{0,2}>)+")
# in quotes that are a writer's own, and no value of JSON or of a field
PHRASE = re.compile(
    r"(?<![\w:=,\[{])[\"\u201c\u201e\u00ab]((?=\S)[^\"\u201c\u201d\u00bb{}]{12,300})[\"\u201c\u201d\u00bb](?![\w:])"
)
UNTIL = re.compile(
    r"\b(?:until|till|unless|once|before|bis|inntil|før|innan|tills|jusqu'à|hasta|totdat|voordat)\b"
)  # with which what ends is not over yet
FEW, LONG = 2, 8  # small words of a sentence; words of a field that holds more than one
NEAR = 40  # characters before a word in which what turns it round stands


class UnclaimedSpan(NamedTuple):
    """Words that claim nothing: `text[start:end]`."""

    start: int
    end: int
    why: Unclaimed


def unclaimed_spans(text: str) -> list[UnclaimedSpan]:
    """The words of a text that claim nothing, in order.

    >>> text = "Is 192.0.2.1 open? 192.0.2.2 is."
    >>> [(text[start:end], why.value) for start, end, why in unclaimed_spans(text)]
    [('Is 192.0.2.1 open? ', 'a question')]
    """
    spans: list[UnclaimedSpan] = []
    lead: Unclaimed | None = None
    for start, end in _units(text[:MOST]):
        unit = text[start:end]
        listed = BULLET.match(unit) is not None or _bare(unit)
        if listed and lead is not None:
            spans.append(UnclaimedSpan(start, end, lead))
            continue
        unclaimed: list[UnclaimedSpan] = []
        flat = _flat(unit)
        before: int | None = None
        for first, last in sentences(flat):
            unclaimed = list(_of_sentence(flat[first : min(last, first + LONGEST)], first, last))
            if before is not None and REFUTES.search(flat[first:last].lower()):
                spans.append(UnclaimedSpan(start + before, start + first, Unclaimed.DENIED))
            before = first
            spans += [UnclaimedSpan(start + at, start + to, why) for at, to, why in unclaimed]
        if not listed:
            lead = unclaimed[-1].why if unclaimed and unit.rstrip().endswith(":") else None
    return spans


def spoken_sentences(text: str) -> Iterator[tuple[str, str]]:
    """The writer's own sentences, each as it stands and in small letters with `MASK` for addresses.

    >>> [said for _, said in spoken_sentences("We ask. Is 192.0.2.1 open?")]
    ['we ask. ', 'is §§§§§§§§§ open?']
    """
    for start, end in _units(text[:MOST]):
        flat = _flat(text[start:end])
        if QUOTE.match(flat):
            continue
        for first, last in sentences(flat):
            sentence = flat[first : min(last, first + LONGEST)]
            yield sentence, small(_masked(sentence))


def small(text: str) -> str:
    """A text in small letters, each sign in its place: the dotted capital has no dot beside it."""
    return text.replace("\u0130", "i").lower().replace("\u2019", "'")


def claimed_text(text: str, spans: Sequence[UnclaimedSpan]) -> str:
    """The text with what claims nothing blank; every place keeps its number."""
    said, done = [], 0
    for start, end, _ in spans:
        said += [text[done:start], SIGN.sub(" ", text[max(done, start) : end])]
        done = max(done, end)
    return "".join([*said, text[done:]])


def _units(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each paragraph, item of a list, and sentence beside a field's name."""
    begin: int | None = None
    end = at = 0
    quoted = ""
    logged = _wrapped(text)
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        mark = QUOTE.match(line)
        depth = mark[0].replace(" ", "") if mark else ""
        alone = BULLET.match(line) is not None or _bare(line)
        silent = start in logged or not line.strip(" \t\r>") or shows(line)
        if begin is not None and (alone or depth != quoted or silent):
            yield begin, end
            begin = None
        if silent:
            continue
        begin, end, quoted = start if begin is None else begin, start + len(line), depth
        if alone and _bare(line):
            yield begin, end
            begin = None
    if begin is not None:
        yield begin, end


def _wrapped(text: str) -> frozenset[int]:
    """Where the further lines begin over which a log's line is wrapped."""
    whole = ((start, text[start:end]) for start, end, _ in whole_lines(text))
    return frozenset(
        start + at + 1
        for start, lines in whole
        if "\n" in lines and shows(lines.partition("\n")[0])
        for at, sign in enumerate(lines)
        if sign == "\n"
    )


def _bare(line: str) -> bool:
    """True for a line of little but an address or a link."""
    return (
        len(line) < HEAD
        and any(sign in line for sign in ".:")
        and bool(line.strip())
        and not re.search(r"[^\W\d_]{2}", _masked(line))
    )


def shows(line: str) -> bool:
    """True for a line that is evidence, not speech: of a log, a table, or a field of a record."""
    plain = line.translate(NOUGHTS)
    if begins_with_timestamp(plain) or CLOCK.match(plain.lower()) or CELLS.search(line):
        return True
    if ROW.fullmatch(line.rstrip("\r")):
        return True
    if PROCESS.search(line, 0, HEAD):
        return True
    if STAMPED.match(line) or is_field(line) or " " not in line.strip():
        return not _speaks(line)
    return False


def is_field(line: str) -> bool:
    """True for a field of a record: a name, a colon or a sign of equality, a value."""
    return FIELD.match(line) is not None and not begins_with_timestamp(line.translate(NOUGHTS))


def _speaks(line: str) -> bool:
    """True when a line holds a sentence, by its small words."""
    return len(set(SMALL.findall(line.lower()))) >= FEW or (
        is_field(line) and len(line.split()) >= LONG and END.search(line) is not None
    )


def _masked(text: str) -> str:
    """The text with each address and link one sign over, as long as before."""
    text = URL.sub(_sign, text)
    said, done = [], 0
    for spot in find_addresses(text):
        said += [text[done : spot.start], MASK * (spot.end - spot.start)]
        done = spot.end
    return "".join([*said, text[done:]])


def _sign(match: re.Match[str]) -> str:
    """A link's signs; what ends the sentence behind it stays."""
    length = len(match[0].rstrip(TRAILING))
    return MASK * length + match[0][length:]


def _flat(unit: str) -> str:
    """A paragraph on one line."""
    return re.sub(r"\n(?:[ \t]{0,2}>)*", lambda match: " " * len(match[0]), unit)


def _of_sentence(sentence: str, first: int, last: int) -> Iterator[UnclaimedSpan]:
    """What of a sentence claims nothing."""
    quoted = [
        (first + m.start(), first + m.end()) for m in PHRASE.finditer(sentence) if _named(m[1])
    ]
    yield from (UnclaimedSpan(*span, Unclaimed.QUOTED) for span in quoted)
    said = small(_masked(sentence))
    question = _question(said)
    whole = Unclaimed.ASKED if question == 0 else _whole(said)
    if whole:
        yield UnclaimedSpan(first, last, whole)
        return
    returned = words.RETURNED.search(said) is not None
    why: Unclaimed | None = None
    for start, end in clauses(said):
        clause = said[start:end]
        if question is not None and start >= question:
            yield UnclaimedSpan(first + start, last, Unclaimed.ASKED)
            return
        if why is None or words.FINITE.search(clause):
            why = _clause(clause, returned=returned)
        if why:
            more = _told_more(clause) if why is Unclaimed.DENIED else 0
            yield UnclaimedSpan(first + start + more, min(first + end, last), why)
            why = None if more else why
            continue
        marker = words.IF.search(clause) or words.WHETHER.search(clause)
        if marker:
            asked = words.IF.match(clause, marker.start()) is None
            reason = Unclaimed.ASKED if asked else Unclaimed.SUPPOSED
            yield UnclaimedSpan(first + start + marker.start(), min(first + end, last), reason)


def _named(phrase: str) -> bool:
    """True for words in quotes that would accuse: whoever quotes them only mentions it."""
    return mail_kind("", [phrase]) is not None and MASK in _masked(phrase)


def _whole(said: str) -> Unclaimed | None:
    """Why a whole sentence claims nothing."""
    mistake = words.MISTAKEN.search(said)
    if mistake and not is_denied(said, mistake.start()):
        return Unclaimed.MISTAKEN
    allowed = words.PERMITTED.search(said)
    if allowed and not is_denied(said, allowed.end()):
        return Unclaimed.PERMITTED
    own = OWN_DOING.search(said)
    if own and not is_denied(said, own.start()):
        return Unclaimed.PERMITTED
    if REFUTED.search(said):
        return Unclaimed.DENIED
    quoted = words.QUOTED.search(said)
    asked = quoted and said[: quoted.end()].split()[-2:-1] == ["to"]  # "we ask you to shut it down"
    denied = quoted and (words.NOT.search(quoted[0]) or words.CONTRACTED.search(quoted[0]))
    if quoted and not asked and not denied:
        return Unclaimed.QUOTED
    supposed = (words.PLANNED, HEARSAY, ADVICE)
    return Unclaimed.SUPPOSED if any(said_so.search(said) for said_so in supposed) else None


def is_denied(said: str, end: int) -> bool:
    """True when a word that denies stands closely before a place."""
    before = said[max(0, end - NEAR) : end]
    return any(pattern.search(before) for pattern in (words.NOT, words.CONTRACTED))


def _question(said: str) -> int | None:
    """Where a question begins, None where none is asked or what it asks for is an act."""
    if "¿" in said:
        return _clause_start(said, said.index("¿"))
    if not said.rstrip(" \"')]*_").endswith("?"):
        return None
    if DEMAND.search(said) and not words.ASKS_TO_SAY.search(said):
        return None
    for start, end in clauses(said):
        opener = words.OPENERS.search(said[start:end].lstrip(" ,;:-\u2013\u2014"))
        if opener and opener.start() == 0:
            return start
    return 0


def _clause_start(said: str, place: int) -> int:
    return max((start for start, _ in clauses(said) if start <= place), default=0)


def clause_around(said: str, at: int) -> tuple[int, int]:
    """Start and end of the clause at a place; one without a verb goes on with the one before it."""
    start, end = 0, len(said)
    for first, last in clauses(said):
        if first <= at and words.FINITE.search(said, first, last):
            start = first
        if first <= at < last:
            end = last
    return start, end


def clauses(said: str) -> Iterator[tuple[int, int]]:
    """Start and end of each clause."""
    start = 0
    for match in words.CLAUSE.finditer(said):
        yield start, match.end()
        start = match.end()
    yield start, len(said)


def _clause(clause: str, *, returned: bool) -> Unclaimed | None:
    """Why a clause claims nothing."""
    if not returned and (words.THANKS.search(clause) or _is_over(clause)):
        return Unclaimed.OVER
    return Unclaimed.DENIED if _denies(clause) else None


def _told_more(clause: str) -> int:
    """Where the part of a clause begins that denies, when it only tells more of what it names."""
    denials = [pattern.search(clause) for pattern in (words.NOT, words.CONTRACTED)]
    denied = min((match.start() for match in denials if match), default=0)
    more = [match.start() for match in words.TELLS_MORE.finditer(clause, 0, denied)]
    return more[-1] if more else 0


def _is_over(clause: str) -> bool:
    """True when a clause says that something ended."""
    if words.GONE.search(clause):
        return True
    for match in words.ENDED.finditer(clause):
        before = clause[max(0, match.start() - NEAR) : match.start()]
        if UNTIL.search(before):
            continue
        near = " ".join(before.split()[-3:])
        guarded = words.BY_US.match(clause, match.end())
        if not (words.TO_DO.search(near) or words.CONTRACTED.search(near) or guarded):
            return True
    return False


def _denies(clause: str) -> bool:
    """True when a clause denies something, not only what was not done about it."""
    if words.PORTUGUESE.search(clause):
        return False
    places = [match.end() for match in words.NOT.finditer(clause)]
    places += [match.end() for match in words.CONTRACTED.finditer(clause)]
    first = min(places, default=None)
    return first is not None and not words.GOES_ON.match(clause[first:].lstrip(" '"))
