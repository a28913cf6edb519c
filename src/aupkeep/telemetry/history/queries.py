"""The queries of the history as SQL, and their answers as records.

Addresses and times are integers that we write ourselves; everything else is bound.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from aupkeep.model.errors import Invalid, TooMany
from aupkeep.model.subject import Address
from aupkeep.telemetry.history.engine import address_of, composed
from aupkeep.telemetry.history.history import (
    FlowDirection,
    Network,
    TotalsBy,
    TrafficPoint,
    TrafficTotal,
)
from aupkeep.telemetry.history.views import equals, inside
from aupkeep.telemetry.rows import RowField

STEPS = 10_000
RATE = f"(CASE WHEN has & {int(RowField.SAMPLING)} <> 0 AND sampling > 0 THEN sampling ELSE 1 END)"
UNKNOWN = f"has & {int(RowField.SAMPLING)} = 0 OR sampling = 0"
SPAN = "started < ? AND ended >= ?"
WORDS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp6", 47: "gre", 50: "esp", 132: "sctp"}


def flows(address: Address, peer: Address | None, limit: int) -> str:
    """The rows of an address, oldest first."""
    order = f"ORDER BY started, seen LIMIT {int(limit)}"
    return f"SELECT * FROM stored WHERE {_about(address, peer)} AND {SPAN} {order}"


def _about(address: Address, peer: Address | None) -> str:
    src, dst = equals("src", address), equals("dst", address)
    if peer is None:
        return f"({src} OR {dst})"
    return f"(({src} AND {equals('dst', peer)}) OR ({dst} AND {equals('src', peer)}))"


def top(
    what: TotalsBy,
    address: Address | None,
    own: Sequence[Network],
    way: FlowDirection | None,
    count: int,
) -> str:
    """Totals by key, the largest by bytes first. Raises `Invalid` when something is missing."""
    if what == TotalsBy.PEERS and address is None:
        raise Invalid("top peers: expected an address, found none")
    if what == TotalsBy.ADDRESSES and not (own and way):
        raise Invalid("top addresses: expected own prefixes and a way, found none")
    key = _key(what, address, way)
    return (
        f"SELECT {key} AS key, count(*), sum(packets * {RATE}), sum(bytes * {RATE}) AS size,"
        f" min(started), max(ended), count(*) FILTER (WHERE {UNKNOWN})"
        f" FROM stored WHERE {_chosen(address, own, way)} AND {SPAN}"
        f" GROUP BY key ORDER BY size DESC, key LIMIT {int(count)}"
    )


def _key(what: TotalsBy, address: Address | None, way: FlowDirection | None) -> str:
    if what == TotalsBy.PEERS:
        here = equals("src", address)
        return f"CASE WHEN {here} THEN {composed('dst')} ELSE {composed('src')} END"
    return {
        TotalsBy.PORTS: "proto * 65536 + dport",
        TotalsBy.ADDRESSES: composed("src" if way == FlowDirection.OUT else "dst"),
        TotalsBy.PROTOCOLS: "proto",
        TotalsBy.EXPORTERS: "exporter",
    }[what]


def _chosen(address: Address | None, own: Iterable[Network], way: FlowDirection | None) -> str:
    def end(side: str) -> str:
        return equals(side, address) if address else inside(side, own)

    if address is None and not own:
        return "true"
    if way is None:
        return f"({end('src')} OR {end('dst')})"
    return end("src" if way == FlowDirection.OUT else "dst")


def total(what: TotalsBy, row: Sequence[Any]) -> TrafficTotal:
    """One line of a top list as a record."""
    key, count, packets, size, first, last, unknown = row
    return TrafficTotal(
        key=_told(what, key), flows=int(count), packets=int(packets), bytes=int(size),
        first=int(first), last=int(last), unknown=int(unknown),
    )  # fmt: skip


def _told(what: TotalsBy, key: Any) -> str:  # noqa: ANN401 - what the engine gives
    if what in {TotalsBy.PEERS, TotalsBy.ADDRESSES}:
        return str(address_of(key))
    if what == TotalsBy.PORTS:
        proto, port = divmod(int(key), 65536)
        return f"{WORDS.get(proto, proto)}/{port}"
    return WORDS.get(key, str(key)) if what == TotalsBy.PROTOCOLS else str(key)


def series(address: Address, since: int, until: int, step: int) -> str:
    """The steps of an address that have traffic. Raises `TooMany` for more than STEPS."""
    if step <= 0 or (until - since) // step > STEPS:
        raise TooMany(f"series: expected at most {STEPS} steps, found more", wait=0)
    out = equals("src", address)
    return (
        f"WITH one AS (SELECT {out} AS out, greatest(started, {since}) AS a,"
        f" least(ended, {until - 1}) AS b, started, greatest(ended, started) AS ended,"
        f" packets * {RATE} AS packets, bytes * {RATE} AS bytes FROM stored"
        f" WHERE {_about(address, None)} AND started < {until} AND ended >= {since}),"
        " laid AS (SELECT *, unnest(range("
        f"(a - {since}) // {step}, (b - {since}) // {step} + 1)) AS place FROM one),"
        f" parts AS (SELECT place, out, packets, bytes,"
        f" (least(ended, {since} + (place + 1) * {step} - 1)"
        f" - greatest(started, {since} + place * {step}) + 1) / (ended - started + 1) AS share"
        " FROM laid)"
        " SELECT place, count(*) FILTER (WHERE out), sum(packets * share) FILTER (WHERE out),"
        " sum(bytes * share) FILTER (WHERE out), count(*) FILTER (WHERE NOT out),"
        " sum(packets * share) FILTER (WHERE NOT out), sum(bytes * share) FILTER (WHERE NOT out)"
        " FROM parts GROUP BY place ORDER BY place"
    )


def points(
    rows: Iterable[Sequence[Any]], since: int, until: int, step: int
) -> Sequence[TrafficPoint]:
    """All steps, those without traffic too."""
    by_place = {int(row[0]): row[1:] for row in rows}
    still = (0, 0.0, 0.0, 0, 0.0, 0.0)
    return [
        _point(since + place * step, by_place.get(place, still))
        for place in range(-(-(until - since) // step))
    ]


def _point(at: int, row: Sequence[Any]) -> TrafficPoint:
    out, packets_out, bytes_out, back, packets_in, bytes_in = (value or 0 for value in row)
    return TrafficPoint(
        at=at, flows_out=int(out), packets_out=float(packets_out), bytes_out=float(bytes_out),
        flows_in=int(back), packets_in=float(packets_in), bytes_in=float(bytes_in),
    )  # fmt: skip
