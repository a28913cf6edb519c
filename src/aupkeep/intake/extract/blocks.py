"""What the lines around an address say: the time and the port of a record written as a block.

`IP: …`, `Port: …` and `Time: …` on lines of their own belong together when they stand in one block
(no empty line between) and each is said once there. Two different times in a block say nothing.
"""

import re
from bisect import bisect_right
from functools import cached_property, lru_cache

from aupkeep.intake.extract.times import Clock, When, times
from aupkeep.model.subject import MAX_PORT

WIDEST = 1500  # characters of a block to each side; a larger block is a log, not a record
MUCH = 65_536  # characters of a part in which its only time is looked for
PORT = re.compile(
    r"^[>\s*-]{0,6}(?:(?:ip|source|src|offending|infringer'?s?|client) "
    r")?port(?: number)?\s{0,3}[:=]\s{0,3}(\d{1,5})\b",
    re.IGNORECASE | re.MULTILINE | re.ASCII,
)
EMPTY = re.compile(r"\n[ \t>\r]{0,8}\n")


class Blocks:
    """The blocks of one part, each read at most once."""

    def __init__(self, text: str, clock: Clock) -> None:
        self._text, self._clock = text, clock
        self._moments = lru_cache(maxsize=64)(self._times)

    def time_near(self, place: int) -> When | None:
        """The only time of the block around a place, else the only time of the part."""
        start, end = self._block(place)
        inside = self._moments(start, end) if end - start <= 2 * WIDEST else None
        return _only(inside) if inside else _only(self._moments(0, min(len(self._text), MUCH)))

    def port_near(self, place: int) -> tuple[int, int, int] | None:
        """The only `Port:` line of the block around a place: value, start, end."""
        start, end = self._block(place)
        if end - start > 2 * WIDEST:
            return None
        found = [
            (int(match[1]), *match.span(1))
            for match in PORT.finditer(self._text, start, end)
            if 0 < int(match[1]) <= MAX_PORT
        ]
        return found[0] if len({port for port, *_ in found}) == 1 else None

    def same(self, place: int, other: int) -> bool:
        """True when two places stand in one block."""
        return self._block(place) == self._block(other)

    @cached_property
    def _edges(self) -> list[int]:
        """Where blocks begin and end."""
        return [0, *(match.end() for match in EMPTY.finditer(self._text)), len(self._text)]

    def _block(self, place: int) -> tuple[int, int]:
        at = bisect_right(self._edges, place) - 1
        return self._edges[at], self._edges[min(at + 1, len(self._edges) - 1)]

    def _times(self, start: int, end: int) -> tuple[When, ...]:
        return tuple(
            when._replace(start=when.start + start, end=when.end + start)
            for when in times(self._text[start:end], self._clock)
        )


def _only(found: tuple[When, ...]) -> When | None:
    """The one moment all readings agree on, the best stated of them, or None."""
    if len({when.at for when in found}) != 1:
        return None
    return max(found, key=lambda when: (when.zoned, -when.start))
