"""What the desk asks by the API: cases, a search, customers, addresses."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from aupkeep.api.bodies import CUSTOMERS, needed_body
from aupkeep.api.faults import FAULTS
from aupkeep.api.paging import Limited, Paged
from aupkeep.api.tokens import ScopedToken, token_actor
from aupkeep.app.context import bound
from aupkeep.model.as_json import as_json

lookups = Router()
ONE: dict[Any, Any] = {200: dict[str, Any], **FAULTS}
SEVERAL: dict[Any, Any] = {200: list[dict[str, Any]], **FAULTS}


class Searched(Schema):
    """What to look for, as of when (RFC 3339, `2026-11-27 02:26` in UTC, or `3 h ago`)."""

    q: str
    at: str = ""


@lookups.get("/search", response=ONE, auth=ScopedToken("case"))
def get_search(request: HttpRequest, asked: Query[Searched]) -> object:
    """An answer in a sentence, then what was found by kind, as the page has it."""
    del request
    from aupkeep.app.pages.search.load import search

    return as_json(search(bound(), asked.q, asked.at, language="en", reporters=True))


@lookups.get("/cases", response=SEVERAL, auth=ScopedToken("case"))
def get_cases(request: HttpRequest, page: Query[Limited], state: str | None = None) -> object:
    """Cases, the most urgent first."""
    del request
    from aupkeep.app.deciding.case_records import list_cases

    return as_json(list_cases(bound(), state=state, limit=page.limit))


@lookups.put("/customers", response=ONE, auth=ScopedToken("inventory"), openapi_extra=CUSTOMERS)
def put_customers(request: HttpRequest) -> object:
    """Import customers from CSV; rows that could not be read are listed, the others went in."""
    from aupkeep.app.inventory.imports import import_customers

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
    del request
    from aupkeep.app.pages.customers.record import customer_lines

    lines = customer_lines(text=page.q, view=page.view, limit=page.limit, after=page.after)
    return as_json(lines)


@lookups.get(
    "/customers/{customer}/acceptances",
    response={200: list[dict[str, Any]], **FAULTS},
    auth=ScopedToken("inventory"),
)
def get_acceptances(request: HttpRequest, customer: str) -> object:
    """What a customer accepted: which version, who, when, which text."""
    del request
    from aupkeep.app.inventory.acceptances import accepted_versions

    return as_json(accepted_versions(bound(), customer))


@lookups.get("/customers/{path:customer}", response=ONE, auth=ScopedToken("case"))
def get_customer(request: HttpRequest, customer: str) -> object:
    """One customer: contacts, cases, measures, addresses over time, letters, permissions."""
    del request
    from aupkeep.app.pages.customers.record import customer_record

    return as_json(customer_record(bound(), customer, reporters=True))


class AsOf(Schema):
    """As of when; nothing is now."""

    at: str = ""


@lookups.get("/addresses/{path:subject}", response=ONE, auth=ScopedToken("case"))
def get_address(request: HttpRequest, subject: str, asked: Query[AsOf]) -> object:
    """An address or a prefix: who held it when, the cases that name it, what is in force."""
    del request
    from aupkeep.app.pages.addresses.record import address_record

    return as_json(address_record(bound(), subject, asked.at))
