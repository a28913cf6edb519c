"""The second person of a decision that needs two: asked for by the first, given by a colleague."""

from aupkeep.app.access.staff import actor_of
from aupkeep.app.case_context import CaseContext, load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.consider import refuse
from aupkeep.app.deciding.decide import decide
from aupkeep.app.deciding.manual_proposal import manual_proposal
from aupkeep.app.journal import entry, record
from aupkeep.casework.permit import permit
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.approval import Approval
from aupkeep.model.case import Case
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden, Missing
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.moments import show_moment
from aupkeep.store import approvals

USUAL_RATE = 125_000  # bytes a second, 1 Mbit/s: what a page suggests
SLOWED = (Measure.LIMIT_RATE, Measure.LIMIT_INBOUND)
SECOND = Actor(kind=ActorKind.PERSON, id="a second person")  # stands in when the gate is sounded


def choice_of(
    measure: Measure, hours: int | None, cause: Cause, rate: int | None = USUAL_RATE
) -> dict[str, object]:
    """A choice as `choice.propose_choice` takes it; `rate` is in bytes a second."""
    limited = rate if measure in SLOWED else None
    return {"hours": hours, "cause": cause.value, "rate": limited}


def ask_second_person(
    context: AppContext,
    about: CaseContext,
    author: Actor,
    measure: Measure,
    *,
    hours: int | None,
    cause: Cause,
    reasons: str,
) -> Approval:
    """Keep a choice for a second person. Raises `Forbidden` where the gate refuses two people."""
    proposal = manual_proposal(context, about, measure, reasons, choice_of(measure, hours, cause))
    ruled = permit(
        proposal,
        [author, SECOND],
        about.facts,
        about.inputs,
        id=context.new_id(),
        now=context.now(),
    )
    if isinstance(ruled, Refused):
        refuse(context, about, proposal, author, ruled)
        raise Forbidden(f"refused: {ruled.reason}")
    approval = Approval(
        id=context.new_id(),
        case=about.case.id,
        measure=measure,
        hours=hours,
        reasons=reasons,
        cause=cause,
        by=author.id,
        at=context.now(),
    )
    payload = {
        "why": "waits for a second person",
        "id": approval.id,
        "measure": measure.value,
        "hours": hours,
        "reasons": reasons,
        "cause": cause.value,
        "by": author.id,
        "at": show_moment(approval.at),
    }
    record(
        context,
        entry(context, EntryType.CASE_CHANGED, author, payload, case=about.case.id),
        rows=[approval],
    )
    return approval


def give_approval(
    context: AppContext, case: Case, approval_id: str, *, person: str, reasons: str
) -> Decision:
    """Be the second person: both make the decision, and it waits no longer, in one transaction.

    Raises `Missing` when it waits no longer, `Forbidden` for who asked and with the gate's reason,
    and `Conflict` when a colleague gives it at the same time.
    """
    waiting = {approval.id: approval for approval in approvals.waiting(case.id)}
    approval = waiting.get(approval_id)
    if approval is None:
        raise Missing(f"case {case.reference}: this decision waits no longer")
    if approval.by == person:
        raise Forbidden("who decided first is not the second person; a colleague must approve")
    about = load_case_context(context, case)
    choice = choice_of(approval.measure, approval.hours, approval.cause)
    both = f"{approval.reasons}\n\n{reasons}"
    proposal = manual_proposal(context, about, approval.measure, both, choice)
    people = [actor_of(approval.by), actor_of(person)]
    return decide(context, about, proposal, people, approval=approval)
