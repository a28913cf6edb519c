"""Cases as a reseller's program gets them: values of the accused's side alone (invariant 10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.pages.customer.page import MeasureInForce, OwnEvidence
from aupkeep.model.case import AnswerKind, CaseState, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ResellerCase:
    """One line of the list. `deadline` is the reseller's own: before the customer's with us."""

    reference: str
    state: CaseState
    kind: str
    clause: str
    customer: str
    resource: str
    events: int
    opened: datetime
    changed: datetime
    deadline: datetime | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResellerAnswer:
    """An answer in the case; the words only of what this reseller said itself."""

    kind: AnswerKind
    at: datetime
    read: datetime | None
    reseller: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardedXarf:
    """A report that was forwarded to the reseller's desk; None where XARF has no type for it."""

    made: datetime
    sent: datetime | None
    title: str
    report: Mapping[str, object] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResellerCaseDetails(ResellerCase):
    """One case. `once` goes with the next answer, and changes with every answer given."""

    clause_text: str
    evidence: tuple[OwnEvidence, ...]
    limits: tuple[MeasureInForce, ...]
    answers: tuple[ResellerAnswer, ...]
    forwards: tuple[ForwardedXarf, ...]
    once: str
