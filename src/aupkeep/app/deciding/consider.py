"""Considering a case: facts to the policy, its ruling to the gate, then the decision is written."""

import json
import re

from aupkeep.app.case_context import (
    CaseContext,
    automation_count,
    breaker_limits,
    load_case_context,
)
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.decision_changes import (
    DecisionChanges,
    decision_changes,
)
from aupkeep.app.deciding.placement import permit_placed, place_measure, scopes_of
from aupkeep.app.deciding.policy_versions import adopted_policy
from aupkeep.app.inventory.current import CurrentHolders
from aupkeep.app.journal import entry, record
from aupkeep.app.modes import still_granted
from aupkeep.app.policy_documents import clause_at_act
from aupkeep.casework.breaker import trip
from aupkeep.casework.evidence_level import founding
from aupkeep.casework.incidents import WINDOW
from aupkeep.casework.measure_limits import borne
from aupkeep.casework.proposal import Proposal, proposals_of
from aupkeep.casework.reach import place_of
from aupkeep.enforcement.placement import NotPlaced
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import CaseState
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import Conflict, Missing
from aupkeep.model.ladder import Level, Measure
from aupkeep.model.ruling import Ruling
from aupkeep.policy import engine
from aupkeep.policy.pack import Pack
from aupkeep.store import cases, log, outbox
from aupkeep.store.outbox import Lease

NUMBER = re.compile(r"\d+")
TRIES = 3  # looks at a case that others change meanwhile


def consider(
    context: AppContext, case_id: str, *, done: Lease | None = None
) -> Decision | Refused | None:
    """Put a case before the policy; None when no rule speaks or what it wants stands already.

    A refusal is written down too, so that a person sees why the rule did not act, once for each
    reason; so is what rules in shadow would have done. Raises `Missing`, and `BadPack` while the
    policy does not load.
    """
    answer = _look(context, case_id, adopted_policy(context), done, TRIES)
    if not isinstance(answer, Decision):
        _finish(done, context)
    return answer


def _look(
    context: AppContext, case_id: str, pack: Pack, done: Lease | None, tries: int
) -> Decision | Refused | None:
    """Look at the case as it is now; once more where somebody else wrote meanwhile."""
    case = cases.get(case_id)
    if case is None:
        raise Missing(f"case: expected a known one, found {case_id!r}")
    if case.state is CaseState.CLOSED:
        return None
    try:
        return _rule(context, load_case_context(context, case), pack, done)
    except Conflict:
        if tries == 1:
            raise
    return _look(context, case_id, pack, done, tries - 1)


def _rule(
    context: AppContext, about: CaseContext, pack: Pack, done: Lease | None
) -> Decision | Refused | None:
    """The decision of the first live rule that the gate lets through, written with `done`.

    Where it refuses one, the next milder one may still speak: who may not be blocked can be told.
    Without a decision the answer is the first refusal that was not written before, or None.
    """
    fresh: Refused | None = None
    for ruling in _speaking(context, about, pack):
        proposal, actor = propose(about, pack, ruling), author(pack, ruling)
        if stands(about, proposal):
            break
        answer = permit_placed(
            context, about, proposal, [actor], about.rule_inputs, number=context.new_id()
        )
        if isinstance(answer, Decision):
            write(context, about, answer, decision_changes(context, about, answer), done=done)
            return answer
        if not _refused_before(about, proposal, answer):
            refuse(context, about, proposal, actor, answer)
            fresh = fresh or answer
        silent = answer.withheld and not about.inputs.granting.grants
        if silent or about.inputs.frozen or answer.person:
            break  # nothing milder fares better, or a person must see it
    return fresh


def _speaking(context: AppContext, about: CaseContext, pack: Pack) -> list[Ruling]:
    """The live rules in their order, and those in shadow that have a grant of their own.

    What the other rules in shadow would have done is written down.
    """
    now = about.at
    named = {grant.rule for grant in about.inputs.granting.grants if grant.live(now)}
    rulings = list(engine.rulings(pack, about.facts))
    for shadow in engine.shadows(pack, about.facts):
        if shadow.rule in named:
            rulings.append(shadow)
        else:
            _propose_only(context, about, pack, shadow)
    return sorted(rulings, key=lambda ruling: -ruling.level)


