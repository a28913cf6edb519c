"""A reseller's own program: cases of the customers at or below it, forwards, answers.

Its token (`aupkeep token add NAME --scope reseller --customer CUSTOMER`) opens these doors and no
other. A case that is not theirs is 404, as one that does not exist.
"""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router

from aupkeep.api.exact import ExactBody
from aupkeep.api.faults import ONE, SEVERAL
from aupkeep.api.paging import Paged, next_page
from aupkeep.api.tokens import ScopedToken, credential
from aupkeep.app.context import bound
from aupkeep.app.pages.reseller.load import (
    reseller_case,
    reseller_cases,
    reseller_forwards,
    take_answer,
)
from aupkeep.model.as_json import as_json

reseller = Router(tags=["reseller"], auth=ScopedToken("reseller"))


class TheirCases(Paged):
    """A page of their cases; `state` is open, waiting, answered or closed."""

    state: str = ""


class TheirAnswer(ExactBody):
    """What they say for their customer; `once` is that of the case as they saw it."""

    kind: Literal["fixed", "not-me", "need-help"]
    text: str = Field("", max_length=10_000)
    once: str = Field(min_length=1, max_length=64)


@reseller.get("/cases", response=SEVERAL)
def get_their_cases(
    request: HttpRequest, page: Query[TheirCases], response: HttpResponse
) -> object:
    """Cases of which the customer or the reseller was told, the newest first.

    `deadline` is the reseller's: after three quarters of the time that the customer has. `after` is
    the last reference seen; the `Link` header has the next page.
    """
    listed = reseller_cases(
        credential(request), state=page.state, limit=page.limit, after=page.after
    )
    next_page(request, response, page, [case.reference for case in listed])
    return as_json(listed)


@reseller.get("/cases/{reference}", response=ONE)
def get_their_case(request: HttpRequest, reference: str) -> object:
    """One case: evidence as their customer reads it, measures, answers, forwards, `once`."""
    return as_json(reseller_case(bound(), credential(request), reference))


@reseller.get("/cases/{reference}/forwards", response=SEVERAL)
def get_their_forwards(request: HttpRequest, reference: str) -> object:
    """The reports that were forwarded of a case, in XARF v4 where it has a type."""
    return as_json(list(reseller_forwards(credential(request), reference)))


@reseller.post("/cases/{reference}/answers", response=ONE)
def post_their_answer(request: HttpRequest, reference: str, said: TheirAnswer) -> object:
    """Answer for the customer; 409 once anybody has answered since `once` was read."""
    return as_json(take_answer(bound(), credential(request), reference, said.dict()))
