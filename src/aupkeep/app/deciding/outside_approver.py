"""An outside approver: somebody who is not of the desk, named as the second person of one decision.

A provider of one person has no colleague. Who is named gets a token that approves this decision,
once, and opens nothing else: no page, no command, no other door of the API.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from aupkeep.app.access.authority import require
from aupkeep.app.access.staff import check_mail_address, list_people
from aupkeep.app.access.tokens import add_outside_token
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.approval import Approval
from aupkeep.model.errors import Conflict, Forbidden, Missing
from aupkeep.model.roles import StaffAct
from aupkeep.model.token import Token
from aupkeep.store import approvals


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
    if approval.given_at is not None:
        raise Conflict(f"decision {number}: expected one that waits, found it approved")
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


def outside_actor(token: Token) -> Actor:
    """Who approves with an outside approver's token."""
    name = f"{token.holder or token.person} (outside approver)"
    return Actor(kind=ActorKind.PERSON, id=token.person or token.id, name=name)


def used_up(context: AppContext, token: Token) -> ChangeSet:
    """The token after its one decision, for the transaction that makes it."""
    return ChangeSet(rows=[replace(token, revoked_at=context.now())], seen=[token])
