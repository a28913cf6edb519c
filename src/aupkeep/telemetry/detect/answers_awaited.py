"""Hits that rest on missing answers wait until those answers would have been exported.

A tunnel's packets are told of at 12:01:00, its answers by another line of the same router at
12:01:25. A hit of 12:01:00 is kept for as long as that exporter was seen to hold packets back
(`window.exported_ways`). When the answers come, the hit is withdrawn and nobody hears of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from aupkeep.model.subject import Address
from aupkeep.telemetry.detect.detector import DetectorHit

MOST = 1 << 14  # hits that wait
LINGERS = 10_000  # ms after its wait that a hit is told, and after which a new wait begins

Key = tuple[str, Address]


@dataclass(slots=True)
class WaitingHit:
    """The newest hit about an address, and when the first was seen; times are ms."""

    hit: DetectorHit
    since: int
    last: int
    due: int


class AnswersAwaited:
    """The hits of one engine that wait, by detector and address."""

    def __init__(self) -> None:
        self._waiting: dict[Key, WaitingHit] = {}

    def offer(self, hit: DetectorHit, wait: int, now: int) -> bool:
        """Keep a hit; whether its wait is over, so that it may be told."""
        key = (hit.detector, hit.address)
        known = self._waiting.get(key)
        if known is None or now > max(known.last, known.due) + LINGERS:
            if len(self._waiting) >= MOST:
                del self._waiting[next(iter(self._waiting))]
            known = self._waiting[key] = WaitingHit(hit, now, now, now + wait)
        known.hit, known.last, known.due = hit, now, known.since + wait
        return now >= known.due

    def withdraw(self, detector: str, address: Address) -> None:
        """The answers came."""
        self._waiting.pop((detector, address), None)

    def overdue(self, detector: str, now: int) -> Iterator[DetectorHit]:
        """Hits of a detector whose wait is over and that were not seen again since."""
        for (name, _), known in list(self._waiting.items()):
            if name == detector and known.last < now and 0 <= now - known.due <= LINGERS:
                yield known.hit

    def clear(self) -> None:
        """Nothing waits."""
        self._waiting.clear()
