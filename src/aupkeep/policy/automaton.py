"""Walks a text once with the set of a pattern's positions that could be next (Glushkov 1961).

State sets are integers: bit 0 is the beginning, every character position of the pattern one bit
more. Each step of the walk is remembered per (set, character), up to a bound.
"""

from collections.abc import Callable
from functools import lru_cache

from aupkeep.policy.pattern import (
    MAX_STATES,
    BadPattern,
    CharacterSet,
    Choice,
    Part,
    Pattern,
    PatternSequence,
    Repeat,
    read,
)

MAX_MEMO = 4096  # remembered steps of one pattern

Edges = tuple[bool, int, int]  # may be empty, positions it can begin with, it can end with


class Automaton:
    """One pattern, ready to walk texts. Raises `BadPattern` when it has too many positions."""

    def __init__(self, pattern: Pattern) -> None:
        self.letters: list[CharacterSet] = []
        self.follow: list[int] = [0]
        empty, first, last = self._add(pattern.part)
        self.follow[0] = first
        self.accept = last | empty
        self.restart = 0 if pattern.begins else 1
        self.ends = pattern.ends
        self.takes: dict[str, int] = {}
        self.memo: dict[tuple[int, str], int] = {}

    def found(self, text: str) -> bool:
        """Whether the pattern occurs in the text; time is linear in the text's length."""
        state = 1
        if self.accept & 1 and not self.ends:
            return True
        for letter in text:
            step = self.memo.get((state, letter))
            state = self._step(state, letter) if step is None else step
            if state & self.accept and not self.ends:
                return True
            if not state:
                return False
        return bool(state & self.accept)

    def _step(self, state: int, letter: str) -> int:
        reach = 0
        rest = state
        while rest:
            low = rest & -rest
            reach |= self.follow[low.bit_length() - 1]
            rest ^= low
        result = reach & self._taking(letter) | self.restart
        if len(self.memo) >= MAX_MEMO:
            self.memo.clear()
        self.memo[state, letter] = result
        return result

    def _taking(self, letter: str) -> int:
        """The positions that take this character."""
        known = self.takes.get(letter)
        if known is not None:
            return known
        bits = sum(2 << at for at, letters in enumerate(self.letters) if letters.holds(letter))
        if len(self.takes) >= MAX_MEMO:
            self.takes.clear()  # other threads only lose what they remembered
        self.takes[letter] = bits
        return bits

    def _add(self, part: Part) -> Edges:
        match part:
            case CharacterSet():
                return self._position(part)
            case PatternSequence():
                edges = [self._add(inner) for inner in part.parts]
                return self._joined(edges)
            case Choice():
                edges = [self._add(inner) for inner in part.parts]
                return _either(edges)
            case Repeat():
                return self._repeated(part)

    def _position(self, letters: CharacterSet) -> Edges:
        if len(self.letters) >= MAX_STATES:
            raise BadPattern(
                f"expected at most {MAX_STATES} characters once counts are written out"
            )
        self.letters.append(letters)
        self.follow.append(0)
        bit = 1 << len(self.letters)
        return False, bit, bit

    def _joined(self, edges: list[Edges]) -> Edges:
        empty, first, last = True, 0, 0
        for may, begin, end in edges:
            self._link(last, begin)
            first |= begin if empty else 0
            last = last | end if may else end
            empty = empty and may
        return empty, first, last

    def _repeated(self, repeat: Repeat) -> Edges:
        """Copies for the least; then a loop without end, or copies that may be left out."""
        edges = [self._add(repeat.part) for _ in range(repeat.low)]
        if repeat.high is None:
            _, first, last = self._add(repeat.part) if not edges else edges.pop()
            self._link(last, first)
            edges.append((repeat.low == 0, first, last))
        else:
            more = (self._add(repeat.part) for _ in range(repeat.high - repeat.low))
            edges += [(True, first, last) for _, first, last in more]
        return self._joined(edges)

    def _link(self, ends: int, begins: int) -> None:
        while ends:
            low = ends & -ends
            self.follow[low.bit_length() - 1] |= begins
            ends ^= low


def _either(edges: list[Edges]) -> Edges:
    empty, first, last = False, 0, 0
    for may, begin, end in edges:
        empty, first, last = empty or may, first | begin, last | end
    return empty, first, last


@lru_cache(maxsize=256)
def matcher(text: str) -> Callable[[str], bool]:
    r"""A function that says whether the pattern occurs in a text. Raises `BadPattern`.

    >>> matcher(r"^smtp[0-9]+\.example")("smtp12.example.net")
    True
    """
    return Automaton(read(text)).found


def sql_regexp(pattern: str, text: str | None) -> bool | None:
    """SQLite's `text REGEXP pattern`, for `create_function("regexp", 2, …)`; NULL stays NULL."""
    return None if text is None else matcher(pattern)(text)
