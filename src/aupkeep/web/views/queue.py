"""The queue."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from aupkeep.app.context import bound
from aupkeep.app.deciding.case_views import FILTERS
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.queue.load import queue_page
from aupkeep.web.views.staff import keeps_up, staff_page


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The start page is the queue."""
    return redirect("queue")


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """`?view=` chooses what is shown, the names of `FILTERS` narrow it, `?sort=` orders it."""
    asked = {name: request.GET.get(name, "")[:200] for name in (*FILTERS, "sort")}
    view, cursor = request.GET.get("view", ""), request.GET.get("cursor", "")
    page = partial(queue_page, bound(), person, view, cursor, asked)
    return keeps_up(request, person, page, "aupkeep/queue.html", {"at": "queue"})
