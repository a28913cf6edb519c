"""In force: what stands where, seen or not, and what needs a look first."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.enforcing.hits import MeasureHits
from aupkeep.app.pages.layout.page import PageHeader
from aupkeep.model.action import ActionState
from aupkeep.model.ladder import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCount:
    """How many measures are in a state; `meaning` is that state in words."""

    state: ActionState
    count: int
    meaning: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """One way to group the list, `?by=key`."""

    key: str
    title: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What needs a look first: a target in trouble, drift, an element of somebody else."""

    target: str
    what: str
    color: str  # "warning" or "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRow:
    """One action; `seen` and `effect` are two signs: what the system says, what traffic says.

    `seen_at` is when it was read back, None where `seen` says why it was not.
    """

    action: str
    title: str
    subject: str
    customer: str
    resource: str
    reference: str
    level: Level
    by: str
    target: str
    driver: str
    state: ActionState
    became: str  # the state as words tell it, `Action.became`
    seen: str
    seen_at: datetime | None
    effect: str
    since: datetime
    until: datetime
    undoable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureGroup:
    """Rows under one heading, with what is said of it."""

    title: str
    about: str
    rows: tuple[MeasureRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementPage:
    """All that stands, at most `shown` of `total`; `chosen` is the state asked for, "" for all."""

    header: PageHeader
    states: tuple[StateCount, ...]
    groupings: tuple[Grouping, ...]
    by: str
    chosen: str
    alerts: tuple[Alert, ...]
    groups: tuple[MeasureGroup, ...]
    total: int
    shown: int
    targets: int
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPage:
    """The preview of a lift: the row of the measure, and each part with what becomes of it.

    `barred` says who may lift it to a person who may not, "" to one who may. `told` is False where
    it limits nobody, so that its lift is told to nobody.
    """

    header: PageHeader
    measure: MeasureRow
    reasons: str
    parts: tuple[MeasureRow, ...]
    others: tuple[MeasureRow, ...]  # of the same customer, which stay
    hits: MeasureHits
    told: bool
    barred: str = ""
