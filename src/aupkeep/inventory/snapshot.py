"""Who held a million addresses then: `holder_at` over numpy arrays, the same answers.

Per level (precedence, then prefix length) one sorted array of (network and port block, start); two
binary searches find the only record that can touch the window. What a single record does not settle
(a change inside the window, no port on a shared address, records that contradict) goes to the same
code that `holder_at` uses, one look-up at a time: rare in flow records, some 5,000 a second. Built
from what is believed at one moment; rebuild it after a change (a million rows take about a second).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import numpy as np

from aupkeep.inventory.assignment_columns import (
    NOBODY,
    AssignmentColumns,
    Flags,
    IntegerCodes,
    NetworkRanks,
    Numbers,
    Places,
    Times,
    columns_of,
)
from aupkeep.inventory.attribution import (
    ALWAYS,
    TOLERANCE,
    AssignmentSpan,
    AttributionResult,
    Window,
    believed,
    combine_sites,
    half_width,
    micros,
)
from aupkeep.inventory.prefix_index import PrefixIndex
from aupkeep.model.holding import Assignment, OwnSpace

NOT_OURS = -1
UNKNOWN = -2
DISPUTED = -3
PENDING = -4  # inside own space, not yet looked up
SLOW = -5  # inside, needs the scalar code


class Snapshot:
    """Records believed at one moment, ready for bulk look-ups. Immutable."""

    def __init__(
        self, own: Iterable[OwnSpace], columns: AssignmentColumns, sites: IntegerCodes, live: Flags
    ) -> None:
        """`columns` hold all records; `live` marks those believed; `sites` gave the site codes."""
        self._holder = columns.holder
        valid = live & (columns.start < columns.end)
        spaces = list(own)
        self._tables: dict[tuple[str, int], _Table] = {}
        for name in sorted({space.site for space in spaces}):
            for version in (4, 6):
                mine = [s for s in spaces if s.site == name and s.prefix.version == version]
                rows = np.flatnonzero(
                    valid & (columns.site == sites(name)) & (columns.version == version)
                )
                if mine:
                    self._tables[name, version] = _Table(version, mine, columns, rows)

    @classmethod
    def of(
        cls,
        own: Iterable[OwnSpace],
        assignments: Sequence[Assignment],
        known_at: datetime | None = None,
    ) -> "Snapshot":
        """From records; an answer is the place in `assignments`."""
        sites = IntegerCodes()
        columns = columns_of(assignments, sites)
        live = np.array([believed(item, known_at) for item in assignments], np.bool_)
        return cls(own, columns, sites, live)

    def look_up(
        self,
        addresses: Numbers,
        at: Times,
        ports: Places | None = None,
        *,
        exact: float = 0.0,
        tolerance: float = TOLERANCE,
        site: str | None = None,
    ) -> Places:
        """The place of the assignment for each address, or NOT_OURS, UNKNOWN or DISPUTED.

        `addresses` as `columns.pack` makes them; `at` in microseconds; `ports` -1 or None where no
        port is known; `exact` and `tolerance` as in `holder_at`, one value for all.
        """
        version = 4 if addresses.ndim == 1 else 6
        high, low = (addresses, np.zeros_like(addresses)) if version == 4 else addresses.T  # noqa: PLR2004 - the IP version
        order = np.argsort(high) if version == 4 else np.lexsort((low, high))  # noqa: PLR2004 - the IP version
        wanted = np.full(len(at), -1, np.int64) if ports is None else ports.astype(np.int64)
        asked = LookupBatch(
            high[order], low[order], at[order], wanted[order], half_width(exact, tolerance)
        )
        codes = np.full(len(at), NOT_OURS, np.int64)
        for (name, family), table in self._tables.items():
            if family == version and site in (None, name):
                codes = self._join(codes, table.look_up(asked))
        result = np.empty(len(at), np.int64)
        result[order] = codes
        return result

    def _join(self, left: Places, right: Places) -> Places:
        """Two sites' answers: they agree, or one does not know the address, or it is disputed."""
        if not len(self._holder):
            return np.where(left == NOT_OURS, right, left)
        holders = self._holder[np.maximum(left, 0)], self._holder[np.maximum(right, 0)]
        agree = (left >= 0) & (right >= 0) & (holders[0] == holders[1])
        agree |= (left == UNKNOWN) & (right == UNKNOWN)
        joined = np.where(agree, left, DISPUTED)
        joined = np.where(right == NOT_OURS, left, joined)
        return np.where(left == NOT_OURS, right, joined)


