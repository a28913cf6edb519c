"""Incidents and cases: the work on one customer's trouble."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aupkeep.model.added_field import ADDED_FIELD
from aupkeep.model.finding import Finding
from aupkeep.model.holding import Held
from aupkeep.model.ladder import Cause, Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A finding that stands on a holder, with its report and the proof of holding.

    `marks` say whose word it is beyond the source's name: digests of the log line and of messages
    inside, the signer, the reporter named to an API. Claims that share one are one source.
    """

    id: str
    report: str | None  # None for a detector's own finding
    finding: Finding
    held: Held
    at: datetime  # the event's time, or the receipt's where the source states none
    incident: str | None = None  # the incident it was joined to
    marks: tuple[str, ...] = field(default=(), metadata=ADDED_FIELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Findings of one kind about one resource in one window."""

    id: str
    case: str
    kind: str
    customer: str
    resource: str
    first_at: datetime
    last_at: datetime
    events: int
    sources: tuple[str, ...]  # distinct independent sources, sorted
    level: Evidence


class CaseState(StrEnum):
    """Open: the desk must look; waiting: the customer has a deadline; answered: unread answer."""

    OPEN = "open"
    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


class Outcome(StrEnum):
    """Why a case closed."""

    FIXED = "fixed"
    NOT_ABUSE = "not-abuse"
    NO_ACTION = "no-action"
    WITHDRAWN = "withdrawn"
    IMPORTED = "imported"  # another system dealt with it: history, which starts nothing here


CLOSING = tuple(outcome for outcome in Outcome if outcome is not Outcome.IMPORTED)
"""How a person may close a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The work on one customer's incidents about one resource under one clause.

    `confirms` says of one closed as fixed whether a person judged its claims true, so that who
    reported them is known from then on. `assignee` is the address of the colleague who works on
    it; until `snoozed_until` it rests, unless something new comes. `handled_at` is when a rule or a
    person dealt with an open one: nothing of it needs a person until something new comes.
    """

    id: str
    reference: str
    customer: str
    resource: str
    clause: str
    kind: str
    state: CaseState
    level: Evidence
    opened_at: datetime
    changed_at: datetime
    deadline_at: datetime | None = None
    events: int = 0
    cause: Cause = Cause.UNKNOWN
    outcome: Outcome | None = None
    strikes: int = 0
    confirms: bool = field(default=True, metadata=ADDED_FIELD)
    assignee: str | None = field(default=None, metadata=ADDED_FIELD)
    snoozed_until: datetime | None = field(default=None, metadata=ADDED_FIELD)
    handled_at: datetime | None = field(default=None, metadata=ADDED_FIELD)


class AnswerKind(StrEnum):
    """The customer's three answers, and an appeal."""

    FIXED = "fixed"
    NOT_ME = "not-me"
    NEED_HELP = "need-help"
    APPEAL = "appeal"


class Judgement(StrEnum):
    """What came of an appeal; the last is what happens when nobody eligible judges it in time."""

    GRANTED = "granted"
    REFUSED = "refused"
    STEPPED_DOWN = "stepped-down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the accused customer said; unread = it stops escalation (invariant 3).

    An appeal is `assigned_to` one person, who alone reads and judges it; `judged` is its outcome.
    `reseller` is the customer that answered for the one below it, None where they said it.
    """

    id: str
    case: str
    kind: AnswerKind
    text: str
    at: datetime
    read_at: datetime | None = None
    read_by: str | None = None
    assigned_to: str | None = field(default=None, metadata=ADDED_FIELD)
    judged_at: datetime | None = field(default=None, metadata=ADDED_FIELD)
    judged: Judgement | None = field(default=None, metadata=ADDED_FIELD)
    reseller: str | None = field(default=None, metadata=ADDED_FIELD)

    @property
    def open_appeal(self) -> bool:
        """Whether this is an appeal that nobody has judged yet.

        One that was read before appeals had a judge was judged then.
        """
        older = self.read_at is not None and self.assigned_to is None
        return self.kind is AnswerKind.APPEAL and self.judged is None and not older
