"""What the desk asks by the API: cases, a search, customers, addresses."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status

from aupkeep.api.bodies import CUSTOMERS, needed_body
from aupkeep.api.faults import ONE, SEVERAL
from aupkeep.api.paging import CaseWords, Paged, PagedEvidence, listed_or_304, next_page
from aupkeep.api.tokens import ScopedToken, credential, token_actor
from aupkeep.app.access.tokens import person_of_name
from aupkeep.app.context import bound
from aupkeep.app.deciding.case_list import NAMES, list_cases
from aupkeep.app.deciding.case_records import find_case, show_case
from aupkeep.app.deciding.case_seen import tag_of
from aupkeep.app.deciding.case_views import in_view
from aupkeep.app.enforcing.hits import hits_of
from aupkeep.app.enforcing.services import customer_services
from aupkeep.app.inventory.acceptances import accepted_versions
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.pages.addresses.record import address_record
from aupkeep.app.pages.customers.record import customer_lines, customer_record
from aupkeep.app.pages.search.load import search
from aupkeep.model.as_json import as_json

WAIT = 2.0  # seconds that a request waits for the flows of one day
lookups = Router()


class Searched(Schema):
    """What to look for, as of when (RFC 3339, `2026-11-27 02:26` in UTC, or `3 h ago`)."""

    q: str
    at: str = ""


@lookups.get("/search", response=ONE, auth=ScopedToken("case"))
def get_search(request: HttpRequest, asked: Query[Searched]) -> object:
    """An answer in a sentence, then what was found by kind, as the page has it."""
    return as_json(search(bound(), asked.q, asked.at, language="en", reporters=True))


class CasesAsked(Paged, CaseWords):
    """The filters of the queue, and the state."""

    state: str = ""


@lookups.get("/cases", response={304: None, **SEVERAL}, auth=ScopedToken("case"))
def get_cases(request: HttpRequest, page: Query[CasesAsked], response: HttpResponse) -> object:
    """Cases that are not closed, or in the `state` asked for, the most urgent first.

    `address` may be a prefix, `age` is such as 7d (opened before), `evidence` E0 to E5, `assignee`
    a person, `me` or `nobody` (who is here), `proposal` yes or no; `sort` is urgency, oldest,
    newest or changed.
    `view` is one of the queue's (open, answered, waiting, handled, all, closed) or a saved one that
    is shared or the person's whose token it is; filters beside it take the place of its own.
    `after` is the last reference seen; the `Link` header has the next page (RFC 8288). With the
    `ETag` of the same page as `If-None-Match` it is 304 while nothing of it has changed.
    """
    asked = {name: getattr(page, name) for name in (*NAMES, "sort")}
    person = person_of_name(credential(request))
    asked = in_view(page.view, asked, person)
    listed = list_cases(bound(), asked, limit=page.limit, after=page.after, person=person)
    next_page(request, response, page, [case.reference for case in listed])
    return listed_or_304(request, response, listed)


@lookups.get("/cases/{reference}", response={304: None, **ONE}, auth=ScopedToken("case"))
def get_case(
    request: HttpRequest, reference: str, page: Query[PagedEvidence], response: HttpResponse
) -> object:
    """One case with its evidence, decisions, actions and answers.

    Of the evidence `limit` claims as they came to the case, behind the one with the id `after`:
    `evidence_after` is that of the next page. Of the timeline the newest `limit`. The `ETag` is
    what an act takes as `If-Match`; with `If-None-Match` a case that is known is 304.
    """
    response["ETag"] = tag_of(find_case(reference))
    if response["ETag"] in request.headers.get("If-None-Match", ""):
        return Status(304, None)
    return as_json(show_case(bound(), reference, limit=page.limit, after=page.after))


@lookups.put("/customers", response=ONE, auth=ScopedToken("inventory"), openapi_extra=CUSTOMERS)
def put_customers(request: HttpRequest) -> object:
    """Import customers from CSV; rows that could not be read are listed, the others went in."""
    return as_json(import_customers(bound(), needed_body(request), by=token_actor(request)))


class Narrowed(Paged):
    """Customers whose id begins with `q` or whose name has it; `view` narrows further."""

    q: str = ""
    view: str = ""


@lookups.get("/customers", response=SEVERAL, auth=ScopedToken("case"))
def get_customers(request: HttpRequest, page: Query[Narrowed]) -> object:
    """Customers by id with what of each is open and in force; `after` is the last id seen.

    `view` leaves those with a case that is `open`, a measure `standing`, or that are `unreachable`.
    """
    lines = customer_lines(text=page.q, view=page.view, limit=page.limit, after=page.after)
    return as_json(lines)


@lookups.get("/customers/{customer}/acceptances", response=SEVERAL, auth=ScopedToken("inventory"))
def get_acceptances(request: HttpRequest, customer: str) -> object:
    """What a customer accepted: which version, who, when, which text."""
    return as_json(accepted_versions(bound(), customer))


@lookups.get("/customers/{customer}/services", response=ONE, auth=ScopedToken("case"))
def get_services(request: HttpRequest, customer: str) -> object:
    """What a suspension of a customer must reach, by what, and what no driver reaches."""
    return as_json(customer_services(bound(), customer))


@lookups.get("/enforcement/{action}/hits", response=ONE, auth=ScopedToken("case"))
def get_hits(request: HttpRequest, action: str) -> object:
    """What a measure was to hit by the day before, what it hit since, how far off that was."""
    return as_json(hits_of(bound(), action, WAIT))


@lookups.get("/customers/{path:customer}", response=ONE, auth=ScopedToken("case"))
def get_customer(request: HttpRequest, customer: str) -> object:
    """One customer: contacts, cases, measures, addresses over time, letters, permissions."""
    return as_json(customer_record(bound(), customer, reporters=True))


class AsOf(Schema):
    """As of when; nothing is now."""

    at: str = ""


@lookups.get("/addresses/{path:subject}", response=ONE, auth=ScopedToken("case"))
def get_address(request: HttpRequest, subject: str, asked: Query[AsOf]) -> object:
    """An address or a prefix: who held it when, the cases that name it, what is in force."""
    return as_json(address_record(bound(), subject, asked.at))
