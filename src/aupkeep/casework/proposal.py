"""What is asked of the gate: a rule's ruling and a person's choice in one and the same shape."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aupkeep.casework.level import acting
from aupkeep.model.case import Case, Claim
from aupkeep.model.clause import Clause
from aupkeep.model.decision import Scope, Versions
from aupkeep.model.finding import Role
from aupkeep.model.ladder import LEVELS, Cause, Evidence, Level, Measure
from aupkeep.model.ruling import Ruling, Step
from aupkeep.model.subject import Endpoint

WIDE = "could not go narrower than the address"
NOTES = {"address": WIDE, "mail": None, "resource": None}  # targets that are the address itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A measure somebody wants. Nothing in it is believed before `permit` has looked at it.

    `hours` is how long it may last, None for measures that restrict nothing. `needs` is the
    evidence the rule asks for; `reached` the level a person reasoned up to (E3 and above, with
    `reasons`). `shadow` marks a rule that is not live. `reverses` names the decision a lift undoes,
    `judges` the decision an appeal is about, when this is the answer to an appeal.
    """

    case: Case
    clause: Clause
    measure: Measure
    scope: Scope
    hours: float | None
    versions: Versions
    reasons: str
    needs: Evidence = Evidence.E0
    reached: Evidence | None = None
    cause: Cause = Cause.UNKNOWN
    trace: tuple[Step, ...] = ()
    shadow: bool = False
    reverses: str | None = None
    judges: str | None = None

    @property
    def level(self) -> Level:
        """How hard the measure bites."""
        return LEVELS[self.measure]


def of_ruling(
    ruling: Ruling,
    *,
    case: Case,
    clause: Clause,
    claims: Sequence[Claim],
    versions: Versions,
    reasons: str,
) -> Proposal:
    """The proposal a matching rule makes, aimed by the claims that rules may act on."""
    rest = acting(claims)
    return Proposal(
        case=case,
        clause=clause,
        measure=ruling.measure,
        scope=aim("mail" if ruling.measure is Measure.LIMIT_SMTP else ruling.scope, case, rest),
        hours=float(ruling.hours) if ruling.level >= Level.L3 else None,
        versions=versions,
        reasons=reasons,
        needs=ruling.needs,
        trace=ruling.trace,
        shadow=ruling.shadow,
    )


def aim(target: str, case: Case, claims: Iterable[Claim]) -> Scope:
    """The scope for `port`, `destination`, `address`, `mail`, `url`, `name`, `resource` or nothing.

    Aimed by the newest claim against the holder that names what is aimed at, one that says the
    protocol before one that does not. What the claims do not name stays None, and `permit` refuses
    a blank. `mail` is the address alone: the measure itself is no wider than outgoing mail.
    """
    blank = Scope(customer=case.customer, resource=case.resource)
    against = [claim for claim in claims if claim.finding.role is not Role.VICTIM]
    for claim in sorted(against, key=_precise, reverse=True):
        scope = _aimed(target, blank, claim)
        if scope is not None:
            return scope
    return blank


def _precise(claim: Claim) -> tuple[bool, datetime, str]:
    """Claims that name a protocol first, then the newest."""
    target = claim.finding.target
    return bool(target and target.protocol), claim.at, claim.id


def _aimed(target: str, blank: Scope, claim: Claim) -> Scope | None:
    """The scope this one claim gives, None when it does not name what is aimed at."""
    subject, other = claim.finding.subject, claim.finding.target or Endpoint()
    whole: dict[str, Any] = {"url": subject.url, "name": subject.domain}
    if target in whole:
        return None if whole[target] is None else replace(blank, **{target: whole[target]})
    beside = _beside(target, other)
    if subject.address is None or beside is None:
        return None
    return replace(blank, address=subject.address, **beside)


def _beside(target: str, other: Endpoint) -> dict[str, Any] | None:
    """What stands beside the address in a scope so aimed, None when the claim does not name it."""
    if target in NOTES:
        return {"note": NOTES[target]}
    if target == "port" and other.port is not None:
        return {"protocol": other.protocol, "port": other.port}
    if target == "destination" and other.address is not None:
        return {"destination": other.address}
    return None
