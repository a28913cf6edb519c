"""The policy in force: clauses word for word, rules as sentences."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from aupkeep.app.context import bound
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.policy.load import policy_page
from aupkeep.web.views.staff import desk, signed_in


@require_http_methods(["GET", "HEAD"])
@signed_in
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """The page."""
    return desk(request, person, "policy", policy_page(bound(), person))
