"""Small files become one, and no reader sees a row twice or not at all."""

from ipaddress import ip_address
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from aupkeep.telemetry.history import compact as module
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.history.compact import compact
from aupkeep.telemetry.history.files import hours, shown_and_hidden
from aupkeep.telemetry.history.layout import TEXT
from aupkeep.telemetry.history.parquet import ParquetHistory
from history_made import HOUR, NOON, OURS, rows, stored

LATER = NOON + 2 * HOUR


def shown(root: Path) -> list[tuple[str, int]]:
    return [
        (part.path.name, parquet.read_metadata(part.path).num_rows)
        for _, folder in hours(root)
        for part in shown_and_hidden(folder)[0]
    ]


def test_an_hour_that_is_over_becomes_one_file(tmp_path: Path) -> None:
    stored(tmp_path, rows({}), rows({}, {}), rows({}))
    assert compact(tmp_path, LATER) == 3
    assert shown(tmp_path) == [("00000001-00000003.parquet", 4)]
    assert compact(tmp_path, LATER) == 0


def test_a_running_hour_is_left_alone_until_it_is_crowded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(tmp_path, *(rows({}) for _ in range(4)))
    assert compact(tmp_path, NOON + 60_000) == 0
    monkeypatch.setattr(module, "COMPACT_AT", 4)
    assert compact(tmp_path, NOON + 60_000) == 4
    assert shown(tmp_path) == [("00000001-00000004.parquet", 4)]


def test_a_crash_before_the_parts_are_removed_shows_no_row_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(tmp_path, rows({}), rows({}))
    with monkeypatch.context() as patch:
        patch.setattr(module, "remove", lambda _: 0)
        compact(tmp_path, LATER)
    assert len(list(tmp_path.rglob("*.parquet"))) == 3
    assert shown(tmp_path) == [("00000001-00000002.parquet", 2)]
    archive = Archive(tmp_path)
    assert archive.reaped == 2
    archive.close()


def test_a_broken_file_stays_for_a_person_and_stops_nothing(tmp_path: Path) -> None:
    stored(tmp_path, rows({}), rows({}), rows({}))
    (folder,) = (folder for _, folder in hours(tmp_path))
    (folder / "00000003-00000003.parquet").write_bytes(b"PAR1 is no file PAR1")
    assert compact(tmp_path, LATER) == 2
    assert sorted(path.name for path in folder.iterdir()) == [
        "00000001-00000002.parquet",
        "00000003-00000003.parquet",
    ]


def test_a_disk_that_fails_leaves_the_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(tmp_path, rows({}), rows({}))

    def fails(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(module, "_copy", fails)
    with pytest.raises(OSError):  # noqa: PT011 - any
        compact(tmp_path, LATER)
    assert [count for _, count in shown(tmp_path)] == [1, 1]


def test_files_that_arrow_wrote_are_read_and_melted_with_newer_ones(tmp_path: Path) -> None:
    stored(tmp_path, rows({"dport": 1}), rows({"dport": 2}))
    (folder,) = (folder for _, folder in hours(tmp_path))
    first = folder / "00000001-00000001.parquet"
    table = parquet.ParquetFile(first).read()
    older = pa.schema([
        pa.field(one.name, TEXT if one.type == pa.string() else one.type) for one in table.schema
    ])  # fmt: skip
    parquet.write_table(table.cast(older), first, compression="zstd")
    history = ParquetHistory(tmp_path)
    before = history.flows(ip_address(OURS), NOON, NOON + HOUR, limit=9)
    assert compact(tmp_path, LATER) == 2
    after = history.flows(ip_address(OURS), NOON, NOON + HOUR, limit=9)
    assert sorted(before.rows.tolist()) == sorted(after.rows.tolist())
    assert sorted(int(row["dport"]) for row in after.rows) == [1, 2]
    assert str(after.exporters.addresses[0]) == "203.0.113.1"
