"""The inbox by the API: what waits for a person, a list and one item with its text.

It names who reported, so a person's own token opens it only to whom the pages do.
"""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from aupkeep.api.faults import ONE, SEVERAL
from aupkeep.api.paging import Paged, listed_or_304, next_page
from aupkeep.api.tokens import ScopedToken, credential
from aupkeep.app.access.authority import authorised
from aupkeep.app.access.tokens import person_of_name
from aupkeep.app.context import bound
from aupkeep.app.reading.inbox import list_inbox, show_inbox
from aupkeep.model.as_json import as_json
from aupkeep.model.roles import StaffAct

inbox = Router(tags=["inbox"], auth=ScopedToken("case"))


class InboxAsked(Paged):
    """A page of the inbox, of one kind of reason where it is named."""

    reason: str = ""


@inbox.get("", response={**SEVERAL, 304: None})
def get_inbox(request: HttpRequest, page: Query[InboxAsked], response: HttpResponse) -> object:
    """What waits, with its reason: what cannot wait, then the oldest first.

    `reason` leaves one kind, as on the page: urgent, question, nobody, unread, reply, back, bounce,
    rows, own, held, holder, contact, victim, feed, foreign, other. `after` is the id of the last
    one seen; the `Link` header has the next page (RFC 8288). With the `ETag` of the same page as
    `If-None-Match` it is 304 while nothing of it has changed.
    """
    _check(request)
    items = list_inbox(bound(), reason=page.reason, limit=page.limit, after=page.after)
    next_page(request, response, page, [item.report for item in items])
    return listed_or_304(request, response, items)


@inbox.get("/{report}", response=ONE)
def get_inbox_item(request: HttpRequest, report: str) -> object:
    """One that waits or waited: why, what was read in it, rejected rows, its text."""
    _check(request)
    return as_json(show_inbox(bound(), report))


def _check(request: HttpRequest) -> None:
    """Raises `Forbidden` for the own token of a person who may not see who reported."""
    person = person_of_name(credential(request))
    if person is not None:
        authorised(person, StaffAct.SEE_REPORTERS)
