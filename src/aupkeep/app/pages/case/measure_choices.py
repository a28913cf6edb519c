"""What may be chosen about a case, what the policy proposes, and where the ladder stands."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from aupkeep.app.access.authority import allowance_of
from aupkeep.app.access.makers import self_made, with_makers
from aupkeep.app.access.staff import actor_of
from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.approvals import author_still
from aupkeep.app.deciding.consider import propose, stands
from aupkeep.app.deciding.decide import authorise
from aupkeep.app.deciding.manual_proposal import manual_proposal, usual_hours
from aupkeep.app.deciding.next_step import NextStep, next_steps
from aupkeep.app.deciding.placement import permit_placed, scopes_of
from aupkeep.app.deciding.second_person import (
    SECOND,
    choice_of,
    kept_choice,
    kept_level,
    still_waiting,
)
from aupkeep.app.deciding.step_grants import granted_now
from aupkeep.app.notifying.notices import language_of
from aupkeep.app.pages.case.acts import usual_rate
from aupkeep.app.pages.case.page import (
    LadderStep,
    LadderStepState,
    MeasureChoice,
    PendingDecision,
    RuleProposal,
)
from aupkeep.app.pages.in_language import words_in
from aupkeep.app.pages.labels import LADDER_TITLES, PROTECTION_TITLES, TITLES, touches
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.step_sentence import step_sentence
from aupkeep.app.policies import policy_in_force
from aupkeep.casework import proposal as asked
from aupkeep.casework.appeals import touched
from aupkeep.casework.measure_limits import LIFE
from aupkeep.casework.quorum import people_needed
from aupkeep.model.action import Action, ActionState, Limiting, limiting
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.approval import Approval
from aupkeep.model.case import Case
from aupkeep.model.decision import Decision, Refused, Scope
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden
from aupkeep.model.finding import Role
from aupkeep.model.ladder import LEVELS, PROTECTIVE, Cause, Level, Measure
from aupkeep.model.roles import Allowance, StaffAct
from aupkeep.model.ruling import Ruling, TraceStep
from aupkeep.model.taxonomy import PROTECTION
from aupkeep.notify.measurements import Language
from aupkeep.policy import condition, engine, sentence
from aupkeep.policy.pack import Pack
from aupkeep.store import approvals
from aupkeep.store.log import Logged

MAIL = (25, 465, 587)
FLOODS = "connection/ddos"  # the kind of forged senders too
SOUNDED = "sounded"  # stands for reasons and an id where the gate is asked and nothing is decided
OWN_SESSION = "Sign in by a link that the sign-in page mails you, and confirm then."
RESULTS = {True: "yes", False: "no", None: "not known"}


def measure_choices(
    context: AppContext, about: CaseContext, person: Person
) -> tuple[MeasureChoice, ...]:
    """Every measure that makes sense for the evidence, in the order of the ladder."""
    measures = [measure for measure in Measure if _sensible(about, measure)]
    actor = actor_of(person.id)
    language = language_of(person.language)
    return tuple(_choice(context, about, actor, measure, language) for measure in measures)


def _sensible(about: CaseContext, measure: Measure) -> bool:
    """Whether the evidence names what this measure is aimed at.

    Who is attacked is told or protected, and nobody else is protected.
    """
    if about.case.kind.startswith(PROTECTION):
        narrowest = asked.protection(about.case, about.claims)
        harmless = (Measure.RECORD, Measure.INFORM)
        return measure in harmless or (narrowest is not None and narrowest[0] is measure)
    if measure in PROTECTIVE:
        return False
    findings = [claim.finding for claim in about.claims if claim.finding.role is not Role.VICTIM]
    targets = [finding.target for finding in findings if finding.target]
    needs = {
        Measure.BLOCK_PORT: any(endpoint.port for endpoint in targets),
        Measure.BLOCK_DESTINATION: any(endpoint.address for endpoint in targets),
        Measure.LIMIT_RATE: any(finding.subject.address for finding in findings),
        Measure.BLOCK_SPOOFED: about.case.kind == FLOODS
        and any(finding.subject.address for finding in findings),
        Measure.LIMIT_SMTP: about.case.kind.startswith("messaging/")
        or any(endpoint.port in MAIL for endpoint in targets),
        Measure.BLOCK_URL: any(finding.subject.url for finding in findings),
        Measure.BLOCK_NAME: any(finding.subject.domain for finding in findings),
        Measure.HOLD_MAIL: False,  # a person names the account: aupkeep decide CASE --account
        Measure.BLOCK_MAIL: False,
        Measure.INTERCEPT: False,
        Measure.INTERCEPT_MAIL: False,
        Measure.END_SERVICE: False,  # has a form of its own
        Measure.OFF_BOARD: False,  # takes a day: aupkeep decide CASE --measure off-board
    }
    return needs.get(measure, True)


def _choice(
    context: AppContext, about: CaseContext, actor: Actor, measure: Measure, language: Language
) -> MeasureChoice:
    """One measure, sounded at the gate as this person would ask for it."""
    level = LEVELS[measure]
    limits = level >= Level.L3
    hours = usual_hours(measure) if limits else None
    cause = Cause.OWN_ACT if level is Level.L7 else Cause.UNKNOWN
    choice = choice_of(measure, hours, cause, usual_rate(measure))
    if level >= Level.L4:
        choice["note"] = SOUNDED  # what a person may have to write to be let through
    wanted = manual_proposal(context, about, measure, SOUNDED, choice)
    people = max(1, people_needed(wanted, about.inputs, actor))
    return MeasureChoice(
        measure=measure,
        level=level,
        title=TITLES[measure],
        touches=_touched(about, measure, _plain(wanted.scope), language),
        hours=hours or 0,
        most=int(LIFE[level]) if limits else 0,
        rate=wanted.scope.rate or 0,
        people=people,
        barred=_not_theirs(actor, wanted)
        or _refusal(context, about, wanted, [actor, SECOND][:people]),
    )


def _plain(scope: Scope) -> Scope:
    """The scope without the note that only the sounding gave it."""
    return replace(scope, note=None) if scope.note == SOUNDED else scope


def _not_theirs(actor: Actor, wanted: asked.Proposal) -> str:
    """Why this person may not ask for it, "" when they may."""
    try:
        authorise(actor, wanted)
    except Forbidden as error:
        return str(error)
    return ""


def _touched(about: CaseContext, measure: Measure, scope: Scope, language: Language) -> str:
    """What a measure touches, with the resource's other addresses, and who else would be hit."""
    words, bokmal = [touches(measure, scope, Limiting.NOT, language)], language == "nb"
    also = [str(x.network or x.address) for x in scopes_of(about, measure, scope)[1:]]
    if also:
        joined = ", ".join(also)
        nb_words = f"Også {joined}, som ressursen har alene."
        words.append(nb_words if bokmal else f"Also {joined}, which the resource holds alone.")
    own = next((x for x in about.inputs.reaches if x.address == scope.address), None)
    if own is not None and own.others and scope.address is not None:
        alone, others = scope.source_ports is not None, ", ".join(own.others)
        spared = "are not touched" if alone else "would be hit too"
        nb_spared = "berøres ikke" if alone else "ville også bli rammet"
        shared = f"{scope.address} is shared: {others} {spared}."
        words.append(f"{scope.address} er delt: {others} {nb_spared}." if bokmal else shared)
    return " ".join(words)


