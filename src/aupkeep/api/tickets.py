"""Tickets by the API: handed over by a person's token; closed by the ticket system's own token.

Zammad signs its webhook instead, at one address for all tickets.
"""

from django.http import HttpRequest
from ninja import Field, Query, Router
from ninja.errors import HttpError
from ninja.security import APIKeyHeader

from aupkeep.api.acts import SENTENCE
from aupkeep.api.bodies import ZAMMAD, read_body
from aupkeep.api.exact import ExactBody
from aupkeep.api.faults import ONE, SEVERAL
from aupkeep.api.paging import Paged
from aupkeep.api.tokens import (
    ColleagueToken,
    ScopedToken,
    caller_address,
    credential,
    person_of,
)
from aupkeep.app.context import bound
from aupkeep.app.deciding.tickets import close_ticket, list_tickets, open_ticket
from aupkeep.app.deciding.zammad import BY, signed_by_zammad, take_zammad
from aupkeep.app.receiving.api_rates import admit_request
from aupkeep.model.as_json import as_json
from aupkeep.model.errors import Forbidden, Invalid

tickets = Router(tags=["tickets"])
LONGEST = 5_000
EXPECTED = "X-Hub-Signature: expected `sha1=` and the body's HMAC under tickets.webhook_secret"
MOST = 5 * 1024 * 1024  # bytes of a webhook: a ticket and its newest article


class ZammadSignature(APIKeyHeader):
    """The header with which Zammad signs the body of its webhook."""

    param_name = "X-Hub-Signature"

    def authenticate(self, request: HttpRequest, key: str | None) -> bytes:
        """The body that is signed.

        Raises 401 where no signature came, `Forbidden` for a wrong one, `Invalid` for an empty
        body, 413 for too long a body, `TooMany` as any door.
        """
        if key is None:
            raise HttpError(401, f"{EXPECTED}, found none")
        body = read_body(request, MOST)
        signed = signed_by_zammad(bound(), body, key)
        admit_request(bound(), caller_address(request), BY if signed else None)
        if not signed:
            raise Forbidden(f"{EXPECTED}, found another")
        if not body:
            raise Invalid("body: expected JSON, found nothing")
        return body


class OpeningTicket(ExactBody):
    """Words to whoever works on it there; `report` says which of a case, else the newest."""

    note: str = Field("", max_length=LONGEST)
    report: str = ""


class ClosedThere(ExactBody):
    """What became of it there."""

    reasons: str = SENTENCE


class TicketsAsked(Paged):
    """A page of the tickets that are open, or closed."""

    closed: bool = False


@tickets.get("", response=SEVERAL, auth=ScopedToken("case"))
def get_tickets(request: HttpRequest, asked: Query[TicketsAsked]) -> object:
    """What was handed over, the newest first."""
    return as_json(list_tickets(asked.limit, asked.after, closed=asked.closed))


@tickets.post("/zammad", response=ONE, auth=ZammadSignature(), openapi_extra=ZAMMAD)
def post_zammad(request: HttpRequest) -> object:
    """Zammad's own webhook: a state that says closed closes the ticket its title names.

    `ticket` is null for one that is none of ours. A repeat changes nothing.
    """
    body: bytes = request.auth  # type: ignore[attr-defined]
    ticket = take_zammad(bound(), body)
    closed = ticket is not None and ticket.closed_at is not None
    return {"ticket": ticket.reference if ticket else None, "closed": closed}


@tickets.post("/{name}", response=ONE, auth=ColleagueToken())
def post_ticket(request: HttpRequest, name: str, said: OpeningTicket) -> object:
    """Hand over a case by its reference, or a report by its id, with the original mail."""
    person = person_of(request)
    return as_json(open_ticket(bound(), name, said.note, person=person, report=said.report))


@tickets.post("/{reference}/closed", response=ONE, auth=ScopedToken("ticket"))
def post_closed(request: HttpRequest, reference: str, said: ClosedThere) -> object:
    """Say that the ticket system closed it; its token opens this door and no other."""
    token = credential(request)
    return as_json(close_ticket(bound(), reference, said.reasons, token=token))
