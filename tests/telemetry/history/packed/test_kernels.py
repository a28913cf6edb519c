"""The kernels over columns do what numpy does in more steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.telemetry.history.packed import kernels
from aupkeep.telemetry.rows import ROW, empty

KINDS = ["u8", "u4", "u2", "u1"]
SOME = st.lists(st.integers(0, (1 << 64) - 1) | st.integers(0, 300), min_size=1, max_size=600)


def numbers(values: list[int], kind: str) -> kernels.Numbers:
    return np.array(values, np.uint64).astype(kind)


def test_every_field_is_in_one_width_and_they_stand_side_by_side() -> None:
    names = [name for width in kernels.WIDTHS for name in kernels.NAMES[width]]
    assert names == list(ROW.names or ())
    for width in kernels.WIDTHS:
        places = [kernels.PLACES[name] for name in kernels.NAMES[width]]
        assert set(np.diff(places)) == {width}


def test_rows_laid_apart_are_their_fields() -> None:
    rows = empty(700)
    dice = np.random.default_rng(1)
    for name in ROW.names or ():
        rows[name] = dice.integers(0, 1 << 63, len(rows), np.uint64).astype(ROW[name])
    seen = tuple(rows.view(f"u{n}").reshape(len(rows), -1) for n in kernels.WIDTHS)
    room = tuple(np.zeros((len(kernels.NAMES[n]), 800), f"u{n}") for n in kernels.WIDTHS)
    kernels.apart(seen, room)
    for width, table in zip(kernels.WIDTHS, room, strict=True):
        for name, column in zip(kernels.NAMES[width], table, strict=True):
            assert np.array_equal(column[:700], rows[name].view(f"u{width}")), name
            assert not column[700:].any()


@pytest.mark.parametrize("kind", KINDS)
@given(values=SOME)
def test_alike_is_what_has_one_value(kind: str, values: list[int]) -> None:
    column = numbers(values, kind)
    assert kernels.alike(column) == (len(np.unique(column)) == 1)
    assert kernels.alike(np.repeat(column[:1], 3000))


def test_a_column_whose_last_value_differs_is_not_alike() -> None:
    column = np.zeros(2 * kernels.BLOCK + 1, np.uint32)
    column[-1] = 1
    assert not kernels.alike(column)


@pytest.mark.parametrize("kind", KINDS)
@given(values=SOME)
def test_codes_of_a_few_values_name_them(kind: str, values: list[int]) -> None:
    column = numbers(values, kind)
    slots, found = np.ones(kernels.SLOTS, np.uint16), np.ones(kernels.FEW, np.uint64)
    codes = np.zeros(len(column), np.uint8)
    count = kernels.few(column, slots, found, codes)
    different = len(np.unique(column))
    assert count == (different if different <= kernels.FEW else 0)
    if count:
        assert np.array_equal(found[codes].astype(kind), column)


def test_values_that_fall_into_one_slot_are_kept_apart() -> None:
    every = np.arange(1 << 18, dtype=np.uint64)
    slots = (every * kernels.SPREAD) >> kernels.SHIFT
    column = every[slots == kernels.SLOTS - 1][: kernels.FEW]
    found, codes = np.zeros(kernels.FEW, np.uint64), np.zeros(len(column), np.uint8)
    count = kernels.few(column, np.zeros(kernels.SLOTS, np.uint16), found, codes)
    assert (count, len(column)) == (kernels.FEW, kernels.FEW)
    assert np.array_equal(found[codes], column)


@pytest.mark.parametrize("width", [1, 2, 4, 8])
def test_packed_codes_are_their_bits(width: int) -> None:
    codes = np.random.default_rng(1).integers(0, 1 << width, 64).astype(np.uint8)
    packed = np.zeros(64 * width // 8, np.uint8)
    kernels.pack(codes, width, packed)
    bits = np.unpackbits(codes[:, None], axis=1, count=width, bitorder="little")
    assert np.array_equal(packed, np.packbits(bits, bitorder="little"))


@pytest.mark.parametrize(("kind", "room"), [("u8", 8), ("u4", 4), ("u2", 4)])
@given(values=SOME)
def test_planes_are_the_bytes_turned_over(kind: str, room: int, values: list[int]) -> None:
    column = numbers(values, kind)
    split = np.full(len(column) * room, 7, np.uint8)
    kernels.planes(column, split)
    whole = column.astype(f"<u{room}").view(np.uint8).reshape(-1, room)
    assert np.array_equal(split.reshape(room, -1), whole.T)
