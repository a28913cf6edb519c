"""Rows are written to disk as they come; a disk that fails never stops the collector.

    archive = Archive(folder)
    archive.append(rows, exporters, now_ms)       each batch; empty ones too, so that time passes
    archive.stats()                               written, lost by reason, the last trouble
    archive.close()

`append` copies the rows and returns. A thread of its own lays apart and writes what a second, or
`most` rows, brought together. While it is busy the second buffer fills; when that is full too, rows
are dropped and counted as "slow". A full disk (`reserve` bytes are left to others: the database
lives there too) counts "full", any other failure "failed".
"""

import errno
import fcntl
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from aupkeep.model.errors import Conflict
from aupkeep.model.subject import Address
from aupkeep.telemetry.history.columns import Chosen, RowBuffer, RowColumns, warm, write
from aupkeep.telemetry.history.files import (
    HOUR,
    hour_folder,
    next_number,
    remove_leftovers,
    write_file,
)
from aupkeep.telemetry.rows import Exporters, Rows

MOST = 100_000  # rows of a file: 11 MB while they wait, some 2 MB on disk
EVERY = 1_000  # ms that rows wait at most
RESERVE = 1 << 30  # bytes left free
EARLY, LATE = 1, 24  # hours; a row dated further off is filed under the hour it came in
LOCK = ".writer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveStats:
    """What became of the rows so far. `trouble` is the last error, "" when the last write went."""

    rows: int
    files: int
    bytes: int
    lost: Mapping[str, int]  # reason → rows
    misdated: int
    trouble: str


def one_site(_exporter: Address | None) -> str:
    """All exporters stand at one site."""
    return "default"


class Archive:
    """The only writer of a folder. Raises `Conflict` when another process writes there."""

    def __init__(
        self, root: Path, *, site_of: Callable[[Address | None], str] = one_site,
        most: int = MOST, every_ms: int = EVERY, reserve: int = RESERVE, patient: bool = False,
    ) -> None:  # fmt: skip
        """`patient` waits for the disk rather than lose rows: for files, not for the live wire."""
        root.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(root / LOCK)
        self.root, self.reaped = root, remove_leftovers(root)
        self._site_of, self._every, self._reserve = site_of, every_ms, reserve
        self._patient = patient
        self._number = next_number(root)
        warm()
        self._filling, self._spare = RowBuffer(most), RowBuffer(most)
        self._columns = RowColumns(most)  # the writer's
        self._exporters = Exporters()
        self._since: int | None = None  # when the first row of the buffer came
        self._now = 0
        self._writer = ThreadPoolExecutor(1, "archive")
        self._writing: Future[None] | None = None
        self._counts: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()
        self._trouble = ""

    def append(self, rows: Rows, exporters: Exporters, now_ms: int) -> None:
        """Take a batch. `exporters` is the table that the rows' numbers point into."""
        if exporters is not self._exporters:
            self.flush()
            self._exporters = exporters
        self._now = now_ms
        taken = 0
        while taken < len(rows):
            taken += self._filling.take(rows[taken:])
            self._since = now_ms if self._since is None else self._since
            if taken < len(rows) and not self._hand_over():
                self._lost["slow"] += len(rows) - taken
                return
        full = self._filling.count >= self._filling.most
        if self._since is not None and (full or now_ms - self._since >= self._every):
            self._hand_over()

    def flush(self) -> None:
        """Return when all rows so far are on the disk, or lost and counted."""
        self._settle()
        self._hand_over()
        self._settle()

    def close(self) -> None:
        """Write what waits and let the folder go."""
        self.flush()
        self._writer.shutdown()
        self._lock.close()

    def stats(self) -> ArchiveStats:
        """The counts since the start."""
        return ArchiveStats(
            rows=self._counts["rows"], files=self._counts["files"], bytes=self._counts["bytes"],
            lost=dict(self._lost), misdated=self._counts["misdated"], trouble=self._trouble,
        )  # fmt: skip

    def _settle(self) -> None:
        if self._writing:
            self._writing.result()

    def _hand_over(self) -> bool:
        """Give the buffer to the writer, unless it is busy and nobody waits for it."""
        if self._writing and not self._writing.done() and not self._patient:
            return False
        self._settle()
        if self._filling.count:
            work = partial(self._store, self._filling, self._exporters, self._now)
            self._writing = self._writer.submit(work)
            self._filling, self._spare = self._spare, self._filling
        self._since = None
        return True

    def _store(self, waiting: RowBuffer, exporters: Exporters, now_ms: int) -> None:
        """In the writer's thread: one file an hour and site, whatever fails."""
        columns = self._columns
        columns.lay(waiting.rows)
        waiting.clear()
        sites: dict[str, list[int]] = {}
        for number in columns.exporters(len(exporters.addresses)):
            sites.setdefault(self._site_of(exporters.addresses[number]), []).append(number)
        filed, misdated = columns.filed(HOUR, now_ms // HOUR - LATE, now_ms // HOUR + EARLY)
        self._counts["misdated"] += misdated
        for site, numbers in sites.items():
            for hour, chosen in columns.chosen(filed, numbers, whole=len(sites) == 1):
                self._file(hour_folder(self.root, site, hour), chosen, site, exporters)

    def _file(self, folder: Path, chosen: Chosen, site: str, exporters: Exporters) -> None:
        count = self._columns.count if chosen is None else int(chosen.sum())
        number, self._number = self._number, self._number + 1
        try:
            self._ask_for_room()
            table = self._columns.table(chosen, site, exporters)
            path = write_file(folder, number, number, lambda to: write(table, to), held=False)
        except OSError as error:
            self._lost["full" if error.errno == errno.ENOSPC else "failed"] += count
            self._trouble = f"{error.filename or self.root}: {error.strerror or error}"
            return
        self._counts.update(rows=count, files=1, bytes=path.stat().st_size)
        self._trouble = ""

    def _ask_for_room(self) -> None:
        free = shutil.disk_usage(self.root).free
        if free < self._reserve:
            problem = f"expected {self._reserve >> 20:,} MiB that are free, found {free >> 20:,}"
            raise OSError(errno.ENOSPC, problem, str(self.root))


def _locked(path: Path) -> IO[bytes]:
    handle = path.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise Conflict(f"{path.parent}: expected no other writer, found one") from error
    return handle
