"""Permissions: who may do what others may not; granted and revoked with a reason."""

from datetime import UTC, datetime, time

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from aupkeep.app.context import bound
from aupkeep.app.deciding.permissions import grant as grant_permission
from aupkeep.app.deciding.permissions import revoke as revoke_permission
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.permissions.load import permissions_page
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import desk, staff_page, staff_post, take
from aupkeep.web.words import say


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """`?state=` and `?cursor=` choose what is shown."""
    state, cursor = request.GET.get("state", ""), request.GET.get("cursor", "")
    return desk(request, person, "permissions", permissions_page(bound(), person, state, cursor))


@staff_post
def grant(request: HttpRequest, person: Person) -> HttpResponse:
    """Let a resource do a kind of thing until the end of a day (UTC). Blank is refused."""
    form = PostedForm(request)
    holder, kind, until, reasons = permission_fields(form, person.language)
    if form.troubles or until is None:
        return _page(request, person, form.troubles, 422)
    return take(
        lambda: grant_permission(bound(), holder, kind, until, person=person.id, reasons=reasons),
        reverse("permissions"),
        "granted",
        lambda troubles, status: _page(request, person, troubles, status),
    )


@staff_post
def revoke(request: HttpRequest, person: Person) -> HttpResponse:
    """End one now, with a reason."""
    form = PostedForm(request)
    why = form.needed("why", say(person.language, "why.missing"), say(person.language, "long"))
    holder, kind = form.text("resource"), form.text("kind")
    if form.troubles:
        return _page(request, person, form.troubles, 422)
    return take(
        lambda: revoke_permission(bound(), holder, kind, person=person.id, reasons=why),
        reverse("permissions"),
        "revoked",
        lambda troubles, status: _page(request, person, troubles, status),
    )


def permission_fields(form: PostedForm, language: str) -> tuple[str, str, datetime | None, str]:
    """Holder, kind, end and reasons as a form has them; the end is that of its day, in UTC."""
    long = say(language, "long")
    holder = form.needed("resource", say(language, "perm.resource.missing"), long)
    kind = form.needed("kind", say(language, "perm.kind.missing"), long)
    reasons = form.needed("reasons", say(language, "why.missing"), long)
    try:
        day = datetime.strptime(form.text("until"), "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        form.troubles["until"] = say(language, "perm.until.missing")
        return holder, kind, None, reasons
    return holder, kind, datetime.combine(day, time(23, 59, 59), UTC), reasons


def _page(
    request: HttpRequest, person: Person, troubles: dict[str, str], status: int
) -> HttpResponse:
    page = permissions_page(bound(), person)
    return desk(request, person, "permissions", page, troubles=troubles, status=status)
