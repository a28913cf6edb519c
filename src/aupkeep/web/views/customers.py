"""The desk's customers: the list, and one."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from aupkeep.app.context import bound
from aupkeep.app.pages.customers.load import customer_record_page, customers_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.web.views.staff import desk, signed_in


@require_http_methods(["GET", "HEAD"])
@signed_in
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """`?q=` narrows by id or name, `?view=` by what is open, in force or missing."""
    typed, view, cursor = (request.GET.get(name, "")[:200] for name in ("q", "view", "cursor"))
    return desk(request, person, "customers", customers_page(bound(), person, typed, view, cursor))


@require_http_methods(["GET", "HEAD"])
@signed_in
def record(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """One customer, by the provider's own id."""
    page = customer_record_page(bound(), person, key)
    return desk(request, person, "customers", page, template="customer_record")
