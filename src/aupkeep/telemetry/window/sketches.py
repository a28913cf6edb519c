"""Hashing and sketches: how many different peers or ports, in a fixed number of bytes.

Distinct peers are counted by HyperLogLog with 256 registers (Flajolet et al. 2007; standard error
1.04/16 = 6.5 %), below 640 by linear counting in the same registers (Whang et al. 1990; at 30 peers
about 4.5 %). Distinct ports are a bitmap of 1024 bits. A sketch never counts one thing twice, so
repeating a try cannot raise it; two things in one place make it count less, never more.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.jit import kernel

REGISTERS = 256
BITS = 1024
WORDS = BITS // 64
FULL = 7098.0  # what a bitmap with one bit free says: 1024 ln 1024
SMALL = 2.5 * REGISTERS  # up to here linear counting is the better estimate
SCALE = 0.7213 / (1 + 1.079 / REGISTERS) * REGISTERS * REGISTERS

Registers = NDArray[np.uint8]
Bits = NDArray[np.uint64]


@kernel
def signed64(value: Any) -> int:  # noqa: ANN401 - any of numpy's numbers
    """A signed number: unsigned and signed ones together would become fractions."""
    return np.int64(value)  # type: ignore[return-value] # to the interpreter it is one


@kernel
def scramble(value: np.uint64) -> np.uint64:
    """Every bit of 64 depends on every other (the finaliser of SplitMix64, Steele et al. 2014)."""
    value ^= value >> np.uint64(30)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    value ^= value >> np.uint64(27)
    value *= np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@kernel
def hash3(seed: np.uint64, first: np.uint64, second: np.uint64, third: np.uint64) -> np.uint64:
    """Three numbers as one key; `seed` keeps strangers from choosing keys that meet. Never 0."""
    return scramble(scramble(scramble(seed + first) + second) + third) | np.uint64(1)


@kernel
def note_distinct(registers: Registers, key: np.uint64) -> None:
    """Count a thing in 256 registers; `key` need not be mixed."""
    rest = scramble(key)
    place = rest & np.uint64(REGISTERS - 1)
    rest = (rest >> np.uint64(8)) | np.uint64(1 << 55)
    rank = np.uint8(1)
    while rest & np.uint64(1) == np.uint64(0):
        rest >>= np.uint64(1)
        rank += np.uint8(1)
    registers[place] = max(registers[place], rank)


@kernel
def mark_port(words: Bits, number: np.uint64) -> None:
    """Count a port in 1024 bits."""
    bit = scramble(number + np.uint64(77)) & np.uint64(BITS - 1)
    words[bit >> np.uint64(6)] |= np.uint64(1) << (bit & np.uint64(63))


def count_distinct(registers: Registers) -> NDArray[np.float64]:
    """How many things were noted; the last axis is the registers.

    >>> count_distinct(np.zeros((2, 256), np.uint8)).tolist()
    [0.0, 0.0]
    """
    empty = (registers == 0).sum(-1)
    raw = SCALE / np.ldexp(1.0, -registers.astype(np.int32)).sum(-1)
    linear = REGISTERS * np.log(REGISTERS / np.maximum(empty, 1))
    estimates: NDArray[np.float64] = np.where((raw <= SMALL) & (empty > 0), linear, raw)
    return estimates


def count_ports(words: Bits) -> NDArray[np.float64]:
    """How many ports were marked; the last axis is the words. At most `FULL`.

    >>> float(count_ports(np.zeros(16, np.uint64)))
    0.0
    """
    free = BITS - np.bitwise_count(words).sum(-1)
    estimates: NDArray[np.float64] = BITS * np.log(BITS / np.maximum(free, 1))
    return estimates