def _refusal(
    context: AppContext, about: CaseContext, wanted: asked.Proposal, people: list[Actor]
) -> str:
    """Why the gate would say no now, "" when it would not; nothing is written."""
    outcome = permit_placed(context, about, wanted, people, about.inputs, number=SOUNDED)
    return outcome.reason if isinstance(outcome, Refused) else ""


def proposal_of(
    context: AppContext, about: CaseContext, logged: list[Logged], said: str, language: Language
) -> RuleProposal | None:
    """What the policy proposes, None when no rule speaks or what it wants stands already."""
    pack = policy_in_force(context.home)
    ruling = engine.ruling(pack, about.facts)
    if not isinstance(ruling, Ruling) or stands(about, wanted := propose(about, pack, ruling)):
        return None
    return RuleProposal(
        measure=ruling.measure,
        title=TITLES[ruling.measure],
        touches=_touched(about, ruling.measure, wanted.scope, language),
        hours=ruling.hours if ruling.level >= Level.L3 else 0,
        rule=ruling.rule,
        policy=pack.digest,
        why=_reasons([step for step in ruling.trace if step.rule == ruling.rule], language),
        draft=f"{wanted.reasons}. {said}",
        alone=_alone(context, about, pack, ruling, logged),
    )


def step_said(context: AppContext, case: Case, language: Language) -> str:
    """The case's next step as the queue says it, "" where it is closed."""
    step = next_steps([case], context.now(), granted=granted_now(context))[case.id]
    return "" if step.step is NextStep.CLOSED else step_sentence(step, language)


def _reasons(steps: list[TraceStep], language: Language) -> tuple[str, ...]:
    """Each condition once, without those that only join others that stand beside them."""
    alone = [step for step in steps if not any(_joins(step, other) for other in steps)]
    return tuple(dict.fromkeys(_why(step, language) for step in alone))


def _joins(step: TraceStep, other: TraceStep) -> bool:
    """Whether the other condition is a part of this one."""
    return step.part == other.part and step.text != other.text and other.text in step.text


