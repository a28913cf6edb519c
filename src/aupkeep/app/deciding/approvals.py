"""The second person's word: a colleague confirms what somebody asked for, and both decide.

Where there is no colleague, somebody outside the desk is named for one decision
(`outside_approver`).
"""

from dataclasses import replace

from aupkeep.app.access.authority import active_member, actor_for, authorised
from aupkeep.app.access.credentials import person_behind
from aupkeep.app.access.makers import second_person, with_makers
from aupkeep.app.access.tokens import outside_token
from aupkeep.app.case_context import load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.appeals import judgement_beside
from aupkeep.app.deciding.decide import (
    MadeDecision,
    authorise_author,
    decide,
    enact,
    made_decision,
)
from aupkeep.app.deciding.export_requests import ConfirmedExport, confirm_export
from aupkeep.app.deciding.manual_proposal import manual_proposal
from aupkeep.app.deciding.outside_approver import outside_actor, used_up
from aupkeep.app.deciding.second_person import OUTSIDE, became_of, is_named, kept_choice
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.approval import Approval
from aupkeep.model.case import Case
from aupkeep.model.decision import Decision
from aupkeep.model.errors import Conflict, Forbidden, Missing
from aupkeep.model.ladder import INTERCEPTING
from aupkeep.model.roles import StaffAct
from aupkeep.model.token import Token
from aupkeep.store import approvals, cases, export_requests


def approve(
    context: AppContext, number: str, *, person: str, reasons: str = "", maker: str | None = None
) -> MadeDecision | ConfirmedExport:
    """`give_approval` by the id of what waits, for a command or the API. Raises as that.

    An export of the journal waits for a second person too (`export_requests`).
    """
    if request := export_requests.get(number):
        return confirm_export(context, request, person, maker)
    approval = approvals.get(number) or approvals.ratifying(number)
    case = cases.get(approval.case) if approval else None
    if approval is None or case is None:
        raise Missing(
            f"decision: expected one that waits for a second person, found {number[:60]!r}"
        )
    decision = give_approval(
        context, case, approval.id, person=person, reasons=reasons, maker=maker
    )
    return made_decision(decision, case.reference)


def approve_with(
    context: AppContext, number: str, credential: str, *, reasons: str = ""
) -> MadeDecision | ConfirmedExport:
    """`approve` by whose own token or one-time link this is; an outside approver's is used up.

    Raises as `approve`, and `Forbidden` for an outside approver of another decision.
    """
    token = outside_token(context, credential)
    if token is None:
        person, maker = person_behind(context, credential)
        return approve(context, number, person=person, reasons=reasons, maker=maker)
    approval = approvals.get(token.decision or "")
    case = cases.get(approval.case) if approval else None
    if approval is None or case is None or number not in {approval.id, approval.ratifies}:
        raise Forbidden("refused: this token is good for approving another decision, and that once")
    decision = _give(
        context, case, approval.id, outside_actor(context, token), reasons, outside=token
    )
    return made_decision(decision, case.reference)


def give_approval(
    context: AppContext,
    case: Case,
    approval_id: str,
    *,
    person: str,
    reasons: str,
    maker: str | None = None,
) -> Decision:
    """Be the second person: both make the decision, and it waits no longer, in one transaction.

    `maker` made the token or link by which the person acts (`access.makers`).

    Raises `Missing` for one of another case, `Conflict` with what became of it when it waits no
    longer, also when a colleague gives it at the same time, and `Forbidden` for who asked and with
    the gate's reason.
    """
    second = authorised(person, StaffAct.APPROVE)
    if asked := approvals.get(approval_id):
        second = second_person(context, second, asked.at, maker, say=True)
    return _give(context, case, approval_id, second, reasons)


def _give(
    context: AppContext,
    case: Case,
    approval_id: str,
    second: Actor,
    reasons: str,
    *,
    outside: Token | None = None,
) -> Decision:
    """The second person's word, of a colleague or of who has the token of an outside approver."""
    approval = approvals.get(approval_id)
    if approval is None or approval.case != case.id:
        raise Missing(
            f"case {case.reference}: expected one of its decisions, found {approval_id[:60]!r}"
        )
    if became := became_of(context, case, approval):
        raise Conflict(f"case {case.reference}: this decision waits no longer; {became}")
    first = author_still(context, approval)
    if first.id == second.id:
        raise Forbidden(
            "refused (invariant 15): who decided first is not the second person;"
            " a colleague must approve, from their own session or token"
        )
    if approval.measure in INTERCEPTING and not reasons.strip():
        raise Forbidden(
            "refused (invariant 2): both who divert traffic or mail say what for;"
            " the second person's reasons are missing"
        )
    about = load_case_context(context, case)
    both = "\n\n".join(filter(str.strip, (approval.reasons, reasons)))
    proposal = manual_proposal(context, about, approval.measure, both, kept_choice(approval))
    beside = judgement_beside(context, case, approval, second)
    people = [first, second]
    if outside is None and not is_named(approval):
        return decide(context, about, proposal, people, approval=approval, beside=beside)
    if not is_named(approval):
        authorise_author(first, proposal, approval)  # the second was named for this decision
    if outside is not None:
        beside.add(used_up(context, outside))
    return enact(context, about, proposal, people, approval=approval, beside=beside)


def author_still(context: AppContext, approval: Approval) -> Actor:
    """Who asked, and who may have been them then or is by now.

    Somebody who is of the desk no more asks for nothing. Raises `Forbidden`.
    """
    if is_named(approval):
        name = str(kept_choice(approval)[OUTSIDE])
        author = Actor(kind=ActorKind.PERSON, id=approval.by, name=name)
    else:
        author = with_makers(context, actor_for(active_member(approval.by)))
    return replace(author, behind=tuple(sorted({*author.behind, *approval.behind})))
