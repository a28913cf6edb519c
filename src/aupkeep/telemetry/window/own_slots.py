"""Our own address space as slots: small numbers that index the windows' arrays.

IPv4 prefixes are dense, one slot an address, as long as they fit into `DENSE`; IPv6, and IPv4 that
does not fit, share a bounded table of addresses that were seen. An address that sends takes a place
in it; one that only receives takes a place while at least half of the table is free, so strangers
who probe an IPv6 prefix cannot crowd out who lives there. A place idle for `IDLE` seconds may be
taken over; no window is longer than half of that. What finds no place is counted in `overflow`.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, collapse_addresses

import numpy as np

from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Address
from aupkeep.telemetry.jit import kernel
from aupkeep.telemetry.rows import HALF, IPV4, PRIVATE, Record, Rows, address, halves
from aupkeep.telemetry.window.sketches import hash3, signed64

Network = IPv4Network | IPv6Network

DENSE = 1 << 18  # IPv4 addresses that have a slot from the start
HASHED = 1 << 14  # places for addresses that are seen; a power of two
PREFIXES = 1024  # that do not touch
PROBES = 16  # places that one address may stand in
IDLE = 1200  # seconds
FOREIGN, NO_PLACE = -1, -2  # instead of a slot

SPACE = np.dtype(  # as kernels read it: prefixes sorted by first address, IPv4 before IPv6
    [
        ("start_hi", "u8", (PREFIXES,)),
        ("start_lo", "u8", (PREFIXES,)),
        ("end_hi", "u8", (PREFIXES,)),  # the last address
        ("end_lo", "u8", (PREFIXES,)),
        ("base", "i8", (PREFIXES,)),  # the first slot of a dense prefix, -1: hashed
        ("private", "u1", (PREFIXES,)),  # 1: the prefix itself is private
        ("hi", "u8", (HASHED,)),  # of each place of the table
        ("lo", "u8", (HASHED,)),
        ("seen", "i8", (HASHED,)),  # second of each place; 0: never used
        ("seed", "u8"),
        ("four", "i8"),  # IPv4 prefixes
        ("count", "i8"),  # prefixes
        ("dense", "i8"),  # slots
        ("used", "i8"),  # places
        ("overflow", "i8"),
        ("fresh", "i8"),  # the slot that another address took over, -1: none; who reads it clears
    ],
    align=True,
)


@kernel
def prefix_at(space: Record, family: int, hi: np.uint64, lo: np.uint64) -> int:
    """Which of our prefixes holds an address; -1: none."""
    first = signed64(0 if family == IPV4 else space["four"])
    low, high = first, signed64(space["four"] if family == IPV4 else space["count"])
    while low < high:
        middle = (low + high) >> 1
        start = space["start_hi"][middle]
        if start > hi or (start == hi and space["start_lo"][middle] > lo):
            high = middle
        else:
            low = middle + 1
    at = low - 1
    if at < first:
        return -1
    last = space["end_hi"][at]
    return -1 if hi > last or (hi == last and lo > space["end_lo"][at]) else at


@kernel
def slot_at(
    space: Record, prefix: int, hi: np.uint64, lo: np.uint64, second: int, sends: int
) -> int:
    """The slot of an address inside `prefix`, or NO_PLACE; what is seen is remembered."""
    base, second = space["base"][prefix], max(second, 1)
    if base >= 0:
        return signed64(base) + signed64(lo - space["start_lo"][prefix])
    start = signed64(hash3(space["seed"], hi, lo, np.uint64(0)) >> np.uint64(32))
    free = -1
    for step in range(PROBES):
        at = (start + step) & (HASHED - 1)
        age = space["seen"][at]
        if age != 0 and space["hi"][at] == hi and space["lo"][at] == lo:
            space["seen"][at] = max(age, second)
            return signed64(space["dense"]) + at
        if free < 0 and (age == 0 or second - age > IDLE):
            free = at
    if free < 0 or (not sends and space["used"] * 2 > HASHED):
        space["overflow"] += 1
        return NO_PLACE
    space["used"] += space["seen"][free] == 0
    if space["seen"][free] != 0:
        space["fresh"] = signed64(space["dense"]) + free
    space["hi"][free], space["lo"][free], space["seen"][free] = hi, lo, second
    return signed64(space["dense"]) + free


class OwnSlots:
    """Our own prefixes. `seed` is drawn by whoever runs this, so that nobody can aim at places."""

    def __init__(self, prefixes: Iterable[Network], *, seed: int = 0, dense: int = DENSE) -> None:
        """Sort and place them; raises `Invalid` when there is none, or more than PREFIXES."""
        given = list(prefixes)
        four = list(
            collapse_addresses(prefix for prefix in given if isinstance(prefix, IPv4Network))
        )
        six = list(
            collapse_addresses(prefix for prefix in given if isinstance(prefix, IPv6Network))
        )
        self.prefixes: tuple[Network, ...] = (*four, *six)
        if not 0 < len(self.prefixes) <= PREFIXES:
            count = len(self.prefixes)
            raise Invalid(
                f"own prefixes: expected 1 to {PREFIXES} that do not touch, found {count}"
            )
        bases, used = _bases(self.prefixes, dense)
        self.space = _space(self.prefixes, bases)
        self._space = self.space[0]
        self._space["seed"], self._space["four"], self._space["dense"] = seed, len(four), used
        self._space["count"], self._space["fresh"] = len(self.prefixes), -1
        self.dense = used
        self.slots = used + HASHED

    @property
    def overflow(self) -> int:
        """How many times an own address found no place."""
        return int(self._space["overflow"])

    def slot(self, wanted: Address) -> int:
        """The slot of an address, FOREIGN, or NO_PLACE when it has none yet."""
        hi, lo = halves(wanted)
        at = int(prefix_at(self._space, wanted.version, np.uint64(hi), np.uint64(lo)))
        if at < 0:
            return FOREIGN
        base = int(self._space["base"][at])
        if base >= 0:
            return base + lo - int(self._space["start_lo"][at])
        places = self._space
        same = (places["hi"] == hi) & (places["lo"] == lo) & (places["seen"] != 0)
        hashed = np.flatnonzero(same)
        return self.dense + int(hashed[0]) if len(hashed) else NO_PLACE

    def address(self, slot: int) -> Address:
        """The address that has a slot now."""
        if slot >= self.dense:
            place = slot - self.dense
            hi, lo = int(self._space["hi"][place]), int(self._space["lo"][place])
            own = address(4 if hi == 0 and lo >> 32 == 0 else 6, hi, lo)
        else:
            bases = self._space["base"][: len(self.prefixes)]
            at = int(np.flatnonzero((bases >= 0) & (bases <= slot))[-1])
            own = address(4, 0, int(self._space["start_lo"][at]) + slot - int(bases[at]))
        if own is None:
            raise Invalid(f"slot {slot}: expected an address, found none")
        return own


def _bases(prefixes: Iterable[Network], dense: int) -> tuple[list[int], int]:
    """The first slot of each prefix, -1 where it is hashed; and how many slots are used."""
    bases, used = [], 0
    for prefix in prefixes:
        fits = isinstance(prefix, IPv4Network) and used + prefix.num_addresses <= dense
        bases.append(used if fits else -1)
        used += prefix.num_addresses if fits else 0
    return bases, used


def _space(prefixes: tuple[Network, ...], bases: list[int]) -> Rows:
    """One record, the table of seen addresses empty."""
    space = np.zeros(1, SPACE)
    it = space[0]
    for at, prefix in enumerate(prefixes):
        first, last = int(prefix.network_address), int(prefix.broadcast_address)
        it["start_hi"][at], it["start_lo"][at] = first >> 64, first & HALF
        it["end_hi"][at], it["end_lo"][at] = last >> 64, last & HALF
        it["base"][at] = bases[at]
        it["private"][at] = any(
            p.version == prefix.version and prefix.subnet_of(p)  # type: ignore[arg-type] # alike
            for p in PRIVATE
        )
    return space
