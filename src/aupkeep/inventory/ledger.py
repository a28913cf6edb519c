"""The records of an install in memory: the same answers as `holder_at`, in microseconds.

A mapping from site and prefix length to networks, each with its records in order of start. Of
every length the records that touch the window are found by bisection; a running maximum of the
ends says when no earlier one can touch it. One million records take about 0.7 GiB as objects and
indexes; for flow records use `snapshot`, which takes a sixth.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime

from aupkeep.inventory.attribution import (
    TOLERANCE,
    Span,
    Window,
    believed,
    declared,
    holding,
    judge,
    span_of,
    window,
)
from aupkeep.inventory.conflicts import closed, refuse
from aupkeep.model.errors import Conflict, Missing
from aupkeep.model.holding import Assignment, Holding, OwnSpace, Unknown
from aupkeep.model.subject import Address, Subject

BITS = {4: 32, 6: 128}


class History:
    """The records of one prefix at one site, in order of start."""

    __slots__ = ("ends", "spans", "starts")

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.spans: list[Span[Assignment]] = []
        self.ends: list[int] = []  # the latest end so far, so that a walk back knows when to stop

    def add(self, span: Span[Assignment]) -> None:
        """Put one record at its place; at the end in constant time."""
        place = bisect_right(self.starts, span.start)
        self.starts.insert(place, span.start)
        self.spans.insert(place, span)
        latest = self.ends[place - 1] if place else span.end
        del self.ends[place:]
        for later in self.spans[place:]:
            latest = max(latest, later.end)
            self.ends.append(latest)

    def replace(self, old: Assignment, new: Assignment) -> None:
        """Swap a record for itself with another `known_until`."""
        place = next(i for i, span in enumerate(self.spans) if span.record.id == old.id)
        self.spans[place] = span_of(new)

    def touching(self, moments: Window) -> Iterator[Span[Assignment]]:
        """Records that start by the window's end and end after its beginning."""
        for place in range(bisect_right(self.starts, moments.hi) - 1, -1, -1):
            if self.ends[place] <= moments.lo:
                return
            if self.spans[place].end > moments.lo:
                yield self.spans[place]


class Ledger:
    """Own space and assignments, ready for look-ups; records may be added and closed."""

    def __init__(
        self, own: Iterable[OwnSpace] = (), assignments: Iterable[Assignment] = ()
    ) -> None:
        self._own = list(own)
        self._levels: dict[tuple[str, int, int], dict[int, History]] = {}
        self._by_id: dict[str, Assignment] = {}
        for item in assignments:
            self._index(item)

    def __len__(self) -> int:
        """How many records, replaced ones included."""
        return len(self._by_id)

    def declare(self, space: OwnSpace) -> None:
        """Add own space."""
        self._own.append(space)

    def add(self, item: Assignment) -> None:
        """Add a record. Raises `Conflict` naming both when it intersects a live one."""
        if item.id in self._by_id:
            raise Conflict(f"expected a new id, found {item.id} twice")
        history = self._history(item)
        if history is not None:
            refuse((span.record for span in history.spans), item)
        self._index(item)

    def close(
        self, assignment: str, *, end: datetime, at: datetime, new_id: str
    ) -> tuple[Assignment, Assignment]:
        """Close an open record at `end`, learnt at `at`; both versions of it, for the store.

        Raises `Missing` for an unknown id, `Conflict` when it is not open.
        """
        old = self._by_id.get(assignment)
        if old is None:
            raise Missing(f"expected the id of an assignment, found {assignment[:60]!r}")
        retired, successor = closed(old, end=end, at=at, new_id=new_id)
        self.retire(retired)
        self.add(successor)
        return retired, successor

    def retire(self, item: Assignment) -> None:
        """Stop believing a record: `item` is it with its `known_until`. Raises `Missing`."""
        old = self._by_id.get(item.id)
        history = self._history(item)
        if old is None or history is None:
            raise Missing(f"expected the id of an assignment, found {item.id[:60]!r}")
        history.replace(old, item)
        self._by_id[item.id] = item

    def holder_at(
        self,
        subject: Subject,
        at: datetime,
        *,
        exact: float = 0.0,
        site: str | None = None,
        tolerance: float = TOLERANCE,
        known_at: datetime | None = None,
    ) -> Holding:
        """Exactly what `attribution.holder_at` answers from all records."""
        if subject.address is None:
            return Unknown()
        moments = window(at, exact, tolerance)
        ours = declared(self._own, subject.address, site)
        spans = {
            name: [
                span
                for span in self._near(name, subject.address, moments)
                if believed(span.record, known_at)
            ]
            for name in ours
        }
        return holding(judge(ours, spans, moments, subject.port))

    def _near(self, site: str, address: Address, moments: Window) -> Iterator[Span[Assignment]]:
        bits, value = BITS[address.version], int(address)
        for length in range(bits, -1, -1):
            level = self._levels.get((site, address.version, length))
            history = level.get(value >> (bits - length)) if level else None
            if history is not None:
                yield from history.touching(moments)

    def _history(self, item: Assignment) -> History | None:
        level = self._levels.get((item.site, item.prefix.version, item.prefix.prefixlen), {})
        return level.get(_number(item))

    def _index(self, item: Assignment) -> None:
        key = (item.site, item.prefix.version, item.prefix.prefixlen)
        level = self._levels.setdefault(key, {})
        level.setdefault(_number(item), History()).add(span_of(item))
        self._by_id[item.id] = item


def _number(item: Assignment) -> int:
    """The bits of the prefix, without the host's."""
    bits = BITS[item.prefix.version]
    return int(item.prefix.network_address) >> (bits - item.prefix.prefixlen)
