"""What the lines around an address say: the time and the port of a record written as a block.

`IP: …`, `Port: …` and `Time: …` on lines of their own belong together when they stand in one block
(no empty line between) and each is said once there. Two different times in a block say nothing
unless their words frame one event (`time_ranges`), and a line that dates itself takes no time from
another. From other blocks only the one time of the part counts, and only where a field such as
`Date: …` states it: it is then meant for all.
"""

import re
from bisect import bisect_right
from functools import cached_property, lru_cache
from typing import NamedTuple

from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.extract.stated_times import (
    StatedTime,
    TimeContext,
    find_times,
    has_unresolved_time,
    states_time,
)
from aupkeep.intake.extract.time_ranges import stated_range
from aupkeep.intake.formats.verdicts import SelfStatement, denial
from aupkeep.intake.numbers import nothing_happened
from aupkeep.model.finding import Offset
from aupkeep.model.subject import MAX_PORT, Address

WIDEST = 1500  # characters of a block to each side; a larger block is a log, not a record
MUCH = 65_536  # characters of a part in which its only time is looked for
_LEAD = r"^[>\s*-]{0,6}"
_VALUE = r"(?: number| nummer| no\.?)?\s{0,3}[:=]\s{0,3}(\d{1,5})\b"
OWN = re.compile(
    rf"{_LEAD}(?:(?:ip|source|src|offending|infringer'?s?|client|remote|attacker|your) port|"
    rf"quell-?port|port source|bron-?poort|kilde-?port|käll-?port|puerto (?:de )?origen|"
    rf"porta sorgente|porta (?:di|de) orig\w{{2,3}}|port źródłowy|src_?port|sport){_VALUE}",
    re.IGNORECASE | re.MULTILINE | re.ASCII,
)
HIT = re.compile(
    rf"{_LEAD}(?:(?:destination|dest|dst|target|targeted|attacked|victim|local|our|service) port|"
    rf"ziel-?port|port (?:de )?destination|port cible|doel-?poort|bestemmingspoort|mål-?port|"
    rf"destinationsport|puerto (?:de )?destino|porta (?:di )?destinazione|porta de destino|"
    rf"port docelowy|dst_?port|dport){_VALUE}",
    re.IGNORECASE | re.MULTILINE | re.ASCII,
)
PLAIN = re.compile(rf"{_LEAD}(?:port|poort|puerto|porta){_VALUE}", re.IGNORECASE | re.MULTILINE)
FIELD = re.compile(
    rf"{_LEAD}([^\n:=\d]{{2,40}}?)\s{{0,3}}[:=]\s{{0,3}}([^\n]{{1,60}})$", re.MULTILINE
)
AMOUNT = re.compile(
    rf"{_LEAD}([^\n:=\d]{{2,60}}?)\s{{0,3}}[:=]\s{{0,3}}(\w[^\n]{{0,20}})$", re.MULTILINE
)
Number = tuple[int, int, int]  # value, start, end


class BlockPorts(NamedTuple):
    """The ports a block states: the offender's own, the attacked one, one that says no side."""

    own: Number | None = None
    hit: Number | None = None
    plain: Number | None = None


LABEL = re.compile(
    r"[^\n:=\d]{0,40}(?:time|date|zeit|datum|tijd|tid|heure|fecha|hora|data|dato|first|erste|premi|eerste|"
    r"første|seen|detected|observed|occurred|tested|checked|scanned|start|begin"
    r"|when)[^\n:=\d]{0,24}[:=][\s*]{0,12}|[^\n:=\d]{0,40}generated (?:at|on)[^\n:=\d]{0,12}",
    re.IGNORECASE,
)
REPORTED = re.compile(
    r"\b(?:reported|submitted|notified|report (?:generated|created|sent)|gemeldet|rapportert|"
    r"rapporterat|signalé|gemeld|segnalato|notificado|zgłoszon\w)\b[^\n\d]{0,60}$",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[.;)]\s")
EMPTY = re.compile(r"\n[ \t>\r]{0,8}\n")


