"""Who is signed in, and the rendering that pages of the console share."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from aupkeep.app.context import bound
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.sign_in.load import active_person

SESSION_USER = "user"
SESSION_MAKER = "maker"  # who made the link that opened the session, where it was not mailed
BEGUN, SEEN, AGENT = "begun", "seen", "agent"
IDLE = 2 * 3600  # seconds
LONGEST = 12 * 3600
STEP = 60  # seconds between two times that a session's use is written down
P = ParamSpec("P")


def begin_session(request: HttpRequest, person: Person) -> None:
    """Sign a person in, with a new session key: one fixed before is worth nothing."""
    request.session.flush()
    now = bound().now().timestamp()
    agent = request.headers.get("User-Agent", "")[:200]
    request.session.update(
        {SESSION_USER: person.id, SESSION_MAKER: person.maker, BEGUN: now, SEEN: now, AGENT: agent}
    )


def _is_fresh(request: HttpRequest) -> bool:
    """Whether the session may go on; one that may not is ended."""
    now = bound().now().timestamp()
    begun = float(request.session.get(BEGUN, now))
    seen = float(request.session.get(SEEN, begun))
    if now - seen > IDLE or now - begun > LONGEST:
        request.session.flush()
        return False
    if now - seen > STEP:
        request.session[SEEN] = now
    return True


def signed_in(
    view: Callable[Concatenate[HttpRequest, Person, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give the view its person; anyone else is sent to sign in.

    The database is asked on every request, so a person who may no longer come in is out at once. A
    session that nobody used for `IDLE`, or older than `LONGEST`, is over.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = request.session.get(SESSION_USER)
        maker = request.session.get(SESSION_MAKER)
        person = active_person(user, maker) if user and _is_fresh(request) else None
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
