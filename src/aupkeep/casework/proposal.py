"""What is asked of the gate: a rule's ruling and a person's choice in one and the same shape."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from aupkeep.casework.evidence_level import proposing, protects
from aupkeep.casework.reach import WIDE, OwnReach, within_reach
from aupkeep.model.case import Case, Claim
from aupkeep.model.clause import Clause
from aupkeep.model.decision import Scope, Versions
from aupkeep.model.finding import Finding, Role
from aupkeep.model.ladder import MEASURES, PROTECTIVE, Cause, Evidence, Level, Measure, level_of
from aupkeep.model.ruling import Ruling, TraceStep
from aupkeep.model.subject import Endpoint

# Measures that have one aim of their own, whatever a rule's `scope` is called.
AIMS = {x: MEASURES[x].aim for x in (Measure.LIMIT_SMTP, *PROTECTIVE)}
ATTACKED = "inbound"  # who is attacked, and nothing of what comes
INBOUND = frozenset({ATTACKED, *(AIMS[measure] for measure in PROTECTIVE)})
MOST_AIMS = 100  # places of one case that are looked at for one that bears a measure
LEFT = 10  # of what came of a flood, a tenth is let through where it cannot be told from the rest
NOTES = {"address": WIDE, "mail": None, "resource": None}  # targets that are the address itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A measure somebody wants. Nothing in it is believed before `permit` has looked at it.

    `hours` is how long it may last, None for measures that restrict nothing. `needs` is the
    evidence the rule asks for; `reached` the level a person reasoned up to (E3 and above, with
    `reasons`). `shadow` marks a rule that is not live. `reverses` names the decision a lift undoes,
    `judges` the decision an appeal is about, when this is the answer to an appeal. `break_glass`
    asks for what takes two people by one alone; `runbook` names what a person follows; `on` is the
    day of an off-boarding, `answer_hours` how long the customer has to answer, None for as long as
    the kind gives.
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
    trace: tuple[TraceStep, ...] = ()
    shadow: bool = False
    reverses: str | None = None
    judges: str | None = None
    break_glass: bool = False
    runbook: str | None = None
    on: datetime | None = None
    answer_hours: float | None = None

    @property
    def level(self) -> Level:
        """How severe the measure is at the rate of its scope."""
        return level_of(self.measure, self.scope.rate)


def proposals_of(
    ruling: Ruling,
    *,
    case: Case,
    clause: Clause,
    claims: Sequence[Claim],
    versions: Versions,
    reasons: str,
    since: datetime,
    reaches: Sequence[OwnReach] = (),
) -> Iterator[Proposal]:
    """What a matching rule may propose, the best first: one at least, and one for each place.

    The first is aimed by the newest of all claims that the rule may act or propose on, the others
    by those since a moment. `reaches` say what the holder has alone around the addresses in
    evidence.
    """
    known, target = proposing(claims), AIMS.get(ruling.measure, ruling.scope)
    first = aim(target, case, known)
    others = _aims(target, case, [claim for claim in known if claim.at >= since])
    for aimed in (first, *islice((x for x in others if x != first), MOST_AIMS)):
        yield Proposal(
            case=case,
            clause=clause,
            measure=ruling.measure,
            scope=within_reach(aimed, ruling.measure, reaches, known),
            hours=float(ruling.hours) if ruling.level >= Level.L3 else None,
            versions=versions,
            reasons=reasons,
            needs=ruling.needs,
            trace=ruling.trace,
            shadow=ruling.shadow,
        )


def protection(case: Case, claims: Iterable[Claim]) -> tuple[Measure, Scope] | None:
    """The narrowest measure that would protect the holder, None where the claims do not name one.

    By the port that the flood comes from where it has one, else by its protocol and a rate.
    """
    known = tuple(claims)
    blocked = aim(AIMS[Measure.BLOCK_INBOUND], case, known)
    if blocked.port is not None:
        return Measure.BLOCK_INBOUND, blocked
    slowed = aim(AIMS[Measure.LIMIT_INBOUND], case, known)
    return None if slowed.rate is None else (Measure.LIMIT_INBOUND, slowed)


def aim(target: str, case: Case, claims: Iterable[Claim]) -> Scope:
    """The scope for `port`, `destination`, `address`, `mail`, `url`, `name`, `resource` or nothing.

    Aimed by the newest claim against the holder that names what is aimed at, one that says the
    protocol before one that does not. What the claims do not name stays None, and `permit` refuses
    a blank. `mail` is the address alone: the measure itself is no wider than outgoing mail.
    `inbound-port`, `inbound-rate` and `inbound` (the address alone) are aimed by the newest claim
    that asks for protection.
    """
    blank = Scope(customer=case.customer, resource=case.resource)
    return next(_aims(target, case, claims), blank)


def _aims(target: str, case: Case, claims: Iterable[Claim]) -> Iterator[Scope]:
    """As `aim`: each scope that a claim gives, once, the best first; none for none."""
    blank = Scope(customer=case.customer, resource=case.resource)
    given: set[Scope] = set()
    for claim in _ordered(target, claims):
        scope = _aimed(target, blank, claim)
        if scope is not None and scope not in given:
            given.add(scope)
            yield scope


def _ordered(target: str, claims: Iterable[Claim]) -> list[Claim]:
    """The claims that may aim at this, the best first."""
    if target in INBOUND:
        asking = [claim for claim in claims if protects(claim.finding)]
        return sorted(asking, key=lambda claim: (claim.at, claim.id), reverse=True)
    against = [claim for claim in claims if claim.finding.role is not Role.VICTIM]
    return sorted(against, key=_precise, reverse=True)


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
    beside = _flood(target, claim.finding) if target in INBOUND else _beside(target, other)
    if subject.address is None or beside is None:
        return None
    return replace(blank, address=subject.address, **beside)


def _flood(target: str, finding: Finding) -> dict[str, Any] | None:
    """The protocol of what a finding is about: the other side's, else the subject's own."""
    port, protocol = finding.target.port if finding.target else None, carried_by(finding)
    if target == ATTACKED:
        return {}
    if protocol is None:
        return None
    if target == AIMS[Measure.BLOCK_INBOUND]:
        return None if port is None else {"protocol": protocol, "port": port}
    rate = finding.rate
    return None if rate is None else {"protocol": protocol, "rate": max(1, rate // LEFT)}


def carried_by(finding: Finding) -> str | None:
    """The protocol of what the finding is about: the other side's, else the subject's own."""
    named = finding.target.protocol if finding.target else None
    return named or finding.transport


def _beside(target: str, other: Endpoint) -> dict[str, Any] | None:
    """What stands beside the address in a scope so aimed, None when the claim does not name it."""
    if target in NOTES:
        return {"note": NOTES[target]}
    if target == "port" and other.port is not None:
        return {"protocol": other.protocol, "port": other.port}
    if target == "destination" and other.address is not None:
        return {"destination": other.address}
    return None