class RecordBlocks:
    """The blocks of one part, each read at most once."""

    def __init__(self, text: str, clock: TimeContext) -> None:
        self._text, self._clock = text, clock
        self._moments = lru_cache(maxsize=64)(self._times)
        self._doubtful = lru_cache(maxsize=64)(self._unread)
        self._over = lru_cache(maxsize=64)(self._ended)

    def time_near(self, place: int, who: Address | None = None) -> StatedTime | None:
        """The only time of the block around a place, else the part's only time in a field.

        None where the line of the place dates itself: what it states could not be resolved.
        A field on a line with an address serves that address alone (`who`).
        """
        when = self._candidate(place, who)
        return None if when and states_time(self._line(place), self._clock) else when

    def time_on(self, place: int) -> StatedTime | None:
        """The only time, or the only frame of times, on the line of a place."""
        return self._chosen(self._moments(*self._ends(place)))

    def _candidate(self, place: int, who: Address | None) -> StatedTime | None:
        """What stands near a place, whether or not its line dates itself."""
        start, end = self.block(place)
        if end - start <= 2 * WIDEST:
            if self._doubtful(start, end):
                return None
            inside = self._moments(start, end)
            if inside:
                return self._chosen(inside)
        when = self._alone
        return when if when and self._labelled(when, who) else None

    @cached_property
    def _alone(self) -> StatedTime | None:
        """The only time of the part, or the only frame."""
        return self._chosen(self._moments(0, min(len(self._text), MUCH)))

    def _line(self, place: int) -> str:
        """The line around a place, as far as a record reaches."""
        start, end = self._ends(place)
        return self._text[start:end]

    def _ends(self, place: int) -> tuple[int, int]:
        start = self._text.rfind("\n", max(0, place - WIDEST), place) + 1
        end = self._text.find("\n", place, place + WIDEST)
        return start or max(0, place - WIDEST), min(
            len(self._text), place + WIDEST if end < 0 else end
        )

    def _labelled(self, when: StatedTime, who: Address | None) -> bool:
        """True when a field names a time before it and its line holds nothing of a log."""
        before = self._text[max(0, when.start - 120) : when.start].rpartition("\n")[2]
        named = {spot.address for spot in find_addresses(self._line(when.start))}
        if named:
            before = SENTENCE.split(before)[-1]
        return LABEL.fullmatch(before) is not None and named <= {who}

    def _chosen(self, inside: tuple[StatedTime, ...]) -> StatedTime | None:
        """The one time of a block, or the event that its two times frame."""
        of_event = tuple(when for when in inside if not self._of_report(when))
        return (
            _only(inside) or _only(of_event) or stated_range(self._text, list(inside), self._clock)
        )

    def _of_report(self, when: StatedTime) -> bool:
        """Whether the words before a time say that it was reported then, not done."""
        return REPORTED.search(self._text[max(0, when.start - 100) : when.start]) is not None

    def is_ambiguous(self, place: int) -> bool:
        """True when the block around a place states times of which none can be chosen."""
        start, end = self.block(place)
        inside = self._moments(start, end) if end - start <= 2 * WIDEST else ()
        return len(inside) > 1 and self._chosen(inside) is None

    def ports_near(self, place: int) -> BlockPorts:
        """The ports that fields of the block around a place state, each where it states one."""
        start, end = self.block(place)
        if end - start > 2 * WIDEST:
            return BlockPorts()
        return BlockPorts(*(_stated(self._text, start, end, find) for find in (OWN, HIT, PLAIN)))

    def is_over(self, place: int) -> bool:
        """True when fields of the block around a place say that it is over, or never happened."""
        start, end = self.block(place)
        return end - start <= 2 * WIDEST and self._over(start, end)

    def same(self, place: int, other: int) -> bool:
        """True when two places stand in one block."""
        return self.block(place) == self.block(other)

    @cached_property
    def _edges(self) -> list[int]:
        """Where blocks begin and end."""
        return [0, *(match.end() for match in EMPTY.finditer(self._text)), len(self._text)]

    def block(self, place: int) -> tuple[int, int]:
        """Where the block around a place begins and ends."""
        at = bisect_right(self._edges, place) - 1
        return self._edges[at], self._edges[min(at + 1, len(self._edges) - 1)]

    def _times(self, start: int, end: int) -> tuple[StatedTime, ...]:
        """The times that stand there."""
        return tuple(
            when._replace(start=when.start + start, end=when.end + start)
            for when in find_times(self._text[start:end], self._clock)
        )

    def _ended(self, start: int, end: int) -> bool:
        """Whether a field that stands there says that it is over, or all that count say 0."""
        said = tuple((it[1], it[2]) for it in FIELD.finditer(self._text, start, end))
        if denial(SelfStatement(said), None) is not None:
            return True
        return nothing_happened(
            (said[1], said[2]) for said in AMOUNT.finditer(self._text, start, end)
        )

    def _unread(self, start: int, end: int) -> bool:
        """Whether a time stands there that cannot be read."""
        return has_unresolved_time(self._text[start:end], self._clock)


def _only(moments: tuple[StatedTime, ...]) -> StatedTime | None:
    """The one moment all readings agree on, the best stated of them, or None."""
    if len({when.at for when in moments}) != 1:
        return None
    return max(moments, key=lambda when: (when.zoned, -when.start))


def _stated(text: str, start: int, end: int, find: re.Pattern[str]) -> Number | None:
    """The one port that the fields of a block state under a name."""
    ports = [
        (int(match[1]), *match.span(1))
        for match in find.finditer(text, start, end)
        if 0 < int(match[1]) <= MAX_PORT
    ]
    return ports[0] if len({port for port, *_ in ports}) == 1 else None


def near_time(
    number: int, place: int, who: Address | None, blocks: RecordBlocks, offsets: dict[str, Offset]
) -> StatedTime | None:
    """The time that stands near a place, noting where it was read."""
    when = blocks.time_near(place, who)
    if when is not None:
        offsets["at"] = Offset(number, when.start, when.end)
    return when
