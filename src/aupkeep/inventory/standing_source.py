"""The systems that this install can ask who holds what, found by themselves.

Such a source is one module with one constant, `SOURCE = StandingSource(name, every, open)`; see
docs/adding/source.md. `open(options, client)` answers with a function that looks once and gives the
whole present as a `SourceReading`; between two looks it may remember, say, a token. It raises
`Unavailable`, `Unreadable`, `Forbidden` or `Invalid` when there is no whole snapshot, which then
changes nothing. What it writes down of a row that cannot be read is a `RejectedHolding`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.sync import RejectedHolding, SeenHolding
from aupkeep.plugins import plugins


@dataclass(slots=True)
class SourceReading:
    """What one look brought: rows, those that could not be read, projects without a customer."""

    rows: list[SeenHolding] = field(default_factory=list)
    rejected: list[RejectedHolding] = field(default_factory=list)
    unmapped: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """What an operator sets: whose a project is, the kind's own options with their secrets read.

    `mapping` is the declared mapping of a source that needs one.
    """

    name: str
    customers: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    mapping: Mapping[str, Any] = field(default_factory=dict)


Look = Callable[[datetime], SourceReading]
"""Looks once; the argument is the present, aware."""


@dataclass(frozen=True, slots=True)
class StandingSource:
    """A plugin: `every` is how many seconds suit between two looks."""

    name: str
    every: float
    open: Callable[[SourceOptions, HttpClient], Look]


def standing_sources() -> dict[str, StandingSource]:
    """Name → source, sorted by name."""
    known = plugins("aupkeep.inventory.sources", "SOURCE")
    return {name: item for name, item in known.items() if isinstance(item, StandingSource)}
