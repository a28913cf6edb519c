"""A signal that a person cleared does not act alone for a while (invariant 1); others do."""

from collections.abc import Iterable
from datetime import datetime

from aupkeep.casework.decision_inputs import DecisionInputs
from aupkeep.casework.evidence_level import acting, credible, newcomer
from aupkeep.model.case import Case, Claim


def only_cleared(
    case: Case, claims: Iterable[Claim], inputs: DecisionInputs, now: datetime
) -> bool:
    """Whether a clearance is live on the case's resource and nobody else says anything new.

    Something new is a claim that a rule may act on, by a source that was not cleared, whose word
    counts (proven, not in the slow lane, once confirmed), about what happened since the clearance.
    Our own measurements are such a source, and so is every other reporter.
    """
    live = [
        clearance
        for clearance in inputs.clearances
        if clearance.resource == case.resource and clearance.until > now
    ]
    if not live:
        return False
    cleared = {clearance.source for clearance in live}
    since = max(clearance.since for clearance in live)
    return not any(
        claim.finding.source not in cleared
        and claim.at > since
        and credible(claim, inputs.trust)
        and not newcomer(claim, inputs.trust)
        for claim in acting(claims)
    )
