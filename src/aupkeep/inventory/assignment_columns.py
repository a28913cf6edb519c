"""Assignments and addresses as numpy columns, for look-ups by the million.

An IPv4 address is one uint64 (its number); an IPv6 address is two (high and low half), in an array
of shape (n, 2). Times are int64 microseconds since 1970.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aupkeep.inventory.attribution import ALWAYS, FOREVER, micros
from aupkeep.model.holding import Assignment, Tenure, level_of
from aupkeep.model.subject import Address

Numbers = NDArray[np.uint64]
Times = NDArray[np.int64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
HALF = (1 << 64) - 1
BITS = {4: 32, 6: 128}
NOBODY = -1  # the holder's code of a pool


@dataclass(frozen=True, slots=True)
class AssignmentColumns:
    """One row a record. `high` and `low` are the network's halves; IPv4 is in `high` alone.

    `site` and `holder` are codes: equal codes mean the same site, the same customer and resource;
    the holder of a pool is NOBODY. `level` is `level_of` precedence and length.
    `start` and `end` are half-open, in microseconds; an open end is `attribution.FOREVER`.
    """

    site: NDArray[np.int32]
    version: NDArray[np.uint8]
    length: NDArray[np.uint8]
    level: NDArray[np.int32]
    high: Numbers
    low: Numbers
    port_from: NDArray[np.int32]
    port_to: NDArray[np.int32]
    start: Times
    end: Times
    holder: NDArray[np.int64]

    def take(self, rows: Places | Flags) -> "AssignmentColumns":
        """Some of the rows."""
        return AssignmentColumns(**{name: getattr(self, name)[rows] for name in self.__slots__})


class IntegerCodes:
    """Whole numbers for things, in order of first sight."""

    def __init__(self) -> None:
        self._codes: dict[object, int] = {}

    def __call__(self, thing: object) -> int:
        """The same number for the same thing."""
        return self._codes.setdefault(thing, len(self._codes))


def columns_of(assignments: Sequence[Assignment], sites: IntegerCodes) -> AssignmentColumns:
    """The records as columns, row i for record i, believed or not."""
    holders = IntegerCodes()
    return _columns([_row(item, sites, holders) for item in assignments])


def columns_in_force(tenures: Iterable[Tenure], sites: IntegerCodes) -> AssignmentColumns:
    """What is in force, as if it always were and would be."""
    holders = IntegerCodes()
    return _columns([_now(item, sites, holders) for item in tenures])


def _columns(table: Sequence[Sequence[int]]) -> AssignmentColumns:
    kinds: tuple[type[Any], ...] = (
        *(np.int32, np.uint8, np.uint8, np.int32, np.uint64, np.uint64),
        *(np.int32, np.int32, np.int64, np.int64, np.int64),
    )
    values: Iterable[Sequence[int]] = zip(*table, strict=True) if table else [()] * len(kinds)
    return AssignmentColumns(
        *(np.array(column, kind) for column, kind in zip(values, kinds, strict=True)),
    )


def _row(item: Assignment, sites: IntegerCodes, holders: IntegerCodes) -> tuple[int, ...]:
    number = int(item.prefix.network_address)
    wide = item.prefix.version == 6  # noqa: PLR2004 - the IP version
    return (
        sites(item.site),
        item.prefix.version,
        item.prefix.prefixlen,
        item.level,
        number >> 64 if wide else number,
        number & HALF if wide else 0,
        item.port_from,
        item.port_to,
        micros(item.start),
        FOREVER if item.end is None else micros(item.end),
        NOBODY if item.pool else holders((item.customer, item.resource)),
    )


def _now(item: Tenure, sites: IntegerCodes, holders: IntegerCodes) -> tuple[int, ...]:
    number, wide = item.network, item.version == 6  # noqa: PLR2004 - the IP version
    return (
        sites(item.site),
        item.version,
        item.length,
        level_of(item.precedence, item.length),
        number >> 64 if wide else number,
        number & HALF if wide else 0,
        item.port_from,
        item.port_to,
        ALWAYS,
        FOREVER,
        holders((item.customer, item.resource)) if item.customer else NOBODY,
    )


def pack(addresses: Sequence[Address]) -> Numbers:
    """Addresses of one IP version as an array: shape (n,) for IPv4, (n, 2) for IPv6."""
    numbers = [int(address) for address in addresses]
    if any(address.version == 6 for address in addresses):  # noqa: PLR2004 - the IP version
        halves = [(number >> 64, number & HALF) for number in numbers]
        return np.array(halves, np.uint64)
    return np.array(numbers, np.uint64)


def times(moments: Iterable[datetime]) -> Times:
    """Aware moments as microseconds."""
    return np.array([micros(moment) for moment in moments], np.int64)


def find(table: Numbers, values: Numbers) -> Places:
    """Where each value stands in a sorted table without repeats; -1 where it does not."""
    if not len(table):
        return np.full(len(values), -1, np.int64)
    places = np.minimum(np.searchsorted(table, values), len(table) - 1)
    return np.where(table[places] == values, places, -1)


class NetworkRanks:
    """The distinct networks of one prefix length, each with a rank.

    Up to 64 significant bits one sorted array is enough. Longer IPv6 prefixes are found by the rank
    of each half, then by the pair of ranks.
    """

    def __init__(self, version: int, length: int, high: Numbers, low: Numbers) -> None:
        mask = ((1 << length) - 1) << (BITS[version] - length)
        self._masks = (mask, HALF) if version == 4 else (mask >> 64, mask & HALF)  # noqa: PLR2004 - the IP version
        self._deep = version == 6 and length > 64  # noqa: PLR2004 - more than one half
        high, low = self._cut(high, low)
        self._high, self._rank = np.unique(high, return_inverse=True)
        self._low = self._pairs = np.zeros(0, np.uint64)
        if self._deep:
            self._low, second = np.unique(low, return_inverse=True)
            self._pairs, self._rank = np.unique(_pair(self._rank, second), return_inverse=True)

    def __len__(self) -> int:
        """How many networks."""
        return len(self._pairs) if self._deep else len(self._high)

    @property
    def ranks(self) -> Places:
        """The rank of each row the table was made from."""
        return self._rank.astype(np.int64)

    def rank(self, high: Numbers, low: Numbers) -> Places:
        """The rank of the network around each address, or -1."""
        high, low = self._cut(high, low)
        first = find(self._high, high)
        if not self._deep:
            return first
        result = np.full(len(high), -1, np.int64)
        rest = np.flatnonzero(first >= 0)
        second = find(self._low, low[rest])
        rest, second = rest[second >= 0], second[second >= 0]
        result[rest] = find(self._pairs, _pair(first[rest], second))
        return result

    def _cut(self, high: Numbers, low: Numbers) -> tuple[Numbers, Numbers]:
        return high & np.uint64(self._masks[0]), low & np.uint64(self._masks[1])


def _pair(first: Places, second: Places) -> Numbers:
    """Two ranks below 2**32 as one sortable number."""
    return first.astype(np.uint64) << np.uint64(32) | second.astype(np.uint64)
