"""When a finding of cause becomes a strike, and when a strike ends before its time. Pure.

A claim, a rule or a measure alone is none: containment is not blame.
"""

from aupkeep.model.actor import ActorKind
from aupkeep.model.decision import Decision
from aupkeep.model.ladder import BLAME, Cause, Level
from aupkeep.model.strike import StrikeTier

TIERS = tuple(StrikeTier)  # the mildest first


def tier_of(decision: Decision) -> StrikeTier | None:
    """The tier of the strike that a decision writes, None where it writes none.

    * A person decided, not a rule.
    * The person found that the customer, its user, or its carelessness was the cause.
    * It takes nothing back, and is more than a record, of which the customer is told nothing.
    """
    blamed = decision.author.kind is ActorKind.PERSON and decision.cause in BLAME
    if not blamed or decision.reverses is not None or decision.level < Level.L1:
        return None
    if decision.level >= Level.L5:
        return StrikeTier.SEVERE
    return StrikeTier.SERIOUS if decision.level >= Level.L3 else StrikeTier.MINOR


def clears(decision: Decision) -> bool:
    """Whether a decision finds another cause than the customer, after all."""
    person = decision.author.kind is ActorKind.PERSON and decision.reverses is None
    return person and decision.cause is Cause.CAREFUL


def outweighs(tier: StrikeTier, before: StrikeTier) -> bool:
    """Whether a new finding in a case takes the place of its strike.

    >>> outweighs(StrikeTier.SEVERE, StrikeTier.MINOR), outweighs(*[StrikeTier.MINOR] * 2)
    (True, False)
    """
    return TIERS.index(tier) > TIERS.index(before)
