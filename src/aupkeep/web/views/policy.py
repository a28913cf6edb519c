"""The policy in force: clauses word for word, rules as sentences."""

from django.http import HttpRequest, HttpResponse

from aupkeep.app.context import bound
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.policy.load import policy_page
from aupkeep.web.views.staff import desk, staff_page


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """The page."""
    return desk(request, person, "policy", policy_page(bound(), person))
