"""Who is signed in, and the rendering that pages of the console share."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.sign_in.load import active_person

SESSION_USER = "user"
SESSION_MAKER = "maker"  # who made the link that opened the session, where it was not mailed
P = ParamSpec("P")


def signed_in(
    view: Callable[Concatenate[HttpRequest, Person, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give the view its person; anyone else is sent to sign in.

    The database is asked on every request, so a person who may no longer come in is out at once.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = request.session.get(SESSION_USER)
        person = active_person(user, request.session.get(SESSION_MAKER)) if user else None
        if person is None:
            return redirect("sign-in")
        return view(request, person, *args, **kwargs)

    return guarded


def console(
    request: HttpRequest, template: str, values: dict[str, object], status: int = 200
) -> HttpResponse:
    """A page of the console, in English.

    Its forms use Django's cross-site check, which needs the browser to name the origin, so the
    referrer may stay within this host (see the room's notes).
    """
    page = render(request, template, {"language": "en", **values}, status=status)
    page["Referrer-Policy"] = "same-origin"
    return page
