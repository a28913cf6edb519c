"""Joins many small files of an hour into one. Readers see the parts or the whole, never both.

An hour that is over becomes one file; a running hour is compacted when it has `COMPACT_AT` files.
It may run beside the writer and beside readers: their list of files may name one that is gone a
moment later, and they look again.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from aupkeep.telemetry.history.files import (
    HOUR,
    ArchiveFile,
    hours,
    remove,
    shown_and_hidden,
    write_file,
)
from aupkeep.telemetry.history.layout import EXPORTER, SCHEMA, SITE, compact_writer

COMPACT_AT = 64  # parts of a running hour
SMALL = 20_000  # rows of a part on average, below which a running hour is melted
GRACE = 10 * 60_000  # ms after its end in which an hour may still grow
BACK = 48  # hours that are looked at
GROUP = 250_000  # rows of a row group: 30 MB of memory


def compact(root: Path, now_ms: int) -> int:
    """Melt what can be melted; answers how many files went. Raises `OSError` of the disk."""
    gone = 0
    for hour, folder in hours(root, now_ms // HOUR - BACK, now_ms // HOUR):
        shown, hidden = shown_and_hidden(folder)
        gone += len(hidden)
        remove(part.path for part in hidden)
        over = now_ms >= (hour + 1) * HOUR + GRACE
        chosen = [part for part in shown if not part.held]
        if len(chosen) > 1 and (over or _many_small(chosen)):
            gone += _join(folder, chosen)
    return gone


def _many_small(chosen: Sequence[ArchiveFile]) -> bool:
    singles = [part for part in chosen if part.first == part.last]
    if len(singles) < COMPACT_AT:
        return False
    rows = sum(_count(part.path) or 0 for part in singles)
    return rows < SMALL * len(singles)


def _count(path: Path) -> int | None:
    """The rows of a file; None: it cannot be read."""
    try:
        return int(parquet.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException):
        return None


def _join(folder: Path, chosen: Sequence[ArchiveFile]) -> int:
    """Melt them, up to the first that cannot be read: a broken file stays where it is, alone."""
    sound = [part for part in chosen if _count(part.path) is not None]
    first_bad = next((part.first for part in chosen if part not in sound), None)
    run = [part for part in sound if first_bad is None or part.last < first_bad]
    if len(run) < 2:  # noqa: PLR2004 - one alone is melted already
        return 0

    def fill(path: Path) -> None:
        _copy(run, path)

    write_file(folder, run[0].first, run[-1].last, fill, held=False)
    remove(part.path for part in run)
    return len(run)


def _copy(run: Sequence[ArchiveFile], path: Path) -> None:
    waiting: list[pa.Table] = []
    with compact_writer(path) as file:
        for table in _pieces(run):
            waiting.append(table)
            waiting = _pour(waiting, file, GROUP)
        _pour(waiting, file, 1)


def _pieces(run: Sequence[ArchiveFile]) -> Iterator[pa.Table]:
    for part in run:
        with parquet.ParquetFile(part.path, read_dictionary=[EXPORTER, SITE]) as source:
            for batch in source.iter_batches(GROUP):
                yield pa.Table.from_batches([batch]).cast(SCHEMA)


def _pour(waiting: list[pa.Table], file: parquet.ParquetWriter, least: int) -> list[pa.Table]:
    """Write what waits as one row group once it is large enough; answers what still waits."""
    if sum(table.num_rows for table in waiting) < least:
        return waiting
    file.write_table(pa.concat_tables(waiting).unify_dictionaries().combine_chunks())
    return []
