"""Whose an address behind a gateway is, at which times: declared, or on record at a site. Pure.

The address that a CGNAT translates names a line, and the line a customer. `customers` of the source
says so for good ("100.64.0.5 = kari", or a prefix). Else the records of the site in the option
`inside_site` say it, moment by moment: what RADIUS, Kea or an import know of the addresses inside.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_network

from aupkeep.inventory.assignment_row import parse_prefix, parse_word
from aupkeep.inventory.attribution import (
    FOREVER,
    AssignmentSpan,
    Window,
    micros,
    possible_holders,
    span_of,
)
from aupkeep.inventory.mapping import UnmappedProject
from aupkeep.model.holding import Assignment, Network

HeldFor = tuple[str, str, datetime, datetime | None]  # customer, resource, from, until
Address = IPv4Address | IPv6Address


class InsideHolders:
    """Who is behind each inside address."""

    def __init__(
        self, customers: Mapping[str, str], records: Iterable[Assignment] | None = None
    ) -> None:
        """`records` are those of the inside site; None: there is none. Raises `Invalid`."""
        self._declared: dict[Network, str] = {
            parse_prefix(inside, "customers"): parse_word(customer, "customer")
            for inside, customer in customers.items()
        }
        self._records: dict[Network, list[AssignmentSpan[Assignment]]] = defaultdict(list)
        self._times: dict[int, datetime] = {}
        for item in records or ():
            if item.known_until is None:
                self._records[item.prefix].append(span_of(item))
                for at in (item.start, item.end):
                    self._times.update({} if at is None else {micros(at): at})
        self._lengths = sorted({prefix.prefixlen for prefix in (*self._records, *self._declared)})

    def held(self, inside: Address, start: datetime, end: datetime | None) -> Iterator[HeldFor]:
        """Customer and resource of each part of the time; a part that nobody has is "".

        Raises `UnmappedProject` where nobody is known at any time.
        """
        around = [ip_network((inside, length), strict=False) for length in self._lengths]
        named = [self._declared[prefix] for prefix in around if prefix in self._declared]
        if named:
            yield named[-1], f"inside:{inside}", start, end
            return
        spans = [span for prefix in around for span in self._records.get(prefix, ())]
        if not spans:
            raise UnmappedProject(str(inside))
        yield from self._by_time(spans, start, end)

    def _by_time(
        self, spans: list[AssignmentSpan[Assignment]], start: datetime, end: datetime | None
    ) -> Iterator[HeldFor]:
        """The parts of the time between which the holder changes."""
        low, high = micros(start), FOREVER if end is None else micros(end)
        edges = {edge for span in spans for edge in (span.start, span.end) if low < edge < high}
        times = {low: start, **{edge: self._times[edge] for edge in sorted(edges)}}
        moments = list(times)
        last: tuple[str, str] | None = None
        since = start
        for moment in moments:
            held, gap = possible_holders(spans, Window(moment, moment, moment), None)
            names = {(span.record.customer, span.record.resource) for span in held}
            holder = names.pop() if len(names) == 1 and not gap else ("", "nobody inside")
            if last is not None and holder != last:
                yield (*last, since, times[moment])
                since = times[moment]
            last = holder
        if last is not None:
            yield (*last, since, end)
