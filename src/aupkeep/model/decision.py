"""A decision: who may do what to whom, under which clause, on which facts, until when."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.model.actor import Actor
from aupkeep.model.facts import Facts
from aupkeep.model.ladder import Cause, Evidence, Level, Measure, Standard
from aupkeep.model.ruling import TraceStep
from aupkeep.model.subject import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Exactly what a measure touches. Nothing is implied: a field that is None is not narrowed.

    `protocol` and `port` are the other side's: the *destination* protocol and port of traffic
    leaving `address`, and for what protects it the *source* port of traffic that comes to it.
    `destination` is the one peer; `rate` bytes per second. `resource` and `customer` always name
    whose it is. `note` says when a measure could not go narrower than the address.
    """

    customer: str
    resource: str
    address: Address | None = None
    protocol: str | None = None
    port: int | None = None
    destination: Address | None = None
    rate: int | None = None
    url: str | None = None
    name: str | None = None  # a domain name, for a measure on names; a URL is never one
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What made the decision: all actions of one faulty version can be found (invariant 11)."""

    detector: str
    rule: str
    policy: str
    attribution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Made only by `casework.permit`; immutable; a reversal is a new decision that names this one.

    `clause_text` is the operator's verbatim wording under `document` and `document_version`.
    `ends` is None only for measures that restrict nothing (L0 to L2).
    """

    id: str
    case: str
    clause: str
    clause_text: str
    document: str
    document_version: str
    standard: Standard
    evidence: Evidence
    level: Level
    measure: Measure
    scope: Scope
    starts: datetime
    ends: datetime | None
    author: Actor
    approvers: tuple[Actor, ...]
    reasons: str
    facts: Facts
    trace: tuple[TraceStep, ...]
    versions: Versions
    cause: Cause = Cause.UNKNOWN
    reverses: str | None = None

    @property
    def automatic(self) -> bool:
        """True when a rule, not a person, made it."""
        return self.author.kind == "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The gate said no: `invariant` is its number in DESIGN.md or None, `reason` a sentence."""

    reason: str
    invariant: int | None = None
