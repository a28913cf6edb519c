"""Tests of a case by the API: is the harm still there?"""

from django.http import HttpRequest
from ninja import Field, Router

from aupkeep.api.acts import person_at
from aupkeep.api.exact import ExactBody
from aupkeep.api.faults import ONE, SEVERAL
from aupkeep.api.tokens import ColleagueToken, ScopedToken
from aupkeep.app.context import bound
from aupkeep.app.probing.ask import ask_case
from aupkeep.app.probing.runs import probe_record, probe_records
from aupkeep.model.as_json import as_json

probes = Router(tags=["probes"])


class Testing(ExactBody):
    """`place` is one of the case's places alone, "" tests all."""

    place: str = Field("", max_length=2000)


@probes.post("/{reference}/probes", response=ONE, auth=ColleagueToken())
def post_probe(request: HttpRequest, reference: str, said: Testing) -> object:
    """Have the case tested by one's own token; the worker does it within seconds."""
    person = person_at(request, reference)
    return as_json(probe_record(ask_case(bound(), reference, person=person, place=said.place)))


@probes.get("/{reference}/probes", response=SEVERAL, auth=ScopedToken("case"))
def get_probes(request: HttpRequest, reference: str) -> object:
    """What was tested in the case and seen, the newest first."""
    return as_json(probe_records(reference))
