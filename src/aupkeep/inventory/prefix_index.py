"""All records of one level, a precedence and a prefix length, in arrays: the inside of `snapshot`.

A network whose records all span all ports has one block. A port-shared network has one block for
each run of ports between two borders, and a record stands in every block it spans; so within a
block records follow each other in time, and one binary search finds the only candidate.
"""

from collections.abc import Iterator

import numpy as np

from aupkeep.inventory.assignment_columns import (
    NOBODY,
    AssignmentColumns,
    Flags,
    NetworkRanks,
    Numbers,
    Places,
    Times,
)
from aupkeep.inventory.attribution import AssignmentSpan
from aupkeep.model.holding import ALL_PORTS

PORT_BITS = np.uint64(17)  # a block may begin at 65536, one past the last port
RANK_BITS = np.uint64(32)


class PrefixIndex:
    """One level of one site and IP version."""

    def __init__(self, version: int, part: AssignmentColumns, rows: Places) -> None:
        """`part` are the records, one at least, `rows` their places in the whole."""
        self._level, self._part, self._rows = int(part.level[0]), part, rows
        self._nets = NetworkRanks(version, int(part.length[0]), part.high, part.low)
        ranks = self._nets.ranks
        self._order = np.argsort(ranks, kind="stable")
        self._first = np.searchsorted(ranks[self._order], np.arange(len(self._nets) + 1))
        partial = (part.port_from != ALL_PORTS[0]) | (part.port_to != ALL_PORTS[1])
        self._shared = np.zeros(len(self._nets), np.bool_)
        self._shared[ranks[partial]] = True
        self._blocks: Numbers | None = None
        record, block = np.arange(len(rows)), ranks
        if partial.any():
            self._blocks = self._borders(ranks)
            record, block = self._expand(ranks, self._blocks)
        self._sort(record, block)

    def settle(
        self, address: tuple[Numbers, Numbers], window: tuple[Times, Times], ports: Places
    ) -> tuple[Places, Flags]:
        """For each question the place of the record that spans the whole window, or -1.

        The second array marks questions this level cannot settle alone.
        """
        row = np.full(len(ports), -1, np.int64)
        slow = np.zeros(len(ports), np.bool_)
        rank = self._nets.rank(*address)
        rest = np.flatnonzero(rank >= 0)
        rank = rank[rest]
        lo, hi, port = window[0][rest], window[1][rest], ports[rest]
        block = self._block(rank, port)
        place = self._last(block, hi)
        touching = (place >= 0) & (self._block_of[place] == block) & (self._ends[place] > lo)
        whole = touching & (self._starts[place] <= lo) & (self._ends[place] > hi)
        slow[rest] = (touching & ~whole) | (self._shared[rank] & (port < 0)) | self._mixed[block]
        row[rest] = np.where(whole, self._rows[self._record[place]], -1)
        return row, slow

    def spans(self, high: Numbers, low: Numbers) -> Iterator[AssignmentSpan[int]]:
        """All records of the network around one address."""
        rank = int(self._nets.rank(high, low)[0])
        if rank < 0:
            return
        part = self._part
        for i in self._order[self._first[rank] : self._first[rank + 1]].tolist():
            holder = int(part.holder[i])
            yield AssignmentSpan(
                self._level,
                int(part.port_from[i]),
                int(part.port_to[i]),
                int(part.start[i]),
                int(part.end[i]),
                None if holder == NOBODY else holder,
                int(self._rows[i]),
            )

    def _borders(self, ranks: Places) -> Numbers:
        """Where a block begins, as (network, first port): at 0 and at each border of a record."""
        base = ranks.astype(np.uint64) << PORT_BITS
        first, past = self._part.port_from, self._part.port_to + 1
        inside = past <= ALL_PORTS[1]
        whole = np.arange(len(self._nets), dtype=np.uint64) << PORT_BITS
        return np.unique(
            np.concatenate(
                [
                    whole,
                    base | first.astype(np.uint64),
                    (base | past.astype(np.uint64))[inside],
                ]
            )
        )

    def _expand(self, ranks: Places, blocks: Numbers) -> tuple[Places, Places]:
        """Each record once for every block it spans: (record, block) pairs."""
        base = ranks.astype(np.uint64) << PORT_BITS
        low = np.searchsorted(blocks, base | self._part.port_from.astype(np.uint64))
        high = np.searchsorted(blocks, base | self._part.port_to.astype(np.uint64), side="right")
        count = high - low
        record = np.repeat(np.arange(len(ranks)), count)
        within = np.arange(len(record)) - np.repeat(np.cumsum(count) - count, count)
        return record, low[record] + within

    def _sort(self, record: Places, block: Places) -> None:
        start, end = self._part.start[record], self._part.end[record]
        self._times = np.unique(start)
        since = np.searchsorted(self._times, start).astype(np.uint64) + np.uint64(1)
        keys = block.astype(np.uint64) << RANK_BITS | since
        order = np.argsort(keys, kind="stable")
        self._keys, self._record = keys[order], record[order]
        self._starts, self._ends, self._block_of = start[order], end[order], block[order]
        overlap = (self._block_of[1:] == self._block_of[:-1]) & (self._starts[1:] < self._ends[:-1])
        count = len(self._nets) if self._blocks is None else len(self._blocks)
        self._mixed = np.zeros(count, np.bool_)  # blocks whose records contradict each other
        self._mixed[self._block_of[1:][overlap]] = True

    def _block(self, rank: Places, port: Places) -> Places:
        if self._blocks is None:
            return rank
        wanted = rank.astype(np.uint64) << PORT_BITS | np.maximum(port, 0).astype(np.uint64)
        return np.searchsorted(self._blocks, wanted, side="right") - 1

    def _last(self, block: Places, hi: Times) -> Places:
        """The last record of the block that starts by `hi`; perhaps one of an earlier block."""
        since = np.searchsorted(self._times, hi, side="right").astype(np.uint64)
        wanted = block.astype(np.uint64) << RANK_BITS | since
        return np.searchsorted(self._keys, wanted, side="right") - 1
