"""What the lines around an address say: the time and the port of a record written as a block.

`IP: …`, `Port: …` and `Time: …` on lines of their own belong together when they stand in one block
(no empty line between) and each is said once there. Two different times in a block say nothing,
and a line that dates itself takes no time from another. From other blocks only the one time of the
part counts, and only where a field such as `Date: …` states it: it is then meant for all.
"""

import re
from bisect import bisect_right
from functools import cached_property, lru_cache

from aupkeep.intake.extract.addresses import spots
from aupkeep.intake.extract.times import Clock, When, dated, times, unread
from aupkeep.model.subject import MAX_PORT

WIDEST = 1500  # characters of a block to each side; a larger block is a log, not a record
MUCH = 65_536  # characters of a part in which its only time is looked for
PORT = re.compile(
    r"^[>\s*-]{0,6}(?:(?:ip|source|src|offending|infringer'?s?|client) "
    r")?port(?: number)?\s{0,3}[:=]\s{0,3}(\d{1,5})\b",
    re.IGNORECASE | re.MULTILINE | re.ASCII,
)
LABEL = re.compile(
    r"[^\n:=\d]{0,40}(?:time|date|zeit|datum|tijd|tid|heure|seen|detected|observed|occurred|"
    r"tested|checked|scanned|start|begin|when)[^\n:=\d]{0,24}[:=][\s*]{0,12}",
    re.IGNORECASE,
)
EMPTY = re.compile(r"\n[ \t>\r]{0,8}\n")


class Blocks:
    """The blocks of one part, each read at most once."""

    def __init__(self, text: str, clock: Clock) -> None:
        self._text, self._clock = text, clock
        self._moments = lru_cache(maxsize=64)(self._times)

    def time_near(self, place: int) -> When | None:
        """The only time of the block around a place, else the part's only time in a field.

        None where the line of the place dates itself: what it states could not be resolved.
        """
        when = self._candidate(place)
        return None if when and dated(self._line(place), self._clock) else when

    def _candidate(self, place: int) -> When | None:
        """What stands near a place, whether or not its line dates itself."""
        start, end = self._block(place)
        if end - start <= 2 * WIDEST:
            inside, doubtful = self._moments(start, end)
            if inside or doubtful:
                return None if doubtful else _only(inside)
        when = _only(self._moments(0, min(len(self._text), MUCH))[0])
        return when if when and self._labelled(when) else None

    def _line(self, place: int) -> str:
        """The line around a place, as far as a record reaches."""
        start = self._text.rfind("\n", max(0, place - WIDEST), place) + 1
        end = self._text.find("\n", place, place + WIDEST)
        return self._text[start or max(0, place - WIDEST) : place + WIDEST if end < 0 else end]

    def _labelled(self, when: When) -> bool:
        """True when a field names a time before it and its line holds nothing of a log."""
        start = self._text.rfind("\n", max(0, when.start - 120), when.start) + 1
        labelled = LABEL.fullmatch(self._text, start, when.start) is not None
        return labelled and not spots(self._line(when.start))

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

    def _times(self, start: int, end: int) -> tuple[tuple[When, ...], bool]:
        """The times that stand there, and whether one more stands there that cannot be read."""
        text = self._text[start:end]
        found = tuple(
            when._replace(start=when.start + start, end=when.end + start)
            for when in times(text, self._clock)
        )
        return found, unread(text, self._clock)


def _only(found: tuple[When, ...]) -> When | None:
    """The one moment all readings agree on, the best stated of them, or None."""
    if len({when.at for when in found}) != 1:
        return None
    return max(found, key=lambda when: (when.zoned, -when.start))
