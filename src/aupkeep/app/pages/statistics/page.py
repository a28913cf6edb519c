"""The figures of a desk."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.pages.layout.page import PageHeader
from aupkeep.model.case import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeCount:
    """Cases that are not closed and at most `hours` old, older than the row before; None: older.

    `desk` wait for a person of the desk, `customer` for the customer.
    """

    hours: int | None
    desk: int
    customer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAct:
    """From a case's opening to the first decision, notice sent or close; seconds, None for none.

    Of the `opened` cases of the period `acted` had one; `p90` is of the nearest rank.
    """

    opened: int
    acted: int
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCount:
    """How many cases ended like this in the period."""

    outcome: Outcome
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongShare:
    """Of a source or rule: `wrong` of the `judged` cases closed in the period were no abuse.

    `low` and `high` are the ends of Wilson's 95 % interval, from 0 to 1.
    """

    name: str
    judged: int
    wrong: int
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCount:
    """How many cases of a customer were opened in the period."""

    customer: str
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFigures:
    """All figures of a period; `sources` None where the reader may not see who reported.

    `cut` says that there was more in the period than was counted: then the newest was.
    """

    now: datetime
    since: datetime
    days: int
    method: str
    open_by_age: tuple[AgeCount, ...]
    open: int
    first_act: FirstAct
    outcomes: tuple[OutcomeCount, ...]
    closed: int
    sources: tuple[WrongShare, ...] | None
    rules: tuple[WrongShare, ...]
    customers: tuple[CustomerCount, ...]
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsPage:
    """The figures of the period that was asked for, and others to ask for, in days."""

    header: PageHeader
    figures: DeskFigures
    periods: tuple[int, ...]