class LookupBatch:
    """Sorted questions: halves of the address, the window, the port or -1."""

    def __init__(self, high: Numbers, low: Numbers, at: Times, ports: Places, half: int) -> None:
        self.high, self.low, self.at, self.ports = high, low, at, ports
        self.lo = at - (half + bool(half))
        self.hi = at + half

    def window(self, place: int) -> Window:
        """The window of one question."""
        return Window(int(self.lo[place]), int(self.at[place]), int(self.hi[place]))


class _Table:
    """One site, one IP version."""

    def __init__(
        self, version: int, own: Sequence[OwnSpace], columns: AssignmentColumns, rows: Places
    ) -> None:
        lengths = sorted({space.prefix.prefixlen for space in own})
        self._own = [_Space(version, length, own) for length in lengths]
        part = columns.take(rows)
        self._levels = []
        self._pool = columns.holder == NOBODY
        for level in np.unique(part.level)[::-1].tolist():
            mine = np.flatnonzero(part.level == level)
            self._levels.append(PrefixIndex(version, part.take(mine), rows[mine]))

    def look_up(self, asked: LookupBatch) -> Places:
        since = self._since(asked)
        codes = np.where(since > asked.hi, NOT_OURS, np.where(since > asked.lo, SLOW, PENDING))
        for level in self._levels:
            rest = np.flatnonzero(codes == PENDING)
            if not len(rest):
                break
            lo, hi = asked.lo[rest], asked.hi[rest]
            row, slow = level.settle(
                (asked.high[rest], asked.low[rest]), (lo, hi), asked.ports[rest]
            )
            known = np.where(self._pool[row], UNKNOWN, row)
            codes[rest] = np.where(slow, SLOW, np.where(row >= 0, known, PENDING))
        codes[codes == PENDING] = UNKNOWN
        for place in np.flatnonzero(codes == SLOW).tolist():
            codes[place] = self._settle(asked, place, int(since[place]))
        return codes

    def _since(self, asked: LookupBatch) -> Times:
        """Since when each address is own space; the far future where it never was."""
        since = np.full(len(asked.at), np.iinfo(np.int64).max, np.int64)
        for space in self._own:
            since = np.minimum(since, space.since(asked.high, asked.low))
        return since

    def _settle(self, asked: LookupBatch, place: int, since: int) -> int:
        """One question, by the code that `holder_at` uses."""
        port = int(asked.ports[place])
        spans = list(self._spans(asked.high[place : place + 1], asked.low[place : place + 1]))
        moments = asked.window(place)
        return _code(combine_sites({"": since}, {"": spans}, moments, None if port < 0 else port))

    def _spans(self, high: Numbers, low: Numbers) -> Iterator[AssignmentSpan[int]]:
        for level in self._levels:
            yield from level.spans(high, low)


def _code(answer: AttributionResult[int]) -> int:
    if not answer.inside:
        return NOT_OURS
    if not answer.spans:
        return UNKNOWN
    return answer.spans[0].record if answer.certain else DISPUTED


class _Space:
    """Own prefixes of one length, with the earliest moment each is own."""

    def __init__(self, version: int, length: int, own: Sequence[OwnSpace]) -> None:
        mine = [space for space in own if space.prefix.prefixlen == length]
        numbers = [int(space.prefix.network_address) for space in mine]
        shift = 64 if version == 6 else 0  # noqa: PLR2004 - the IP version
        high = np.array([number >> shift for number in numbers], np.uint64)
        low = np.array([number & ((1 << shift) - 1) for number in numbers], np.uint64)
        self._nets = NetworkRanks(version, length, high, low)
        self._since = np.full(len(self._nets), np.iinfo(np.int64).max, np.int64)
        begins = [ALWAYS if space.since is None else micros(space.since) for space in mine]
        np.minimum.at(self._since, self._nets.ranks, np.array(begins, np.int64))

    def since(self, high: Numbers, low: Numbers) -> Times:
        rank = self._nets.rank(high, low)
        return np.where(rank >= 0, self._since[rank], np.iinfo(np.int64).max)
