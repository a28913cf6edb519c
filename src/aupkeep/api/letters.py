"""Letters by the API: what a person writes to the customer or a reporter of a case."""

from typing import Literal

from django.http import HttpRequest
from ninja import Field, Router

from aupkeep.api.acts import person_at
from aupkeep.api.exact import ExactBody
from aupkeep.api.faults import ONE
from aupkeep.api.tokens import ColleagueToken
from aupkeep.app.context import bound
from aupkeep.app.notifying.letters import Letter, preview_letter, send_letter, send_to_writer
from aupkeep.model.as_json import as_json
from aupkeep.model.notice import Party

letters = Router(tags=["letters"])


class Writing(ExactBody):
    """The letter; with `preview` it is shown as it would be sent, and nothing is written.

    With `test` it goes to its writer alone.

    `report` says to whose reporter, where the case has several.
    """

    to: Literal["customer", "reporter"]
    subject: str = Field(max_length=150)
    text: str = Field(max_length=10_000)
    report: str | None = None
    preview: bool = False
    test: bool = False


@letters.post("/{reference}/letters", response=ONE, auth=ColleagueToken())
def post_letter(request: HttpRequest, reference: str, said: Writing) -> object:
    """Write to the customer or a reporter by one's own token; the same words go out once."""
    person = person_at(request, reference)
    letter = Letter(party=Party(said.to), subject=said.subject, text=said.text, report=said.report)
    act = preview_letter if said.preview else send_to_writer if said.test else send_letter
    return as_json(act(bound(), reference, letter, person))
