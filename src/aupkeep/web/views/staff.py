"""Who is signed in, and the rendering that pages of the console share."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from aupkeep.app.access.links import fresh_token
from aupkeep.app.access.sessions import ADDRESS, AGENT, BEGUN, LINK, SEEN, SIGNED_BY, is_alive
from aupkeep.app.context import bound
from aupkeep.app.pages.layout.load import list_mark
from aupkeep.app.pages.layout.page import PageHeader, Person
from aupkeep.app.pages.sign_in.load import SECRET, active_person
from aupkeep.app.receiving.rate_limits import peer_of
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.web.words import NAMES

SESSION_USER = "user"
SESSION_MAKER = "maker"  # who made the link that opened the session, where it was not mailed
ASKED = "__Host-aupkeep_asked"  # the browser that asked for a link or a passkey
LIVE = "live"  # False in a session whose person has lists stand still
NEXT = "next"  # True in a session whose person goes on to the next case after an act
ASKS_AGAIN = "Aupkeep-Live"  # a header of what a page asks by itself: nobody used the session
KEYS = "keys"  # False in a session whose person switched the keys of the pages off
ASKED_AGE = 600  # seconds, as the link
STEP = 60  # seconds between two times that a session's use is written down
DONE = {"granted", "wished", "revoked", "retried", "ended", "role", "token", "switched", "answered",
        "closed", "grant-asked", "away",
        "back"}  # what a page says was done, by its words  # fmt: skip
P = ParamSpec("P")


class HasHeader(Protocol):
    """A page of the console."""

    @property
    def header(self) -> PageHeader:
        """The bar at its top."""


def begin_session(request: HttpRequest, person: Person, by: str = LINK) -> None:
    """Sign a person in, with a new session key: one fixed before is worth nothing."""
    request.session.flush()
    now = bound().now().timestamp()
    agent = request.headers.get("User-Agent", "")[:200]
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    peer = peer_of(request.META.get("REMOTE_ADDR", ""), forwarded, bound().settings.web.proxies)
    request.session.update(
        {SESSION_USER: person.id, SESSION_MAKER: person.maker, BEGUN: now, SEEN: now, AGENT: agent,
         ADDRESS: peer, SIGNED_BY: by}
    )  # fmt: skip


def browser_secret(request: HttpRequest) -> str:
    """The secret of this browser, a new one where it has none."""
    secret = request.COOKIES.get(ASKED, "")
    return secret if SECRET.fullmatch(secret) else fresh_token(bound())


def remember_browser(answer: HttpResponse, secret: str) -> None:
    """Have the browser keep its secret for as long as what was asked for with it lives."""
    answer.set_cookie(ASKED, secret, ASKED_AGE, secure=True, httponly=True, samesite="Lax")


def _is_fresh(request: HttpRequest) -> bool:
    """Whether the session may go on; one that may not is ended."""
    if not is_alive(bound(), request.session):
        request.session.flush()
        return False
    now = bound().now().timestamp()
    used = ASKS_AGAIN not in request.headers
    if used and now - float(request.session.get(SEEN, now)) > STEP:
        request.session[SEEN] = now
    return True


def _person(request: HttpRequest) -> Person | None:
    """Who is signed in, None for nobody."""
    user = request.session.get(SESSION_USER)
    if not user or not _is_fresh(request):
        return None
    maker, by = request.session.get(SESSION_MAKER), request.session.get(SIGNED_BY, LINK)
    person = active_person(bound(), user, maker, by, request.session.session_key or "")
    if person is None:
        request.session.flush()
    return person


def who_is_signed_in(request: HttpRequest) -> Person | None:
    """Who is signed in and may go on, None for nobody: for a page that is open to both."""
    person = _person(request)
    return None if person is None or person.enrols else person


def signed_in(
    view: Callable[Concatenate[HttpRequest, Person, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give the view its person; anyone else is sent to sign in.

    The database is asked on every request, so a person who may no longer come in is out at once. A
    session that nobody used for `IDLE`, or older than `LONGEST`, is over. Who must add a passkey
    first is sent to their own page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = _person(request)
        if person is None:
            return redirect("sign-in")
        return redirect("account") if person.enrols else view(request, person, *args, **kwargs)

    return guarded


def staff_page(
    view: Callable[Concatenate[HttpRequest, Person, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view that who is signed in looks at: GET and HEAD."""
    return require_safe(signed_in(view))


def staff_post(
    view: Callable[Concatenate[HttpRequest, Person, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view that who is signed in posts a form to."""
    return require_POST(signed_in(view))


def signed_in_or_enrolling(
    view: Callable[Concatenate[HttpRequest, Person, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """The same, for whoever must add a passkey first as well."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = _person(request)
        return redirect("sign-in") if person is None else view(request, person, *args, **kwargs)

    return guarded


def console(
    request: HttpRequest, template: str, values: dict[str, object], status: int = 200
) -> HttpResponse:
    """A page of the console, in its reader's language where the values name no other.

    Its forms use Django's cross-site check, which needs the browser to name the origin, so the
    referrer may stay within this host (see the room's notes).
    """
    given = {
        "language": _language(values),
        "keys": request.session.get(KEYS, True),
        "live": request.session.get(LIVE, True),
        "goes_on": request.session.get(NEXT, False),
        **values,
    }
    page = render(request, template, given, status=status)
    page["Referrer-Policy"] = "same-origin"
    return page


def keeps_up(
    request: HttpRequest, person: Person, page: Callable[[], HasHeader], template: str,
    values: dict[str, object],
) -> HttpResponse:  # fmt: skip
    """A list that its page asks for again: 304 while it is as the asker has it, else the page."""
    query = request.get_full_path()
    known = request.headers.get("If-None-Match", "")
    if known and known == list_mark(bound(), person, query):
        unchanged = HttpResponseNotModified()
        unchanged["ETag"] = known
        return unchanged
    made = page()
    mark = list_mark(bound(), person, query, made.header)
    answer = console(request, template, {**values, "page": made, "mark": mark})
    answer["ETag"] = mark
    return answer


def _language(values: dict[str, object]) -> str:
    """The language of whom the page is for, English where it has none of ours."""
    header = getattr(values.get("page"), "header", None)
    person = header.person if header is not None else None
    return person.language if person is not None and person.language in NAMES else "en"


def desk(
    request: HttpRequest, person: Person, at: str, page: object, *, template: str = "",
    troubles: dict[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """A page of the desk in its reader's language; `at` is its place in the menu.

    `troubles` tell what was wrong with what was sent, and what was typed is kept.
    """
    values: dict[str, object] = {
        "page": page,
        "at": at,
        "language": person.language,
        "troubles": troubles or {},
        "typed": request.POST,
        "done": request.GET.get("done", "") in DONE and request.GET["done"],
    }
    return console(request, f"aupkeep/{template or at}.html", values, status)


def take(
    act: Callable[[], object], where: str, done: str,
    again: Callable[[dict[str, str], int], HttpResponse],
) -> HttpResponse:  # fmt: skip
    """Act, then show where it can be seen; a refusal is told on the page that sent it."""
    try:
        act()
    except (Conflict, Forbidden, Invalid, Missing) as error:
        return again({"": str(error)}, error.status)
    return HttpResponseRedirect(f"{where}?done={done}", status=303)
