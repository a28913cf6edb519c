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
    the customer that are not closed; `assignee` is the name of who works on it, "" for nobody.
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
    assignee: str = ""


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
class QueuePage:
    """`view` and `clause` are the filters in force; `next_cursor` None on the last page.

    `filters` are those beside the view, `asked` their words as they were sent, `query` the query of
    the address without its cursor, `sort` the order.
    `late` counts rows of the view past their deadline, `oldest_at` is the oldest opening time.
    """

    header: PageHeader
    view: FilterChoice
    views: tuple[FilterChoice, ...]
    clauses: tuple[FilterChoice, ...]
    rows: tuple[QueueRow, ...]
    watch: IntakeSummary | None  # of a page without rows
    late: int = 0
    oldest_at: datetime | None = None
    clause: str = ""
    filters: tuple[QueueFilter, ...] = ()
    asked: dict[str, str] = field(default_factory=dict)
    query: str = ""
    sort: str = "urgency"
    cursor: str = ""  # of this page; "" = the first
    next_cursor: str | None = None
