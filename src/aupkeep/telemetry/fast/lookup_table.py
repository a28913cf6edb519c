"""A table that kernels look numbers up in: keys of four words, open addressing, kept from Python.

Python's dictionary is the truth and the arrays are its mirror; they are made anew, twice as long,
before they are half full, so that a look-up always ends. A word is below 2**64; a key is not all
zeros.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.fast.big_endian import signed
from aupkeep.telemetry.jit import inlined

Key: TypeAlias = tuple[int, int, int, int]
ABSENT = -1
MASK = (1 << 64) - 1
SHORTEST = 64
# Odd numbers without pattern: 2**64 over the golden ratio and the first roots of the primes.
SPREAD = (0x9E3779B97F4A7C15, 0x6A09E667F3BCC909, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B)
BY1, BY2, BY3, BY4 = (np.uint64(multiplier) for multiplier in SPREAD)
TOP, ZERO = np.uint64(32), np.uint64(0)


@dataclass(slots=True)
class LookupTable:
    """From keys to numbers of 0 or more."""

    keys: NDArray[np.uint64] = field(default_factory=lambda: np.zeros((SHORTEST, 4), np.uint64))
    values: NDArray[np.int64] = field(default_factory=lambda: np.zeros(SHORTEST, np.int64))
    known: dict[Key, int] = field(default_factory=dict)
    _used: int = 0  # places taken in the arrays, by dropped keys too

    def put(self, key: Key, value: int) -> None:
        """Set a key's number."""
        self.known[key] = value
        place = self._place(key)
        self._used += not self.keys[place].any()
        self.keys[place], self.values[place] = key, value
        if self._used * 2 > len(self.keys):
            self._renew()

    def drop(self, key: Key) -> int | None:
        """Forget a key; the number it had, None when it is not there."""
        place = self.known.pop(key, None)
        if place is not None:
            self.values[self._place(key)] = ABSENT
        return place

    def _place(self, key: Key) -> int:
        last = len(self.keys) - 1
        words = np.array(key, np.uint64)
        mixed = 0
        for word, by in zip(key, SPREAD, strict=True):
            mixed ^= word * by & MASK
        place = mixed >> 32 & last
        while self.keys[place].any() and (self.keys[place] != words).any():
            place = (place + 1) & last
        return place

    def _renew(self) -> None:
        length = SHORTEST
        while length < len(self.known) * 4:
            length *= 2
        self.keys, self.values = np.zeros((length, 4), np.uint64), np.zeros(length, np.int64)
        self._used = len(self.known)
        for key, value in self.known.items():
            place = self._place(key)
            self.keys[place], self.values[place] = key, value


@inlined
def find(
    keys: NDArray[np.uint64],
    values: NDArray[np.int64],
    first: np.uint64,
    second: np.uint64,
    third: np.uint64,
    fourth: np.uint64,
) -> int:
    """A key's number, or -1."""
    last = len(keys) - 1
    place = signed((first * BY1 ^ second * BY2 ^ third * BY3 ^ fourth * BY4) >> TOP) & last
    for _ in range(len(keys)):
        same = keys[place, 0] == first and keys[place, 1] == second
        if same and keys[place, 2] == third and keys[place, 3] == fourth:
            return signed(values[place])
        empty = keys[place, 0] == ZERO and keys[place, 1] == ZERO
        if empty and keys[place, 2] == ZERO and keys[place, 3] == ZERO:
            return ABSENT
        place = (place + 1) & last
    return ABSENT
