"""The detection engine: counts flow rows in windows and runs the fast detectors over them.

    engine = DetectionEngine(OwnSlots([ip_network("192.0.2.0/24")]), rules={})
    engine.take(rows, now_ms)
    for hit in engine.evaluate(now_ms): ...

`evaluate` may be called at any time; windows that are still open are judged too. A subject is
reported again only after the detector's cool-down, or when its mode is higher than before: the
first evaluation of a flood may see too little of it to act on. Time only moves forward: a clock
that falls back a little is held, one that falls back by more than `CLOCK_JUMP` starts anew.
"""

from collections import Counter
from collections.abc import Mapping

from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Address
from aupkeep.plugins import plugins
from aupkeep.telemetry.detect.answers_awaited import AnswersAwaited
from aupkeep.telemetry.detect.customer_classes import (
    CustomerClasses,
    threshold_names,
    threshold_sets,
)
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, DetectorRule, Mode
from aupkeep.telemetry.detect.network_context import NetworkContext, listed_arrays, service_slots
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.rows import Exporters, Rows
from aupkeep.telemetry.window.add import add
from aupkeep.telemetry.window.exported_ways import ShownBy, grace_of, shown_by
from aupkeep.telemetry.window.layout import LossReason
from aupkeep.telemetry.window.own_slots import OwnSlots
from aupkeep.telemetry.window.rollover import advance
from aupkeep.telemetry.window.state import TABLES, empty_window
from aupkeep.telemetry.window.udp_exchanges import judge_expired

CLOCK_JUMP = 600_000  # ms
MOST_COOLING = 8  # peers or ports of one subject that one detector reports within its cool-down
REMEMBERED = 1 << 16  # subjects whose cool-down is kept

Subject = tuple[str, Address]
Cooldowns = dict[tuple[Address | None, int | None], tuple[int, int]]  # peer, port → until, mode
MODES = tuple(Mode)


def detectors() -> dict[str, Detector]:
    """Every fast detector by name."""
    return plugins("aupkeep.telemetry.detectors", "DETECTOR")


class DetectionEngine:
    """Bounded state over our own addresses; see `bytes` for how much."""

    def __init__(
        self,
        own: OwnSlots,
        rules: Mapping[str, DetectorRule],
        *,
        seed: int = 0,
        context: NetworkContext | None = None,
        exporters: Exporters | None = None,
    ) -> None:
        """`rules` name detectors; one without a rule has its defaults. Raises `Invalid`.

        `exporters` are those of the rows; only `context.interfaces` need them. `classes`
        may be set at any time: the addresses of customer classes with thresholds of their own.
        """
        self.own = own
        self.detectors = detectors()
        self.rules = {name: check_rule(name, rule, self.detectors) for name, rule in rules.items()}
        self.classes = CustomerClasses()
        self.jumps = 0
        self._seed = seed
        self._context = context or NetworkContext()
        self._contacts = list(self._context.contacts)
        self._listed = listed_arrays(self._contacts, self._context, exporters or Exporters())
        self._cooling: dict[Subject, Cooldowns] = {}
        self._awaited = AnswersAwaited()
        self._now = -1
        self._reset()

    @property
    def bytes(self) -> int:
        """Bytes of all that is remembered."""
        return self.state.bytes

    @property
    def lost(self) -> Counter[str]:
        """What could not be kept or counted, by reason."""
        record = self.state.record[0]
        numbers = {reason.name.lower(): int(record["lost"][reason]) for reason in LossReason}
        tables = {name: int(record[name]["lost"]) for name in TABLES}
        more = {"overflow": self.own.overflow, "jumps": self.jumps}
        return Counter({**numbers, **tables, **more})

    def shown_by(self, exporter: int) -> ShownBy:
        """What the exporter with a number was seen to do."""
        return shown_by(self.state, exporter)

    def take(self, rows: Rows, now_ms: int) -> None:
        """Count rows that came now."""
        now = self._advance(now_ms)
        if len(rows):
            it = self.state
            add(it.record, it.slots, it.space, it.listed, rows, now)

    def evaluate(self, now_ms: int, *, over: bool = False) -> list[DetectorHit]:
        """The hits to report now. `over`: no row will come after, so no answer is waited for."""
        now = self._advance(now_ms)
        grace = grace_of(self.state)
        judge_expired(self.state.record, now, -1 if over else grace)
        view = WindowView(
            self.state,
            self.own,
            now,
            self._contacts,
            {name: rule.mode for name, rule in self.rules.items()},
            over,
            awaited=self._awaited,
        )
        fresh: list[DetectorHit] = []
        for name, detector in self.detectors.items():
            rule = self.rules.get(name)
            for of_class, limits in threshold_sets(rule, detector.defaults):
                hits = self.classes.of_class_only(detector.detect(view, limits), rule, of_class)
                fresh += [hit for hit in hits if self._is_new(hit, now, detector.cooldown * 1000)]
        return fresh

    def _is_new(self, hit: DetectorHit, now: int, cooldown: int) -> bool:
        """Whether a hit is reported: while its detector cools down, one of a higher mode only."""
        subject, what = (hit.detector, hit.address), (hit.peer, hit.port)
        mode = MODES.index(hit.mode)
        cooling = self._cooling.pop(subject, {})
        cooling = {key: (until, best) for key, (until, best) in cooling.items() if until > now}
        new = mode > cooling[what][1] if what in cooling else len(cooling) < MOST_COOLING
        if new:
            cooling[what] = (now + cooldown, mode)
        if len(self._cooling) >= REMEMBERED:
            del self._cooling[next(iter(self._cooling))]
        self._cooling[subject] = cooling
        return new

    def _advance(self, now_ms: int) -> int:
        """The engine's time, which never goes back."""
        if self._now >= 0 and abs(now_ms - self._now) > CLOCK_JUMP:
            self.jumps += 1
            if now_ms < self._now:
                self._reset()
        self._now = max(self._now, now_ms)
        advance(self.state, self._now // 1000)
        return self._now

    def _reset(self) -> None:
        """Remember nothing yet."""
        self.state = empty_window(self.own, self._listed, self._seed)
        self.state.slots["service"][service_slots(self.own, self._context.services)] = 1
        self._cooling.clear()
        self._awaited.clear()
        self._now = -1


def check_rule(name: str, rule: DetectorRule, known: Mapping[str, Detector]) -> DetectorRule:
    """A rule whose detector and thresholds exist. Raises `Invalid`."""
    if name not in known:
        raise Invalid(
            f"rule {name!r}: expected a detector ({', '.join(known)}), found none so named"
        )
    wrong = threshold_names(rule) - set(known[name].defaults)
    if wrong:
        names = ", ".join(known[name].defaults)
        raise Invalid(
            f"rule {name!r}: expected thresholds of {names}, found {', '.join(sorted(wrong))}"
        )
    return rule
