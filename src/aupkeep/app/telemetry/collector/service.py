"""The collector's process put together: sockets, windows, archive, and what is kept between runs.

Three threads share it and none waits for another: one receives rows and evaluates detectors
(`CollectorService.step`), one talks to the controller (`controller_sync`), one writes files and
compacts the archive (`housekeeping`). They exchange whole records by assignment.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address

from aupkeep.app.telemetry.collector import state_files
from aupkeep.app.telemetry.collector.controller_snapshot import ControllerSnapshot, saved_snapshot
from aupkeep.app.telemetry.collector.delivery_queue import Deliver, DeliveryQueue
from aupkeep.app.telemetry.collector.detection_config import DetectionConfig, detection_config
from aupkeep.app.telemetry.collector.detection_loop import DetectionLoop
from aupkeep.app.telemetry.collector.exporter_status import (
    ExporterStats,
    exporter_stats,
    refused_stats,
)
from aupkeep.app.telemetry.collector.recent_rows import InterfaceKey
from aupkeep.app.telemetry.collector.stats import (
    ArchiveCounts,
    CollectorStats,
    DeliveryCounts,
    WindowStats,
)
from aupkeep.app.telemetry.collector.window_notice import window_notice
from aupkeep.app.telemetry.tuning.effective_rules import describe_rules
from aupkeep.config.flows import ExporterSettings
from aupkeep.config.home import Home
from aupkeep.config.settings import Settings
from aupkeep.model.errors import AupkeepError, Invalid
from aupkeep.model.subject import Address
from aupkeep.telemetry.detect.detector import DetectorRule
from aupkeep.telemetry.detect.engine import DetectionEngine, detectors
from aupkeep.telemetry.detect.network_context import CustomerInterface, NetworkContext
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.jit import COMPILED
from aupkeep.telemetry.receive.collector import Collector
from aupkeep.telemetry.rows import Exporters, rfc3339
from aupkeep.telemetry.window.own_slots import OwnSlots
from aupkeep.telemetry.wire.decoder import Decoder
from aupkeep.telemetry.wire.frame import between
from aupkeep.telemetry.wire.sampling import Sampling
from aupkeep.telemetry.wire.template import FlowTemplate, TemplateKey
from aupkeep.telemetry.wire.template_store import Templates

STATS_EVERY = 2_000  # ms between two counts for others to read
RELEARN = 600_000  # ms after which templates are written although nothing changed: their age does
SHARE = 10  # of the time, a look takes one part in so many at most
LONGEST = 1_000  # ms between two looks, however long they take
LEARNED = "learnt"  # the file of templates and sampling rates


class CollectorService:
    """The collector, opened: from then on it receives datagrams.

    Raises `Invalid` for settings without a listen address, `Conflict` when another process writes
    the archive, `OSError` for an address that cannot be listened at.
    """

    def __init__(
        self, home: Home, settings: Settings, give: Deliver, *, clock: Callable[[], int], seed: int
    ) -> None:
        """`clock` gives ms since 1970; `seed` is random, so that nobody can aim at our tables."""
        flows = settings.flows
        if not flows.listen_addresses:
            raise Invalid("[flows] listen: expected an address and a port to hear at, found none")
        self.home, self.flows, self.clock = home, flows, clock
        self.folder = home.flows
        self.since = clock()
        self._seed = seed
        self._sites = {exporter.address: exporter.site for exporter in flows.exporters}
        self.archive = Archive(state_files.archive_folder(home, settings), site_of=self._site)
        self.decoder = self._decoder()
        self.collector = Collector(
            [(str(item.address), item.port) for item in flows.listen_addresses],
            self._sites,
            self.decoder,
            clock=clock,
            buffer=flows.buffer_bytes,
        )
        self.deliveries = DeliveryQueue(self.folder, give)
        self.detection = DetectionLoop(
            self.collector, self.archive, self.deliveries.put,
            clock=clock, evidence_rows=flows.evidence_rows,
            interfaces=customer_interfaces(flows.exporters),
        )  # fmt: skip
        self.config = detection_config(home, saved_snapshot(self.folder) or ControllerSnapshot())
        self.stats: CollectorStats | None = None
        self.troubles: dict[str, str] = {}  # what other threads could not do: of what, why
        self.learned: Mapping[str, object] | None = None
        self._engine: DetectionEngine | None = None
        self._applied: DetectionConfig | None = None
        self._closed = False
        self._next_evaluation = self._next_stats = self._next_learn = 0
        self._pause = flows.tick_ms
        self._template_changes = 0
        self._learnt_at: tuple[int, int] | None = None
        self.decoder.templates.listeners.append(self._template_told)
        self._before: dict[str, int] = {}  # records by exporter at the last count
        self._counted_at = self.since

    def step(self) -> None:
        """Receive until the next evaluation is due; then evaluate, and count for others."""
        self._apply_config()
        tick = self.flows.tick_ms
        self.detection.poll(max(0, min(self._next_evaluation - self.clock(), tick)))
        now = self.clock()
        if not 0 < self._next_evaluation - now <= self._pause:
            self.detection.evaluate()
            self._pause = pause_ms(tick, self.clock() - now)
            self._next_evaluation = now + self._pause
        if not 0 < self._next_stats - now <= STATS_EVERY:
            self.collector.expire()
            self.stats = self._counts(now)
            self._next_stats = now + STATS_EVERY
            self._keep_learnt(now)

    def _template_told(self, key: TemplateKey, template: FlowTemplate | None) -> None:
        """A template is new, changed or gone."""
        del key, template
        self._template_changes += 1

    def _keep_learnt(self, now: int) -> None:
        """Have templates and rates written: soon when they are new, now and then otherwise."""
        changes = self._template_changes, self.decoder.sampling.changes
        if changes != self._learnt_at or not 0 < self._next_learn - now <= RELEARN:
            self._learnt_at = changes
            self.learned = self._learned()
            self._next_learn = now + RELEARN

    def close(self) -> None:
        """Stop receiving; what waits is written or spooled. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        self.detection.poll(0)
        self.detection.evaluate()
        self.stats, self.learned = self._counts(self.clock()), self._learned()
        self.collector.close()
        self.archive.close()
        self.deliveries.close()

    def _apply_config(self) -> None:
        """Use the newest configuration; new own space or a new list starts with empty windows."""
        config = self.config
        if config is self._applied:
            return
        fast = detectors()
        rules = {name: rule.rule for name, rule in config.rules.items() if name in fast}
        snapshot, before = config.snapshot, self._applied.snapshot if self._applied else None
        same = before is not None and _window_basis(snapshot) == _window_basis(before)
        if self._engine is not None and same:
            self._engine.rules = rules
        else:
            self._engine = self._windows(snapshot, rules) if snapshot.own else None
        if self._engine is not None:
            self._engine.classes = snapshot.classes
        self.detection.use_engine(self._engine, config.rules, config.policy)
        self._applied = config

    def _windows(
        self, snapshot: ControllerSnapshot, rules: Mapping[str, DetectorRule]
    ) -> DetectionEngine:
        """An engine with empty windows, and what the operator and the feeds know."""
        behind = {
            CustomerInterface(exporter.address, number): address
            for exporter in self.flows.exporters
            for number, address in exporter.customers.items()
        }
        context = NetworkContext(
            contacts=snapshot.controllers(), interfaces=behind, services=self.flows.service_networks
        )
        return DetectionEngine(
            OwnSlots(snapshot.own, seed=self._seed), rules, seed=self._seed,
            context=context, exporters=self.collector.exporters,
        )  # fmt: skip

    def _site(self, exporter: Address | None) -> str:
        return self._sites.get(exporter, "main") if exporter else "main"

    def _decoder(self) -> Decoder:
        """The decoder with the templates and rates of the last run."""
        exporters = self.flows.exporters
        sampling = Sampling(
            static={
                exporter.address: exporter.sampling for exporter in exporters if exporter.sampling
            },
            override={
                exporter.address: exporter.sampling for exporter in exporters if exporter.override
            },
        )
        templates = Templates()
        before = state_files.read(self.folder, LEARNED) or {}
        for what, store in (("templates", templates), ("sampling", sampling)):
            try:
                store.restore(before.get(what))
            except AupkeepError:  # nothing was kept, or by another version: exporters tell it anew
                continue
        inner = between(self.flows.tunnel_ends)
        return Decoder(Exporters(), templates, sampling=sampling, inner=inner)

    def _learned(self) -> dict[str, object]:
        return {
            "templates": self.decoder.templates.to_json(),
            "sampling": self.decoder.sampling.to_json(),
        }

    def _counts(self, now: int) -> CollectorStats:
        """Everything `aupkeep flows exporters` shows."""
        exporters = [
            self._shown(replace(exporter, rate=self._rate(exporter, now)))
            for exporter in exporter_stats(self.flows.exporters, self.collector)
        ]
        self._before = {exporter.address: exporter.records for exporter in exporters}
        self._counted_at = now
        snapshot, deliveries, archived = self.config.snapshot, self.deliveries, self.archive.stats()
        return CollectorStats(
            at=rfc3339(now),
            since=rfc3339(self.since),
            exporters=exporters,
            refused=refused_stats(self.collector),
            dropped=dict(self.decoder.dropped),
            kernel_drops=self.collector.drops(),
            counts=dict(self.detection.counts),
            windows=WindowStats(
                bytes=self._engine.bytes if self._engine else 0,
                lost={k: v for k, v in self._engine.lost.items() if v} if self._engine else {},
                own=[str(prefix) for prefix in snapshot.own],
            ),
            archive=ArchiveCounts(
                rows=archived.rows, lost=archived.lost, bytes=archived.bytes,
                misdated=archived.misdated, trouble=archived.trouble,
            ),
            desk=DeliveryCounts(
                delivered=deliveries.delivered, waiting=deliveries.waiting,
                lost=deliveries.lost, trouble=deliveries.trouble,
            ),
            detectors=describe_rules(self.config.rules, snapshot.labels()),
            trouble=[
                *window_notice(self._engine.lost if self._engine else {}),
                *(f"{at.file}:{at.line}: {at.reason}" for at in self.config.trouble),
                *(f"{what}: {why}" for what, why in dict(self.troubles).items()),
                *compiled_notice(COMPILED),
            ],
        )  # fmt: skip

    def _shown(self, stats: ExporterStats) -> ExporterStats:
        """With which ways an exporter shows, and how long it holds flows back, as was learned."""
        if self._engine is None:
            return stats
        number = self.collector.exporters.number(ip_address(stats.address))
        shown = self._engine.shown_by(number)
        return replace(stats, ways=shown.ways or None, held_s=round(shown.held_ms / 1000, 1))

    def _rate(self, stats: ExporterStats, now: int) -> float:
        """Records a second since the last count."""
        seconds = max(now - self._counted_at, 1) / 1000
        return round((stats.records - self._before.get(stats.address, 0)) / seconds, 1)


