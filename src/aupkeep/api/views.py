"""Views of the queue under a name, by a person's own token: list, save, change, delete."""

from django.http import HttpRequest
from ninja import Field, Router

from aupkeep.api.exact import ExactBody
from aupkeep.api.faults import ONE, SEVERAL
from aupkeep.api.paging import CaseWords
from aupkeep.api.tokens import ColleagueToken, person_of
from aupkeep.app.context import bound
from aupkeep.app.deciding.case_views import WORDS, list_views
from aupkeep.app.deciding.save_views import change_view, delete_view, save_view
from aupkeep.model.as_json import as_json

views = Router(tags=["views"], auth=ColleagueToken())


class SavingView(ExactBody, CaseWords):
    """The filters of the queue under a name; `view` is open, answered, … or closed."""

    name: str = Field(min_length=1, max_length=60)
    shared: bool = False


class ChangingView(ExactBody):
    """Another name, shared or one's own; null leaves it."""

    name: str | None = Field(None, min_length=1, max_length=60)
    shared: bool | None = None


@views.get("", response=SEVERAL)
def get_views(request: HttpRequest) -> object:
    """One's own views and those that colleagues share, by name."""
    return as_json(list_views(person_of(request)))


@views.post("", response=ONE)
def post_view(request: HttpRequest, said: SavingView) -> object:
    """Save filters and order under a name; one's own view of that name is changed."""
    asked = {word: str(getattr(said, word)) for word in WORDS}
    person = person_of(request)
    return as_json(save_view(bound(), said.name, asked, person=person, shared=said.shared))


@views.post("/{view}/change", response=ONE)
def post_change(request: HttpRequest, view: str, said: ChangingView) -> object:
    """Rename one's own view, share it or no longer; `view` is its id or name."""
    person = person_of(request)
    return as_json(change_view(bound(), view, person=person, name=said.name, shared=said.shared))


@views.delete("/{view}", response=ONE)
def delete_one(request: HttpRequest, view: str) -> object:
    """Delete one's own view."""
    return as_json(delete_view(bound(), view, person=person_of(request)))
