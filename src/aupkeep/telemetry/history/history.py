"""The interface to the history of flows, whatever engine keeps it.

Times are milliseconds since 1970, UTC; a span is half-open, and a flow belongs to it when it was
alive in it. Totals have the sampling multiplied out, each row by its own rate; rows of an unknown
rate count as they are, and `unknown` says how many those were.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import Protocol, TypeAlias

from aupkeep.model.subject import Address
from aupkeep.telemetry.rows import Exporters, Rows

PATIENCE = 60.0  # seconds that a question may take

Network: TypeAlias = IPv4Network | IPv6Network
Value: TypeAlias = int | float | str | bool | None


class TotalsBy(StrEnum):
    """What totals are made of."""

    PEERS = "peers"  # the other side of an address's flows
    PORTS = "ports"  # the destination ports, with their protocol
    ADDRESSES = "addresses"  # our own: as the source of what leaves, the destination of what comes
    PROTOCOLS = "protocols"
    EXPORTERS = "exporters"


class FlowDirection(StrEnum):
    """Which way, seen from the address or from our own prefixes."""

    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowsFound:
    """Flows, oldest first. `more`: the limit cut some off; `skipped`: files nobody could read."""

    rows: Rows
    exporters: Exporters
    more: bool
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficTotal:
    """One line of a top list. `key` is an address, "tcp/443", a protocol or an exporter."""

    key: str
    flows: int
    packets: int
    bytes: int
    first: int
    last: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficPoint:
    """One step of a picture: what left an address and what came to it."""

    at: int
    flows_out: int
    packets_out: float
    bytes_out: float
    flows_in: int
    packets_in: float
    bytes_in: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """A SELECT over `flows` (see `views`) with `{name:TYPE}` for each value.

    `values` are bound by name. `tables` hold what stands beside the flows, by the names of
    `views.SIDE_TABLES`, one tuple a row; those not given are empty.
    """

    sql: str
    since: int
    until: int
    own: Sequence[Network]
    values: Mapping[str, Value]
    tables: Mapping[str, Sequence[Sequence[Value]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAnswer:
    """The rows, each as name → value; how many files could not be read."""

    rows: Sequence[Mapping[str, Value]]
    skipped: int


class FlowHistory(Protocol):
    """Each call raises `TooMany` when it takes longer or needs more than it is allowed."""

    def flows(
        self, address: Address, since: int, until: int, *, limit: int, peer: Address | None = None
    ) -> FlowsFound:
        """The flows from and to an address, or between it and a peer."""

    def top(
        self, what: TotalsBy, since: int, until: int, *, address: Address | None = None,
        own: Sequence[Network] = (), way: FlowDirection | None = None, count: int = 10,
    ) -> Sequence[TrafficTotal]:  # fmt: skip
        """The largest by bytes; PEERS need an address, ADDRESSES our own prefixes and a way."""

    def series(self, address: Address, since: int, until: int, step: int) -> Sequence[TrafficPoint]:
        """The traffic of an address step by step; a flow is spread over the time it lived."""

    def query(self, question: HistoryQuery) -> QueryAnswer:
        """Ask anything: the slow detectors do."""
