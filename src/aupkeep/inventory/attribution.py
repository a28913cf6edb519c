"""Who held an address then: one answer of four types, from records and declared space.

The rules (docs/attribution.md) follow from one idea: an event has a window of moments
(its tolerance plus its own exactness, both ways), perhaps a range of ports (when none is stated)
and perhaps several sites. Each combination has one answer: the most specific prefix valid at that
moment for that port at that site; where sources differ in precedence, of the highest first. Where
that prefix is a pool, nobody held it. Only where all combinations agree is the answer certain.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Generic, NamedTuple, TypeVar

from aupkeep.model.holding import (
    ALL_PORTS,
    Assignment,
    Candidate,
    Disputed,
    Held,
    Holding,
    Network,
    NotOurs,
    OwnSpace,
    Unknown,
)
from aupkeep.model.subject import Address, Subject

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ALWAYS = -(1 << 60)  # microseconds; before every datetime
FOREVER = 1 << 60  # microseconds; after every datetime
WIDEST = 1e11  # seconds; wider than every datetime, and what an exactness of nan or inf means
TOLERANCE = 120.0  # seconds; docs/attribution.md, "Attribution"

Record = TypeVar("Record")
Ports = tuple[int, int]  # first and last, both included


class Window(NamedTuple):
    """Moments an event may have happened at, in microseconds since 1970; `lo` and `hi` included."""

    lo: int
    at: int
    hi: int


class AssignmentSpan(NamedTuple, Generic[Record]):
    """A record in whole numbers: `level_of`, ports (both included), [start, end) in µs.

    `holder` is whatever tells holders apart: (customer, resource), or a code for the pair; None for
    a pool.
    """

    level: int
    port_from: int
    port_to: int
    start: int
    end: int
    holder: tuple[str, str] | int | None
    record: Record


class AttributionResult(NamedTuple, Generic[Record]):
    """All records that may be the answer, best first, and whether "nobody" may be it too."""

    inside: bool
    spans: list[AssignmentSpan[Record]]
    doubt: bool

    @property
    def certain(self) -> bool:
        """One holder in every combination."""
        return not self.doubt and len({span.holder for span in self.spans}) == 1


def holder_at(
    assignments: Iterable[Assignment],
    own: Iterable[OwnSpace],
    subject: Subject,
    at: datetime,
    *,
    exact: float = 0.0,
    site: str | None = None,
    tolerance: float = TOLERANCE,
    known_at: datetime | None = None,
) -> Holding:
    """Who held `subject` at `at` (aware). Pure; never raises for records that contradict.

    `assignments` are those whose prefix covers the address; any others may be passed too. `exact`
    and `tolerance` are ± seconds; their sum is the window. A change of holder inside it, or at its
    very edge, is `Disputed`; with both zero the half-open intervals decide alone. A change that
    leaves customer and resource as they were is none. `site` None asks all sites that declare the
    address. `known_at` answers from what was believed then. A subject without an address is
    `Unknown`: see `names`.
    """
    if subject.address is None:
        return Unknown()
    ours = declared(own, subject.address, site)
    spans: dict[str, list[AssignmentSpan[Assignment]]] = {name: [] for name in ours}
    for item in assignments:
        if item.site in spans and covers(item.prefix, subject.address) and believed(item, known_at):
            spans[item.site].append(span_of(item))
    return holding(combine_sites(ours, spans, window(at, exact, tolerance), subject.port))


def micros(at: datetime) -> int:
    """Microseconds since 1970 of an aware moment, exactly."""
    return (at - EPOCH) // MICROSECOND


def window(at: datetime, exact: float, tolerance: float) -> Window:
    """The closed window around `at`; a width of zero is the moment itself.

    A wider window starts one microsecond early, so that a change exactly at its early edge lies
    inside it: "within 120 s" includes 120 s.
    """
    middle, half = micros(at), half_width(exact, tolerance)
    return Window(middle - half - bool(half), middle, middle + half)


def half_width(exact: float, tolerance: float) -> int:
    """Half the window in microseconds; a width that is no number is the widest there is."""
    width = max(tolerance, 0.0) + max(exact, 0.0)
    if not width <= WIDEST or exact != exact:  # noqa: PLR0124 - nan differs from itself
        width = WIDEST
    return round(width * 1_000_000)


def covers(prefix: Network, address: Address) -> bool:
    """True when the prefix holds the address; False across IP versions."""
    return prefix.version == address.version and address in prefix


def believed(item: Assignment, known_at: datetime | None) -> bool:
    """True when the record was believed then; now (None) means not yet replaced."""
    if known_at is None:
        return item.known_until is None
    return item.known_from <= known_at and (item.known_until is None or known_at < item.known_until)


def span_of(item: Assignment) -> AssignmentSpan[Assignment]:
    """The record in whole numbers."""
    return AssignmentSpan(
        item.level,
        item.port_from,
        item.port_to,
        micros(item.start),
        FOREVER if item.end is None else micros(item.end),
        None if item.pool else (item.customer, item.resource),
        item,
    )


def declared(own: Iterable[OwnSpace], address: Address, site: str | None) -> dict[str, int]:
    """Each site that declares the address as its own, with since when (µs)."""
    since_by_site: dict[str, int] = {}
    for space in own:
        if site in (None, space.site) and covers(space.prefix, address):
            since = ALWAYS if space.since is None else micros(space.since)
            since_by_site[space.site] = min(since, since_by_site.get(space.site, since))
    return since_by_site


def combine_sites(
    ours: Mapping[str, int],
    spans: Mapping[str, Sequence[AssignmentSpan[Record]]],
    moments: Window,
    port: int | None,
) -> AttributionResult[Record]:
    """Join the possible answers of every site in `ours`; `spans` are of each of them, all live."""
    inside = doubt = False
    spans_held: list[AssignmentSpan[Record]] = []
    for site in sorted(ours):
        since = ours[site]
        if since > moments.hi:
            continue
        inside = True
        within = Window(max(moments.lo, since), max(moments.at, since), moments.hi)
        held, gap = possible_holders(spans[site], within, port)
        spans_held += held
        doubt = doubt or gap or since > moments.lo
    return AttributionResult(inside, spans_held, doubt)


def possible_holders(
    spans: Iterable[AssignmentSpan[Record]], moments: Window, port: int | None
) -> tuple[list[AssignmentSpan[Record]], bool]:
    """Records that hold the address at some moment and port, those of `at` first; and any gap."""
    live = [
        span
        for span in spans
        if span.start <= moments.hi
        and span.end > moments.lo
        and span.start < span.end
        and (port is None or span.port_from <= port <= span.port_to)
    ]
    live.sort(key=_narrowest)
    if not live:
        return [], True
    best = live[0]
    alone = len(live) == 1 or live[1].level < best.level
    if alone and best.start <= moments.lo and best.end > moments.hi and _whole(best, port):
        return ([], True) if best.holder is None else ([best], False)
    return _sweep(live, moments, ALL_PORTS if port is None else (port, port))


def _narrowest(span: AssignmentSpan[Record]) -> tuple[int, int, int]:
    return (-span.level, span.port_from, span.start)


def _whole(span: AssignmentSpan[Record], port: int | None) -> bool:
    return port is not None or (span.port_from, span.port_to) == ALL_PORTS


def _sweep(
    live: Sequence[AssignmentSpan[Record]], moments: Window, ports: Ports
) -> tuple[list[AssignmentSpan[Record]], bool]:
    """Look at `at` and then at each moment of the window where anything starts or ends."""
    edges = {edge for span in live for edge in (span.start, span.end)}
    between = sorted({moments.lo, *(edge for edge in edges if moments.lo < edge <= moments.hi)})
    spans: dict[int, AssignmentSpan[Record]] = {}
    gap = False
    for moment in (moments.at, *between):
        held, free = _slice([span for span in live if span.start <= moment < span.end], ports)
        spans.update((id(span), span) for span in held)
        gap = gap or free
    return list(spans.values()), gap


def _slice(
    valid: Sequence[AssignmentSpan[Record]], ports: Ports
) -> tuple[list[AssignmentSpan[Record]], bool]:
    """Who holds which port at one moment, highest level first; True when a port is nobody's."""
    held: list[AssignmentSpan[Record]] = []
    free, pooled = [ports], False
    for _, group in groupby(valid, key=lambda span: span.level):
        level = [span for span in group if _meets(span, free)]
        held += [span for span in level if span.holder is not None]
        pooled = pooled or any(span.holder is None for span in level)
        free = _without(free, level)
        if not free:
            break
    return held, pooled or bool(free)


