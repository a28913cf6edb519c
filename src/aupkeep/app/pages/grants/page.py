"""Grants and what listen mode withheld, as people read them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.app.pages.layout.page import FilterChoice, PageHeader
from aupkeep.model.grant import Grant, GrantKind, GrantScope, GrantState
from aupkeep.model.ladder import Level, Measure


class DeskDid(StrEnum):
    """What people did beside what a rule would have done."""

    SAME = "same"
    MILDER = "milder"
    HARDER = "harder"
    NOT_ABUSE = "not-abuse"  # closed so: the rule would have been wrong
    CLOSED = "closed"  # without a decision
    NOTHING = "nothing"  # yet


AGREEING = frozenset({DeskDid.SAME, DeskDid.NOTHING})


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldCase:
    """The last thing a rule would have done in a case; `contact` is "" where none is known.

    `did` is the measure or outcome of the desk, "" for nothing yet.
    """

    case: str
    reference: str
    at: datetime
    rule: str
    measure: Measure
    level: Level
    customer: str
    name: str
    contact: str
    desk: DeskDid
    did: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReport:
    """What a rule would have done: cases, and the customers told and limited by it.

    `decided` counts what it did decide in the same time, by a grant or before listening;
    `differences` are the cases in which the desk did otherwise.
    """

    rule: str
    title: str
    status: str
    level: Level
    measure: Measure
    proposed: int
    decided: int
    told: int
    limited: int
    unreachable: int
    desk: dict[str, int]  # by `DeskDid`
    cases: tuple[WithheldCase, ...]
    differences: tuple[WithheldCase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenReport:
    """What listen mode withheld since a moment; `cut` says that there was more than was read.

    `customers` counts who would have been told at all, `granted` are the steps that are live.
    """

    since: datetime
    days: int
    listening: bool
    granted: tuple[GrantKind, ...]
    customers: int
    unreachable: int
    limited: int
    rules: tuple[RuleReport, ...]
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Somebody whom a grant would have written to or limited, with the cases about them.

    `address` is "" where no contact is known.
    """

    who: str
    name: str
    address: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPreview:
    """What a grant would have let through in the last days: who, and what stays with people.

    `mailed` may be written to, `limited` limited; `beyond` are cases above its ceiling,
    `left_out` those outside its scope or share. `hidden`: reporters are counted, not named.
    """

    days: int
    mailed: tuple[Reached, ...]
    limited: tuple[Reached, ...]
    beyond: tuple[str, ...]
    left_out: int
    unreachable: int
    hidden: bool
    reporters: int
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRecord:
    """One grant as it stands; `used` counts its decisions of the last 24 hours."""

    grant: Grant
    state: GrantState
    scope: str
    used: int
    alone: bool  # nobody else could have given it


@dataclass(frozen=True, slots=True, kw_only=True)
class LetThrough:
    """How many things of a kind a grant let through: in the last 24 hours, in all, the last when.

    `what` is `mail-staff`, `mail-receipts`, `mail-notices`, `limit-people` or `limit-act`.
    """

    what: str
    today: int
    total: int
    last: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDetails:
    """One grant with whom it would have reached, and what it let through."""

    record: GrantRecord
    preview: GrantPreview
    through: tuple[LetThrough, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantChoices:
    """What the form offers."""

    kinds: tuple[GrantKind, ...]
    rules: tuple[tuple[str, str], ...]  # id and title
    targets: tuple[str, ...]
    scopes: tuple[GrantScope, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantsPage:
    """The page: the grants of a state, what was withheld, and the form.

    `asks` and `revokes` say what this person may; `trial` is the form's draft with its preview.
    """

    header: PageHeader
    states: tuple[FilterChoice, ...]
    over: bool
    rows: tuple[GrantRecord, ...]
    next_cursor: str | None
    report: ListenReport
    asks: bool
    revokes: bool
    choices: GrantChoices
    draft: Grant | None = None
    preview: GrantPreview | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPage:
    """The page of one grant; `gives` says whether this person may be its second one."""

    header: PageHeader
    details: GrantDetails
    gives: bool
    revokes: bool
