"""Considering a case: facts to the policy, its ruling to the gate, the decision to the world."""

import json
from typing import Any

from aupkeep.app.desk import Desk
from aupkeep.app.enact import Enacted, enact
from aupkeep.app.journal import entry, record
from aupkeep.app.policies import policy_in_force
from aupkeep.app.standing import Docket, docket
from aupkeep.casework.permit import permit
from aupkeep.casework.proposal import Proposal, of_ruling
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import CaseState
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing
from aupkeep.model.ladder import Level, Measure
from aupkeep.model.ruling import Ruling
from aupkeep.policy import kernel
from aupkeep.policy.pack import Pack
from aupkeep.store import cases
from aupkeep.store.outbox import Lease


def consider(desk: Desk, case_id: str, *, done: Lease | None = None) -> Decision | Refused | None:
    """Put a case before the policy; None when no rule speaks or what it wants stands already.

    A refusal is written down too, so that a person sees why the rule did not act. Raises `Missing`.
    """
    case = cases.get(case_id)
    if case is None:
        raise Missing(f"case: expected a known one, found {case_id!r}")
    about = docket(desk, case)
    pack = policy_in_force(desk.home)
    ruling = kernel.rule(pack, about.facts)
    if case.state is CaseState.CLOSED or not isinstance(ruling, Ruling) or stands(about, ruling):
        _finish(done, desk)
        return None
    proposal = propose(about, pack, ruling)
    actor = Actor(kind=ActorKind.RULE, id=f"{ruling.rule}@{pack.digest[:12]}", name=ruling.rule)
    found = permit(proposal, [actor], about.facts, about.standing, id=desk.new_id(), now=desk.now())
    if isinstance(found, Refused):
        refuse(desk, about, proposal, actor, found, done=done)
        return found
    write(desk, about, found, enact(desk, about, found), done=done)
    return found


def propose(about: Docket, pack: Pack, ruling: Ruling) -> Proposal:
    """The proposal of a ruling, aimed by the case's claims."""
    return of_ruling(
        ruling,
        case=about.case,
        clause=pack.clauses[ruling.clause],
        claims=about.claims,
        versions=about.versions(ruling.rule, pack.digest),
        reasons=_title(pack, ruling),
    )


def write(
    desk: Desk,
    about: Docket,
    decision: Decision,
    enacted: Enacted,
    *,
    done: Lease | None = None,
) -> None:
    """The decision with all that follows from it, in one transaction."""
    told = entry(
        desk, EntryType.DECISION_MADE, decision.author, told_of(decision), case=about.case.id
    )
    record(
        desk,
        [told, *enacted.entries],
        rows=[enacted.case, decision, *enacted.rows],
        effects=enacted.effects,
        seen=[about.case],
        done=done,
    )


def refuse(
    desk: Desk,
    about: Docket,
    proposal: Proposal,
    actor: Actor,
    refused: Refused,
    *,
    done: Lease | None = None,
) -> None:
    """Write a refusal down: what was wanted, by whom, and the gate's reason."""
    told: dict[str, Any] = {
        "measure": proposal.measure.value,
        "level": proposal.level.name,
        "rule": proposal.versions.rule,
        "policy": proposal.versions.policy,
        "reason": refused.reason,
        "invariant": refused.invariant,
        "facts": about.facts.digest(),
    }
    made = entry(desk, EntryType.DECISION_REFUSED, actor, told, case=about.case.id)
    record(desk, made, done=done)


def told_of(decision: Decision) -> dict[str, Any]:
    """What the journal says of a decision; the row beside it is named by digest."""
    return {
        "decision": decision.id,
        "clause": decision.clause,
        "measure": decision.measure.value,
        "level": decision.level.name,
        "evidence": decision.evidence.name,
        "rule": decision.versions.rule,
        "policy": decision.versions.policy,
        "facts": decision.facts.digest(),
        "snapshot": json.loads(decision.facts.snapshot()),
        "approvers": [one.id for one in decision.approvers],
        "reverses": decision.reverses,
    }


def stands(about: Docket, ruling: Ruling) -> bool:
    """True when this rule's measure, or a harder one, was decided for this case and not lifted."""
    lifted = {one.reverses for one in about.decisions if one.reverses}
    live = [one for one in about.decisions if one.id not in lifted and not one.reverses]
    return any(
        one.measure is ruling.measure or one.level >= max(ruling.level, Level.L1)
        for one in live
        if one.measure is not Measure.RECORD
    )


def _title(pack: Pack, ruling: Ruling) -> str:
    """The rule's own title: the reason a rule gives before its trace says the rest."""
    return next((one.title for one in pack.rules if one.id == ruling.rule), ruling.rule)


def _finish(done: Lease | None, desk: Desk) -> None:
    """An effect that changed nothing is done all the same."""
    if done is not None:
        from aupkeep.store import outbox

        outbox.done(done, desk.now())
