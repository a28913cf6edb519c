"""An outside approver: somebody who is not of the desk, named as the second person of one decision.

A provider of one person has no colleague. Who is named gets a token that approves this decision,
once, and opens nothing else: no page, no command, no other door of the API.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from aupkeep.app.access.authority import require
from aupkeep.app.access.makers import with_makers
from aupkeep.app.access.staff import check_mail_address, list_people
from aupkeep.app.access.tokens import add_outside_token
from aupkeep.app.case_context import CaseContext
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.manual_proposal import manual_proposal
from aupkeep.app.deciding.second_person import OUTSIDE, ask_second_person, became_of
from aupkeep.app.journal import entry, record
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.approval import Approval
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Missing
from aupkeep.model.ladder import Measure
from aupkeep.model.roles import StaffAct
from aupkeep.model.token import Token
from aupkeep.store import approvals, cases


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideApprover:
    """Who was named, for which decision, with their token, which is shown this once."""

    address: str
    name: str
    decision: str
    token: str
    expires: datetime
    next: str


def name_outside_approver(
    context: AppContext, number: str, address: str, name: str, *, days: int, by: Actor
) -> OutsideApprover:
    """Name the second person of a decision that waits.

    Raises `Missing` where none waits, `Forbidden` for somebody of the desk, `Invalid`, `Conflict`.
    """
    require(by, StaffAct.SETTINGS)
    check_mail_address(address)
    approval = asked_approval(number)
    case = cases.get(approval.case)
    became = became_of(context, case, approval) if case else "its case is gone"
    if became is not None:
        raise Conflict(f"decision {number}: expected one that waits, found that {became}")
    if address.casefold() in {person.address.casefold() for person in list_people()}:
        raise Forbidden(
            f"refused (invariant 15): expected somebody outside the desk, found {address}; "
            "a colleague approves with their own token or session"
        )
    made = add_outside_token(context, address, name, decision=approval.id, days=days, by=by)
    return OutsideApprover(
        address=address,
        name=name,
        decision=number,
        token=made.token,
        expires=made.expires,
        next=f"hand it to {name} alone: AUPKEEP_TOKEN=… aupkeep approve {number}, "
        f"or POST /api/v1/decisions/{number}/approve",
    )


def asked_approval(number: str) -> Approval:
    """What waits or waited under this id, its own or of what it ratifies. Raises `Missing`."""
    approval = approvals.get(number) or approvals.ratifying(number)
    if approval is None:
        raise Missing(
            f"decision: expected one that waits for a second person, found {number[:60]!r}"
        )
    return approval


def outside_actor(context: AppContext, token: Token) -> Actor:
    """Who approves with an outside approver's token; who named them may be them."""
    name = f"{token.holder or token.person} (outside approver)"
    actor = Actor(kind=ActorKind.PERSON, id=token.person or token.id, name=name)
    return with_makers(context, actor, token.made_by, say=True)


def used_up(context: AppContext, token: Token) -> ChangeSet:
    """The token after its one decision, for the transaction that makes it."""
    return ChangeSet(rows=[replace(token, revoked_at=context.now())], seen=[token])


def ask_as_outsider(
    context: AppContext,
    about: CaseContext,
    judge: Actor,
    reasons: str,
    choice: Mapping[str, object],
    token: Token,
) -> Approval:
    """What an outside judge asks for, who has no role of the desk; their token is used up."""
    proposal = manual_proposal(context, about, Measure.RECORD, reasons, choice)
    asked = ask_second_person(context, about, judge, proposal, {**choice, OUTSIDE: judge.name})
    used = used_up(context, token)
    revoked = entry(context, EntryType.TOKEN_REVOKED, judge, {"token": token.id})
    record(context, revoked, rows=used.rows, seen=used.seen)
    return asked
