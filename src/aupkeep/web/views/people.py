"""The people of the desk: their roles, sessions, links, and the API tokens."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from aupkeep.app.access.authority import authorised
from aupkeep.app.access.sessions import end_sessions
from aupkeep.app.access.staff import change_roles
from aupkeep.app.access.tokens import revoke_token
from aupkeep.app.context import bound
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.people.load import people_page
from aupkeep.model.actor import Actor
from aupkeep.model.roles import StaffAct
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import desk, signed_in, take
from aupkeep.web.words import say


@require_http_methods(["GET", "HEAD"])
@signed_in
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """The page."""
    return desk(request, person, "people", people_page(bound(), person))


@require_POST
@signed_in
def end(request: HttpRequest, person: Person) -> HttpResponse:
    """End a session of somebody, or all they have, with a reason."""
    form = PostedForm(request)
    why = form.needed("why", say(person.language, "why.missing"), say(person.language, "long"))
    whose, session = form.text("address"), form.text("session")
    return _act(
        request, person, form, "ended",
        lambda by: end_sessions(bound(), whose, session, by=by, reason=why),
    )  # fmt: skip


@require_POST
@signed_in
def roles(request: HttpRequest, person: Person) -> HttpResponse:
    """Give somebody these roles instead of those they had."""
    form, chosen = PostedForm(request), request.POST.getlist("role")
    whose = form.text("address")
    return _act(
        request, person, form, "role", lambda by: change_roles(bound(), whose, chosen, by=by)
    )


@require_POST
@signed_in
def revoke(request: HttpRequest, person: Person) -> HttpResponse:
    """Revoke a token at once."""
    form = PostedForm(request)
    name = form.text("name")
    return _act(request, person, form, "token", lambda by: revoke_token(bound(), name, by=by))


def _act(
    request: HttpRequest, person: Person, form: PostedForm, done: str,
    act: Callable[[Actor], object],
) -> HttpResponse:  # fmt: skip
    """What an operator alone may do."""

    def again(troubles: dict[str, str], status: int) -> HttpResponse:
        page = people_page(bound(), person)
        return desk(request, person, "people", page, troubles=troubles, status=status)

    if form.troubles:
        return again(form.troubles, 422)
    return take(
        lambda: act(authorised(person.id, StaffAct.SETTINGS)), reverse("people"), done, again
    )