def _meets(span: AssignmentSpan[Record], free: Sequence[Ports]) -> bool:
    return any(span.port_from <= last and span.port_to >= first for first, last in free)


def _without(free: Sequence[Ports], level: Sequence[AssignmentSpan[Record]]) -> list[Ports]:
    """The port ranges in `free` that no span of `level` (sorted by first port) takes."""
    left: list[Ports] = []
    for start, last in free:
        first = start
        for span in level:
            if span.port_from > last:
                break
            if span.port_from > first:
                left.append((first, span.port_from - 1))
            first = max(first, span.port_to + 1)
        if first <= last:
            left.append((first, last))
    return left


def holding(answer: AttributionResult[Assignment]) -> Holding:
    """The answer as one of the four types."""
    if not answer.inside:
        return NotOurs()
    if not answer.spans:
        return Unknown()
    if answer.certain:
        item = answer.spans[0].record
        return Held(
            customer=item.customer,
            resource=item.resource,
            assignment=item.id,
            start=item.start,
            end=item.end,
        )
    return Disputed(candidates=_candidates(answer.spans))


def _candidates(spans: Iterable[AssignmentSpan[Assignment]]) -> tuple[Candidate, ...]:
    """One candidate a holder, the earliest record of each, in order of time."""
    first: dict[tuple[str, str], Assignment] = {}
    for item in sorted((span.record for span in spans), key=_in_time):
        first.setdefault((item.customer, item.resource), item)
    return tuple(
        Candidate(
            customer=item.customer,
            resource=item.resource,
            assignment=item.id,
            start=item.start,
            end=item.end,
        )
        for item in first.values()
    )


def _in_time(item: Assignment) -> tuple[datetime, str, str, str]:
    return (item.start, item.customer, item.resource, item.id)