def _propose_only(context: AppContext, about: CaseContext, pack: Pack, shadow: Ruling) -> None:
    """Write down, once, what a rule that is not live would have done, or why it would not have."""
    proposal, actor = propose(about, pack, shadow), author(pack, shadow)
    answer = permit_placed(
        context, about, proposal, [actor], about.rule_inputs, number=context.new_id()
    )
    if isinstance(answer, Refused) and not _refused_before(about, proposal, answer, ever=True):
        refuse(context, about, proposal, actor, answer)


def consider_anew(context: AppContext, about: CaseContext, ending: Decision, mark: Entry) -> bool:
    """Decide a measure once more before it ends, when the policy still wants it (invariant 6).

    True when it was decided; `mark` is then written with it. A refusal is written down.
    """
    pack = adopted_policy(context)
    ruling = engine.ruling(pack, about.facts)
    if not isinstance(ruling, Ruling) or ruling.shadow or ruling.measure is not ending.measure:
        return False
    proposal, actor = propose(about, pack, ruling), author(pack, ruling)
    answer = permit_placed(
        context, about, proposal, [actor], about.rule_inputs, number=context.new_id()
    )
    if isinstance(answer, Refused):
        refuse(context, about, proposal, actor, answer)
        return False
    changes = decision_changes(context, about, answer)
    changes.entries.append(mark)
    write(context, about, answer, changes)
    return True


def author(pack: Pack, ruling: Ruling) -> Actor:
    """A rule as the author of a decision, with the version of its policy."""
    return Actor(kind=ActorKind.RULE, id=f"{ruling.rule}@{pack.digest[:12]}", name=ruling.rule)


def propose(about: CaseContext, pack: Pack, ruling: Ruling) -> Proposal:
    """The proposal of a ruling, aimed by the case's claims: at the newest place they name.

    Where the evidence of that place does not bear it, at the newest one of the last day whose own
    does, so that a claim about one takes nothing from what was proven at another: never where the
    same measure was lifted or came to its end, which a claim about a third place does not undo.
    """
    proposals = proposals_of(
        ruling,
        case=about.case,
        clause=clause_at_act(pack, ruling.clause, about),
        claims=founding(about.supporting, about.inputs.trust),
        versions=about.versions(ruling.rule, pack.digest),
        reasons=_title(pack, ruling),
        since=about.at - WINDOW,
        reaches=about.inputs.reaches,
    )
    newest = next(proposals)
    if borne(newest, about.rule_inputs) is None:
        return newest
    proven = (x for x in proposals if borne(x, about.rule_inputs) is None)
    return next((x for x in proven if not _given_up(about, x)), newest)


def write(
    context: AppContext,
    about: CaseContext,
    decision: Decision,
    changes: DecisionChanges,
    *,
    done: Lease | None = None,
) -> None:
    """The decision with all that follows from it, in one transaction.

    Inside it the breaker is counted and the holder looked up once more: many workers decide at
    once, and the inventory may change meanwhile. Raises `Conflict` when either says no by now.
    """
    decided = entry(
        context, EntryType.DECISION_MADE, decision.author, payload_of(decision), case=about.case.id
    )
    record(
        context,
        [decided, *changes.entries],
        rows=[changes.case, decision, *changes.rows],
        effects=changes.effects,
        seen=[about.case, *changes.seen],
        done=done,
        check=lambda: _check(context, about, decision) if _checked(decision) else None,
    )


def _checked(decision: Decision) -> bool:
    """Whether it is looked at once more as it is written: what limits, what rests on a grant."""
    return restricts(decision) or decision.under is not None


def restricts(decision: Decision) -> bool:
    """Whether it limits anybody, from L3 on."""
    return decision.level >= Level.L3 and decision.reverses is None


def _check(context: AppContext, about: CaseContext, decision: Decision) -> None:
    """Raise `Conflict` when grant, breaker, targets or holder changed since the gate looked."""
    scope, now = decision.scope, context.now()
    if decision.under and (why := still_granted(decision.under, now)):
        raise Conflict(f"expected a grant that allows it still, found: {why}")
    if not restricts(decision):
        return
    if decision.automatic:
        counted, limits = automation_count(now), breaker_limits(context)
        if refused := trip(decision.level, scope.customer, counted, limits):
            raise Conflict(refused.reason)
    current, scopes = (
        CurrentHolders(context, now, about.claims),
        scopes_of(about, decision.measure, scope),
    )
    placed = place_measure(context, decision.measure, scopes)
    if isinstance(placed, NotPlaced) and not placed.by_hand:
        raise Conflict(f"expected a target that carries it still, found: {placed.reason}")
    for carried in scopes:
        if changed := current.refusal(carried):
            raise Conflict(f"expected {scope.resource} to hold it still, found a change: {changed}")


