"""Zammad's webhook: what it says of a ticket that we handed over, signed with a shared secret.

    X-Hub-Signature: sha1=<HMAC-SHA1 of the body, in hex>
    {"ticket": {"title": "[T-K7QF-2M9X] Your machine", "number": "31007", "state": "closed"}}

The form is that of Zammad's manual (admin-docs.zammad.org, *Webhook*); `state` is a name, or an
object with one. Our reference is in the title, for the mail that handed the ticket over had it in
its subject. What is no closing of a ticket of ours changes nothing and is no error, since Zammad
sends again whatever is not answered 2xx.
"""

import hmac
import json
from collections.abc import Mapping

from aupkeep.app.context import AppContext
from aupkeep.app.journal import record_changes
from aupkeep.app.reading.ticket_mail import closing, first_named, noting
from aupkeep.model.actor import SYSTEM
from aupkeep.model.errors import Invalid
from aupkeep.model.ticket import Ticket
from aupkeep.model.whole_text import flaw

BY = "webhook:zammad"
LONGEST = 400  # characters of a title or state that are looked at


def signed_by_zammad(context: AppContext, body: bytes, signature: str) -> bool:
    """Whether the header is the body's signature with our secret; never where none is set."""
    secret = context.settings.tickets.open_secret()
    expected = f"sha1={hmac.digest(secret, body, 'sha1').hex()}"
    return bool(secret) and hmac.compare_digest(expected.encode(), signature.encode())


def take_zammad(context: AppContext, body: bytes) -> Ticket | None:
    """Close the ticket that a signed body says is closed; None where it is none of ours.

    Its number there is kept from the first word about it. One that is closed already stays as it
    is. Raises `Invalid` for a body of another shape.
    """
    said = _ticket_of(body)
    ticket = first_named(_text(said.get("title")))
    number = _text(said.get("number"))
    if ticket is None or (ticket.number and number and ticket.number != number):
        return None  # another ticket there, which quotes our reference
    state = _text(said.get("state"))
    why = f"{context.settings.tickets.name}: {state}"
    if ticket.closed_at is not None:
        return ticket
    if context.settings.tickets.says_closed(state):
        changes = closing(context, ticket, BY, why, SYSTEM, number=number)
    elif number and not ticket.number:
        changes = noting(context, ticket, why, number)
    else:
        return ticket
    record_changes(context, changes)
    return next(row for row in changes.rows if isinstance(row, Ticket))


def _ticket_of(body: bytes) -> Mapping[str, object]:
    """The ticket in a body. Raises `Invalid`."""
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid("body: expected JSON, found another text") from error
    ticket = whole.get("ticket") if isinstance(whole, dict) else None
    if not isinstance(ticket, dict):
        raise Invalid("body: expected an object with `ticket`, found none")
    if broken := flaw(ticket):
        raise Invalid(f"body: expected text, found {broken}")
    return ticket


def _text(value: object) -> str:
    """A value's text, or its name where it is an object; "" for anything else."""
    if isinstance(value, dict):
        value = value.get("name")
    return value[:LONGEST] if isinstance(value, str) else ""
