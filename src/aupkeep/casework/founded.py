"""Whether evidence stands for a person's decision: without any it would state untrue facts."""

from collections.abc import Collection, Sequence

from aupkeep.casework.proposal import Proposal
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import Claim
from aupkeep.model.decision import Refused
from aupkeep.model.ladder import Level

BACK = "no evidence of this case stands: what was reported was taken back, is wrong or in doubt"
NONE = "no evidence of this case stands: it has none"


def unfounded(
    proposal: Proposal,
    people: Sequence[Actor],
    claims: Collection[Claim],
    standing: Collection[Claim],
) -> Refused | None:
    """Why a person may tell or limit nobody here; None where they may.

    * A person decides; what rules rest on is theirs to weigh.
    * It tells the customer something, or limits: to write something down needs no evidence.
    * It reverses nothing: what is lifted needs none either.
    * Of the case's claims against its holder none stands.
    """
    asked = any(person.kind is ActorKind.PERSON for person in people)
    if not asked or proposal.level < Level.L1 or proposal.reverses is not None:
        return None
    if any(claim.held.customer == proposal.case.customer for claim in standing):
        return None
    return Refused(reason=BACK if claims else NONE)
