"""Views of the queue that people name: saved, renamed, shared, deleted."""

from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aupkeep.app.context import bound
from aupkeep.app.deciding.case_views import ListedView
from aupkeep.app.deciding.save_views import change_view, delete_view, save_view
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.queue.views import views_page
from aupkeep.model.errors import Conflict, Forbidden, Invalid
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import console, signed_in, staff_post

LONGEST = 4000  # characters of a query


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """The views; a POST saves what the queue shows under a name, and shows it there."""
    if request.method != "POST":
        return _page(request, person)
    form = PostedForm(request)
    asked = dict(parse_qsl(form.text("query")[:LONGEST]))
    act = partial(
        save_view,
        bound(),
        form.text("name"),
        asked,
        person=person.id,
        shared=bool(form.text("shared")),
    )
    return _do(request, person, act, queue=True)


@staff_post
def change(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Give one's own view another name, share it or no longer."""
    form = PostedForm(request)
    act = partial(
        change_view, bound(), key, person=person.id, name=form.text("name"),
        shared=bool(form.text("shared")),
    )  # fmt: skip
    return _do(request, person, act)


@staff_post
def delete(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Delete one's own view."""
    return _do(request, person, partial(delete_view, bound(), key, person=person.id))


def _do(
    request: HttpRequest, person: Person, act: Callable[[], ListedView], *, queue: bool = False
) -> HttpResponse:
    """Act, then show the views, or the queue as the view has it; a refusal stands on the page."""
    try:
        view = act()
    except (Conflict, Forbidden, Invalid) as error:
        return _page(request, person, str(error), error.status)
    where = f"{reverse('queue')}?{view.query}" if queue else reverse("views")
    return HttpResponseRedirect(where, status=303)


def _page(
    request: HttpRequest, person: Person, trouble: str = "", status: int = 200
) -> HttpResponse:
    values: dict[str, object] = {
        "page": views_page(bound(), person),
        "at": "queue",
        "trouble": trouble,
        "name": request.POST.get("name", "")[:60],
        "query": request.POST.get("query", "")[:LONGEST],
    }
    return console(request, "aupkeep/saved_views.html", values, status)
