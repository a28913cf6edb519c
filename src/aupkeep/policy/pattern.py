r"""Regular expressions whose time is linear in the text, whatever the pattern.

A small subset of RE2: literals, `.`, classes, `\d \w \s` (ASCII), groups, `|`, `* + ? {n,m}`, and
`^`, `$` around the whole pattern. There is nothing to blow up: the pattern becomes a Glushkov
automaton (one state per character position) and the text is walked once with a set of states held
in an integer. Backreferences, lookaround, lazy marks and a quantifier inside a quantified group are
refused, so that the same pattern means the same to PostgreSQL and RE2 (see `portable`).

A match anywhere counts, as in CEL; `.` is anything but a line feed.
"""

from dataclasses import dataclass
from functools import lru_cache

from aupkeep.model.errors import Invalid

MAX_PATTERN = 200  # characters
MAX_COUNT = 64  # in {n,m}
MAX_STATES = 400  # character positions once counts are written out
SHORT = {
    "d": (("0", "9"),),
    "w": (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")),
    "s": (("\t", "\n"), ("\f", "\r"), (" ", " ")),
}
CONTROL = {"n": "\n", "t": "\t", "r": "\r"}
NOT_LINE_FEED = (("\n", "\n"),)


class BadPattern(Invalid):
    """A pattern is outside the subset; the message says what was expected and found."""


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """One character out of ranges, or out of everything else."""

    ranges: tuple[tuple[str, str], ...]
    other: bool = False

    def holds(self, letter: str) -> bool:
        """Whether this position takes the character."""
        return any(low <= letter <= high for low, high in self.ranges) != self.other


@dataclass(frozen=True, slots=True)
class PatternSequence:
    """Parts one after the other."""

    parts: "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several parts."""

    parts: "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part `low` to `high` times; `high` None = without end."""

    part: "Part"
    low: int
    high: int | None


Part = CharacterSet | PatternSequence | Choice | Repeat


@dataclass(frozen=True, slots=True)
class Pattern:
    """A whole pattern: what is looked for and where it must begin and end."""

    part: Part
    begins: bool
    ends: bool


class _Parser:
    """One pass over the pattern's characters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.index = 0
        self.split = False  # alternatives outside of every parenthesis

    def peek(self) -> str:
        """The next character or the empty string."""
        return self.text[self.index : self.index + 1]

    def next(self) -> str:
        """Step over the next character."""
        letter = self.peek()
        self.index += 1
        return letter

    def bad(self, expected: str) -> BadPattern:
        """What was expected at this place of the pattern."""
        actual = self.peek() or "the end"
        where = f"in pattern {self.text[:60]!r} at {self.index + 1}"
        return BadPattern(f"{where}: expected {expected}, found {actual!r}")

    def whole(self) -> Pattern:
        """The pattern between its anchors."""
        begins = self.peek() == "^"
        self.index += begins
        part = self.choice(0)
        ends = self.peek() == "$"
        self.index += ends
        if self.index < len(self.text):
            raise self.bad("the end of the pattern")
        if self.split and (begins or ends):
            raise self.bad("alternatives in parentheses between ^ and $")
        return Pattern(part, begins, ends)

    def choice(self, depth: int) -> Part:
        """Alternatives, none of them empty."""
        if depth > 8:  # noqa: PLR2004 - deep enough for any pattern a person can read
            raise self.bad("at most 8 levels of parentheses")
        parts = [self.sequence(depth)]
        while self.peek() == "|":
            self.index += 1
            parts.append(self.sequence(depth))
            self.split = self.split or not depth
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def sequence(self, depth: int) -> Part:
        """Atoms with their quantifiers."""
        parts: list[Part] = []
        while self.peek() and self.peek() not in "|)$":
            parts.append(self.quantified(self.atom(depth)))
        if not parts:
            raise self.bad("something to match")
        return parts[0] if len(parts) == 1 else PatternSequence(tuple(parts))

    def atom(self, depth: int) -> Part:
        """A character, a class or a group."""
        letter = self.peek()
        if letter in "^*+?{}]":
            raise self.bad(r"a character (or \ before a special one)")
        self.index += 1
        if letter == ".":
            return CharacterSet(NOT_LINE_FEED, other=True)
        if letter == "[":
            return self.letters()
        if letter == "\\":
            return CharacterSet(self.escaped())
        if letter != "(":
            return CharacterSet(((letter, letter),))
        return self.group(depth)

    def group(self, depth: int) -> Part:
        """`( … )` or `(?: … )`; neither captures."""
        if self.peek() == "?":
            self.index += 1
            if self.next() != ":":
                self.index -= 1
                raise self.bad("(?: only; lookaround, flags and names are not taken")
        part = self.choice(depth + 1)
        if self.next() != ")":
            self.index -= 1
            raise self.bad(")")
        return part

    def escaped(self) -> tuple[tuple[str, str], ...]:
        r"""What stands after a backslash: `\d \w \s \n \t \r` or a sign that is meant literally."""
        letter = self.peek()
        if letter in SHORT and letter:
            self.index += 1
            return SHORT[letter]
        if not letter or (letter.isalnum() and letter not in CONTROL):
            raise self.bad(r"\d, \w, \s or an escaped sign; backreferences are not taken")
        self.index += 1
        actual = CONTROL.get(letter, letter)
        return ((actual, actual),)

    def letters(self) -> CharacterSet:
        """A class after its `[`."""
        other = self.peek() == "^"
        self.index += other
        ranges: list[tuple[str, str]] = []
        while self.peek() != "]":
            ranges.extend(self.range())
        self.index += 1
        if not ranges:
            raise self.bad("a character in the class")
        return CharacterSet(tuple(ranges), other=other)

    def range(self) -> tuple[tuple[str, str], ...]:
        """One member of a class: a character, `a-z` or a short class."""
        low = self.member()
        if len(low) > 1 or low[0][0] != low[0][1] or self.peek() != "-":
            return low
        if self.text[self.index + 1 : self.index + 2] == "]":
            return low
        self.index += 1
        high = self.member()
        if len(high) > 1 or high[0][0] != high[0][1] or high[0][0] < low[0][0]:
            raise self.bad("a range from low to high")
        return ((low[0][0], high[0][0]),)

    def member(self) -> tuple[tuple[str, str], ...]:
        """A single member, escapes resolved."""
        letter = self.peek()
        if not letter or letter == "[":
            raise self.bad(r"] or a character (\[ for the bracket itself)")
        self.index += 1
        return self.escaped() if letter == "\\" else ((letter, letter),)

    def quantified(self, part: Part) -> Part:
        """The atom, repeated where a quantifier follows."""
        letter = self.peek()
        if not letter or letter not in "*+?{":
            return part
        if _repeats(part):
            raise self.bad("no quantifier on a group that holds one")
        self.index += 1
        bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        low, high = self.counts() if letter == "{" else bounds[letter]
        if self.peek() and self.peek() in "*+?{":
            raise self.bad("one quantifier")
        return Repeat(part, low, high)

    def counts(self) -> tuple[int, int | None]:
        """`{n}`, `{n,}` or `{n,m}` after the brace."""
        end = self.text.find("}", self.index)
        low, comma, high = self.text[self.index : max(end, self.index)].partition(",")
        if not _count(low) or (high and not _count(high)):
            raise self.bad(f"counts up to {MAX_COUNT} and a closing brace")
        least = int(low)
        most = int(high) if high else None if comma else least
        if most is not None and not 0 < most >= least:
            raise self.bad("counts from low to high")
        self.index = end + 1
        return least, most


def _count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 3 and int(text) <= MAX_COUNT  # noqa: PLR2004 - two digits


def _repeats(part: Part) -> bool:
    if isinstance(part, PatternSequence | Choice):
        return any(_repeats(inner) for inner in part.parts)
    return isinstance(part, Repeat)


@lru_cache(maxsize=256)
def read(text: str) -> Pattern:
    """Parse a pattern. Raises `BadPattern`."""
    if len(text) > MAX_PATTERN:
        raise BadPattern(f"expected a pattern of at most {MAX_PATTERN}, found {len(text)}")
    return _Parser(text).whole()


def portable(text: str) -> str:
    """The same pattern for PostgreSQL's `~` and RE2: every class spelt out, every sign escaped."""
    pattern = read(text)
    return f"{'^' * pattern.begins}{_spelt(pattern.part)}{'$' * pattern.ends}"


def _spelt(part: Part) -> str:
    match part:
        case CharacterSet():
            inside = "".join(_range(low, high) for low, high in part.ranges)
            return f"[{'^' * part.other}{inside}]"
        case PatternSequence():
            return "".join(_spelt(inner) for inner in part.parts)
        case Choice():
            return f"(?:{'|'.join(_spelt(inner) for inner in part.parts)})"
        case Repeat():
            most = "" if part.high is None else part.high
            return f"(?:{_spelt(part.part)}){{{part.low},{most}}}"


def _range(low: str, high: str) -> str:
    return _sign(low) if low == high else f"{_sign(low)}-{_sign(high)}"


def _sign(letter: str) -> str:
    plain = letter.isalnum() or letter in " _" or not (letter.isascii() and letter.isprintable())
    return letter if plain else f"\\{letter}"
