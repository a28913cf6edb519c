"""The systems that this install can ask who holds what, found by themselves.

Such a source is one module with one constant, `SOURCE = StandingSource(name, every, open)`; see
docs/adding/source.md. `open(options, client)` answers with a function that looks once and gives the
whole present as a `SourceReading`; between two looks it may remember, say, a token. It raises
`Unavailable`, `Unreadable`, `Forbidden` or `Invalid` when there is no whole snapshot, which then
changes nothing. What it writes down of a row that cannot be read is a `RejectedHolding`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aupkeep.inventory.change_listener import ChangeListener
from aupkeep.inventory.history import SourceHistory
from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.sync import RejectedHolding, SeenHolding
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Assignment
from aupkeep.plugins import plugins

LONGEST = 366 * 86_400  # seconds


@dataclass(slots=True)
class SourceReading:
    """What one look brought: rows, those that could not be read, projects without a customer.

    A source that knows the past too has a `history` instead of rows.
    """

    rows: list[SeenHolding] = field(default_factory=list)
    rejected: list[RejectedHolding] = field(default_factory=list)
    unmapped: set[str] = field(default_factory=set)
    history: SourceHistory | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """What an operator sets: whose a project is, the kind's own options with their secrets read.

    `mapping` is the declared mapping of a source that needs one; paths count from `folder`;
    `records` are all that is believed of a site; `site` is the source's own.
    """

    name: str
    customers: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    mapping: Mapping[str, Any] = field(default_factory=dict)
    folder: Path = Path()
    site: str = "main"
    records: Callable[[str], Iterable[Assignment]] = lambda _site: ()


def text_option(options: SourceOptions, name: str, default: str = "") -> str:
    """A text among the options. Raises `Invalid`."""
    value = options.options.get(name, default)
    if not isinstance(value, str):
        raise Invalid(f"option {name}: expected text, found another type")
    return value


def seconds_option(options: SourceOptions, name: str, default: int) -> timedelta:
    """A length of time among the options, in seconds from 0 up. Raises `Invalid`."""
    value = options.options.get(name, default)
    if type(value) is not int or not 0 <= value <= LONGEST:
        raise Invalid(f"option {name}: expected seconds from 0 to {LONGEST}, found another value")
    return timedelta(seconds=value)


Look = Callable[[datetime], SourceReading]
"""Looks once; the argument is the present, aware."""


@dataclass(frozen=True, slots=True)
class StandingSource:
    """A plugin: `every` is how many seconds suit between two looks; a `local` one has no URL.

    `listen` opens what hears of changes, None where the options ask for none. Raises `Invalid`.
    """

    name: str
    every: float
    open: Callable[[SourceOptions, HttpClient], Look]
    local: bool = False
    listen: Callable[[SourceOptions], ChangeListener | None] | None = None


def standing_sources() -> dict[str, StandingSource]:
    """Name → source, sorted by name."""
    known = plugins("aupkeep.inventory.sources", "SOURCE")
    return {name: item for name, item in known.items() if isinstance(item, StandingSource)}
