"""The collector's thread that writes files for others, compacts old flows and removes them."""

from collections.abc import Callable, Sequence

from aupkeep.app.telemetry.collector import state_files
from aupkeep.app.telemetry.collector.service import LEARNED, CollectorService
from aupkeep.app.telemetry.collector.slow_detection import SlowDetection
from aupkeep.model.as_json import as_json
from aupkeep.telemetry.history.compact import compact
from aupkeep.telemetry.history.retention import RetentionHold, apply_retention

MELTED, SWEPT = 60_000, 3_600_000  # ms between


class Housekeeping:
    """One thread's work. A full disk makes it late, never wrong."""

    def __init__(
        self, service: CollectorService, holds: Callable[[], Sequence[RetentionHold]]
    ) -> None:
        """`holds` raises when they cannot be had: then nothing is forgotten."""
        self._service, self._holds = service, holds
        self._wrote: object = None
        self._learned: object = None
        self._slow_detection = SlowDetection(service)
        self._next_melt = 0
        self._next_sweep = 0

    def run_once(self) -> None:
        """Write what is new, run a slow detector, compact each minute, apply retention each hour.

        Raises `OSError` of the disk, and as the database does while it is away.
        """
        self.write()
        self._slow_detection.run_once()
        now = self._service.clock()
        if not 0 < self._next_melt - now <= MELTED:
            self._next_melt = now + MELTED
            compact(self._service.archive.root, now)
        if not 0 < self._next_sweep - now <= SWEPT:
            self._next_sweep = now + SWEPT
            days = self._service.flows.retention_days
            apply_retention(self._service.archive.root, now, days, self._holds())

    def write(self) -> None:
        """Counts, hits, templates and rates, where they changed."""
        service = self._service
        stats, learned = service.stats, service.learned
        if stats is not None and stats is not self._wrote:
            state_files.write(service.folder, state_files.STATS, as_json(stats))
            state_files.write(
                service.folder, state_files.HITS, as_json(list(service.detection.hits))
            )
            self._wrote = stats
        if learned is not None and learned != self._learned:
            state_files.write(service.folder, LEARNED, learned)
            self._learned = learned
