"""Sketches against plain sets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.telemetry.window.sketches import (
    FULL,
    REGISTERS,
    WORDS,
    count_distinct,
    count_ports,
    mark_port,
    note_distinct,
    scramble,
)

MASK = (1 << 64) - 1


def plain_mix(value: int) -> int:
    """The oracle: the same finaliser in whole numbers."""
    value ^= value >> 30
    value = value * 0xBF58476D1CE4E5B9 & MASK
    value ^= value >> 27
    value = value * 0x94D049BB133111EB & MASK
    return value ^ value >> 31


def plain_registers(keys: set[int]) -> list[int]:
    """The oracle of `note_distinct`: the greatest rank seen at each register."""
    found = [0] * REGISTERS
    for key in keys:
        mixed = plain_mix(key)
        rest = mixed >> 8 | 1 << 55
        rank = (rest & -rest).bit_length()
        found[mixed & 255] = max(found[mixed & 255], rank)
    return found


@given(st.integers(0, MASK))
@settings(deadline=None)
def test_mixes_as_the_oracle(value: int):
    assert int(scramble(np.uint64(value))) == plain_mix(value)


@given(st.sets(st.integers(0, MASK), max_size=60))
@settings(deadline=None)
def test_notes_as_the_oracle(keys: set[int]):
    registers = np.zeros(REGISTERS, np.uint8)
    for key in [*keys, *keys]:
        note_distinct(registers, np.uint64(key))
    assert registers.tolist() == plain_registers(keys)


@pytest.mark.parametrize("count", [1, 5, 20, 30, 100, 1000, 20_000, 500_000])
def test_counts_peers_within_a_few_percent(count: int):
    """Five standard errors of what the sketch promises."""
    registers = np.zeros(REGISTERS, np.uint8)
    for key in range(count):
        note_distinct(registers, np.uint64(key * 977 + 5))
    assert float(count_distinct(registers)) == pytest.approx(count, rel=0.33, abs=1)


@pytest.mark.parametrize("count", [1, 15, 20, 100, 1000])
def test_counts_ports(count: int):
    words = np.zeros(WORDS, np.uint64)
    for port in [*range(count), *range(count)]:
        mark_port(words, np.uint64(port))
    assert float(count_ports(words)) == pytest.approx(count, rel=0.15, abs=1)


def test_a_full_bitmap_says_at_least():
    words = np.full(WORDS, MASK, np.uint64)
    assert float(count_ports(words)) == pytest.approx(FULL, abs=1)
