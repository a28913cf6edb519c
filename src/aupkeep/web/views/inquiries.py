"""Inquiries: the short queue, one with its words; answered, permitted, closed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from aupkeep.app.context import bound
from aupkeep.app.deciding.inquiries import answer_inquiry, close_inquiry, permit_inquiry
from aupkeep.app.pages.inquiries.load import inquiries_page, inquiry_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.permissions import permission_fields
from aupkeep.web.views.staff import desk, staff_page, staff_post, take
from aupkeep.web.words import say


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """`?state=` and `?cursor=` choose what is shown."""
    state, cursor = request.GET.get("state", ""), request.GET.get("cursor", "")
    return desk(request, person, "inquiries", inquiries_page(bound(), person, state, cursor))


@staff_page
def one(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """One with its words."""
    return _page(request, person, key)


@staff_post
def answer(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Answer who asked."""
    form = PostedForm(request)
    language = person.language
    text = form.needed("answer", say(language, "inq.answer.missing"), say(language, "long"))
    frame = form.text("frame")
    return _take(
        request, person, key, form, "answered",
        lambda: answer_inquiry(bound(), key, text, person=person.id, language=frame),
    )  # fmt: skip


@staff_post
def close(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Close it without an answer, or put it into the inbox as the report it is."""
    form = PostedForm(request)
    why = form.needed("why", say(person.language, "why.missing"), say(person.language, "long"))
    inbox = form.text("inbox") == "yes"
    return _take(
        request, person, key, form, "closed",
        lambda: close_inquiry(bound(), key, why, person=person.id, inbox=inbox),
    )  # fmt: skip


@staff_post
def permit(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Grant a permission with it."""
    form = PostedForm(request)
    holder, kind, until, reasons = permission_fields(form, person.language)

    def act() -> None:
        if until is not None:
            permit_inquiry(bound(), key, holder, kind, until, person=person.id, reasons=reasons)

    return _take(request, person, key, form, "granted", act)


def _take(
    request: HttpRequest, person: Person, key: str, form: PostedForm, done: str,
    act: Callable[[], object],
) -> HttpResponse:  # fmt: skip
    if form.troubles:
        return _page(request, person, key, form.troubles, 422)
    return take(
        act,
        reverse("inquiry", args=[key]),
        done,
        lambda troubles, status: _page(request, person, key, troubles, status),
    )


def _page(
    request: HttpRequest, person: Person, key: str, troubles: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    page = inquiry_page(bound(), person, key)
    return desk(
        request, person, "inquiries", page, template="inquiry", troubles=troubles, status=status
    )
