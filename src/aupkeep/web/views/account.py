"""A person's own page: passkeys added, named, removed; sessions ended."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from aupkeep.app.access.sessions import end_sessions, name_of
from aupkeep.app.access.staff import actor_of, change_language
from aupkeep.app.context import bound
from aupkeep.app.pages.account.load import account_page
from aupkeep.app.pages.account.passkeys import add_passkey, name_passkey, remove_passkey
from aupkeep.app.pages.layout.page import Person
from aupkeep.model.errors import AupkeepError, Forbidden
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import (
    ASKED,
    KEYS,
    LIVE,
    NEXT,
    browser_secret,
    console,
    remember_browser,
    signed_in_or_enrolling,
    staff_post,
)

OLD = "this session began more than a quarter of an hour ago: sign in again to change passkeys"


@require_safe
@signed_in_or_enrolling
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """The page."""
    return _page(request, person)


@require_POST
@signed_in_or_enrolling
def add(request: HttpRequest, person: Person) -> HttpResponse:
    """Keep what the browser made; who had to enrol signs in with it now."""
    _refuse_old(request, person)
    name = PostedForm(request).text("name")
    answer = (request.POST.get("answer", ""), request.COOKIES.get(ASKED, ""))
    try:
        add_passkey(bound(), person.id, name, answer, person.maker)
    except AupkeepError as error:
        return _page(request, person, str(error), error.status)
    if person.enrols:
        request.session.flush()
        return redirect("sign-in")
    return redirect("account")


@staff_post
def rename(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Give a passkey another name."""
    try:
        name_passkey(bound(), person.id, key, PostedForm(request).text("name"))
    except AupkeepError as error:
        return _page(request, person, str(error), error.status)
    return redirect("account")


@staff_post
def remove(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Take a passkey away."""
    _refuse_old(request, person)
    remove_passkey(bound(), person.id, key)
    return redirect("account")


@staff_post
def end(request: HttpRequest, person: Person) -> HttpResponse:
    """End one session, or all but this one."""
    own, session = _session(request), PostedForm(request).text("session")
    end_sessions(bound(), person.id, session, but=own)
    return redirect("account")


@staff_post
def keys(request: HttpRequest, person: Person) -> HttpResponse:
    """For this session: keys (WCAG 2.1.4), lists that keep up (2.2.2), the next case."""
    del person
    for name in (KEYS, LIVE, NEXT):
        if name in request.POST:
            request.session[name] = PostedForm(request).text(name) == "on"
    return redirect("account")


@staff_post
def language(request: HttpRequest, person: Person) -> HttpResponse:
    """Have this person's pages and mails in another language."""
    chosen = PostedForm(request).text("language")
    try:
        change_language(bound(), person.id, chosen, by=actor_of(person.id))
    except AupkeepError as error:
        return _page(request, person, str(error), error.status)
    return redirect("account")


def _page(
    request: HttpRequest, person: Person, trouble: str = "", status: int = 200
) -> HttpResponse:
    browser = browser_secret(request)
    page = account_page(
        bound(), person, session=_session(request), host=request.get_host(), browser=browser
    )
    values = {"page": page, "at": "account", "trouble": trouble}
    answer = console(request, "aupkeep/account.html", values, status=status)
    remember_browser(answer, browser)
    return answer


def _session(request: HttpRequest) -> str:
    return name_of(request.session.session_key or "")


def _refuse_old(request: HttpRequest, person: Person) -> None:
    """Raises `Forbidden` for a session that is not fresh: a browser left open adds no passkey."""
    page = account_page(bound(), person, session=_session(request), host="", browser="")
    if not page.recent:
        raise Forbidden(OLD)
