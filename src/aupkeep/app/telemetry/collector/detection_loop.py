"""What the collector's process does, turn by turn: hear, count, keep, look, tell.

    lookout = Lookout(hears, keeps, courier.hand, evidence_rows=200)
    lookout.watch(watch, standing, policy)      again whenever own space or a rule changes
    lookout.hear(wait_ms)
    lookout.look()

Nothing here waits for the desk, the database or the disk.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from aupkeep.app.telemetry.collector.recent_rows import Door, Recent
from aupkeep.app.telemetry.findings.hit_document import Seen, blind, write_hits
from aupkeep.app.telemetry.tuning.effective_rules import Standing
from aupkeep.casework.evidence_level import TOLD_ONLY
from aupkeep.model.finding import Mode, Role
from aupkeep.model.subject import Address
from aupkeep.telemetry.detect.detector import Hit, to_json
from aupkeep.telemetry.rows import Exporters, Rows, empty

SHOWN = 300  # hits that `aupkeep flows hits` can show
SPOOFED = "spoofed-source"  # its rows name other senders: that is what it is about
TOGETHER = 20  # hits in one document
VICTIM_REST = 3_600_000  # ms before the desk hears again that the same address is attacked
MOST_VICTIMS = 10_000


class Hears(Protocol):
    """Whoever brings flow rows."""

    @property
    def exporters(self) -> Exporters:
        """Who exported, by the number that rows hold."""

    def hear(self, timeout_ms: int) -> Iterable[Rows]:
        """Rows that came within so many milliseconds, in parts; each good until the next."""


class Keeps(Protocol):
    """Whoever keeps flow rows; never waits."""

    def append(self, rows: Rows, exporters: Exporters, now_ms: int) -> None:
        """Take a batch; empty ones too, so that time passes."""


class Watches(Protocol):
    """Whoever counts rows and sees things in them."""

    def take(self, rows: Rows, now_ms: int) -> None:
        """Count rows that came now."""

    def look(self, now_ms: int) -> Sequence[Hit]:
        """What is to be told now."""


class Lookout:
    """One process's windows, with the newest rows beside them."""

    def __init__(
        self,
        hears: Hears,
        keeps: Keeps | None,
        hand: Callable[[bytes], None],
        *,
        clock: Callable[[], int],
        evidence_rows: int,
        recent: Recent | None = None,
        doors: Mapping[Address, Sequence[Door]] | None = None,
    ) -> None:
        """`hand` takes a document for the desk and returns at once; `clock` gives ms since 1970.

        `doors` are the interfaces behind which one customer's address is.
        """
        self._hears, self._keeps, self._hand = hears, keeps, hand
        self._clock, self._rows = clock, evidence_rows
        self._recent = recent or Recent()
        self._doors = doors or {}
        self._watch: Watches | None = None
        self._standing: Mapping[str, Standing] = {}
        self._policy = ""
        self._victims: dict[tuple[str, Address], int] = {}
        self.hits: deque[dict[str, Any]] = deque(maxlen=SHOWN)
        self.counts: Counter[str] = Counter()

    def watch(self, watch: Watches | None, standing: Mapping[str, Standing], policy: str) -> None:
        """Look through these windows from now on; None: there is nothing of our own to watch."""
        self._watch, self._standing, self._policy = watch, standing, policy

    def hear(self, wait_ms: int) -> int:
        """Take what comes within so many milliseconds; how many rows that were."""
        before = self.counts["rows"]
        for rows in self._hears.hear(wait_ms):
            self._take(rows, self._clock())
        self._take(empty(0), self._clock())  # so that time passes
        return self.counts["rows"] - before

    def _take(self, rows: Rows, now_ms: int) -> None:
        if self._watch is not None:
            self._watch.take(rows, now_ms)
        if self._keeps is not None:
            self._keeps.append(rows, self._hears.exporters, now_ms)
        if len(rows):
            self._recent.take(rows)
        self.counts["rows"] += len(rows)

    def look(self) -> int:
        """Look at the windows and hand on what is seen; how many hits that were."""
        if self._watch is None:
            return 0
        groups: dict[str, list[Hit]] = {}
        for hit in self._watch.look(self._clock()):
            groups.setdefault(hit.detector, []).append(hit)
        for name, hits in groups.items():
            self.tell(name, [self._with_rows(hit) for hit in hits])
        return sum(map(len, groups.values()))

    def tell(self, name: str, seen: Sequence[Seen]) -> None:
        """One detector's hits: what is only observed stays here, the rest goes to the desk.

        May be called by another thread too.
        """
        told = [one for one in seen if one.hit.mode is not Mode.OBSERVE and self._is_news(one.hit)]
        for of_class in dict.fromkeys(one.hit.of_class for one in told):
            alike = [one for one in told if one.hit.of_class == of_class]
            for first in range(0, len(alike), TOGETHER):
                group = alike[first : first + TOGETHER]
                self._hand(write_hits(self._standing[name], self._policy, group))
        self.hits.extend(_shown(one, self._standing.get(name)) for one in seen)
        self.counts["hits"] += len(seen)
        self.counts["told"] += len(told)

    def _is_news(self, hit: Hit) -> bool:
        """Whether a hit is told: that one of ours is attacked, and no more, once an hour.

        All else is told as often as its detector sees it, since that says that it goes on; an
        attack of which people are only told waits for one, who needs no second word.
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

    def _with_rows(self, hit: Hit) -> Seen:
        exporters = self._hears.exporters
        if hit.detector == SPOOFED:
            doors = self._doors.get(hit.address, ())
            rows = self._recent.forged(hit, doors, exporters, self._rows)
        else:
            rows = self._recent.around(hit, exporters, self._rows)
        return Seen(hit=hit, flows=rows)


def _shown(seen: Seen, stands: Standing | None) -> dict[str, Any]:
    """A hit as the command line shows it, with the thresholds that held for its class."""
    hit = seen.hit
    holding = stands.holding(hit.of_class) if stands else {}
    key = f"{hit.detector} {hit.address} {hit.peer} {hit.port} {hit.at}"
    return {
        "hit": f"h-{hashlib.sha256(key.encode()).hexdigest()[:10]}",
        **to_json(hit),
        "class": hit.of_class,
        "thresholds": {name: value for name, (value, _) in holding.items()},
        "rate_unknown": blind(seen),
        "rows": len(seen.flows),
    }
