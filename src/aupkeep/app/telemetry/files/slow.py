"""Runs the slow detectors over files: their rows go through a temporary history."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from aupkeep.model.errors import Unavailable
from aupkeep.telemetry.detect.detector import DetectorHit
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.history.parquet import ParquetHistory
from aupkeep.telemetry.replay import Batch
from aupkeep.telemetry.rows import Exporters
from aupkeep.telemetry.slow.detector import SlowDetector, slow_detectors
from aupkeep.telemetry.slow.run import run_detector
from aupkeep.telemetry.window.own_slots import Network


class ReplayHistory:
    """A history of the rows that pass, in a folder of its own that `close` removes."""

    def __init__(self, exporters: Exporters) -> None:
        """`exporters` is the table that the rows' numbers point into."""
        self._folder = tempfile.TemporaryDirectory(prefix="aupkeep-replay-")
        self._archive = Archive(Path(self._folder.name), patient=True)
        self._exporters = exporters
        self._first: int | None = None
        self._last = 0

    def archived(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """The same batches; each is archived as it passes."""
        for now, rows in batches:
            self._archive.append(rows, self._exporters, now)
            self._first = now if self._first is None else min(self._first, now)
            self._last = max(self._last, now)
            yield now, rows

    def hits(self, own: Sequence[Network]) -> Iterator[DetectorHit]:
        """What each detector sees in each of its windows, the last one ending with the rows.

        Those that need a list of a feed see nothing without one, and do not look. Raises
        `Unavailable` when not all rows could be kept, `TooMany` when they are too many to be asked.
        """
        self._archive.flush()
        archive_stats = self._archive.stats()
        if archive_stats.lost:
            raise Unavailable(
                f"the history of these files: expected all rows kept, {archive_stats.trouble}"
            )
        history = ParquetHistory(Path(self._folder.name))
        for slow in slow_detectors().values():
            for end in self._ends(slow) if not slow.lists else ():
                yield from run_detector(history, slow, end, own).hits

    def close(self) -> None:
        """Forget the rows."""
        self._archive.close()
        self._folder.cleanup()

    def _ends(self, slow: SlowDetector) -> Iterator[int]:
        """The ends of the windows that hold all rows, the latest first."""
        if self._first is None:
            return
        end = self._last + 1
        yield end
        while end - slow.window * 1000 > self._first:
            end -= slow.window * 1000
            yield end
