"""What is packed is Parquet: two readers that know nothing of us read the same out of it."""

from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from aupkeep.telemetry.history.packed.chunk import Column, Room, Texts
from aupkeep.telemetry.history.packed.file import pieces

MOST = 70_000
ROOM = Room(MOST)
KINDS = ["u1", "u2", "u4", "u8", "i8"]


def packed(path: Path, columns: dict[str, Column], bounded: tuple[str, ...] = ()) -> Path:
    path.write_bytes(b"".join(pieces(columns, bounded, ROOM)))
    return path


def read_by_both(path: Path, columns: dict[str, Column]) -> None:
    """Both readers find each column with its type and its values."""
    arrow = parquet.ParquetFile(path).read()
    with duckdb.connect() as engine:
        other = engine.read_parquet(str(path)).to_arrow_table()
    assert arrow.column_names == other.column_names == list(columns)
    for name, column in columns.items():
        for found in (arrow.column(name), other.column(name)):
            if isinstance(column, Texts):
                assert found.to_pylist() == [column.texts[place] for place in column.places]
            else:
                assert found.to_numpy().dtype == column.dtype
                assert np.array_equal(found.to_numpy(), column), name


@pytest.mark.parametrize("different", [1, 2, 3, 5, 16, 17, 256, 257, 60_000])
@pytest.mark.parametrize("rows", [1, 7, 8, 9, 1000, 65_001])
def test_columns_of_few_and_of_many_values(tmp_path: Path, different: int, rows: int) -> None:
    dice = np.random.default_rng(different)
    values = dice.integers(0, 1 << 64, different, np.uint64)[dice.integers(0, different, rows)]
    columns: dict[str, Column] = {kind: values.astype(kind) for kind in KINDS}
    read_by_both(packed(tmp_path / "a.parquet", columns), columns)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_any_numbers(tmp_path_factory: pytest.TempPathFactory, kind: str, data: object) -> None:
    limits = np.iinfo(kind)
    some = st.lists(st.integers(int(limits.min), int(limits.max)), min_size=1, max_size=400)
    column = np.array(data.draw(some), kind)  # type: ignore[attr-defined]
    path = tmp_path_factory.mktemp("any") / "a.parquet"
    read_by_both(packed(path, {"a": column}), {"a": column})


@pytest.mark.parametrize("different", [1, 2, 250, 256, 257, 700])
def test_texts_of_a_few_and_of_many_places(tmp_path: Path, different: int) -> None:
    texts = ["", "é", *(f"2001:db8::{n:x}" for n in range(different))]
    places = np.random.default_rng(1).integers(0, different, 3001).astype(np.uint32)
    columns: dict[str, Column] = {"who": Texts(places, texts)}
    read_by_both(packed(tmp_path / "a.parquet", columns), columns)


def test_bounds_are_told_of_the_columns_that_want_them(tmp_path: Path) -> None:
    columns: dict[str, Column] = {
        "at": np.array([5, -3, 9], np.int64),
        "n": np.array([1, 2, 3], np.int64),
    }
    group = parquet.ParquetFile(packed(tmp_path / "a.parquet", columns, ("at",))).metadata
    told = group.row_group(0).column(0).statistics
    assert (told.min, told.max, told.null_count) == (-3, 9, 0)
    assert group.row_group(0).column(1).statistics is None


def test_a_reader_leaves_out_a_file_whose_bounds_lie_elsewhere(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.parquet", {"n": np.arange(2000)}, ("n",))
    data = bytearray(path.read_bytes())
    data[4:100] = b"\xff" * 96  # nobody can read a page of it
    path.write_bytes(data)
    with duckdb.connect() as engine:
        assert engine.read_parquet(str(path)).filter("n >= 5000").fetchall() == []
        with pytest.raises(duckdb.Error):
            engine.read_parquet(str(path)).filter("n >= 1999").fetchall()


def test_what_is_one_value_costs_next_to_nothing(tmp_path: Path) -> None:
    columns: dict[str, Column] = {"a": np.full(MOST, 443, np.uint16)}
    assert packed(tmp_path / "a.parquet", columns).stat().st_size < 250
