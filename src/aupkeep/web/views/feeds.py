"""The feeds: lists we fetch, and how each stands."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from aupkeep.app.context import bound
from aupkeep.app.pages.feeds.load import feeds_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.web.views.staff import console, signed_in


@require_http_methods(["GET", "HEAD"])
@signed_in
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """All of them on one page."""
    page = feeds_page(bound(), person)
    return console(request, "aupkeep/feeds.html", {"page": page, "at": "feeds"})
