"""Data that came before its template: kept in a bounded ring until the template comes."""

from collections import OrderedDict, deque
from dataclasses import dataclass

from aupkeep.model.subject import Address
from aupkeep.telemetry.wire.origin import DatagramOrigin
from aupkeep.telemetry.wire.template import TemplateKey

MOST_BYTES = 8 << 20
MOST_EACH = 1 << 20  # of one exporter
LONGEST_MS = 3_600_000
OVERHEAD = 256  # bytes of our own for one set


@dataclass(frozen=True, slots=True)
class PendingSet:
    """The body of one data set; `at` is when it came, milliseconds since 1970."""

    key: TemplateKey
    body: bytes
    origin: DatagramOrigin
    at: int

    @property
    def size(self) -> int:
        """Bytes it takes of the ring."""
        return len(self.body) + OVERHEAD


class PendingSets:
    """The ring; whatever falls out is counted by who keeps it."""

    def __init__(self, *, most_bytes: int = MOST_BYTES, most_each: int = MOST_EACH) -> None:
        self._sets: OrderedDict[int, PendingSet] = OrderedDict()
        self._by_key: dict[TemplateKey, deque[int]] = {}
        self._by_exporter: dict[Address | None, OrderedDict[int, int]] = {}  # number: size
        self._sizes: dict[Address | None, int] = {}
        self._all = 0
        self._next = 0
        self._most_bytes = most_bytes
        self._most_each = most_each

    def __len__(self) -> int:
        return len(self._sets)

    def keep(self, waiting: PendingSet) -> int:
        """Keep one set; the answer is how many of the oldest fell out for it.

        The flood of one exporter pushes out its own sets first.
        """
        exporter, number = waiting.key.exporter, self._next
        self._next += 1
        self._sets[number] = waiting
        self._by_key.setdefault(waiting.key, deque()).append(number)
        mine = self._by_exporter.setdefault(exporter, OrderedDict())
        mine[number] = waiting.size
        self._sizes[exporter] = self._sizes.get(exporter, 0) + waiting.size
        self._all += waiting.size
        fallen = 0
        while self._sizes.get(exporter, 0) > self._most_each:
            self._take(next(iter(mine)))
            fallen += 1
        while self._all > self._most_bytes:
            self._take(next(iter(self._sets)))
            fallen += 1
        return fallen

    def release(self, key: TemplateKey) -> list[PendingSet]:
        """What waited for this template, in the order it came."""
        return [self._take(number) for number in list(self._by_key.get(key, ()))]

    def expire(self, now_ms: int, longest_ms: int = LONGEST_MS) -> int:
        """Forget what waited for so long; how many."""
        old = (number for number, it in self._sets.items() if now_ms - it.at > longest_ms)
        return len([self._take(number) for number in list(old)])

    def clear(self) -> int:
        """Forget everything; how many."""
        return len([self._take(number) for number in list(self._sets)])

    def _take(self, number: int) -> PendingSet:
        pending_set = self._sets.pop(number)
        exporter = pending_set.key.exporter
        numbers = self._by_key[pending_set.key]
        numbers.remove(number)  # the oldest is taken first, so it stands at the front
        if not numbers:
            del self._by_key[pending_set.key]
        del self._by_exporter[exporter][number]
        self._sizes[exporter] -= pending_set.size
        self._all -= pending_set.size
        if not self._by_exporter[exporter]:
            del self._by_exporter[exporter], self._sizes[exporter]
        return pending_set
