"""The people of the desk: their roles, sessions, links, and the API tokens."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from aupkeep.app.access.absences import end_absence, set_absence
from aupkeep.app.access.authority import authorised
from aupkeep.app.access.makers import with_makers
from aupkeep.app.access.sessions import end_sessions
from aupkeep.app.access.staff import change_roles
from aupkeep.app.access.tokens import revoke_token
from aupkeep.app.context import bound
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.people.load import people_page
from aupkeep.model.actor import Actor
from aupkeep.model.roles import StaffAct
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import desk, staff_page, staff_post, take
from aupkeep.web.words import say


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """The page."""
    return desk(request, person, "people", people_page(bound(), person))


@staff_post
def end(request: HttpRequest, person: Person) -> HttpResponse:
    """End a session of somebody, or all they have, with a reason."""
    form = PostedForm(request)
    why = form.needed("why", say(person.language, "why.missing"), say(person.language, "long"))
    whose, session = form.text("address"), form.text("session")
    return _act(
        request, person, form, "ended",
        lambda by: end_sessions(bound(), whose, session, by=by, reason=why),
    )  # fmt: skip


@staff_post
def roles(request: HttpRequest, person: Person) -> HttpResponse:
    """Give somebody these roles instead of those they had."""
    form, chosen = PostedForm(request), request.POST.getlist("role")
    whose = form.text("address")
    return _act(
        request, person, form, "role", lambda by: change_roles(bound(), whose, chosen, by=by)
    )


@staff_post
def revoke(request: HttpRequest, person: Person) -> HttpResponse:
    """Revoke a token at once."""
    form = PostedForm(request)
    name = form.text("name")
    return _act(request, person, form, "token", lambda by: revoke_token(bound(), name, by=by))


@staff_post
def away(request: HttpRequest, person: Person) -> HttpResponse:
    """Say that somebody is away on these days: oneself, or by an operator a colleague."""
    form = PostedForm(request)
    whose, first, last = (form.text(name) for name in ("address", "first", "last"))
    set_it = partial(set_absence, bound(), whose or person.id, first, last, person=person.id)
    return take(set_it, reverse("people"), "away", _again(request, person))


@staff_post
def back(request: HttpRequest, person: Person) -> HttpResponse:
    """Take an absence back."""
    named = PostedForm(request).text("absence")
    end_it = partial(end_absence, bound(), named, person=person.id)
    return take(end_it, reverse("people"), "back", _again(request, person))


def _again(request: HttpRequest, person: Person) -> Callable[[dict[str, str], int], HttpResponse]:
    """The page that was sent from, with what was wrong."""

    def again(troubles: dict[str, str], status: int) -> HttpResponse:
        page = people_page(bound(), person)
        return desk(request, person, "people", page, troubles=troubles, status=status)

    return again


def _act(
    request: HttpRequest, person: Person, form: PostedForm, done: str,
    act: Callable[[Actor], object],
) -> HttpResponse:  # fmt: skip
    """What an operator alone may do."""
    again = _again(request, person)
    if form.troubles:
        return again(form.troubles, 422)

    def as_operator() -> object:
        operator = authorised(person.id, StaffAct.SETTINGS)
        return act(with_makers(bound(), operator, person.maker))

    return take(as_operator, reverse("people"), done, again)