def _why(step: TraceStep, language: Language) -> str:
    """One condition as a sentence, and how it came out."""
    tree = condition.examine(step.text)
    text = step.text if isinstance(tree, list) else sentence.say(tree, language)
    unless = ("unless ", "med mindre ")[language == "nb"] if step.part == "unless" else ""
    text = unless + text
    return f"{text[:1].upper()}{text[1:]}: {words_in(RESULTS[step.result], language)}."


def _alone(
    context: AppContext, about: CaseContext, pack: Pack, ruling: Ruling, logged: list[Logged]
) -> str:
    """Why the rule did not act alone: its last refusal, else what the gate would say now."""
    for line in reversed(logged):
        payload = line.entry.payload
        if line.entry.type is EntryType.DECISION_REFUSED and payload.get("rule") == ruling.rule:
            return f"It did not act alone: {payload.get('reason')}"
    rule = Actor(kind=ActorKind.RULE, id=f"{ruling.rule}@{pack.digest[:12]}", name=ruling.rule)
    reason = _refusal(context, about, propose(about, pack, ruling), [rule])
    return f"It may not act alone: {reason}" if reason else "It acts alone at the next look."


def ladder_of(
    about: CaseContext, proposal: RuleProposal | None, case_actions: list[Action], at: datetime
) -> tuple[LadderStep, ...]:
    """The ladder's levels: where the case is, what is behind it, and what is proposed.

    Who is attacked is told and protected, and never isolated or suspended for it.

    A measure that was lifted, has ended or failed at every agent does not stand; one that nobody
    read back is decided, no more (invariant 14).
    """
    standing = _standing(about.decisions, case_actions, at)
    unread = {action.decision for action in case_actions} - {
        action.decision for action in case_actions if limiting([action]) is Limiting.NOW
    }
    now = max((it.level for it in standing if it.id not in unread), default=Level.L0)
    decided = {it.level for it in standing if it.id in unread}
    wanted = LEVELS[proposal.measure] if proposal else None

    def state(level: Level) -> LadderStepState:
        if level == now:
            return LadderStepState.NOW
        if level < now:
            return LadderStepState.PAST
        if level in decided:
            return LadderStepState.DECIDED
        return LadderStepState.PROPOSED if level is wanted else LadderStepState.OPEN

    titles = PROTECTION_TITLES if about.case.kind.startswith(PROTECTION) else LADDER_TITLES
    return tuple(
        LadderStep(level=level, title=title, state=state(level)) for level, title in titles.items()
    )


def _standing(made: Sequence[Decision], case_actions: list[Action], at: datetime) -> list[Decision]:
    """The decisions that nobody lifted, that have not ended and that some agent did not refuse."""
    lifted = {decision.reverses for decision in made if decision.reverses}
    moving = {action.decision for action in case_actions if action.state is not ActionState.FAILED}
    gone = lifted | {action.decision for action in case_actions} - moving
    return [
        decision
        for decision in made
        if not decision.reverses
        and decision.id not in gone
        and (not decision.ends or decision.ends > at)
    ]


def pending_of(
    context: AppContext, about: CaseContext, person: Person
) -> tuple[PendingDecision, ...]:
    """The decisions that wait for a second person."""
    pending = []
    never = touched(about.decisions, approvals.of_case(about.case.id))
    acting = Actor(kind=ActorKind.PERSON, id=person.id)
    for approval in still_waiting(context, about.case):
        measure = approval.measure
        choice = kept_choice(approval)
        wanted = manual_proposal(context, about, measure, approval.reasons, choice)
        second = with_makers(context, acting, person.maker, asked_at=approval.at)
        pending.append(
            PendingDecision(
                id=approval.id,
                title="Refuse the appeal" if "judges" in approval.choice else TITLES[measure],
                touches=_touched(about, measure, wanted.scope, language_of(person.language)),
                level=kept_level(approval),
                hours=approval.hours or 0,
                by=actor_of(approval.by).name,
                at=approval.at,
                reasons=approval.reasons,
                barred=_not_second(author_still(context, approval), approval, second, never),
            )
        )
    return tuple(pending)


def _not_second(first: Actor, approval: Approval, second: Actor, never: Collection[str]) -> str:
    """Why `second` is not the second person of a decision that waits, "" where they may be."""
    if first.id == second.id:
        return "You decided this. Someone else must approve it."
    if allowance_of(second.id, StaffAct.APPROVE) is not Allowance.YES:
        return "It waits for somebody whose roles let them be the second person."
    if one_hand := first.hands & second.hands:
        makers = " and ".join(sorted(one_hand))
        return f"{makers} made a link or record by which one of you acts. {OWN_SESSION}"
    if self_made(second.id, approval.at):
        return "You gave yourself this role lately. Somebody else must confirm it."
    if "judges" in approval.choice and not second.hands.isdisjoint(never):
        return "You had a part in what is under appeal. Somebody who had none must confirm it."
    return ""
