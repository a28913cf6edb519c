"""A table that kernels look numbers up in: open addressing over two arrays, kept from Python.

Python's dictionary is the truth and the arrays are its mirror; they are made anew, twice as long,
before they are half full, so that a look-up always ends. Keys are above 0 and below 2**63.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.kernel import inlined

ABSENT = -1
SPREAD = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio: Knuth, volume 3, section 6.4
MASK = (1 << 64) - 1
SHORTEST = 64


@dataclass(slots=True)
class Table:
    """From keys to numbers of 0 or more."""

    keys: NDArray[np.int64] = field(default_factory=lambda: np.zeros(SHORTEST, np.int64))
    values: NDArray[np.int64] = field(default_factory=lambda: np.zeros(SHORTEST, np.int64))
    known: dict[int, int] = field(default_factory=dict)
    _used: int = 0  # places taken in the arrays, by removed keys too

    def put(self, key: int, value: int) -> None:
        """Set a key's number."""
        self.known[key] = value
        place = self._place(key)
        self._used += self.keys[place] == 0
        self.keys[place], self.values[place] = key, value
        if self._used * 2 > len(self.keys):
            self._renew()

    def drop(self, key: int) -> None:
        """Forget a key; one that is not there is no matter."""
        if self.known.pop(key, None) is not None:
            self.values[self._place(key)] = ABSENT

    def _place(self, key: int) -> int:
        last = len(self.keys) - 1
        place = ((key * SPREAD & MASK) >> 32) & last
        while self.keys[place] not in (0, key):
            place = (place + 1) & last
        return place

    def _renew(self) -> None:
        length = SHORTEST
        while length < len(self.known) * 4:
            length *= 2
        self.keys, self.values = np.zeros(length, np.int64), np.zeros(length, np.int64)
        self._used = len(self.known)
        for key, value in self.known.items():
            place = self._place(key)
            self.keys[place], self.values[place] = key, value


@inlined
def find(keys: NDArray[np.int64], values: NDArray[np.int64], key: int) -> int:
    """A key's number, or -1."""
    last = len(keys) - 1
    place = np.int64((np.uint64(key) * np.uint64(SPREAD)) >> np.uint64(32)) & last
    while keys[place] != 0:
        if keys[place] == key:
            return int(values[place])
        place = (place + 1) & last
    return ABSENT
