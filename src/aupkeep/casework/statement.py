"""The statement of reasons of a decision: a pure function of the decision and what was known.

Nothing in it says who reported: of the claims only what the accused side did is read, and whether
software or a person saw it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from aupkeep.casework.evidence_level import protects
from aupkeep.model.acceptance import Acceptance
from aupkeep.model.case import Case, Claim
from aupkeep.model.clause import Clause
from aupkeep.model.decision import Decision
from aupkeep.model.finding import Role
from aupkeep.model.ladder import PROTECTIVE, Evidence, Measure
from aupkeep.model.origin import OriginChannel
from aupkeep.model.statement import (
    Ground,
    Redress,
    SourceKind,
    StatedAcceptance,
    StatedClause,
    StatedFacts,
    Statement,
)
from aupkeep.model.taxonomy import PROTECTION

WORLDWIDE = "worldwide"  # a network measure knows no border
BY_SOFTWARE = frozenset({OriginChannel.DETECTOR, OriginChannel.TELEMETRY, OriginChannel.FEED})


def statement_of(
    decision: Decision,
    case: Case,
    claims: Sequence[Claim],
    *,
    clause: StatedClause,
    why: Mapping[str, tuple[str, ...]],
    reasons: str,
    acceptance: StatedAcceptance | None,
    deadline: datetime | None,
) -> Statement:
    """The statement; `reasons` are the person's, with other people's data taken out."""
    return Statement(
        id=decision.id,
        case=case.id,
        reference=case.reference,
        made_at=decision.starts,
        measure=decision.measure,
        level=decision.level,
        scope=decision.scope,
        starts=decision.starts,
        ends=decision.ends,
        deadline=deadline,
        territory=WORLDWIDE,
        facts=stated_facts(case, claims),
        source=source_kind(claims),
        automated_detection=any(claim.finding.source.channel in BY_SOFTWARE for claim in claims),
        automated_decision=decision.automatic,
        ground=ground_of(decision, case),
        clause=clause,
        standard=decision.standard,
        evidence=decision.evidence,
        why=why,
        reasons=reasons,
        acceptance=acceptance,
        redress=(Redress.APPEAL, Redress.SETTLEMENT, Redress.COURT),
        rule=decision.versions.rule,
        policy=decision.versions.policy,
        reverses=decision.reverses,
    )


def acted_at(case: Case, claims: Sequence[Claim]) -> datetime:
    """When it was last done: the moment whose document version counts."""
    return max((claim.at for claim in _concerned(claims)), default=case.opened_at)


def stated_facts(case: Case, claims: Sequence[Claim]) -> StatedFacts:
    """What was done, by which address, from when to when, how often; nothing, without claims."""
    concerned = _concerned(claims)
    times = [claim.at for claim in concerned]
    return StatedFacts(
        kind=case.kind,
        resource=case.resource,
        subject=stated_subject(concerned) if concerned else case.resource,
        first_at=min(times, default=case.opened_at),
        last_at=max(times, default=case.opened_at),
        events=max(sum(claim.finding.count for claim in concerned), 1) if concerned else 0,
    )


def stated_subject(claims: Sequence[Claim]) -> str:
    """The subject of the newest claim, without the source port of an outgoing connection."""
    finding = max(claims, key=lambda claim: (claim.at, claim.id)).finding
    address = finding.subject.address
    outgoing = finding.target is not None and finding.target.port is not None
    return str(address) if address is not None and outgoing else str(finding.subject)


def source_kind(claims: Sequence[Claim]) -> SourceKind:
    """Own investigation, a notice, or both; where nothing stands any more, none."""
    own = {claim.finding.source.own for claim in claims}
    if not own:
        return SourceKind.NONE
    if own == {True, False}:
        return SourceKind.BOTH
    return SourceKind.NOTICE if own == {False} else SourceKind.OWN


def ground_of(decision: Decision, case: Case) -> Ground:
    """A clause of the agreement; an order; or none, where the customer itself is attacked."""
    if decision.measure in PROTECTIVE or case.kind.startswith(PROTECTION):
        return Ground.PROTECTION
    return Ground.LEGAL if decision.evidence is Evidence.E5 else Ground.CONTRACTUAL


def stated_clause(
    clause: Clause, effective_from: datetime | None, *, in_force: bool
) -> StatedClause:
    """A clause with where it stands and since when."""
    return StatedClause(
        id=clause.id,
        title=clause.title,
        text=clause.text,
        anchor=clause.anchor,
        document=clause.document,
        version=clause.version,
        effective_from=effective_from,
        in_force=in_force,
    )


def stated_acceptance(
    acceptances: Sequence[Acceptance], clause: StatedClause, at: datetime, digest: str
) -> StatedAcceptance | None:
    """The last acceptance of the clause's document by that moment.

    `digest` is that of the version applied: another text under the same version is not the same.
    """
    by_then = [
        item for item in acceptances if item.document == clause.document and item.accepted_at <= at
    ]
    if not by_then:
        return None
    last = max(by_then, key=lambda item: (item.accepted_at, item.id))
    same_text = not last.digest or not digest or last.digest == digest
    return StatedAcceptance(
        version=last.version,
        digest=last.digest,
        by=last.by,
        accepted_at=last.accepted_at,
        same=last.version == clause.version and same_text,
    )


def restricts(statement: Statement) -> bool:
    """Whether it is owed under Article 17: the decision restricts something."""
    return statement.reverses is None and statement.measure not in {
        Measure.RECORD,
        Measure.INFORM,
        Measure.INFORM_DEADLINE,
    }


def _concerned(claims: Sequence[Claim]) -> list[Claim]:
    """The claims against the holder; where there are none, those about it as a victim."""
    against = [claim for claim in claims if claim.finding.role is not Role.VICTIM]
    asking = [claim for claim in claims if protects(claim.finding)]
    return against or asking or list(claims)
