"""Absences by the API: who is away, said and taken back by a person's own token."""

from django.http import HttpRequest
from ninja import Field, Router

from aupkeep.api.exact import ExactBody
from aupkeep.api.faults import ONE, SEVERAL
from aupkeep.api.tokens import ColleagueToken, ScopedToken, person_of
from aupkeep.app.access.absences import end_absence, list_absences, set_absence
from aupkeep.app.context import bound
from aupkeep.model.as_json import as_json

absences = Router(tags=["absences"])
DAY = Field(max_length=10)


class BeingAway(ExactBody):
    """Days, both included, in the provider's zone; without `person` oneself."""

    first: str = DAY
    last: str = DAY
    person: str = ""


@absences.get("", response=SEVERAL, auth=ScopedToken("case"))
def get_absences(request: HttpRequest) -> object:
    """Who is away now or will be."""
    return as_json(list_absences(bound()))


@absences.post("", response=ONE, auth=ColleagueToken())
def post_absence(request: HttpRequest, said: BeingAway) -> object:
    """Say that one is away; of a colleague an operator says so."""
    person = person_of(request)
    whose = said.person or person
    return as_json(set_absence(bound(), whose, said.first, said.last, person=person))


@absences.post("/{absence}/end", response=ONE, auth=ColleagueToken())
def post_end(request: HttpRequest, absence: str) -> object:
    """Take an absence back, by its id or whose it is."""
    return as_json(end_absence(bound(), absence, person=person_of(request)))
