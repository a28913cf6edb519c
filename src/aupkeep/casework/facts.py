"""What is known about a case at the moment of deciding, under the names that rules read.

The names and their meaning are the policy's facts table (`aupkeep policy facts`). What is not known
is left out, and a rule that reads it gets "unknown"; only counts are always there.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from aupkeep.casework.cleared import only_cleared
from aupkeep.casework.decision_inputs import DecisionInputs
from aupkeep.casework.evidence_level import (
    PROVEN,
    acting,
    credible,
    evidence_level,
    founding,
    last_seen,
    own_telemetry,
    sources,
    spoofable,
)
from aupkeep.casework.incidents import DEFAULT, JoinRules
from aupkeep.model.case import AnswerKind, Case, Claim, Incident, Judgement
from aupkeep.model.customer import Customer
from aupkeep.model.facts import Facts, Value
from aupkeep.model.finding import Role

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
DISPUTES = frozenset({AnswerKind.NOT_ME, AnswerKind.APPEAL})
Known = dict[str, Value | None]


def facts_of(
    case: Case,
    incidents: Sequence[Incident],
    claims: Sequence[Claim],
    customer: Customer | None,
    inputs: DecisionInputs,
    *,
    now: datetime,
    rules: JoinRules = DEFAULT,
) -> Facts:
    """The facts about a case; `finding.*` and `target.*` are those of its newest claim.

    Newest means newest against the holder; only where there is none, newest about a victim. What
    nobody credible says counts as no event and is not the newest (`founding`).
    """
    against = founding((x for x in claims if x.finding.role is not Role.VICTIM), rules.trust)
    known: Known = {
        **_finding(against or claims),
        **_case(case, incidents, claims, now, rules),
        **_customer(case.strikes + inputs.strikes, customer, now),
        **_from_inputs(case, claims, inputs, now),
    }
    return Facts({name: value for name, value in known.items() if value is not None})


def _finding(claims: Sequence[Claim]) -> Known:
    """The newest claim, and that somebody held the address."""
    if not claims:
        return {}
    finding = max(claims, key=lambda claim: (claim.at, claim.id)).finding
    target = finding.target
    return {
        "finding.kind": finding.kind,
        "finding.rsit": finding.rsit,
        "finding.role": finding.role.value,
        "finding.port": finding.subject.port,
        "finding.confidence": float(finding.confidence),
        "finding.conduct": finding.conduct.value,
        "finding.lookalikes": finding.lookalikes,
        "finding.spoofable": spoofable(finding),
        "target.port": target.port if target else None,
        "target.protocol": target.protocol if target else None,
        "holding.answer": "held",  # a claim exists only on a holder
    }


def _case(
    case: Case,
    incidents: Sequence[Incident],
    claims: Sequence[Claim],
    now: datetime,
    rules: JoinRules,
) -> Known:
    """Counts, ages and how well it is supported."""
    founded = founding(claims, rules.trust)
    recent = [claim for claim in founded if now - DAY < claim.at]
    newest = last_seen(founded)
    reported = [claim for claim in claims if claim.report is not None]
    level, acted = evidence_level(claims, rules.trust), acting(claims, rules.trust)
    alone = level if len(acted) == len(claims) else evidence_level(acted, rules.trust)
    return {
        "case.events": sum(claim.finding.count for claim in founded),
        "case.events_24h": sum(claim.finding.count for claim in recent),
        "case.sources": len(sources(claims, rules.trust)),
        "case.age_hours": (now - case.opened_at) / HOUR,
        "case.quiet_hours": None if newest is None else max(0.0, (now - newest) / HOUR),
        "case.incidents": len(incidents),
        "evidence.level": int(level),
        "evidence.acting": int(alone),
        "evidence.telemetry": own_telemetry(claims),
        "report.authenticated": any(
            claim.finding.source.channel in PROVEN and credible(claim, rules.trust)
            for claim in reported
        ),
    }


def _customer(strikes: int, customer: Customer | None, now: datetime) -> Known:
    """The holder; one known only from an assignment is unknown in everything but its strikes."""
    if customer is None or customer.bare:
        return {"customer.strikes": strikes, "customer.reachable": False if customer else None}
    return {
        "customer.protected": "protected" in customer.tags,
        "customer.critical": "critical" in customer.tags,
        "customer.reachable": bool(customer.contacts),
        "customer.age_days": None if customer.since is None else (now - customer.since) / DAY,
        "customer.strikes": strikes,
        "customer.type": customer.type if customer.type in {"business", "private"} else None,
        "customer.tags": tuple(sorted(customer.tags)),
    }


def _from_inputs(
    case: Case, claims: Sequence[Claim], inputs: DecisionInputs, now: datetime
) -> Known:
    """What else stands at this moment."""
    return {
        "resource.count": inputs.resource_count,
        "resource.shared": inputs.resource_shared,
        "harm.in_progress": inputs.harm_in_progress,
        "permission.live": inputs.permission_live,
        "answer.disputes": any(
            answer.kind in DISPUTES and answer.judged is not Judgement.REFUSED
            for answer in inputs.answers
        ),
        "answer.unread": any(answer.read_at is None for answer in inputs.answers),
        "cleared.recently": only_cleared(case, claims, inputs, now),
    }
