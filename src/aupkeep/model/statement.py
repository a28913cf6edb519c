"""A statement of reasons: what Regulation (EU) 2022/2065, Article 17(3) asks for, of one decision.

It is made with the decision and kept beside it, so that no later change of policy, inventory or
wording changes what was said. It never says who reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.model.decision import Scope
from aupkeep.model.ladder import Evidence, Level, Measure, Standard


class SourceKind(StrEnum):
    """Where the facts come from, Article 17(3)(b): never from whom."""

    OWN = "own-investigation"
    NOTICE = "notice"
    BOTH = "notice-and-own-investigation"
    NONE = "none"  # nothing stands any more: what was reported was taken back or judged wrong


class Ground(StrEnum):
    """What the decision rests on, Article 17(3)(d) and (e)."""

    CONTRACTUAL = "contractual"  # a clause of the agreement
    LEGAL = "legal"  # an order, or a provision that the person's reasons name
    PROTECTION = "protection"  # no breach: the customer itself is attacked


class Redress(StrEnum):
    """What the customer can do, Article 17(3)(f)."""

    APPEAL = "internal-appeal"
    SETTLEMENT = "out-of-court-settlement"
    COURT = "court"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFacts:
    """The facts and circumstances: what the accused side did, as counted by us.

    Without events nothing stands, and the moments are when the case was opened.
    """

    kind: str
    resource: str
    subject: str
    first_at: datetime
    last_at: datetime
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedClause:
    """The clause word for word, in the document version in force at the act.

    `in_force` is False where no version is on record that was in force at the act: then the text is
    the oldest one known.
    """

    id: str
    title: str
    text: str
    anchor: str
    document: str
    version: str
    effective_from: datetime | None
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedAcceptance:
    """The version the customer had accepted at the act; `same` where it is the one applied."""

    version: str
    digest: str
    by: str
    accepted_at: datetime
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementBody:
    """What a statement says of one decision; `id` is the decision's.

    `why` is why the facts meet the clause, sentences by language. `reasons` are the words of the
    person who decided, "" for a rule.
    """

    id: str
    case: str
    reference: str
    made_at: datetime
    measure: Measure
    scope: Scope
    starts: datetime
    ends: datetime | None
    deadline: datetime | None
    territory: str
    facts: StatedFacts
    source: SourceKind
    automated_detection: bool
    automated_decision: bool
    ground: Ground
    clause: StatedClause
    standard: Standard
    why: Mapping[str, tuple[str, ...]]
    reasons: str
    acceptance: StatedAcceptance | None
    redress: tuple[Redress, ...]
    rule: str
    policy: str
    reverses: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(StatementBody):
    """The statement of one decision, as it is kept."""

    level: Level
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class WordedStatement(StatementBody):
    """A statement for a program: levels by name, and what it says, by language and row.

    `state` is what has become of its measure: decided is not in force.
    """

    level: str
    evidence: str
    decision: str
    state: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]]
