"""The collector's process put together: sockets, windows, archive, and what is kept between runs.

Three threads share it and none waits for another: one hears and looks (`Station.step`), one speaks
with the desk (`errands`), one keeps house (`housekeeping`). They hand each other whole records by
assignment.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from aupkeep.app.telemetry.collector import controller_snapshot as known
from aupkeep.app.telemetry.collector import state_files
from aupkeep.app.telemetry.collector.controller_snapshot import Known
from aupkeep.app.telemetry.collector.delivery_queue import Courier, Give
from aupkeep.app.telemetry.collector.detection_config import Orders, orders_of
from aupkeep.app.telemetry.collector.detection_loop import Lookout
from aupkeep.app.telemetry.collector.exporter_status import exporter_rows, refused_rows
from aupkeep.app.telemetry.collector.recent_rows import Door
from aupkeep.app.telemetry.tuning.effective_rules import told_rules
from aupkeep.config.flows import ExporterSettings
from aupkeep.config.home import Home
from aupkeep.config.settings import Settings
from aupkeep.model.errors import AupkeepError, Invalid
from aupkeep.model.subject import Address
from aupkeep.telemetry.detect.detector import Rule
from aupkeep.telemetry.detect.engine import Watch, detectors
from aupkeep.telemetry.detect.surroundings import Around, Interface
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.jit import MADE
from aupkeep.telemetry.receive.collector import Collector
from aupkeep.telemetry.rows import Exporters, stamp
from aupkeep.telemetry.window.own_space import Own
from aupkeep.telemetry.wire.decoder import Decoder
from aupkeep.telemetry.wire.frame import between
from aupkeep.telemetry.wire.sampling import Sampling
from aupkeep.telemetry.wire.template import Key, Template
from aupkeep.telemetry.wire.templates import Templates

TOLD = 2_000  # ms between two counts for others to read
RELEARN = 600_000  # ms after which templates are written although nothing changed: their age does
SHARE = 10  # of the time, a look takes one part in so many at most
LONGEST = 1_000  # ms between two looks, however long they take
LEARNT = "learnt"  # the file of templates and sampling rates


class Station:
    """All of it, opened: from then on exporters are heard.

    Raises `Invalid` for settings that hear nobody, `Conflict` when another process writes the
    archive, `OSError` for an address that cannot be listened at.
    """

    def __init__(
        self, home: Home, settings: Settings, give: Give, *, clock: Callable[[], int], seed: int
    ) -> None:
        """`clock` gives ms since 1970; `seed` is random, so that nobody can aim at our tables."""
        flows = settings.flows
        if not flows.listen_addresses:
            raise Invalid("[flows] listen: expected an address and a port to hear at, found none")
        self.home, self.flows, self.clock = home, flows, clock
        self.folder = home.flows
        self.since = clock()
        self._seed = seed
        self._sites = {one.address: one.site for one in flows.exporters}
        self.archive = Archive(state_files.archive_folder(home, settings), site_of=self._site)
        self.decoder = self._decoder()
        self.collector = Collector(
            [(str(ear.address), ear.port) for ear in flows.listen_addresses],
            self._sites,
            self.decoder,
            clock=clock,
            buffer=flows.buffer_bytes,
        )
        self.courier = Courier(self.folder, give)
        self.lookout = Lookout(
            self.collector, self.archive, self.courier.hand,
            clock=clock, evidence_rows=flows.evidence_rows, doors=doors_of(flows.exporters),
        )  # fmt: skip
        self.orders = orders_of(home, known.remembered(self.folder) or Known())
        self.told: Mapping[str, Any] = {}
        self.troubles: dict[str, str] = {}  # what other threads could not do: of what, why
        self.learnt: Mapping[str, Any] | None = None
        self._watch: Watch | None = None
        self._obeyed: Orders | None = None
        self._closed = False
        self._next_look = self._next_told = self._next_learn = 0
        self._pause = flows.tick_ms
        self._template_changes = 0
        self._learnt_at: tuple[int, int] | None = None
        self.decoder.templates.listeners.append(self._template_told)
        self._before: dict[str, int] = {}  # records by exporter at the last count
        self._counted_at = self.since

    def step(self) -> None:
        """Hear until the next look at the windows is due; then look, and count for others."""
        self._obey()
        tick = self.flows.tick_ms
        self.lookout.hear(max(0, min(self._next_look - self.clock(), tick)))
        now = self.clock()
        if not 0 < self._next_look - now <= self._pause:
            self.lookout.look()
            self._pause = pause(tick, self.clock() - now)
            self._next_look = now + self._pause
        if not 0 < self._next_told - now <= TOLD:
            self.collector.expire()
            self.told = self._counts(now)
            self._next_told = now + TOLD
            self._keep_learnt(now)

    def _template_told(self, key: Key, template: Template | None) -> None:
        """A template is new, changed or gone."""
        del key, template
        self._template_changes += 1

    def _keep_learnt(self, now: int) -> None:
        """Let what exporters told be written: soon when it is new, now and then otherwise."""
        changes = self._template_changes, self.decoder.sampling.changes
        if changes != self._learnt_at or not 0 < self._next_learn - now <= RELEARN:
            self._learnt_at = changes
            self.learnt = self._learnt()
            self._next_learn = now + RELEARN

    def close(self) -> None:
        """Hear nobody any more; what waits is written or spooled. Twice is once."""
        if self._closed:
            return
        self._closed = True
        self.lookout.hear(0)
        self.lookout.look()
        self.told, self.learnt = self._counts(self.clock()), self._learnt()
        self.collector.close()
        self.archive.close()
        self.courier.close()

    def _obey(self) -> None:
        """Watch what the orders say; new own space or a new list begins with empty windows."""
        orders = self.orders
        if orders is self._obeyed:
            return
        fast = detectors()
        rules = {name: one.rule for name, one in orders.standing.items() if name in fast}
        known, before = orders.known, self._obeyed.known if self._obeyed else None
        same = before is not None and _sights(known) == _sights(before)
        if self._watch is not None and same:
            self._watch.rules = rules
        else:
            self._watch = self._windows(known, rules) if known.own else None
        if self._watch is not None:
            self._watch.classes = known.classes
        self.lookout.watch(self._watch, orders.standing, orders.policy)
        self._obeyed = orders

    def _windows(self, known: Known, rules: Mapping[str, Rule]) -> Watch:
        """New windows, with what the operator and the feeds know of the world around."""
        behind = {
            Interface(one.address, number): address
            for one in self.flows.exporters
            for number, address in one.customers.items()
        }
        around = Around(
            contacts=known.controllers(), interfaces=behind, services=self.flows.service_networks
        )
        return Watch(
            Own(known.own, seed=self._seed), rules, seed=self._seed, around=around,
            exporters=self.collector.exporters,
        )  # fmt: skip

    def _site(self, exporter: Address | None) -> str:
        return self._sites.get(exporter, "main") if exporter else "main"

    def _decoder(self) -> Decoder:
        """The decoder with the templates and rates of the last run."""
        exporters = self.flows.exporters
        sampling = Sampling(
            static={one.address: one.sampling for one in exporters if one.sampling},
            override={one.address: one.sampling for one in exporters if one.override},
        )
        templates = Templates()
        before = state_files.read(self.folder, LEARNT) or {}
        for what, store in (("templates", templates), ("sampling", sampling)):
            try:
                store.restore(before.get(what))
            except AupkeepError:  # nothing was kept, or by another version: exporters tell it anew
                continue
        inner = between(self.flows.tunnel_ends)
        return Decoder(Exporters(), templates, sampling=sampling, inner=inner)

    def _learnt(self) -> dict[str, Any]:
        return {
            "templates": self.decoder.templates.to_json(),
            "sampling": self.decoder.sampling.to_json(),
        }

    def _counts(self, now: int) -> dict[str, Any]:
        """Everything `aupkeep flows exporters` shows."""
        rows = exporter_rows(self.flows.exporters, self.collector)
        seconds = max(now - self._counted_at, 1) / 1000
        for row in rows:
            before = self._before.get(row["address"], 0)
            row["rate"] = round((row["records"] - before) / seconds, 1)
            self._before[row["address"]] = row["records"]
        self._counted_at = now
        kept = self.archive.stats()
        return {
            "at": stamp(now),
            "since": stamp(self.since),
            "exporters": rows,
            "refused": refused_rows(self.collector),
            "dropped": dict(self.decoder.dropped),
            "kernel_drops": self.collector.drops(),
            "counts": dict(self.lookout.counts),
            "windows": {
                "bytes": self._watch.bytes if self._watch else 0,
                "lost": {k: v for k, v in self._watch.lost.items() if v} if self._watch else {},
                "own": [str(one) for one in self.orders.known.own],
            },
            "archive": {
                "rows": kept.rows, "lost": dict(kept.lost), "bytes": kept.bytes,
                "misdated": kept.misdated, "trouble": kept.trouble,
            },
            "desk": {
                "delivered": self.courier.delivered, "waiting": self.courier.waiting,
                "lost": self.courier.lost, "trouble": self.courier.trouble,
            },
            "detectors": list(told_rules(self.orders.standing, self.orders.known.labels())),
            "trouble": [
                *(f"{one.file}:{one.line}: {one.reason}" for one in self.orders.trouble),
                *(f"{what}: {why}" for what, why in dict(self.troubles).items()),
                *compiled_here(MADE),
            ],
        }  # fmt: skip


def _sights(known: Known) -> tuple[object, ...]:
    """What windows are made for: with other sights they begin anew."""
    return known.own, known.controllers()


def doors_of(exporters: Iterable[ExporterSettings]) -> dict[Address, list[Door]]:
    """The interfaces behind which each customer's address is."""
    found: dict[Address, list[Door]] = {}
    for one in exporters:
        for number, address in one.customers.items():
            found.setdefault(address, []).append((one.address, number))
    return found


def pause(tick: int, took: int) -> int:
    """Milliseconds until the next look, when this one took so many.

    Under a great attack a look costs more; the rows must go on being heard.

    >>> pause(200, 4), pause(200, 70), pause(200, 400)
    (200, 700, 1000)
    """
    return max(tick, min(SHARE * took, LONGEST))


def compiled_here(made: Sequence[str]) -> list[str]:
    """What an operator is told who wonders about this process's memory.

    >>> compiled_here(["walk", "add"])
    ['memory: kernels compiled in this process: 2, the last is add; a new start needs less']
    >>> compiled_here([])
    []
    """
    if not made:
        return []
    told = f"kernels compiled in this process: {len(made)}, the last is {made[-1]}"
    return [f"memory: {told}; a new start needs less"]
