"""Our own address space as slots: small numbers that index the windows' arrays.

IPv4 prefixes are dense, one slot an address, as long as they fit into `DENSE`; IPv6, and IPv4 that
does not fit, share a bounded table of addresses that were seen. An address that sends takes a place
in it; one that only receives takes a place while at least half of the table is free, so strangers
who probe an IPv6 prefix cannot crowd out who lives there. A place idle for `IDLE` seconds may be
taken over; no window is longer than half of that. What finds no place is counted in `overflow`.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Address
from aupkeep.telemetry.kernel import kernel
from aupkeep.telemetry.mixing import mix3, whole
from aupkeep.telemetry.rows import HALF, IPV4, address, halves

Network = IPv4Network | IPv6Network

DENSE = 1 << 18  # IPv4 addresses that have a slot from the start
HASHED = 1 << 14  # places for addresses that are seen; a power of two
PROBES = 16  # places that one address may stand in
IDLE = 1200  # seconds
FOREIGN, NO_PLACE = -1, -2  # instead of a slot

PRIVATE = (  # what the public network does not carry: RFC 1918, 6598, 3927, 4193, 4291
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
    "127.0.0.0/8", "fc00::/7", "fe80::/10",
)  # fmt: skip


class Space(NamedTuple):
    """Own space as kernels read it: prefixes sorted by first address, IPv4 before IPv6."""

    start_hi: NDArray[np.uint64]
    start_lo: NDArray[np.uint64]
    end_hi: NDArray[np.uint64]  # last address
    end_lo: NDArray[np.uint64]
    base: NDArray[np.int64]  # the first slot of a dense prefix, -1: hashed
    private: NDArray[np.bool_]  # the prefix itself is private
    hi: NDArray[np.uint64]  # of each place of the table
    lo: NDArray[np.uint64]
    seen: NDArray[np.int64]  # second of each place; 0: never used
    numbers: NDArray[np.int64]  # IPv4 prefixes, dense slots, used places, overflow
    seed: NDArray[np.uint64]


@kernel
def prefix_at(space: Space, family: int, hi: np.uint64, lo: np.uint64) -> int:
    """Which of our prefixes holds an address; -1: none."""
    first = 0 if family == IPV4 else space.numbers[0]
    low, high = first, space.numbers[0] if family == IPV4 else len(space.base)
    while low < high:
        middle = (low + high) >> 1
        start = space.start_hi[middle]
        if start > hi or (start == hi and space.start_lo[middle] > lo):
            high = middle
        else:
            low = middle + 1
    at = low - 1
    if at < first:
        return -1
    last = space.end_hi[at]
    return -1 if hi > last or (hi == last and lo > space.end_lo[at]) else at


@kernel
def slot_at(
    space: Space, prefix: int, hi: np.uint64, lo: np.uint64, second: int, sends: int
) -> int:
    """The slot of an address inside `prefix`, or NO_PLACE; what is seen is remembered."""
    base, second = space.base[prefix], max(second, 1)
    if base >= 0:
        return whole(base) + whole(lo - space.start_lo[prefix])
    mask = len(space.hi) - 1
    start = whole(mix3(space.seed[0], hi, lo, np.uint64(0)) >> np.uint64(32))
    free = -1
    for step in range(PROBES):
        at = (start + step) & mask
        age = space.seen[at]
        if age != 0 and space.hi[at] == hi and space.lo[at] == lo:
            space.seen[at] = max(age, second)
            return whole(space.numbers[1]) + at
        if free < 0 and (age == 0 or second - age > IDLE):
            free = at
    if free < 0 or (not sends and space.numbers[2] * 2 > len(space.hi)):
        space.numbers[3] += 1
        return NO_PLACE
    space.numbers[2] += space.seen[free] == 0
    space.hi[free], space.lo[free], space.seen[free] = hi, lo, second
    return whole(space.numbers[1]) + free


class Own:
    """Our own prefixes. `seed` is drawn by whoever runs this, so that nobody can aim at places."""

    def __init__(
        self,
        prefixes: Iterable[Network],
        *,
        hashed: int = HASHED,
        seed: int = 0,
        dense: int = DENSE,
    ) -> None:
        """Sort and place them; raises `Invalid` when there is none."""
        given = list(prefixes)
        four = list(collapse_addresses(one for one in given if isinstance(one, IPv4Network)))
        six = list(collapse_addresses(one for one in given if isinstance(one, IPv6Network)))
        self.prefixes: tuple[Network, ...] = (*four, *six)
        if not self.prefixes:
            raise Invalid("own prefixes: expected at least one, found none")
        if hashed & (hashed - 1):
            raise Invalid(f"own prefixes: expected a power of two for the table, found {hashed}")
        bases, used = _bases(self.prefixes, dense)
        self.space = _space(self.prefixes, bases, hashed, seed)
        self.space.numbers[:2] = len(four), used
        self.slots = used + hashed

    @property
    def overflow(self) -> int:
        """How many times an own address found no place."""
        return int(self.space.numbers[3])

    def slot(self, one: Address) -> int:
        """The slot of an address, FOREIGN, or NO_PLACE when it has none yet."""
        hi, lo = halves(one)
        family = one.version
        at = int(prefix_at(self.space, family, np.uint64(hi), np.uint64(lo)))
        if at < 0:
            return FOREIGN
        base = int(self.space.base[at])
        if base >= 0:
            return base + lo - int(self.space.start_lo[at])
        same = (self.space.hi == hi) & (self.space.lo == lo) & (self.space.seen != 0)
        found = np.flatnonzero(same)
        return int(self.space.numbers[1]) + int(found[0]) if len(found) else NO_PLACE

    def address(self, slot: int) -> Address:
        """The address that has a slot now."""
        dense = int(self.space.numbers[1])
        if slot >= dense:
            hi, lo = int(self.space.hi[slot - dense]), int(self.space.lo[slot - dense])
            found = address(4 if hi == 0 and lo >> 32 == 0 else 6, hi, lo)
        else:
            bases = np.where(self.space.base < 0, dense, self.space.base)
            at = int(np.flatnonzero(bases <= slot)[-1]) if len(bases) else 0
            found = address(4, 0, int(self.space.start_lo[at]) + slot - int(bases[at]))
        if found is None:
            raise Invalid(f"slot {slot}: expected an address, found none")
        return found


def _bases(prefixes: Iterable[Network], dense: int) -> tuple[list[int], int]:
    """The first slot of each prefix, -1 where it is hashed; and how many slots are used."""
    bases, used = [], 0
    for one in prefixes:
        fits = isinstance(one, IPv4Network) and used + one.num_addresses <= dense
        bases.append(used if fits else -1)
        used += one.num_addresses if fits else 0
    return bases, used


def _space(prefixes: tuple[Network, ...], bases: list[int], hashed: int, seed: int) -> Space:
    """The arrays."""
    from ipaddress import ip_network

    first = [int(one.network_address) for one in prefixes]
    last = [int(one.broadcast_address) for one in prefixes]
    private = [ip_network(one) for one in PRIVATE]
    within = [
        any(p.version == one.version and one.subnet_of(p) for p in private)  # type: ignore[arg-type] # the versions are alike
        for one in prefixes
    ]
    return Space(
        start_hi=np.array([one >> 64 for one in first], np.uint64),
        start_lo=np.array([one & HALF for one in first], np.uint64),
        end_hi=np.array([one >> 64 for one in last], np.uint64),
        end_lo=np.array([one & HALF for one in last], np.uint64),
        base=np.array(bases, np.int64),
        private=np.array(within, np.bool_),
        hi=np.zeros(hashed, np.uint64),
        lo=np.zeros(hashed, np.uint64),
        seen=np.zeros(hashed, np.int64),
        numbers=np.zeros(4, np.int64),
        seed=np.array([seed], np.uint64),
    )
