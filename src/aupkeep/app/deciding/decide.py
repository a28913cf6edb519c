"""What people decide: a measure, alone or together. The gate has the last word."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aupkeep.app.access.authority import (
    active_member,
    actor_for,
    allowance_of,
    refuse_act,
)
from aupkeep.app.access.makers import with_makers
from aupkeep.app.access.shell import HINT
from aupkeep.app.case_context import CaseContext, load_case_context
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.break_glass import broken_glass
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.consider import refuse, write
from aupkeep.app.deciding.decision_changes import decision_changes
from aupkeep.app.deciding.manual_proposal import manual_proposal, parse_measure
from aupkeep.app.deciding.placement import permit_placed
from aupkeep.app.deciding.second_person import ask_second_person, asked_for, kept_level
from aupkeep.casework.authority import act_of, outside_runbook
from aupkeep.casework.proposal import Proposal
from aupkeep.casework.quorum import ALONE_HOURS, people_needed
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.approval import Approval
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.errors import Conflict, Forbidden
from aupkeep.model.ladder import Measure
from aupkeep.model.moments import show_moment
from aupkeep.model.roles import Allowance, StaffAct
from aupkeep.store import actions

MOMENT = timedelta(minutes=15)  # within which the same notice again is a slip
MADE, WAITS = "made", "waits for a second person"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeDecision:
    """A person's decision that the gate let through, with the ids of its actions.

    One that takes two people waits: `state` says so, `next` what a colleague does, and the decision
    that both make bears the same id.
    """

    decision: str
    case: str
    measure: Measure
    level: str
    ends: datetime | None
    actions: tuple[str, ...]
    state: str = MADE
    next: str | None = None


def decide_case(
    context: AppContext, reference: str, *, people: tuple[str, ...], reasons: str, **choice: object
) -> MadeDecision:
    """Decide a case; `choice` is what the command line gives. What takes two people waits.

    Its `maker` made the token by which it is decided.

    Raises `Invalid` for a choice that makes no sense, `Forbidden` with the gate's reason, and
    `Conflict` when somebody changed the case meanwhile.
    """
    maker = choice.pop("maker", None)
    case = find_case(reference)
    author = with_makers(context, author_of(people), None if maker is None else str(maker))
    return decide_about(context, load_case_context(context, case), author, reasons, choice)


def decide_about(
    context: AppContext,
    about: CaseContext,
    author: Actor,
    reasons: str,
    choice: Mapping[str, object],
) -> MadeDecision:
    """`decide_case` on a case as it was read: who changed it since makes it a `Conflict`."""
    case, measure = about.case, parse_measure(choice.get("measure"))
    made = decide_or_ask(context, about, author, measure, reasons, choice)
    if isinstance(made, Approval):
        return MadeDecision(
            decision=made.id,
            case=case.reference,
            measure=measure,
            level=kept_level(made).name,
            ends=None,
            actions=(),
            state=WAITS,
            next=f"a colleague, from their own session or token: aupkeep approve {made.id}",
        )
    return made_decision(made, case.reference)


def made_decision(decision: Decision, reference: str) -> MadeDecision:
    """A decision as a command shows it."""
    alone = "it ends by itself unless a second person ratifies it: aupkeep approve"
    return MadeDecision(
        decision=decision.id,
        case=reference,
        measure=decision.measure,
        level=decision.level.name,
        ends=decision.ends,
        actions=tuple(action.id for action in actions.of_decision(decision.id)),
        next=f"{alone} {decision.id}" if decision.break_glass else None,
    )


def decide_or_ask(
    context: AppContext,
    about: CaseContext,
    author: Actor,
    measure: Measure,
    reasons: str,
    choice: Mapping[str, object],
) -> Decision | Approval:
    """Decide, or keep the choice for a second person where it takes one.

    Raises `Forbidden`, and `Conflict` where the same was decided a moment ago.
    """
    proposal = manual_proposal(context, about, measure, reasons, choice)
    refuse_repeat(context, about, author, proposal)
    two = people_needed(replace(proposal, break_glass=False), about.inputs, author) > 1
    if two and proposal.break_glass:
        return decide_alone(context, about, author, proposal, choice)
    if two:
        authorise(author, proposal)
        return ask_second_person(context, about, author, proposal, choice)
    return decide(context, about, replace(proposal, break_glass=False), [author])


def refuse_repeat(
    context: AppContext, about: CaseContext, author: Actor, proposal: Proposal
) -> None:
    """Whether it is not what the same person told the customer a moment ago, in the same words.

    A notice given twice is a slip of the hand. Raises `Conflict`.
    """
    if proposal.measure not in {Measure.INFORM, Measure.INFORM_DEADLINE}:
        return
    newest = max(about.decisions, key=lambda made: (made.starts, made.id), default=None)
    asked = (
        author.id,
        proposal.measure,
        proposal.reasons.strip(),
        proposal.clause.id,
        proposal.cause,
        proposal.answer_hours,
    )
    if newest is None or context.now() - newest.starts >= MOMENT:
        return
    made = (
        newest.author.id,
        newest.measure,
        newest.reasons.strip(),
        newest.clause,
        newest.cause,
        newest.answer_hours,
    )
    if made == asked and newest.reverses is None:
        raise Conflict(
            f"case {about.case.reference}: expected something new, found that decision {newest.id} "
            f"of {show_moment(newest.starts)} says the same; nothing more was sent (other reasons "
            "are another decision)"
        )


def decide_alone(
    context: AppContext,
    about: CaseContext,
    author: Actor,
    asked: Proposal,
    choice: Mapping[str, object],
) -> Decision:
    """Break the glass: twelve hours at most, told to everybody. Raises `Forbidden`."""
    hours = None if asked.hours is None else min(asked.hours, ALONE_HOURS)
    number = context.new_id()
    waits = asked_for(context, about, author, asked, choice, ratifies=number)
    beside = broken_glass(context, about, author, waits)
    alone = replace(asked, hours=hours)
    return decide(context, about, alone, [author], beside=beside, number=number)


def decide(
    context: AppContext,
    about: CaseContext,
    proposal: Proposal,
    people: list[Actor],
    *,
    approval: Approval | None = None,
    beside: ChangeSet | None = None,
    number: str | None = None,
    mistaken: bool = False,
) -> Decision:
    """Bring a person's proposal before the gate and write what it says. Raises `Forbidden`.

    `approval` is what the second of `people` gives with it: it changes in the same transaction, and
    the decision bears its id; so does what is `beside` it. `mistaken`: it reverses a decision that
    was wrong.
    """
    authorise_author(people[0], proposal, approval)
    for second in people[1:]:
        authorise(second, proposal, act=StaffAct.APPROVE)
    return enact(
        context,
        about,
        proposal,
        people,
        approval=approval,
        beside=beside,
        number=number,
        mistaken=mistaken,
    )


def enact(
    context: AppContext,
    about: CaseContext,
    proposal: Proposal,
    people: list[Actor],
    *,
    approval: Approval | None = None,
    beside: ChangeSet | None = None,
    number: str | None = None,
    mistaken: bool = False,
) -> Decision:
    """`decide` for people who were asked for their authority before. Raises `Forbidden`."""
    number = approval.id if approval else number or context.new_id()
    answer = permit_placed(context, about, proposal, people, about.inputs, number=number)
    if isinstance(answer, Refused):
        refuse(context, about, proposal, people[0], answer)
        invariant = f" (invariant {answer.invariant})" if answer.invariant else ""
        raise Forbidden(f"refused{invariant}: {answer.reason}")
    changes = decision_changes(context, about, answer, mistaken=mistaken)
    if approval is not None:
        given = replace(
            approval, given_by=people[-1].id, given_at=answer.starts, decision=answer.id
        )
        changes.rows.append(given)
        changes.seen.append(approval)
    changes.add(beside or ChangeSet())
    write(context, about, answer, changes)
    return answer


def authorise_author(author: Actor, proposal: Proposal, approval: Approval | None) -> None:
    """Whether the author's roles allow the proposal; what was broken glass was theirs to decide.

    Raises `Forbidden`.
    """
    ratified = approval is not None and approval.ratifies is not None
    authorise(author, proposal, act=StaffAct.DECIDE if ratified else None)


def authorise(actor: Actor, proposal: Proposal, *, act: StaffAct | None = None) -> None:
    """Whether the person's roles allow the proposal; rules are held by the gate alone.

    `act` is what they do about it where they are not its author. Raises `Forbidden`.
    """
    if actor.kind is not ActorKind.PERSON:
        return
    act = act or act_of(proposal)
    allowed = allowance_of(actor.id, act)
    outside = outside_runbook(proposal) if allowed is Allowance.RUNBOOK else None
    if outside is not None:
        raise Forbidden(f"refused: {outside} (docs/roles.md)")
    if allowed not in {Allowance.YES, Allowance.RUNBOOK}:
        raise refuse_act(actor.id, act)


def author_of(people: tuple[str, ...]) -> Actor:
    """Who decides; the same person named twice is one. Two names of one door are one person.

    Raises `Forbidden` for an unknown name, and for more than one person (invariant 15).
    """
    members = {member.id: member for member in map(active_member, people)}
    if len(members) != 1:
        names = ", ".join(member.address for member in members.values()) or "nobody"
        raise Forbidden(f"refused (invariant 15): expected one person, found {names}; {HINT}")
    return actor_for(next(iter(members.values())))
