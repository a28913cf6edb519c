"""One pass of the collector: receive rows, archive them, evaluate the detectors, report hits.

    loop = DetectionLoop(source, archive, deliveries.put, clock=now_ms, evidence_rows=200)
    loop.use_engine(engine, rules, policy)      again whenever own space or a rule changes
    loop.poll(wait_ms)
    loop.evaluate()

Nothing here waits for the controller, the database or the disk.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from aupkeep.app.telemetry.collector.recent_rows import InterfaceKey, RecentRows
from aupkeep.app.telemetry.findings.hit_document import HitWithRows, write_hits
from aupkeep.app.telemetry.findings.reported_hit import HitSummary, hit_summary
from aupkeep.app.telemetry.tuning.effective_rules import EffectiveRule
from aupkeep.casework.evidence_level import TOLD_ONLY
from aupkeep.model.finding import Mode, Role
from aupkeep.model.subject import Address
from aupkeep.telemetry.detect.detector import DetectorHit
from aupkeep.telemetry.rows import Exporters, Rows, empty

SHOWN = 300  # hits that `aupkeep flows hits` can show
SPOOFED = "spoofed-source"  # its rows name other senders: that is what it is about
TOGETHER = 20  # hits in one document
VICTIM_REST = 3_600_000  # ms before the desk hears again that the same address is attacked
MOST_VICTIMS = 10_000


class RowSource(Protocol):
    """Receives flow rows: the collector."""

    @property
    def exporters(self) -> Exporters:
        """Who exported, by the number that rows hold."""

    def poll(self, timeout_ms: int) -> Iterable[Rows]:
        """Rows that came within so many milliseconds, in parts; each good until the next."""


class RowArchive(Protocol):
    """Keeps flow rows; never waits."""

    def append(self, rows: Rows, exporters: Exporters, now_ms: int) -> None:
        """Take a batch; empty ones too, so that time passes."""


class HitSource(Protocol):
    """Counts rows and yields hits: the detection engine."""

    def take(self, rows: Rows, now_ms: int) -> None:
        """Count rows that came now."""

    def evaluate(self, now_ms: int) -> Sequence[DetectorHit]:
        """The hits to report now."""


class DetectionLoop:
    """One process's windows, with the newest rows beside them."""

    def __init__(
        self,
        source: RowSource,
        archive: RowArchive | None,
        put: Callable[[bytes], None],
        *,
        clock: Callable[[], int],
        evidence_rows: int,
        recent: RecentRows | None = None,
        interfaces: Mapping[Address, Sequence[InterfaceKey]] | None = None,
    ) -> None:
        """`put` takes a document for the desk and returns at once; `clock` gives ms since 1970.

        `interfaces` are the interfaces behind which one customer's address is.
        """
        self._source, self._archive, self._put = source, archive, put
        self._clock, self._rows = clock, evidence_rows
        self._recent = recent or RecentRows()
        self._interfaces = interfaces or {}
        self._engine: HitSource | None = None
        self._rules: Mapping[str, EffectiveRule] = {}
        self._policy = ""
        self._victims: dict[tuple[str, Address], int] = {}
        self.hits: deque[HitSummary] = deque(maxlen=SHOWN)
        self.counts: Counter[str] = Counter()

    def use_engine(
        self, engine: HitSource | None, rules: Mapping[str, EffectiveRule], policy: str
    ) -> None:
        """Use this engine from now on; None: no own prefix is declared."""
        self._engine, self._rules, self._policy = engine, rules, policy

    def poll(self, wait_ms: int) -> int:
        """Take what comes within so many milliseconds; how many rows that were."""
        before = self.counts["rows"]
        for rows in self._source.poll(wait_ms):
            self._take(rows, self._clock())
        self._take(empty(0), self._clock())  # so that time passes
        return self.counts["rows"] - before

    def _take(self, rows: Rows, now_ms: int) -> None:
        if self._engine is not None:
            self._engine.take(rows, now_ms)
        if self._archive is not None:
            self._archive.append(rows, self._source.exporters, now_ms)
        if len(rows):
            self._recent.take(rows)
        self.counts["rows"] += len(rows)

    def evaluate(self) -> int:
        """Evaluate the detectors and report their hits; how many there were."""
        if self._engine is None:
            return 0
        groups: dict[str, list[DetectorHit]] = {}
        for hit in self._engine.evaluate(self._clock()):
            groups.setdefault(hit.detector, []).append(hit)
        for name, hits in groups.items():
            self.report(name, [self._with_rows(hit) for hit in hits])
        return sum(map(len, groups.values()))

    def report(self, name: str, seen: Sequence[HitWithRows]) -> None:
        """Report one detector's hits: those in mode observe stay here, the rest is delivered.

        May be called by another thread too.
        """
        hits = [
            observed
            for observed in seen
            if observed.hit.mode is not Mode.OBSERVE and self._is_news(observed.hit)
        ]
        for of_class in dict.fromkeys(observed.hit.of_class for observed in hits):
            alike = [observed for observed in hits if observed.hit.of_class == of_class]
            for first in range(0, len(alike), TOGETHER):
                group = alike[first : first + TOGETHER]
                self._put(write_hits(self._rules[name], self._policy, group))
        self.hits.extend(hit_summary(observed, self._rules.get(name)) for observed in seen)
        self.counts["hits"] += len(seen)
        self.counts["told"] += len(hits)

    def _is_news(self, hit: DetectorHit) -> bool:
        """Whether a hit is reported: an attack on one of ours in mode notify, once an hour.

        All else is reported as often as its detector sees it, which shows that it goes on. Of an
        attack that no measure rests on, one finding an hour is enough.
        """
        if hit.role is not Role.VICTIM or hit.mode not in TOLD_ONLY:
            return True
        key = (hit.detector, hit.address)
        if self._victims.get(key, 0) > hit.at:
            return False
        if len(self._victims) >= MOST_VICTIMS:
            self._victims.clear()
        self._victims[key] = hit.at + VICTIM_REST
        return True

    def _with_rows(self, hit: DetectorHit) -> HitWithRows:
        exporters = self._source.exporters
        if hit.detector == SPOOFED:
            interfaces = self._interfaces.get(hit.address, ())
            rows = self._recent.forged(hit, interfaces, exporters, self._rows)
        else:
            rows = self._recent.around(hit, exporters, self._rows)
        return HitWithRows(hit=hit, flows=rows)
