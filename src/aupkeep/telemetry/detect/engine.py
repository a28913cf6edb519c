"""The watch: takes flow rows, remembers what a window holds, and says what its detectors see.

    watch = Watch(Own([ip_network("192.0.2.0/24")]), rules={})
    watch.take(rows, now_ms)
    for hit in watch.look(now_ms): ...

`look` may be called at any time; windows that are still open are judged too. The same subject is
told again only after the detector's cool-down, or when it may now go further by itself: the first
look at a flood may see too little of it to act on. Time only moves forward here: a clock that falls
back a little is held, one that jumps by more than `JUMP` begins anew with empty windows.
"""

from collections import Counter
from collections.abc import Mapping

from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Address
from aupkeep.plugins import plugins
from aupkeep.telemetry.detect.customer_classes import Classes, looks, named
from aupkeep.telemetry.detect.detector import Detector, Hit, Mode, Rule
from aupkeep.telemetry.detect.surroundings import Around, listed, served
from aupkeep.telemetry.detect.view import View
from aupkeep.telemetry.rows import Exporters, Rows
from aupkeep.telemetry.window.add import add
from aupkeep.telemetry.window.layout import GRACE, Lost
from aupkeep.telemetry.window.own_space import Own
from aupkeep.telemetry.window.rollover import advance
from aupkeep.telemetry.window.state import TABLES, state
from aupkeep.telemetry.window.udp_exchanges import settle

JUMP = 600_000  # ms
TOLD = 8  # peers or ports of one subject told by one detector within its cool-down
REMEMBERED = 1 << 16  # subjects whose cool-down is kept

Subject = tuple[str, Address]
Told = dict[tuple[Address | None, int | None], tuple[int, int]]  # peer, port → until, mode
MODES = tuple(Mode)


def detectors() -> dict[str, Detector]:
    """Every fast detector by name."""
    return plugins("aupkeep.telemetry.detectors", "DETECTOR")


class Watch:
    """Bounded state over our own addresses; see `bytes` for how much."""

    def __init__(
        self, own: Own, rules: Mapping[str, Rule], *, seed: int = 0, around: Around | None = None,
        exporters: Exporters | None = None,
    ) -> None:  # fmt: skip
        """`rules` name detectors; one without a rule has its defaults. Raises `Invalid`.

        `exporters` are those of the rows; only `around.interfaces` need them. `classes` may be set
        at any time: the addresses of the classes of customers for which rules have thresholds.
        """
        self.own = own
        self.detectors = detectors()
        self.rules = {name: checked(name, rule, self.detectors) for name, rule in rules.items()}
        self.classes = Classes()
        self.jumps = 0
        self._seed = seed
        self._around = around or Around()
        self._contacts = list(self._around.contacts)
        self._listed = listed(self._contacts, self._around, exporters or Exporters())
        self._told: dict[Subject, Told] = {}
        self._now = -1
        self._begin()

    @property
    def bytes(self) -> int:
        """Bytes of all that is remembered."""
        return self.state.bytes

    @property
    def lost(self) -> Counter[str]:
        """What could not be kept or counted, by reason."""
        house = self.state.house[0]
        numbers = {one.name.lower(): int(house["lost"][one]) for one in Lost}
        tables = {name: int(house[name]["lost"]) for name in TABLES}
        more = {"overflow": self.own.overflow, "jumps": self.jumps}
        return Counter({**numbers, **tables, **more})

    def take(self, rows: Rows, now_ms: int) -> None:
        """Count rows that came now."""
        now = self._pass(now_ms)
        if len(rows):
            it = self.state
            add(it.house, it.slots, it.space, it.listed, rows, now)

    def look(self, now_ms: int, *, over: bool = False) -> list[Hit]:
        """What is to be told now. `over`: nothing more will come, so nothing is waited for."""
        now = self._pass(now_ms)
        settle(self.state.house, now, -1 if over else GRACE)
        view = View(
            self.state,
            self.own,
            now,
            self._contacts,
            {name: one.mode for name, one in self.rules.items()},
            over,
        )
        found: list[Hit] = []
        for name, detector in self.detectors.items():
            rule = self.rules.get(name)
            for of_class, limits in looks(rule, detector.defaults):
                hits = self.classes.kept(detector.look(view, limits), rule, of_class)
                found += [one for one in hits if self._is_new(one, now, detector.cooldown * 1000)]
        return found

    def _is_new(self, hit: Hit, now: int, cooldown: int) -> bool:
        """Whether a hit is to be told: while its detector cools down only of a higher mode."""
        subject, what = (hit.detector, hit.address), (hit.peer, hit.port)
        mode = MODES.index(hit.mode)
        told = self._told.pop(subject, {})
        told = {one: (until, best) for one, (until, best) in told.items() if until > now}
        new = mode > told[what][1] if what in told else len(told) < TOLD
        if new:
            told[what] = (now + cooldown, mode)
        if len(self._told) >= REMEMBERED:
            del self._told[next(iter(self._told))]
        self._told[subject] = told
        return new

    def _pass(self, now_ms: int) -> int:
        """The watch's time: never before it was."""
        if self._now >= 0 and abs(now_ms - self._now) > JUMP:
            self.jumps += 1
            if now_ms < self._now:
                self._begin()
        self._now = max(self._now, now_ms)
        advance(self.state, self._now // 1000)
        return self._now

    def _begin(self) -> None:
        """Remember nothing yet."""
        self.state = state(self.own, self._listed, self._seed)
        self.state.slots["service"][served(self.own, self._around.services)] = 1
        self._told.clear()
        self._now = -1


def checked(name: str, rule: Rule, known: Mapping[str, Detector]) -> Rule:
    """A rule whose detector and thresholds exist. Raises `Invalid`."""
    if name not in known:
        raise Invalid(
            f"rule {name!r}: expected a detector ({', '.join(known)}), found none so named"
        )
    wrong = named(rule) - set(known[name].defaults)
    if wrong:
        names = ", ".join(known[name].defaults)
        raise Invalid(
            f"rule {name!r}: expected thresholds of {names}, found {', '.join(sorted(wrong))}"
        )
    return rule
