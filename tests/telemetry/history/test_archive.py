"""Rows reach the disk whole, or are counted as lost; nobody waits for it."""

import errno
import threading
from ipaddress import ip_address
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from aupkeep.model.errors import Conflict
from aupkeep.telemetry.history import archive as module
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.history.layout import rows_of
from aupkeep.telemetry.rows import ROW, Exporters
from history_made import HOUR, NOON, exporters, rows, stored


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*.parquet"))


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    given = rows({"src": "2001:db8::1", "dst": "2001:db8::2", "packets": 7}, {"sport": 22})
    given["exporter"] = 1
    archive = Archive(tmp_path, reserve=0)
    archive.append(given, exporters("203.0.113.1", "203.0.113.2"), NOON)
    archive.close()
    (path,) = tmp_path.rglob("*.parquet")
    table = Exporters()
    back = rows_of(parquet.read_table(path, partitioning=None), table)
    assert table.addresses[int(back["exporter"][0])] == ip_address("203.0.113.2")
    for name in set(ROW.names or ()) - {"exporter"}:
        assert np.array_equal(back[name], given[name]), name


def test_files_stand_by_site_and_hour(tmp_path: Path) -> None:
    given = rows({}, {"start": NOON + HOUR}, {})
    given["exporter"] = [0, 0, 1]
    sites = {ip_address("203.0.113.1"): "berlin", ip_address("203.0.113.2"): "../oslo"}
    archive = Archive(tmp_path, reserve=0, site_of=lambda address: sites[address])
    archive.append(given, exporters("203.0.113.1", "203.0.113.2"), NOON + HOUR)
    archive.close()
    assert files(tmp_path) == [
        "site=___oslo/hour=2026-03-01T12/00000003-00000003.parquet",
        "site=berlin/hour=2026-03-01T12/00000001-00000001.parquet",
        "site=berlin/hour=2026-03-01T13/00000002-00000002.parquet",
    ]


def test_rows_wait_for_a_second_at_most(tmp_path: Path) -> None:
    archive, table = Archive(tmp_path, reserve=0), exporters()
    archive.append(rows({}), table, NOON)
    archive.append(rows(), table, NOON + 999)
    assert files(tmp_path) == []
    archive.append(rows(), table, NOON + 1_000)
    archive._settle()
    assert len(files(tmp_path)) == 1
    archive.close()


def test_a_full_buffer_is_written_at_once(tmp_path: Path) -> None:
    archive = Archive(tmp_path, reserve=0, most=3, patient=True)
    archive.append(rows(*({} for _ in range(8))), exporters(), NOON)
    archive.flush()
    assert (archive.stats().rows, archive.stats().files) == (8, 3)
    archive.close()


def test_a_full_disk_is_counted_and_told_and_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    archive, table = Archive(tmp_path, reserve=0), exporters()
    with monkeypatch.context() as patch:
        patch.setattr(module, "write", full)
        archive.append(rows({}, {}), table, NOON)
        archive.flush()
    assert archive.stats().lost == {"full": 2}
    assert "No space left" in archive.stats().trouble
    archive.append(rows({}), table, NOON)
    archive.flush()
    assert (archive.stats().rows, archive.stats().trouble) == (1, "")
    archive.close()


def test_some_of_the_disk_is_left_to_others(tmp_path: Path) -> None:
    archive = Archive(tmp_path, reserve=1 << 60)
    archive.append(rows({}), exporters(), NOON)
    archive.close()
    assert archive.stats().lost == {"full": 1}
    assert files(tmp_path) == []


def test_a_slow_disk_costs_rows_and_no_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, real = threading.Event(), module.write

    def slow(*given: object) -> None:
        gate.wait(10)
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "write", slow)
    archive, table = Archive(tmp_path, reserve=0, most=2), exporters()
    for _ in range(5):
        archive.append(rows({}, {}), table, NOON)
    gate.set()
    archive.close()
    assert archive.stats().rows + archive.stats().lost["slow"] == 10
    assert archive.stats().lost["slow"] >= 4


def test_a_row_dated_far_off_is_filed_under_the_hour_it_came_in(tmp_path: Path) -> None:
    wrong = rows({"seen": 0}, {"seen": 1 << 60}, {})
    archive = Archive(tmp_path, reserve=0)
    archive.append(wrong, exporters(), NOON)
    archive.close()
    assert files(tmp_path) == ["site=default/hour=2026-03-01T12/00000001-00000001.parquet"]
    assert archive.stats().misdated == 2


def test_rows_of_an_unknown_exporter_stop_nothing(tmp_path: Path) -> None:
    given = rows({}, {})
    given["exporter"][1] = 77
    archive = Archive(tmp_path, reserve=0)
    archive.append(given, exporters(), NOON)
    archive.close()
    assert archive.stats().rows == 2


def test_what_a_crash_left_half_written_is_reaped_at_start(tmp_path: Path) -> None:
    stored(tmp_path, rows({}))
    (path,) = tmp_path.rglob("*.parquet")
    half = path.with_name("00000002-00000002.parquet.tmp")
    half.write_bytes(b"PAR1 and no more")
    archive = Archive(tmp_path)
    assert (archive.reaped, half.exists()) == (1, False)
    archive.close()


def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    stored(tmp_path, rows({}))
    stored(tmp_path, rows({}))
    assert [name[-26:-8] for name in files(tmp_path)] == [
        "/00000001-00000001",
        "/00000002-00000002",
    ]


def test_two_writers_of_one_folder_are_refused(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with pytest.raises(Conflict):
        Archive(tmp_path)
    archive.close()
