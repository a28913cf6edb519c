"""The one gate: only here a proposal becomes a `Decision`; each refusal is a plain sentence."""

from collections.abc import Callable, Sequence
from datetime import datetime

from aupkeep.casework import gate_checks, grants, measure_limits, termination
from aupkeep.casework.decision_inputs import DecisionInputs
from aupkeep.casework.gate_checks import GateRequest
from aupkeep.casework.proposal import Proposal
from aupkeep.casework.quorum import quorum
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.facts import Facts
from aupkeep.model.grant import UnderGrant
from aupkeep.model.ladder import Evidence, Level

Check = Callable[[GateRequest], Refused | None]


def permit(
    proposal: Proposal,
    people: Sequence[Actor],
    facts: Facts,
    inputs: DecisionInputs,
    *,
    id: str,  # noqa: A002 - the decision's own field name
    now: datetime,
) -> Decision | Refused:
    """Let a proposal through as a Decision, or refuse it with the invariant it would break.

    `people` is the author first, then the approvers; a rule is an author of kind `rule` and has
    none. `now` is aware, UTC. The conditions, in order; each has a test:

    * the clause has its verbatim text; detector, rule, policy and attribution are versioned (11);
    * a lift is by a person, or by a rule of an automatic decision or of one that protects from an
      attack that is over; it names a decision of this case that stands, with reasons. Nothing below
      is asked of a lift: freeze and breaker never stop it;
    * the clause has taken effect;
    * traffic in transit is diverted only where the settings allow it, and with its purpose;
    * a victim is told and protected at most, by anybody, and no cause is found with it (10);
    * a rule acts on no detector that only tells or proposes, on no flows of unknown sampling rate;
    * customer and resource are the case's; target, rate and end are given, the end within the
      maximum life (6); the resource holds the address now (4); the scope is in the evidence (5);
    * enough different people, with reasons, and a note where others than the accused are reached;
      who decided first neither judges the appeal nor goes past it; alone for 12 hours (2);
    * an unread answer stops a step up the ladder, once per deadline (3);
    * a termination: proof of notice, a finding of cause, 30 days (7); of who is critical, after the
      day of an off-boarding, which has a day and two people;
    * the end of a service: by a person, after the hold, with nothing against it (`termination`);
    * a rule: not frozen (8), at most L3, or L4 for harm in progress, under the kind's own cap, E2
      from L3 on and E1 before anybody is told, the holder neither protected nor critical and both
      known (4), one resource, no live permission, no cleared signal alone (1), no person's milder
      decision overruled, one word a week on newcomers' claims alone, the breaker closed (8);
    * last, so that what is withheld is what would have been done: in listen mode, and under a rule
      in shadow, a live grant for anything beyond a record, and for a limit one to tell of it too.
    """
    if not people:
        return Refused(reason="Nobody asks for this; a decision has an author.", invariant=2)
    asked = GateRequest(
        proposal=proposal, people=tuple(people), facts=facts, inputs=inputs, now=now
    )
    for check in _checks(asked):
        if refused := check(asked):
            return refused
    return _decision(asked, id)


def _checks(asked: GateRequest) -> tuple[Check, ...]:
    """The conditions this proposal must meet, in order."""
    first: tuple[Check, ...] = (gate_checks.versions,)
    if asked.proposal.reverses is not None:
        return (*first, gate_checks.lift)
    rules: tuple[Check, ...] = (gate_checks.let_act,) if asked.automatic else ()
    everybody = (
        gate_checks.in_force,
        gate_checks.intercepting,
        gate_checks.victim,
        *rules,
        _life,
        _reach,
        quorum,
        gate_checks.unread,
    )
    both: tuple[Check, ...] = (*first, *everybody, gate_checks.termination, *termination.CHECKS)
    return (*both, *(gate_checks.RULES if asked.automatic else ()), gate_checks.listening)


def _life(asked: GateRequest) -> Refused | None:
    return measure_limits.life(asked.proposal, automatic=asked.automatic)


def _reach(asked: GateRequest) -> Refused | None:
    return measure_limits.reach(asked.proposal, asked.inputs, automatic=asked.automatic)


def _decision(asked: GateRequest, decision_id: str) -> Decision:
    """The decision, complete: what it applied, on what, by whom, until when."""
    proposal = asked.proposal
    return Decision(
        id=decision_id,
        case=proposal.case.id,
        clause=proposal.clause.id,
        clause_text=proposal.clause.text,
        document=proposal.clause.document,
        document_version=proposal.clause.version,
        standard=proposal.clause.standard,
        evidence=_evidence(asked),
        level=proposal.level,
        measure=proposal.measure,
        scope=proposal.scope,
        starts=asked.now,
        ends=measure_limits.ends(proposal, asked.now),
        author=asked.author,
        approvers=asked.people[1:],
        reasons=proposal.reasons,
        facts=asked.facts,
        trace=proposal.trace,
        versions=proposal.versions,
        cause=proposal.cause,
        reverses=proposal.reverses,
        break_glass=proposal.break_glass,
        runbook=proposal.runbook,
        judges=proposal.judges,
        under=_under(asked),
        answer_hours=proposal.answer_hours,
    )


def _under(asked: GateRequest) -> UnderGrant | None:
    """The grant that it rests on, with what was asked of it; None where none is needed."""
    free = not (asked.inputs.listen or asked.proposal.shadow) or asked.level is Level.L0
    if free or asked.proposal.reverses is not None:
        return None
    grant = gate_checks.grant_for(asked)
    if isinstance(grant, grants.Withheld):
        return None
    return UnderGrant(
        grant=grant.id,
        before=grants.spent(grant, asked.inputs.granting.used),
        question=gate_checks.grant_question(asked),
    )


def _evidence(asked: GateRequest) -> Evidence:
    """The level computed from the claims; a person who gave reasons may have reasoned further."""
    reached = asked.proposal.reached
    person = asked.author.kind is ActorKind.PERSON and asked.proposal.level > Level.L0
    if reached is not None and person and asked.proposal.reasons.strip():
        return max(asked.evidence, reached)
    return asked.evidence