def _window_basis(snapshot: ControllerSnapshot) -> tuple[object, ...]:
    """What the windows depend on: when it changes, they start empty."""
    return snapshot.own, snapshot.controllers()


def customer_interfaces(exporters: Iterable[ExporterSettings]) -> dict[Address, list[InterfaceKey]]:
    """The interfaces behind which each customer's address is."""
    keys: dict[Address, list[InterfaceKey]] = {}
    for exporter in exporters:
        for number, address in exporter.customers.items():
            keys.setdefault(address, []).append((exporter.address, number))
    return keys


def pause_ms(tick: int, took: int) -> int:
    """Milliseconds until the next look, when this one took so many.

    Under a great attack a look costs more; the rows must go on being heard.

    >>> pause_ms(200, 4), pause_ms(200, 70), pause_ms(200, 400)
    (200, 700, 1000)
    """
    return max(tick, min(SHARE * took, LONGEST))


def compiled_notice(kernels: Sequence[str]) -> list[str]:
    """What an operator is told who wonders about this process's memory.

    >>> compiled_notice(["walk", "add"])
    ['memory: kernels compiled in this process: 2, the last is add; a new start needs less']
    >>> compiled_notice([])
    []
    """
    if not kernels:
        return []
    notice = f"kernels compiled in this process: {len(kernels)}, the last is {kernels[-1]}"
    return [f"memory: {notice}; a new start needs less"]
