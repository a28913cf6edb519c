"""Grants: what may leave while the install listens; looked at, asked for, given, ended."""

from datetime import UTC, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from aupkeep.app.access.authority import refuse_act
from aupkeep.app.context import bound
from aupkeep.app.deciding.grants import WantedGrant, ask_grant, give_grant, revoke_grant
from aupkeep.app.pages.grants.load import draft_details, grant_page, grants_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.grant import GrantKind, GrantScope
from aupkeep.model.roles import StaffAct
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import desk, staff_page, staff_post, take
from aupkeep.web.words import say

MOST_DAYS = 92
PERCENT = 100


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """`?state=` and `?cursor=` choose what is shown."""
    state, cursor = request.GET.get("state", ""), request.GET.get("cursor", "")
    return desk(request, person, "grants", grants_page(bound(), person, state, cursor))


@staff_page
def one(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """One, with whom it would have reached."""
    return _page(request, person, key)


@staff_post
def ask(request: HttpRequest, person: Person) -> HttpResponse:
    """Show whom it would reach; with `sure` ask for it. Blank is refused."""
    if not person.may(StaffAct.GRANT):
        error = refuse_act(person.id, StaffAct.GRANT)
        return _list(request, person, {"": str(error)}, error.status)
    form = PostedForm(request)
    wanted = _wanted(form, person.language)
    if wanted is None:
        return _list(request, person, form.troubles, 422)
    if form.text("sure") != "yes":
        return _look(request, person, wanted)
    return take(
        lambda: ask_grant(bound(), wanted, person.id, maker=person.maker),
        reverse("grants"),
        "grant-asked",
        lambda troubles, status: _list(request, person, troubles, status),
    )


@staff_post
def give(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Be the second person."""
    return take(
        lambda: give_grant(bound(), key, person=person.id, maker=person.maker),
        reverse("grant", args=[key]),
        "granted",
        lambda troubles, status: _page(request, person, key, troubles, status),
    )


@staff_post
def revoke(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """End it now, or turn it down."""
    form = PostedForm(request)
    why = form.needed("why", say(person.language, "why.missing"), say(person.language, "long"))
    if form.troubles:
        return _page(request, person, key, form.troubles, 422)
    return take(
        lambda: revoke_grant(bound(), key, person=person.id, reason=why),
        reverse("grant", args=[key]),
        "revoked",
        lambda troubles, status: _page(request, person, key, troubles, status),
    )


def _wanted(form: PostedForm, language: str) -> WantedGrant | None:
    """What the form asks for, None with its troubles; what a kind does not take stays blank."""
    missing = say(language, "grant.missing")
    kind = form.choice("kind", GrantKind, missing)
    scoped = form.text("scope")
    scope = form.choice("scope", GrantScope, missing) if scoped else None
    reasons = form.needed("reasons", say(language, "why.missing"), say(language, "long"))
    ceiling = form.whole("ceiling", 1000, missing) if form.text("ceiling") else None
    share = form.whole("share", PERCENT, missing) if form.text("share") else PERCENT
    days = form.whole("days", MOST_DAYS, missing)
    if form.troubles or kind is None or days is None:
        return None
    today = datetime.combine(bound().now().date(), time(23, 59, 59), UTC)
    return WantedGrant(
        kind=kind,
        rule=form.text("rule"),
        target=form.text("target"),
        scope=scope,
        value=form.text("value"),
        ceiling=ceiling,
        share=share or PERCENT,
        until=today + timedelta(days=days - 1),
        reasons=reasons,
        replaces=form.text("replaces") or None,
    )


def _look(request: HttpRequest, person: Person, wanted: WantedGrant) -> HttpResponse:
    try:
        draft = draft_details(
            bound(), wanted, person.id, reporters=person.may(StaffAct.SEE_REPORTERS)
        )
    except (Conflict, Forbidden, Invalid, Missing) as error:
        return _list(request, person, {"": str(error)}, error.status)
    return desk(request, person, "grants", grants_page(bound(), person, draft=draft))


def _list(
    request: HttpRequest, person: Person, troubles: dict[str, str], status: int
) -> HttpResponse:
    page = grants_page(bound(), person)
    return desk(request, person, "grants", page, troubles=troubles, status=status)


def _page(
    request: HttpRequest, person: Person, key: str, troubles: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    page = grant_page(bound(), person, key)
    return desk(request, person, "grants", page, template="grant", troubles=troubles, status=status)
