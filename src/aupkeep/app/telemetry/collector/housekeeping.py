"""What the collector's process writes for others, and how old flows are melted and forgotten."""

from collections.abc import Callable, Sequence

from aupkeep.app.telemetry.collector import state_files
from aupkeep.app.telemetry.collector.service import LEARNT, Station
from aupkeep.app.telemetry.collector.slow_detection import Slowly
from aupkeep.telemetry.history.compact import melt
from aupkeep.telemetry.history.retention import Hold, sweep

MELTED, SWEPT = 60_000, 3_600_000  # ms between


class Housekeeping:
    """One thread's work. A full disk makes it late, never wrong."""

    def __init__(self, station: Station, holds: Callable[[], Sequence[Hold]]) -> None:
        """`holds` raises when they cannot be had: then nothing is forgotten."""
        self._station, self._holds = station, holds
        self._wrote: object = None
        self._learnt: object = None
        self._slowly = Slowly(station)
        self._next_melt = 0
        self._next_sweep = 0

    def turn(self) -> None:
        """Write what is new, let a slow detector look, melt each minute, forget each hour.

        Raises `OSError` of the disk, and as the desk does while it is away.
        """
        self.write()
        self._slowly.turn()
        now = self._station.clock()
        if not 0 < self._next_melt - now <= MELTED:
            self._next_melt = now + MELTED
            melt(self._station.archive.root, now)
        if not 0 < self._next_sweep - now <= SWEPT:
            self._next_sweep = now + SWEPT
            days = self._station.flows.retention_days
            sweep(self._station.archive.root, now, days, self._holds())

    def write(self) -> None:
        """Counts, hits and what was learnt, where they changed."""
        station = self._station
        told, learnt = station.told, station.learnt
        if told and told is not self._wrote:
            state_files.write(station.folder, state_files.STATS, told)
            state_files.write(station.folder, state_files.HITS, list(station.lookout.hits))
            self._wrote = told
        if learnt is not None and learnt != self._learnt:
            state_files.write(station.folder, LEARNT, learnt)
            self._learnt = learnt
