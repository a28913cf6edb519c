"""Who must agree: how many different people, and who may not be among them (invariant 2)."""

from aupkeep.casework.gate_checks import GateRequest
from aupkeep.model.actor import ActorKind
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.ladder import PEOPLE_NEEDED, Evidence, Level

TWO = 2


def quorum(asked: GateRequest) -> Refused | None:
    """Why these people are not enough, or the wrong ones, or None.

    L5 needs one person with reasons, L6, L7 and X two different ones, a refused appeal two as well.
    Every approver is a person. Whoever decided or approved first never judges the appeal.
    """
    needed = PEOPLE_NEEDED.get(asked.level, 0)
    judged = asked.proposal.judges
    if judged is not None:
        needed = TWO
    kinds = {actor.kind for actor in asked.people[1:]}
    if kinds - {ActorKind.PERSON}:
        return Refused(reason="Only a person can approve.", invariant=2)
    if asked.author.kind not in {ActorKind.PERSON, ActorKind.RULE}:
        return Refused(reason="Only a person or a rule decides.", invariant=2)
    different = {actor.id for actor in asked.people if actor.kind is ActorKind.PERSON}
    if len(different) < needed:
        number = "one person" if needed == 1 else "two different people"
        return Refused(reason=f"{_what(asked)} needs {number}.", invariant=2)
    return _reasons(asked) or (None if judged is None else _fresh(asked, judged, different))


def _reasons(asked: GateRequest) -> Refused | None:
    """Written reasons: from L5 on, against the evidence, and for an answer to an appeal."""
    weak = asked.level >= Level.L3 and asked.evidence is Evidence.E0
    owed = weak or asked.level >= Level.L5 or asked.proposal.judges is not None
    if owed and not asked.proposal.reasons.strip():
        return Refused(reason=f"{_what(asked)} needs written reasons.", invariant=2)
    return None


def _fresh(asked: GateRequest, judged: str, judges: set[str]) -> Refused | None:
    """Why one of the judges is no stranger to the decision under appeal, or None."""
    first = next((decision for decision in asked.inputs.decisions if decision.id == judged), None)
    if first is None:
        return Refused(reason="The decision under appeal is not one of this case.", invariant=2)
    if deciders(first) & judges:
        return Refused(reason="Who decided first does not judge the appeal.", invariant=2)
    return None


def deciders(decision: Decision) -> set[str]:
    """Everybody who made or approved the decision."""
    return {actor.id for actor in (decision.author, *decision.approvers)}


def _what(asked: GateRequest) -> str:
    if asked.proposal.judges is not None:
        return "The answer to an appeal"
    return f"A measure of {asked.level.name}"
