"""Statistics over a period, `?days=`."""

from django.http import HttpRequest, HttpResponse

from aupkeep.app.context import bound
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.statistics.load import statistics_page
from aupkeep.web.views.staff import desk, staff_page


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """The page."""
    return desk(
        request, person, "statistics", statistics_page(bound(), person, request.GET.get("days", ""))
    )
