"""Removes rows of flows older than the policy allows, except those under a retention hold.

The rows under a hold are first written to a new file that hides the old ones; then the old files
are removed. After a crash in between nothing is missing, and the next run finishes. A file that
cannot be read is removed when no hold overlaps its hour; else it stays and is counted for people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

import duckdb

from aupkeep.telemetry.history.engine import composed, listed, number_of, open_engine
from aupkeep.telemetry.history.files import (
    HOUR,
    ArchiveFile,
    hours,
    remove,
    shown_and_hidden,
    write_file,
)

DAY = 24 * HOUR
ALWAYS = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionHold:
    """Rows from or to this prefix, between these times (ms since 1970, half-open), are kept."""

    prefix: IPv4Network | IPv6Network
    since: int = -ALWAYS
    until: int = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionResult:
    """Hours looked at, files removed, bytes freed, rows left under a hold, files not readable."""

    hours: int
    files: int
    bytes: int
    kept: int
    unreadable: int


def apply_retention(
    root: Path, now_ms: int, days: float, holds: Sequence[RetentionHold]
) -> RetentionResult:
    """Remove rows of hours that ended more than `days` ago. Raises `OSError`."""
    before = int(now_ms - days * DAY) // HOUR - 1  # the last hour that is wholly too old
    files, freed, held, unreadable, looked = 0, 0, 0, 0, 0
    with open_engine(root) as engine:
        _hold(engine, holds)
        for hour, folder in hours(root, last=before):
            looked += 1
            gone, left = _emptied(engine, folder, concerned=_concerns(holds, hour))
            unreadable += left.count(None)
            held += sum(count or 0 for count in left)
            freed += remove(gone)
            files += len(gone)
            _drop(folder)
    return RetentionResult(hours=looked, files=files, bytes=freed, kept=held, unreadable=unreadable)


def _emptied(
    engine: duckdb.DuckDBPyConnection, folder: Path, *, concerned: bool
) -> tuple[list[Path], list[int | None]]:
    """The files of an hour to remove, and for each shown file how many of its rows are held."""
    shown, hidden = shown_and_hidden(folder)
    gone = [part.path for part in hidden]
    left = [_left(engine, part, concerned=concerned) for part in shown]
    for part, count in zip(shown, left, strict=True):
        if count is not None and not (count and part.held):
            gone.append(part.path)
    return gone, left


def _concerns(holds: Iterable[RetentionHold], hour: int) -> bool:
    return any(hold.since < (hour + 1) * HOUR and hold.until > (hour - 1) * HOUR for hold in holds)


def _hold(engine: duckdb.DuckDBPyConnection, holds: Sequence[RetentionHold]) -> None:
    engine.execute("CREATE TABLE hold (first UHUGEINT, last UHUGEINT, since BIGINT, until BIGINT)")
    rows = [
        (
            number_of(hold.prefix.network_address), number_of(hold.prefix.broadcast_address),
            hold.since, hold.until,
        )
        for hold in holds
    ]  # fmt: skip
    if rows:
        engine.executemany("INSERT INTO hold VALUES (?, ?, ?, ?)", rows)


def _left(engine: duckdb.DuckDBPyConnection, part: ArchiveFile, *, concerned: bool) -> int | None:
    """How many rows of a file are under a hold, written to a file of theirs; None: unreadable."""
    if not concerned:
        return 0
    try:
        total = _count(engine, f"read_parquet({listed([part.path])})")
        held = _count(engine, f"({_chosen(part.path)})")
        if held and not (part.held and held == total):
            _rewrite(engine, part)
    except duckdb.Error:
        return None
    return held


def _count(engine: duckdb.DuckDBPyConnection, rows: str) -> int:
    row = engine.execute(f"SELECT count(*) FROM {rows}").fetchone()
    return int(row[0]) if row else 0


def _chosen(path: Path) -> str:
    """SQL for the rows under a hold; one address is joined by hash, a prefix by range."""
    joins = " UNION ".join(
        f"SELECT n FROM numbered f JOIN hold h ON {where}"
        " AND f.started < h.until AND f.ended >= h.since"
        for side in ("src", "dst")
        for where in (
            f"h.first = h.last AND f.{side} = h.first",
            f"h.first < h.last AND f.{side} BETWEEN h.first AND h.last",
        )
    )
    return (
        f"WITH numbered AS (SELECT file_row_number AS n, started, ended, {composed('src')} AS src,"
        f" {composed('dst')} AS dst FROM read_parquet({listed([path])}, file_row_number=true)),"
        f" kept AS ({joins}) SELECT * EXCLUDE (file_row_number)"
        f" FROM read_parquet({listed([path])}, file_row_number=true)"
        " WHERE file_row_number IN (SELECT n FROM kept)"
    )


def _rewrite(engine: duckdb.DuckDBPyConnection, part: ArchiveFile) -> None:
    def fill(path: Path) -> None:
        target = str(path).replace("'", "''")
        form = "(FORMAT parquet, COMPRESSION zstd)"
        engine.execute(f"COPY ({_chosen(part.path)}) TO '{target}' {form}")

    write_file(part.path.parent, part.first, part.last, fill, held=True)


def _drop(folder: Path) -> None:
    """Remove the folder of an hour when nothing is left in it."""
    if not any(folder.iterdir()):
        folder.rmdir()
