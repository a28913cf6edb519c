"""The queue: what needs a person, most urgent first."""

from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.app.pages.layout.page import FilterChoice, PageHeader, Urgency
from aupkeep.model.case import CaseState
from aupkeep.model.ladder import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One case in a line. `subject` is written as a person would (`192.0.2.7:22`).

    `customer` is the provider's customer id, never a person's name (least data on lists);
    `next_step` says in a few words what happens or is needed next. `also` counts the other cases of
    the customer that are not closed; `hours` how many claims are about each of the last 24 hours,
    the oldest first, empty where none is. `assignee` is the name of who works on it, "" for nobody,
    and `away` says that they are not here, so that anybody may take it.
    """

    reference: str
    urgency: Urgency
    state: CaseState
    kind: str
    sentence: str
    subject: str
    resource: str
    customer: str
    events: int
    level: Evidence
    opened_at: datetime
    deadline_at: datetime | None
    next_step: str
    unread: bool = False
    also: int = 0
    hours: tuple[int, ...] = ()
    flooded: bool = False
    assignee: str = ""
    away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeSummary:
    """What the desk listens to: an empty queue shows it, so that quiet is not mistaken for deaf."""

    last_received_at: datetime | None
    received: int
    channels: tuple[str, ...]
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """A filter in force: `without` is the query of the page's address without it.

    `gives` is how many cases that page has (`more`: at least as many), None while this one has any.
    """

    name: str
    value: str
    without: str
    gives: int | None = None
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value of a filter, how many cases it would leave, and the query of that page.

    Of the one in force the query is that of the page without it.
    """

    title: str
    count: int
    current: bool
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A filter by its name in the address; `more`: there are cases that were not counted."""

    name: str
    title: str
    values: tuple[FacetValue, ...]
    more: bool = False

    @property
    def current(self) -> bool:
        """Whether one of its values is in force."""
        return any(value.current for value in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedChoice:
    """A view that somebody named: `query` is that of its address."""

    name: str
    query: str
    shared: bool
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """`view` and `clause` are the filters in force; `next_cursor` None on the last page.

    `filters` are those beside the view, `asked` their words as they were sent, `query` the query of
    the address without its cursor, `sort` the order.
    `cases` counts those that all filters leave, `late` those of them past their deadline,
    `oldest_at` is the oldest opening time.
    """

    header: PageHeader
    view: FilterChoice
    views: tuple[FilterChoice, ...]
    facets: tuple[Facet, ...]
    cases: int
    rows: tuple[QueueRow, ...]
    watch: IntakeSummary | None  # of a page without rows
    late: int = 0
    oldest_at: datetime | None = None
    clause: str = ""
    filters: tuple[QueueFilter, ...] = ()
    saved: tuple[SavedChoice, ...] = ()
    shares: bool = False  # whether its reader may share a view
    asked: dict[str, str] = field(default_factory=dict)
    query: str = ""
    sort: str = "urgency"
    cursor: str = ""  # of this page; "" = the first
    next_cursor: str | None = None
