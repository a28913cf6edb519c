"""What a log or a rule says of the past against the records: both know when something was. Pure.

A snapshot says who holds what now (`sync`). A log says from when until when, and its times are
believed, also where they lie before the last look: a line that came late puts right what was
concluded without it. Absence says nothing here: a record of which the log does not tell stays.

>>> from datetime import UTC, datetime
>>> from aupkeep.inventory.assignment_row import parse_prefix
>>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
>>> def span(customer, start, end=None):
...     return HeldSpan(prefix=parse_prefix("203.0.113.7"), customer=customer, resource="line",
...                     start=noon + timedelta(minutes=start),
...                     end=None if end is None else noon + timedelta(minutes=end))

Two who claim one port at once: in that time it is nobody's.

>>> [(x.customer, f"{x.start:%H:%M}") for x in exclusive([span("kari", 0, 30), span("ola", 20)])]
[('kari', '12:00'), ('ola', '12:30')]
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from aupkeep.inventory.conflicts import conflict, describe, intersects
from aupkeep.inventory.sync import Place, SourceChange, SourceScope
from aupkeep.model.holding import Assignment, Network

SLACK = timedelta(minutes=2)  # two beginnings of one holder that are so near are one
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSpan:
    """Somebody held a prefix and its ports from `start` to `end`; None: they still do.

    Without a customer it is known to be somebody's of whom nothing is known: a pool. `earlier`: it
    may have begun before `start`.
    """

    prefix: Network
    port_from: int = 0
    port_to: int = 65535
    customer: str
    resource: str
    start: datetime
    end: datetime | None = None
    earlier: bool = False

    @property
    def router(self) -> bool:
        """Never: what many share is cut into ports here."""
        return False

    @property
    def pool(self) -> bool:
        """Whether nobody is known to hold it."""
        return not self.customer


@dataclass(frozen=True, slots=True, kw_only=True)
class LateEnd:
    """The end of what began before the log: an open record of that holder ends there."""

    prefix: Network
    port_from: int = 0
    port_to: int = 65535
    customer: str
    resource: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class SourceHistory:
    """What a look at a log or a rule brought.

    `spans` are all it knows of the prefixes in `about`. What began before `since` is not in it;
    where that is after the last look, what stood open ended there: nobody knows what came between.
    None: it knows all time, as a rule does, and an open record that it does not name ended with the
    last look that did. With
    `quiet_before` all that lives was heard of after that moment and is in `spans`. `taken` is
    called once what it says is on record: until then it is said again.
    """

    spans: list[HeldSpan] = field(default_factory=list)
    about: set[Network] = field(default_factory=set)
    ends: list[LateEnd] = field(default_factory=list)
    since: datetime | None = None
    quiet_before: datetime | None = None
    newest: datetime | None = None  # the log's newest line
    taken: Callable[[], None] = lambda: None


def has_gap(history: SourceHistory, seen_at: datetime | None) -> bool:
    """Whether the log does not go back to the last look."""
    return None not in (history.since, seen_at) and history.since > seen_at  # type: ignore[operator]


def exclusive(spans: Iterable[HeldSpan]) -> list[HeldSpan]:
    """The spans of one prefix without the times in which two hold one port, by start.

    Spans of one holder that meet are one.
    """
    result: list[HeldSpan] = []
    for group in _meeting_ports(spans):
        joined = _joined(group)
        cuts: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        for place, other, both in _contested(joined):
            cuts[place].append(both)
            cuts[other].append(both)
        for place, span in enumerate(joined):
            result += _without(span, cuts[place])
    return sorted(result, key=lambda span: (span.start, span.port_from))


def _contested(
    spans: Sequence[HeldSpan],
) -> Iterator[tuple[int, int, tuple[datetime, datetime]]]:
    """The places of each two that claim one port at once, and when; `spans` are by start."""
    for place, first in enumerate(spans):
        for later in range(place + 1, len(spans)):
            other = spans[later]
            if other.start >= _end(first):
                break
            if _ports_meet(first, other):
                yield place, later, (other.start, min(_end(first), _end(other)))


def merge(
    source: SourceScope,
    history: SourceHistory,
    records: Sequence[Assignment],
    times: tuple[datetime | None, datetime],
    new_id: Callable[[], str],
) -> SourceChange:
    """What the history changes on record.

    `records` are the believed ones of the prefixes in `about` and `ends` and of those that the
    source knows whole, of every source, and with `quiet_before` all open ones of this one. `times`
    are when the last good look began, and now.
    """
    ours = [span for span in history.spans if source.covers(span.prefix)]
    wanted: dict[Network, list[HeldSpan]] = defaultdict(list)
    for span in ours:
        wanted[span.prefix].append(span)
    merging = _Merging(source, history, times, new_id)
    on_record: dict[Network, list[Assignment]] = defaultdict(list)
    for item in records:
        if item.site == source.site:
            on_record[item.prefix].append(item)
    for prefix in source.whole:
        if prefix not in history.about and not wanted[prefix]:
            wanted[prefix] = [_pool(source, prefix, on_record[prefix], times[1])]
    for prefix in sorted({*wanted, *on_record}, key=_network):
        known = on_record[prefix]
        mine = [item for item in known if item.source == source.name]
        beside = [item for item in known if item.source != source.name]
        merging.prefix(exclusive(wanted[prefix]), mine, beside)
    return SourceChange(
        opened=tuple(merging.opened),
        closed=tuple(merging.closed),
        retired=tuple(replace(item, known_until=times[1]) for item in merging.retired),
        kept=merging.kept,
        live=sum(item.end is None for item in records if item.source == source.name),
        lost=merging.lost,
        foreign=len(history.spans) - len(ours),
        doubtful=tuple(merging.doubtful),
    )


def _pool(
    source: SourceScope, prefix: Network, records: Iterable[Assignment], now: datetime
) -> HeldSpan:
    """That what the source does not name there is nobody's: from the first look on."""
    since = (x.start for x in records if x.source == source.name and x.pool and x.end is None)
    start = next(since, now)
    return HeldSpan(prefix=prefix, customer="", resource=source.name, start=start)


