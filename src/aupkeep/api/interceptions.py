"""Interceptions by the API: what is diverted, and who looked; by a colleague's own token."""

from django.http import HttpRequest
from ninja import Field, Router

from aupkeep.api.exact import ExactBody
from aupkeep.api.faults import ONE, SEVERAL
from aupkeep.api.tokens import ColleagueToken, person_of
from aupkeep.app.context import bound
from aupkeep.app.enforcing.interceptions import list_interceptions, look
from aupkeep.model.as_json import as_json

interceptions = Router(tags=["interceptions"])


class Looking(ExactBody):
    """Why somebody looks; it stands in the journal."""

    reason: str = Field(max_length=1000)


@interceptions.get("", response=SEVERAL, auth=ColleagueToken())
def get_interceptions(request: HttpRequest) -> object:
    """Every interception with its purpose, its people and who looked, the newest first."""
    person = person_of(request)
    return as_json(list_interceptions(bound(), person))


@interceptions.post("/{action}/looks", response=ONE, auth=ColleagueToken())
def post_look(request: HttpRequest, action: str, said: Looking) -> object:
    """Look at how many connections were diverted; that one looked is written down first."""
    person = person_of(request)
    return as_json(look(bound(), action, person=person, reason=said.reason))
