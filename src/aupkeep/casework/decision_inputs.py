"""The inputs of a decision beside the proposal: the records that gate and facts look at."""

from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.casework.breaker import AutomationCount, BreakerLimits
from aupkeep.casework.evidence_level import BELIEVING, Trust
from aupkeep.casework.grants import Granting
from aupkeep.casework.notice_proof import NoticeProof
from aupkeep.casework.reach import OwnReach
from aupkeep.model.case import Answer, Claim
from aupkeep.model.clearance import Clearance
from aupkeep.model.decision import Decision
from aupkeep.model.holding import Network
from aupkeep.model.subject import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealedCase:
    """Another case of the customer with an open appeal: its resource, and who decided in it."""

    resource: str
    deciders: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldService:
    """What is known of a termination that stands: the proof of its own notice.

    `seen`: the hold was read back; `legal_hold`: one stands on the case or its customer.
    """

    proof: NoticeProof
    seen: bool = False
    legal_hold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionInputs:
    """Loaded by the caller at the moment of deciding; None always means "not known".

    `claims` are the case's own: their subjects and targets bound what may be touched (invariant 5).
    `holds_now` is what the case's resource certainly holds at this moment: what it held then and
    another customer holds now must not be touched. `shared_at` are those of these addresses that
    others hold too, e.g. on other ports; `reaches` what is the resource's own around each address:
    its ports of a shared one, its IPv6 assignment; `moved` are pages and names in evidence that are
    somebody else's by now. `decisions` are all of this case, `answers`
    too. `notice_proven_at` is when a notice was proven to have reached the customer (invariant 7),
    `notice_missing` what is missing where none was.
    """

    frozen: bool
    listen: bool
    count: AutomationCount
    limits: BreakerLimits = field(default_factory=BreakerLimits)
    claims: tuple[Claim, ...] = ()
    holds_now: tuple[Network, ...] = ()
    shared_at: tuple[Address, ...] = ()
    reaches: tuple[OwnReach, ...] = ()
    moved: frozenset[str] = frozenset()
    decisions: tuple[Decision, ...] = ()
    answers: tuple[Answer, ...] = ()
    clearances: tuple[Clearance, ...] = ()
    trust: Trust = BELIEVING
    harm_in_progress: bool | None = None
    permission_live: bool | None = None
    resource_count: int | None = None
    resource_shared: bool | None = None
    notice_proven_at: datetime | None = None
    notice_missing: str = ""
    held: HeldService | None = None  # where a termination stands
    router: bool = False  # the resource is a router or gateway: others are behind it
    newcomers: bool = False  # nobody who was ever confirmed says it
    intercepts: bool = False  # the settings allow that traffic in transit is diverted
    appealed: tuple[AppealedCase, ...] = ()  # the customer's other cases with an open appeal
    strikes: int = 0  # of the customer's other cases that count
    told_at: datetime | None = None  # when automation last wrote to this customer
    granting: Granting = field(default_factory=Granting)  # what may be done while it listens
