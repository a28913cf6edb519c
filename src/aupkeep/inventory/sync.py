"""A source's snapshot against its live records: what opens, closes and stays. Pure.

A snapshot is what a source says now, read from `begun` to `ended`. What it said before is on record
as the open assignments with its name as `source`; `seen_at` is when the last good snapshot began.

Nothing is said of a moment at which nobody looked. A record that is gone ends at `seen_at`, when
it was last seen; one that is new begins at `ended`, or at `since` where the source itself says that
nothing changed since then. Between the two nobody is on record. The same holder whose entry was
made anew after `seen_at` (`renewed`) may have lost it in between, so the record is cut there. What
only touches an entry, e.g. a description, cuts it after a silence alone (`patience`): a holder
could shake off a measure by it at any other time.

>>> from datetime import UTC, datetime, timedelta
>>> from aupkeep.inventory.assignment_row import parse_prefix
>>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
>>> def snapshot(customer, minute):
...     row = SeenHolding(prefix=parse_prefix("203.0.113.7"), customer=customer, resource="vm")
...     return SourceSnapshot(rows=(row,), begun=noon + timedelta(minutes=minute),
...                     ended=noon + timedelta(minutes=minute, seconds=5))
>>> source = SourceScope(name="cloud", prefixes=(parse_prefix("203.0.113.0/24"),))
>>> first = compare(source, snapshot("kari", 0), Known(), iter("ab").__next__)
>>> second = compare(source, snapshot("ola", 1), Known(live=first.opened, seen_at=noon),
...                  iter("cd").__next__)
>>> [(x.customer, f"{x.start:%T}", x.end) for x in second.records]
[('ola', '12:01:05', None)]

Kari's record began after the last snapshot before had begun, so it was never seen again and nothing
of it is certain: it is retired whole. From the second good snapshot on it would have had an end.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network

from aupkeep.inventory.conflicts import conflict, describe, intersects
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Assignment, Network

LEAST = 20  # live records of a source; of fewer any number may end at once
FEW = 5  # resources; fewer may always change hands at once
Place = tuple[str, Network, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenHolding:
    """What a source says now about a prefix and its ports. A `pool` has no customer.

    `since`, if it knows, is a moment from which on nothing of it changed; `renewed` is when the
    source's entry was made, before which it may have been somebody else's. A pool begins when it is
    first seen all the same: what others have on record of the time before still counts.
    """

    prefix: Network
    customer: str
    resource: str
    port_from: int = 0
    port_to: int = 65535
    router: bool = False
    pool: bool = False
    since: datetime | None = None
    renewed: datetime | None = None

    def __post_init__(self) -> None:
        """Raises `Invalid` for a holder without a name, and for a pool with one."""
        if bool(self.customer) == self.pool:
            raise Invalid(f"{self.prefix}: expected a customer or a pool, found {self.customer!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedHolding:
    """A row that could not be read, of which `prefix` can be; None: not even that.

    What is on record for the prefix stays as it is; without one nothing ends, as anything may be
    meant. Only where another row says of it that it is nobody's, it is `settled`.
    """

    row: int
    reason: str
    prefix: Network | None = None
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSnapshot:
    """The present as a source told it between two moments; `rejected` rows could not be read.

    `unmapped` are projects, or what the source calls them, of which no customer is known.
    """

    rows: tuple[SeenHolding, ...]
    begun: datetime
    ended: datetime
    rejected: tuple[RejectedHolding, ...] = ()
    unmapped: tuple[str, ...] = ()

    @property
    def blind(self) -> RejectedHolding | None:
        """The first row whose address could not be read: nothing may end."""
        return next((row for row in self.rejected if row.prefix is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceScope:
    """What a source may speak of: prefixes at a site, with its precedence for each.

    Of `precedences` the narrowest prefix around a record counts. `whole` are the prefixes of which
    it knows every holder: what it does not name there is nobody's. `patience` is the longest time
    between two looks in which a change there and back is not looked for.
    """

    name: str
    prefixes: tuple[Network, ...]
    site: str = "main"
    precedence: int = 0
    precedences: Mapping[Network, int] = field(default_factory=dict)
    whole: tuple[Network, ...] = ()
    patience: timedelta = timedelta(minutes=1)

    def covers(self, prefix: Network) -> bool:
        """Whether the source may speak of it."""
        return any(_inside(prefix, own) for own in self.prefixes)

    def precedence_of(self, prefix: Network) -> int:
        """The source's precedence there."""
        around = [own for own in self.precedences if _inside(prefix, own)]
        if not around:
            return self.precedence
        return self.precedences[max(around, key=lambda own: own.prefixlen)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is on record: the source's `live` (open) records, and `beside` them those of others.

    `seen_at` is when its last good snapshot began; None: there was none.
    """

    live: tuple[Assignment, ...] = ()
    beside: tuple[Assignment, ...] = ()
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChange:
    """What one snapshot changes. `retired` are as they then are; `closed` follow them, with ends.

    `lost` counts live records that would end with nobody after them, of `live`; `moved` resources
    of which something would change hands, of `resources`. `foreign` rows lie outside what the
    source may speak of; `doubtful`, in words, are those that contradict another.
    """

    opened: tuple[Assignment, ...]
    closed: tuple[Assignment, ...]
    retired: tuple[Assignment, ...]
    kept: int
    live: int
    lost: int
    foreign: int
    doubtful: tuple[str, ...]
    moved: int = 0
    resources: int = 0

    @property
    def records(self) -> tuple[Assignment, ...]:
        """What goes in."""
        return (*self.closed, *self.opened)

    def excess(self, share: float) -> str:
        """What exceeds that share, as of a list that broke off or a wrong mapping; "" for none."""
        if self.live < LEAST:
            return ""
        if self.lost > share * self.live:
            return f"{self.lost} of {self.live} records would end"
        if self.moved >= FEW and self.moved > share * self.resources:
            return f"{self.moved} of {self.resources} resources would change hands"
        return ""


def compare(
    source: SourceScope, snapshot: SourceSnapshot, known: Known, new_id: Callable[[], str]
) -> SourceChange:
    """What the snapshot changes on record."""
    wanted, doubtful, foreign = _wanted(source, snapshot)
    change = _Sifting(source, snapshot, known, new_id)
    for item in known.live:
        change.settle(item, wanted.get(_place(item)))
    for place, row in wanted.items():
        if place not in change.standing:
            change.open(row)
    return SourceChange(
        opened=tuple(change.opened),
        closed=tuple(change.closed),
        retired=tuple(replace(item, known_until=snapshot.ended) for item in change.retired),
        kept=len(known.live) - len(change.retired),
        live=len(known.live),
        lost=sum(_is_lost(item, wanted.get(_place(item))) for item in change.retired),
        moved=_resources(change.moved),
        resources=_resources(known.live),
        foreign=foreign,
        doubtful=(*doubtful, *change.doubtful),
    )


class _Sifting:
    """One comparison under way."""

    def __init__(
        self, source: SourceScope, snapshot: SourceSnapshot, known: Known, new_id: Callable[[], str]
    ) -> None:
        self._source, self._snapshot, self._known, self._new_id = source, snapshot, known, new_id
        self._beside: dict[tuple[str, Network], list[Assignment]] = defaultdict(list)
        for item in known.beside:
            self._beside[item.site, item.prefix].append(item)
        seen_at = known.seen_at
        self._untouched = {row.prefix for row in snapshot.rejected if not row.settled}
        self._silent = seen_at is None or snapshot.begun - seen_at > source.patience
        self.standing: set[Place] = set()
        self.opened: list[Assignment] = []
        self.closed: list[Assignment] = []
        self.retired: list[Assignment] = []
        self.moved: list[Assignment] = []
        self.doubtful: list[str] = []

    def settle(self, item: Assignment, row: SeenHolding | None) -> None:
        """Keep a live record, give it the precedence of today, or end it where it was last seen."""
        precedence = self._source.precedence_of(item.prefix)
        if item.prefix in self._untouched or None in self._untouched:
            self._stand(item)
            return
        goes_on = _stands(item, row, self._known.seen_at, silent=self._silent)
        if goes_on and precedence == item.precedence:
            self._stand(item)
            return
        self.retired.append(item)
        if row is not None and not row.pool and _said(item) != _said(row):
            self.moved.append(item)
        now, seen_at = self._snapshot.ended, self._known.seen_at
        fresh = replace(item, id=self._new_id(), known_from=now)
        if goes_on:
            fresh = replace(fresh, precedence=precedence)
            if self._fits(fresh):
                self.closed.append(fresh)
                self._stand(fresh)
        elif seen_at is not None and seen_at > item.start:
            self.closed.append(replace(fresh, end=seen_at))

    def open(self, row: SeenHolding) -> None:
        """Add a record, from where an older one of the same prefix ends."""
        if row.prefix in self._untouched:
            return
        fresh = _opened(self._source, row, self._snapshot, self._known.seen_at, self._new_id())
        beside = self._beside[fresh.site, fresh.prefix]
        ends = [item.end for item in beside if item.end is not None and intersects(item, fresh)]
        fresh = replace(fresh, start=min(max([fresh.start, *ends]), self._snapshot.ended))
        if self._fits(fresh):
            self.opened.append(fresh)
            self._stand(fresh)

    def _stand(self, item: Assignment) -> None:
        self.standing.add(_place(item))
        self._beside[item.site, item.prefix].append(item)

    def _fits(self, fresh: Assignment) -> bool:
        other = conflict(self._beside[fresh.site, fresh.prefix], fresh)
        if other is not None:
            self.doubtful.append(f"{describe(fresh)} intersects {describe(other)}")
        return other is None


def _wanted(
    source: SourceScope, snapshot: SourceSnapshot
) -> tuple[dict[Place, SeenHolding], list[str], int]:
    """The rows by place; without those that contradict each other, and those of other prefixes."""
    ours = [row for row in snapshot.rows if source.covers(row.prefix)]
    doubtful = [
        f"{first.prefix}: it names {first.customer or 'a pool'} and {second.customer or 'a pool'}"
        for first, second in _contradictions(ours)
    ]
    bad = {id(row) for pair in _contradictions(ours) for row in pair}
    rows = [row for row in ours if id(row) not in bad]
    named = {row.prefix for row in ours}
    rows += [
        SeenHolding(prefix=prefix, customer="", resource=source.name, pool=True)
        for prefix in source.whole
        if prefix not in named and snapshot.blind is None
    ]
    by_place = {(source.site, row.prefix, row.port_from, row.port_to): row for row in rows}
    return by_place, doubtful, len(snapshot.rows) - len(ours)


def _contradictions(rows: Iterable[SeenHolding]) -> Iterator[tuple[SeenHolding, SeenHolding]]:
    """Each two rows that give one port of one prefix to two, or cut it in two ways."""
    last: SeenHolding | None = None
    for row in sorted(rows, key=_in_order):
        if last is not None and last.prefix == row.prefix and row.port_from <= last.port_to:
            same = (last.port_from, last.port_to) == (row.port_from, row.port_to)
            if not (same and _said(last) == _said(row)):
                yield last, row
        if last is None or last.prefix != row.prefix or row.port_to >= last.port_to:
            last = row


def _in_order(row: SeenHolding) -> tuple[int, int, int, int, int]:
    network = row.prefix
    return (
        *(network.version, int(network.network_address), network.prefixlen),
        *(row.port_from, row.port_to),
    )


def _stands(
    item: Assignment, row: SeenHolding | None, seen_at: datetime | None, *, silent: bool
) -> bool:
    """Whether the record says what the row says, and it was nobody else's in between."""
    if row is None or _said(item) != _said(row):
        return False
    times = (row.renewed, row.since if silent else None)
    moved = max(filter(None, times), default=None)
    if moved is None or moved <= item.start:
        return True
    return seen_at is not None and moved <= seen_at


def _is_lost(item: Assignment, row: SeenHolding | None) -> bool:
    return not item.pool and (row is None or row.pool)


def _resources(items: Iterable[Assignment]) -> int:
    return len({(item.customer, item.resource) for item in items if not item.pool})


def _opened(
    source: SourceScope,
    row: SeenHolding,
    snapshot: SourceSnapshot,
    seen_at: datetime | None,
    new_id: str,
) -> Assignment:
    known = None if row.since is None else max(row.since, row.renewed or row.since)
    if known is None or row.pool or (seen_at is not None and known <= seen_at):
        known = snapshot.ended
    return Assignment(
        id=new_id,
        site=source.site,
        prefix=row.prefix,
        port_from=row.port_from,
        port_to=row.port_to,
        customer=row.customer,
        resource=row.resource,
        start=min(known, snapshot.ended),
        end=None,
        known_from=snapshot.ended,
        source=source.name,
        router=row.router,
        pool=row.pool,
        precedence=source.precedence_of(row.prefix),
    )


def _place(item: Assignment) -> Place:
    return (item.site, item.prefix, item.port_from, item.port_to)


def _said(item: Assignment | SeenHolding) -> tuple[object, ...]:
    return (item.customer, item.resource, item.router, item.pool)


def groups(
    change: SourceChange, size: int
) -> Iterator[tuple[Sequence[Assignment], Sequence[Assignment]]]:
    """The change in parts of some `size` records; what concerns one prefix stays together.

    Each part is (retired, records that go in).
    """
    by_prefix: dict[tuple[str, Network], tuple[list[Assignment], list[Assignment]]] = {}
    for item in change.retired:
        by_prefix.setdefault((item.site, item.prefix), ([], []))[0].append(item)
    for item in change.records:
        by_prefix.setdefault((item.site, item.prefix), ([], []))[1].append(item)
    retired: list[Assignment] = []
    fresh: list[Assignment] = []
    for old, new in by_prefix.values():
        retired += old
        fresh += new
        if len(retired) + len(fresh) >= size:
            yield retired, fresh
            retired, fresh = [], []
    if retired or fresh:
        yield retired, fresh


def _inside(prefix: Network, around: Network) -> bool:
    """Whether a prefix lies within another one; False across IP versions."""
    if isinstance(prefix, IPv4Network):
        return isinstance(around, IPv4Network) and prefix.subnet_of(around)
    return isinstance(around, IPv6Network) and prefix.subnet_of(around)
