"""Flow telemetry: exporters, detectors, and what they saw lately."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from aupkeep.app.context import bound
from aupkeep.app.pages.flows.load import flows_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.web.views.staff import console, signed_in


@require_http_methods(["GET", "HEAD"])
@signed_in
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """All of it on one page."""
    page = flows_page(bound(), person)
    return console(request, "aupkeep/flows.html", {"page": page, "at": "flows"})
