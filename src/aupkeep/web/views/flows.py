"""Flow telemetry: exporters, detectors, and what they saw lately."""

from django.http import HttpRequest, HttpResponse

from aupkeep.app.context import bound
from aupkeep.app.pages.flows.load import flows_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.web.views.staff import console, staff_page


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """All of it on one page."""
    page = flows_page(bound(), person)
    return console(request, "aupkeep/flows.html", {"page": page, "at": "flows"})