class _Merging:
    """One merge under way."""

    def __init__(
        self,
        source: SourceScope,
        history: SourceHistory,
        times: tuple[datetime | None, datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._source, self._history, self._new_id = source, history, new_id
        self._seen_at, self._now = times
        self._has_gap = has_gap(history, times[0])
        self._ends = {_said_at(end): end.at for end in history.ends}
        self.opened: list[Assignment] = []
        self.closed: list[Assignment] = []
        self.retired: list[Assignment] = []
        self.doubtful: list[str] = []
        self.kept = self.lost = 0

    def prefix(
        self,
        spans: list[HeldSpan],
        mine: list[Assignment],
        beside: list[Assignment],
    ) -> None:
        """One prefix: first what goes on, then what is contradicted, then what is new."""
        left, standing = list(mine), list(beside)
        fresh: list[HeldSpan] = []
        changed: list[tuple[Assignment, datetime | None]] = []
        for span in spans:
            old = self._same(span, left)
            if old is None:
                fresh.append(span)
            else:
                left.remove(old)
                changed.append((old, span.end))
        changed += [(old, end) for old in left for end in self._left(old, spans)]
        for old, end in sorted(changed, key=lambda pair: pair[0].end != pair[1]):
            self._go_on(old, end, standing)  # first those that stay as they are
        for span in fresh:
            self._open(span, standing)

    def _same(self, span: HeldSpan, records: Iterable[Assignment]) -> Assignment | None:
        """The record of the same holder that the span goes on with: the nearest beginning."""
        same = [
            item
            for item in records
            if _said(item) == _said(span)
            and (_apart(item, span) <= SLACK or (self._may_go_on(item, span)))
        ]
        return min(same, key=lambda item: _apart(item, span), default=None)

    def _may_go_on(self, item: Assignment, span: HeldSpan) -> bool:
        """Whether the record's own beginning counts, and the log goes on with it.

        The log does not know when its holder began; or it says so of a time before its oldest line,
        when the session was there and had perhaps another address.
        """
        unknown = span.earlier and item.start < span.start
        since = self._history.since or span.start
        before = (
            item.end is None and span.start < since and span.start - SLACK <= item.start < since
        )
        return (unknown or before) and not self._has_gap and _meet(item, span)

    def _go_on(self, old: Assignment, end: datetime | None, standing: list[Assignment]) -> None:
        """Keep a record, or give it the end and the precedence of now."""
        precedence = self._source.precedence_of(old.prefix) if end is None else old.precedence
        new = replace(old, id=self._new_id(), known_from=self._now, end=end, precedence=precedence)
        if (old.end, old.precedence) == (end, precedence):
            self.kept += 1
            standing.append(old)
        elif end is not None and end <= old.start:
            self.retired.append(old)
        elif self._fits(new, standing):
            self.retired.append(old)
            self.closed.append(new)
        else:
            self.kept += 1
            standing.append(old)

    def _left(self, item: Assignment, spans: list[HeldSpan]) -> Iterator[datetime | None]:
        """The end of a record of which the history does not tell; nothing where it is retired."""
        history, is_rule = self._history, self._history.since is None
        at = self._ends.get(_said_at(item))
        if item.end is None and at is not None and at > item.start:
            yield at
        elif self._is_over(item, spans):
            self.lost += is_rule
            self.retired.append(item)
        elif item.end is None and (is_rule or self._has_gap):
            self.lost += 1
            yield self._seen_at or item.start
        elif item.end is None and item.start < (history.quiet_before or item.start):
            self.lost += 1
            self.retired.append(item)
        else:
            yield item.end

    def _is_over(self, item: Assignment, spans: list[HeldSpan]) -> bool:
        """Whether the history says otherwise, and nothing is certain of the record any more.

        What ended before a log began is not put in doubt by it; a rule speaks of all time.
        """
        since = self._history.since
        reaches = item.end is None or since is None or item.start >= since
        return reaches and any(_meet(item, span) for span in spans)

    def _open(self, span: HeldSpan, standing: list[Assignment]) -> None:
        start = min(span.start, self._now)
        if span.end is not None and span.end <= start:
            return
        new = Assignment(
            id=self._new_id(),
            site=self._source.site,
            prefix=span.prefix,
            port_from=span.port_from,
            port_to=span.port_to,
            customer=span.customer,
            resource=span.resource,
            start=start,
            end=span.end,
            known_from=self._now,
            source=self._source.name,
            pool=span.pool,
            precedence=self._source.precedence_of(span.prefix),
        )
        if self._fits(new, standing):
            self.opened.append(new)

    def _fits(self, new: Assignment, standing: list[Assignment]) -> bool:
        """Whether nobody else is on record for it; then it stands. Intersecting is only told."""
        other = conflict((item for item in standing if intersects(item, new)), new)
        if other is None:
            standing.append(new)
        else:
            self.doubtful.append(f"{describe(new)} intersects {describe(other)}")
        return other is None


def _apart(item: Assignment, span: HeldSpan) -> timedelta:
    return abs(item.start - span.start)


def _meet(item: Assignment | HeldSpan, other: Assignment | HeldSpan) -> bool:
    """Whether both claim one port at one moment."""
    return (
        _ports_meet(item, other)
        and item.start < (other.end or NEVER)
        and other.start < (item.end or NEVER)
    )


def _ports_meet(item: Assignment | HeldSpan, other: Assignment | HeldSpan) -> bool:
    return item.port_from <= other.port_to and other.port_from <= item.port_to


def _said(item: Assignment | HeldSpan) -> tuple[object, ...]:
    return (item.port_from, item.port_to, item.customer, item.resource, item.pool)


def _said_at(item: Assignment | LateEnd) -> tuple[object, ...]:
    ports: Place = ("", item.prefix, item.port_from, item.port_to)
    return (ports, item.customer, item.resource)


def _network(prefix: Network) -> tuple[int, int, int]:
    return (prefix.version, int(prefix.network_address), prefix.prefixlen)


def _end(span: HeldSpan) -> datetime:
    return span.end or NEVER


def _meeting_ports(spans: Iterable[HeldSpan]) -> Iterator[list[HeldSpan]]:
    """The spans in groups whose ports meet, each by start."""
    group: list[HeldSpan] = []
    last = -1
    for span in sorted(spans, key=lambda span: span.port_from):
        if group and span.port_from > last:
            yield sorted(group, key=_by_start)
            group = []
        group.append(span)
        last = max(last, span.port_to)
    if group:
        yield sorted(group, key=_by_start)


def _by_start(span: HeldSpan) -> tuple[datetime, int, int]:
    return (span.start, span.port_from, span.port_to)


def _joined(spans: Iterable[HeldSpan]) -> list[HeldSpan]:
    """The spans by start, those of one holder that overlap or touch as one."""
    open_ones: dict[tuple[object, ...], HeldSpan] = {}
    result: list[HeldSpan] = []
    for span in spans:
        if span.end is not None and span.end <= span.start:
            continue
        before = open_ones.get(_said(span))
        if before is not None and span.start <= _end(before):
            later = None if None in (before.end, span.end) else max(_end(before), _end(span))
            open_ones[_said(span)] = replace(before, end=later)
        else:
            result += [] if before is None else [before]
            open_ones[_said(span)] = span
    return sorted([*result, *open_ones.values()], key=_by_start)


def _without(span: HeldSpan, cuts: Iterable[tuple[datetime, datetime]]) -> Iterator[HeldSpan]:
    """What is left of a span."""
    start = span.start
    for low, high in sorted(cuts):
        if low > start:
            yield replace(span, start=start, end=low)
        start = max(start, high)
    if start < _end(span):
        yield replace(span, start=start)
