r"""Templates: literal words with typed placeholders, matched in linear time.

A template is a line as the reporter writes it, the changing values as placeholders:

    IP: {address} port {port}, seen {time}

Letters match in either case. White space in a template stands for any white space, and for none at
all beside a placeholder or a sign. The matcher goes once from left to right: a literal is
compared, a placeholder is read by its type, `{any}` and `{kind}` end where the next literal
begins. It never goes back, so a hostile text costs no more than its length.
"""

import re
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

from aupkeep.intake.profiles.placeholders import OPEN, RUNS, SKIPPED, SLOTS, SlotContext, SlotValue
from aupkeep.model.errors import Invalid

SPACE, SPACES = re.compile(r"\s"), re.compile(r"\s+")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
SUBJECTS = frozenset({"address", "url", "domain", "account"})
LONGEST = 300  # characters of a template
REACH = 2_000  # characters that an open placeholder may span


@dataclass(frozen=True, slots=True)
class LiteralText:
    """Words to compare, lower case; `pieces` are set apart by white space."""

    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One placeholder; `until` is the first piece of the literal behind it, empty for none."""

    name: str
    until: str
    spaced: bool  # white space follows in the template, and then another placeholder


@dataclass(frozen=True, slots=True)
class LineTemplate:
    """A compiled template; `anchor` is its longest piece, which each match contains."""

    source: str
    tokens: tuple[LiteralText | Placeholder, ...]
    anchor: str

    @property
    def first(self) -> str:
        """The piece it begins with; empty when it begins with a placeholder."""
        token = self.tokens[0]
        return token.pieces[0] if isinstance(token, LiteralText) else ""

    @property
    def labelled(self) -> bool:
        """True when it begins with a word and asks for what a finding is about."""
        label = any(letter.isalnum() for letter in self.first)
        return label and not SUBJECTS.isdisjoint(self.holes)

    @property
    def holes(self) -> tuple[str, ...]:
        """The names of its placeholders, in order."""
        return tuple(token.name for token in self.tokens if isinstance(token, Placeholder))


def folded(text: str) -> str:
    """The text with ASCII letters in lower case; every position stays."""
    return text.lower() if text.isascii() else text.translate(LOWER)


def compile_template(source: str) -> LineTemplate:
    """Compile a template. Raises `Invalid` that names what was expected."""
    if len(source) > LONGEST:
        raise Invalid(f"template: expected at most {LONGEST} characters, found {len(source)}")
    pieces = PLACEHOLDER.split(source)
    literals, names = pieces[::2], pieces[1::2]
    for name in names:
        if name not in SLOTS:
            registry = ", ".join(SLOTS)
            raise Invalid(f"template: expected a placeholder of {registry}, found {{{name}}}")
    if any("{" in literal or "}" in literal for literal in literals):
        raise Invalid(f"template: expected closed {{placeholders}}, found {source!r}")
    values = [name for name in names if name not in SKIPPED and name != "count"]
    if len(values) != len(set(values)):
        raise Invalid(f"template: expected each placeholder once, found {source!r}")
    _no_blur(literals, names, source)
    tokens: list[LiteralText | Placeholder] = []
    for index, text in enumerate(literals):
        words = tuple(folded(text).split())
        if words:
            tokens.append(LiteralText(words))
        if index < len(names):
            after = folded(literals[index + 1])
            until = (after.split() or [""])[0]
            tokens.append(Placeholder(names[index], until, bool(after) and not until))
    anchor = max(
        (p for t in tokens if isinstance(t, LiteralText) for p in t.pieces), key=len, default=""
    )
    return LineTemplate(source, tuple(tokens), anchor)


def _no_blur(literals: list[str], names: list[str], source: str) -> None:
    """Two placeholders need something between them, or nobody knows where one ends."""
    for index in range(1, len(names)):
        if not literals[index]:
            raise Invalid(f"template: expected words or a space between placeholders in {source!r}")


def match(
    template: LineTemplate, text: str, low: str, span: tuple[int, int], context: SlotContext
) -> "TemplateMatch | str | None":
    """Match at the beginning of a span; `low` is `folded(text)`.

    None when the words are others; a text that says what was wrong when all words are there and
    a value is not what its type asks for.
    """
    place, stop = span
    values: dict[str, SlotValue] = {}
    wrong = ""
    for token in template.tokens:
        place = _spaces(text, place, stop)
        if isinstance(token, LiteralText):
            end = _literal(token, low, place, stop)
            if end is None:
                return None
            place = end
            continue
        limit = _limit(token, text, low, place, stop)
        if limit is None:
            return None
        open_end = limit if token.name in OPEN or token.name in RUNS else stop
        read = SLOTS[token.name](text, place, open_end, context)
        if read is None:
            wrong = wrong or f"expected {{{token.name}}}, found {text[place:limit].strip()[:60]!r}"
            place = limit
            continue
        if token.name not in SKIPPED:
            values[token.name] = _summed(values.get(token.name), read)
        place = limit if token.name in OPEN else read.after or read.end
    return wrong or TemplateMatch(values, place)


class TemplateMatch(NamedTuple):
    """The values a template read, and where the match ends."""

    values: dict[str, SlotValue]
    end: int


def _summed(before: SlotValue | None, read: SlotValue) -> SlotValue:
    """Of counts that stand side by side (traps, users) the sum; of all else the value."""
    if before is None or not isinstance(before.value, int) or not isinstance(read.value, int):
        return read
    return before._replace(value=before.value + read.value, end=read.end)


def _spaces(text: str, place: int, stop: int) -> int:
    spaces = SPACES.match(text, place, stop)
    return spaces.end() if spaces else place


def _literal(token: LiteralText, low: str, place: int, stop: int) -> int | None:
    """Where the literal that stands here ends, or None."""
    for number, piece in enumerate(token.pieces):
        if number:
            place = _spaces(low, place, stop)
        if not low.startswith(piece, place) or place + len(piece) > stop:
            return None
        place += len(piece)
    return place


def _limit(hole: Placeholder, text: str, low: str, place: int, stop: int) -> int | None:
    """The farthest place the value may reach: the next literal, white space or the end."""
    end = min(stop, place + REACH)
    if hole.name in RUNS or hole.spaced:
        gap = SPACE.search(text, place, end)
        end = gap.start() if gap else end
    if not hole.until:
        return end
    if hole.name == "url" and hole.until[0] in ".,;:":  # the last one closes the sentence
        limit = low.rfind(hole.until, place, end)
    else:
        limit = low.find(hole.until, place, end)
    if limit >= 0:
        return limit
    return end if hole.name in RUNS else None
