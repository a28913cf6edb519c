"""A decision: who may do what to whom, under which clause, on which facts, until when."""

from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv6Network
from typing import NamedTuple

from aupkeep.model.actor import Actor
from aupkeep.model.added_field import ADDED_FIELD
from aupkeep.model.facts import Facts
from aupkeep.model.grant import UnderGrant
from aupkeep.model.ladder import Cause, Evidence, Level, Measure, Standard
from aupkeep.model.ruling import TraceStep
from aupkeep.model.subject import Address

WIDEST_PREFIX = 48  # RFC 6177: what one site is given at most
NARROWING = ("address", "protocol", "port", "destination", "rate", "url", "name", "account")
"""The fields of a scope by which a measure may be aimed."""


class PortRange(NamedTuple):
    """Ports from `first` to `last`, both included."""

    first: int
    last: int

    def __str__(self) -> str:
        """`30000-30999`; one port is one number."""
        return f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Exactly what a measure touches. Nothing is implied: a field that is None is not narrowed.

    `protocol` and `port` are the other side's: the *destination* protocol and port of traffic
    leaving `address`, and for what protects it the *source* port of traffic that comes to it.
    `destination` is the one peer; `rate` bytes per second. `resource` and `customer` always name
    whose it is. `note` says when a measure could not go narrower than the address.

    `source_ports` are the holder's own ports of an address that others share: nothing of theirs is
    touched. `prefix_length` widens an IPv6 address to the assignment around it that the holder has
    alone, the one exception of invariant 5.
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
    source_ports: PortRange | None = field(default=None, metadata=ADDED_FIELD)
    prefix_length: int | None = field(default=None, metadata=ADDED_FIELD)
    account: str | None = field(default=None, metadata=ADDED_FIELD)  # at our mail relay

    @property
    def network(self) -> IPv6Network | None:
        """The whole assignment, where the measure is on one."""
        if self.address is None or self.prefix_length is None:
            return None
        return IPv6Network((int(self.address), self.prefix_length), strict=False)


BY_PERSON = "person"  # stands in `Versions.rule` when a person decides


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
    `ends` is None only for measures that restrict nothing (L0 to L2). `break_glass` marks one that
    a single person made where two are needed; `runbook` names what it followed, `judges` the
    decision under appeal that it answers. `under` is the grant that let it through on an install
    that listens, None where none was needed. `answer_hours` is how long the customer has to answer,
    None for as long as the kind gives.
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
    break_glass: bool = field(default=False, metadata=ADDED_FIELD)
    runbook: str | None = field(default=None, metadata=ADDED_FIELD)
    judges: str | None = field(default=None, metadata=ADDED_FIELD)
    under: UnderGrant | None = field(default=None, metadata=ADDED_FIELD)
    answer_hours: float | None = field(default=None, metadata=ADDED_FIELD)

    @property
    def automatic(self) -> bool:
        """True when a rule, not a person, made it."""
        return self.author.kind == "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The gate said no: `invariant` is its number in docs/invariants.md, `reason` a sentence.

    `withheld`: nothing but listen mode, or that the rule is not live, stood in its way. `person`: a
    person must decide it, and nothing milder is done by a rule instead.
    """

    reason: str
    invariant: int | None = None
    withheld: bool = False
    person: bool = False