def refuse(
    context: AppContext,
    about: CaseContext,
    proposal: Proposal,
    actor: Actor,
    refused: Refused,
    *,
    done: Lease | None = None,
) -> None:
    """Write a refusal down: what was wanted, by whom, and the gate's reason."""
    payload = {
        "measure": proposal.measure.value,
        "level": proposal.level.name,
        "rule": proposal.versions.rule,
        "policy": proposal.versions.policy,
        "reason": refused.reason,
        "invariant": refused.invariant,
        "facts": about.facts.digest(),
        **({"withheld": True} if refused.withheld else {}),
    }
    refusal = entry(context, EntryType.DECISION_REFUSED, actor, payload, case=about.case.id)
    record(context, refusal, done=done)


def payload_of(decision: Decision) -> dict[str, object]:
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
        "approvers": [actor.id for actor in decision.approvers],
        "reverses": decision.reverses,
        **({"grant": decision.under.grant} if decision.under else {}),
    }


def stands(about: CaseContext, wanted: Proposal) -> bool:
    """True when what a rule wants stands: decided, not lifted, not at its end.

    * Words (L1, L2) are not said again while the same or a harder measure stands.
    * A limit stands when the same one is aimed at the same place, or a harder level stands; the
      same measure at another place, e.g. another port, is a new one on new evidence.
    """
    live = _live(about)
    if wanted.level < Level.L3:
        return any(decision.level >= max(wanted.level, Level.L1) for decision in live)
    return any(decision.level > wanted.level or _same(decision, wanted) for decision in live)


def _live(about: CaseContext) -> list[Decision]:
    """The decisions on a case that are not lifted and not at their end."""
    lifted = {decision.reverses for decision in about.decisions if decision.reverses}
    return [
        decision
        for decision in about.decisions
        if decision.id not in lifted
        and decision.reverses is None
        and decision.measure is not Measure.RECORD
        and (decision.ends is None or decision.ends > about.at)
    ]


def _given_up(about: CaseContext, wanted: Proposal) -> bool:
    """Whether the same measure stood at the same place, and does no more."""
    stood = [x for x in about.decisions if x.reverses is None and _same(x, wanted)]
    live = {decision.id for decision in _live(about)}
    return bool(stood) and not any(decision.id in live for decision in stood)


def _same(decision: Decision, wanted: Proposal) -> bool:
    """Whether a decision is of the measure that is wanted, at the same place."""
    same = decision.measure is wanted.measure
    return same and place_of(decision.scope) == place_of(wanted.scope)


def _refused_before(
    about: CaseContext, proposal: Proposal, refused: Refused, *, ever: bool = False
) -> bool:
    """Whether the journal has the same refusal of the same proposal already.

    A decision at least as hard in between makes it a new no, unless `ever`; a milder one, such as
    the word that was said instead, does not.
    """
    kinds = (EntryType.DECISION_MADE, EntryType.DECISION_REFUSED)
    for logged in reversed(log.entries(about.case.id, types=kinds)):
        payload = logged.entry.payload
        if logged.entry.type is EntryType.DECISION_MADE:
            if not ever and Level[str(payload.get("level", "L0"))] >= proposal.level:
                return False
            continue
        wanted = payload.get("rule"), payload.get("policy"), payload.get("measure")
        versions = proposal.versions
        if wanted == (versions.rule, versions.policy, proposal.measure.value):
            return _plain(str(payload.get("reason"))) == _plain(refused.reason)
    return False


def _plain(reason: str) -> str:
    """A reason without its counts: one customer more behind the breaker is no new reason."""
    return NUMBER.sub("#", reason)


def _title(pack: Pack, ruling: Ruling) -> str:
    """The rule's own title: the reason a rule gives before its trace says the rest."""
    return next((rule.title for rule in pack.rules if rule.id == ruling.rule), ruling.rule)


def _finish(done: Lease | None, context: AppContext) -> None:
    """An effect that changed nothing is done all the same."""
    if done is not None:
        outbox.done(done, context.now())
