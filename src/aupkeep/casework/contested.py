"""What an appeal contests: the decisions before it, and what those it is about decided since."""

from collections.abc import Iterable

from aupkeep.model.case import Answer
from aupkeep.model.decision import Decision


def deciders(decision: Decision) -> set[str]:
    """Everybody who made or approved the decision, and whoever may have been one of them."""
    return {name for actor in (decision.author, *decision.approvers) for name in actor.hands}


def contested(decisions: Iterable[Decision], answer: Answer) -> tuple[Decision, ...]:
    """What is taken back where the appeal is granted, or nobody judges it in time.

    * Every decision before the appeal.
    * Of those since: a rule's, and what somebody decided who decided before. Whoever is contested
      does not get round the appeal by deciding the same anew. A stranger's decision stands.
    """
    known = tuple(decisions)
    before = [decision for decision in known if decision.starts <= answer.at]
    first = {name for decision in before for name in deciders(decision)}
    since = [
        decision
        for decision in known
        if decision.starts > answer.at and (decision.automatic or deciders(decision) & first)
    ]
    return (*before, *since)
