"""Kinds of which a customer wants no mail while nothing is asked of it or limited."""

import dataclasses
from datetime import datetime

from aupkeep.app.access.authority import authorised
from aupkeep.app.access.links import find_link
from aupkeep.app.context import AppContext
from aupkeep.app.inventory.customers import known_customer
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying.mail_way import digest_due, digest_merge
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import Case
from aupkeep.model.customer import Customer
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.link import LinkKind
from aupkeep.model.roles import StaffAct
from aupkeep.model.taxonomy import PROTECTION, SEALED, require_kind
from aupkeep.store import cases, notices, outbox

BY_LINK = "said on the customer's own page"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMail:
    """How mail goes to a customer: kinds it wants none about, what waits, and when that leaves."""

    customer: str
    opted_out: tuple[str, ...]
    waiting: tuple[str, ...]  # the titles of the notices for the next digest
    next_digest: datetime | None


def customer_mail(context: AppContext, customer: str) -> CustomerMail:
    """How mail goes to a customer now. Raises `Missing`."""
    known, waiting = known_customer(customer), notices.gathered(customer)
    return CustomerMail(
        customer=customer,
        opted_out=tuple(sorted(known.opted_out)),
        waiting=tuple(notice.title for notice in waiting),
        next_digest=digest_due(context, customer) if waiting else None,
    )


def set_opt_out(
    context: AppContext, customer: str, kind: str, *, wanted: bool, person: str, reasons: str
) -> CustomerMail:
    """Write down that a customer wants no mail about a kind, or `wanted` again.

    What limits it, and what asks for an answer by a deadline, is told all the same. Raises
    `Forbidden`, `Missing`, `Invalid`, `Conflict` where it stands so or somebody changed it.
    """
    actor = authorised(person, StaffAct.DECIDE)
    known = known_customer(customer)
    require_kind(kind)
    if not reasons.strip():
        raise Invalid("reasons: expected who asked for it and when, found nothing")
    if (kind in known.opted_out) is not wanted:
        raise Conflict(f"opt-out: expected a change, found mail about {kind} as it is asked for")
    _write(context, known, kind, actor, wanted=wanted, reasons=reasons)
    return customer_mail(context, customer)


def opt_out_by_link(context: AppContext, token: str, kind: str, *, wanted: bool) -> None:
    """The same said by the customer on the page of a case: about its kind, or one that is off.

    What law or policy asks us to tell is told all the same, as above; mail about who attacks the
    customer is none that it could refuse. Raises `Missing`, `Gone` for the link, `Invalid` for
    another kind.
    """
    link = find_link(context, token, LinkKind.CUSTOMER)
    case = cases.get(link.case or "")
    if case is None:
        raise Missing("this link names no case any more")
    known = known_customer(case.customer)
    if (kind in known.opted_out) is not wanted:
        return  # it stands so: the button was pressed twice
    if kind not in refusable(case, known):
        raise Invalid("kind: expected that of this case, found another")
    actor = Actor(kind=ActorKind.CUSTOMER, id=known.id)
    _write(context, known, kind, actor, wanted=wanted, reasons=BY_LINK)


def refusable(case: Case, customer: Customer) -> tuple[str, ...]:
    """The kinds about which a customer may say on the page of a case whether it wants mail."""
    own = () if case.kind.startswith(PROTECTION) or case.kind in SEALED else (case.kind,)
    return (*own, *sorted(customer.opted_out - {case.kind}))


def _write(
    context: AppContext, known: Customer, kind: str, actor: Actor, *, wanted: bool, reasons: str
) -> None:
    left = known.opted_out - {kind} if wanted else known.opted_out | {kind}
    payload = {"customer": known.id, "kind": kind, "mail": wanted, "reasons": reasons}
    changed = entry(context, EntryType.CUSTOMER_CHANGED, actor, payload)
    record(context, changed, rows=[dataclasses.replace(known, opted_out=left)], seen=[known])


def send_digest_now(context: AppContext, customer: str, person: str) -> CustomerMail:
    """Let what waits for a customer's digest leave now. Raises `Forbidden`, `Missing`."""
    authorised(person, StaffAct.DECIDE)
    shown = customer_mail(context, customer)
    outbox.bring_forward(digest_merge(customer), context.now())
    return dataclasses.replace(shown, next_digest=context.now() if shown.waiting else None)
