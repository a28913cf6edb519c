"""The feeds: lists we fetch, and how each stands."""

from django.http import HttpRequest, HttpResponse

from aupkeep.app.context import bound
from aupkeep.app.pages.feeds.load import feeds_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.web.views.staff import console, staff_page


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """All of them on one page."""
    page = feeds_page(bound(), person)
    return console(request, "aupkeep/feeds.html", {"page": page, "at": "feeds"})
