"""The inbox: what a person must look at."""

from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from aupkeep.app.context import bound
from aupkeep.app.deciding.tickets import open_ticket
from aupkeep.app.pages.inbox.load import inbox_item, inbox_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.reading.read import inbox_done
from aupkeep.app.reprocess import reprocess_here
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import console, keeps_up, staff_page, staff_post

MOST_ROWS = 1_000_000


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """`?reason=` and `?cursor=` choose what is shown."""
    reason, cursor = request.GET.get("reason", ""), request.GET.get("cursor", "")
    page = partial(inbox_page, bound(), person, reason, cursor)
    values: dict[str, object] = {"at": "inbox", "done": "done" in request.GET}
    return keeps_up(request, person, page, "aupkeep/inbox.html", values)


@staff_page
def item(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """One item with its text, as text."""
    return _item(request, person, key, mended="mended" in request.GET)


@staff_post
def done(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Take it out of the inbox; the reason stands in the journal."""
    form = PostedForm(request)
    reason = form.needed(
        "reason",
        "Write what you did with it or why nothing is needed.",
        "At most 5,000 characters.",
    )
    if form.troubles:
        return _item(request, person, key, 422, troubles=form.troubles, typed=request.POST)
    inbox_done(bound(), key, person.id, reason)
    return HttpResponseRedirect(f"{reverse('inbox')}?done", status=303)


@staff_post
def ticket(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Hand it over to the ticket system, and take it out of the inbox."""
    try:
        open_ticket(bound(), key, PostedForm(request).text("ticket"), person=person.id)
    except (Conflict, Invalid) as error:
        context = {"troubles": {"ticket": str(error)}, "typed": request.POST}
        return _item(request, person, key, error.status, **context)
    return HttpResponseRedirect(reverse("inbox-item", args=[key]), status=303)


@staff_post
def mend(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Have a row read again as mended; what its parser says against it stands at its field."""
    form = PostedForm(request)
    number = form.whole("number", MOST_ROWS, "Choose a row.")
    text = request.POST.get("text", "").replace("\r\n", "\n")
    if number is not None:
        try:
            reprocess_here(bound(), key, number, text, person=person.id)
        except Invalid as error:
            form.troubles["text"] = str(error)
    if form.troubles:
        context = {"troubles": form.troubles, "number": number, "typed_row": text}
        return _item(request, person, key, 422, **context)
    return HttpResponseRedirect(f"{reverse('inbox-item', args=[key])}?mended", status=303)


def _item(
    request: HttpRequest, person: Person, key: str, status: int = 200, **context: object
) -> HttpResponse:
    """The page of one item, with what is told about a form on it."""
    values = {"page": inbox_item(bound(), person, key), "at": "inbox", **context}
    return console(request, "aupkeep/inbox_item.html", values, status)
