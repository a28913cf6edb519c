"""In force: what stands, and the preview before one of it is lifted."""

from django.http import HttpRequest, HttpResponse

from aupkeep.app.context import bound
from aupkeep.app.pages.enforcement.load import enforcement_page, undo_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.web.views.staff import console, staff_page


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """`?by=` groups the list, `?state=` narrows it."""
    by, state = request.GET.get("by", ""), request.GET.get("state", "")
    page = enforcement_page(bound(), person, by=by, state=state)
    return console(request, "aupkeep/enforcement.html", {"page": page, "at": "enforcement"})


@staff_page
def undo(request: HttpRequest, person: Person, action: str) -> HttpResponse:
    """What lifting one measure would change; nothing is touched by looking."""
    page = undo_page(bound(), person, action)
    return console(request, "aupkeep/enforcement_undo.html", {"page": page, "at": "enforcement"})
