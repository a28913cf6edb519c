"""Tickets by the API: handed over by a person's token; closed by one of the ticket system's own."""

from django.http import HttpRequest
from ninja import Field, Query, Router

from aupkeep.api.acts import SENTENCE
from aupkeep.api.exact import ExactBody
from aupkeep.api.faults import ONE, SEVERAL
from aupkeep.api.paging import Paged
from aupkeep.api.tokens import ColleagueToken, ScopedToken, credential, person_of
from aupkeep.app.context import bound
from aupkeep.app.deciding.tickets import close_ticket, list_tickets, open_ticket
from aupkeep.model.as_json import as_json

tickets = Router(tags=["tickets"])
LONGEST = 5_000


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
