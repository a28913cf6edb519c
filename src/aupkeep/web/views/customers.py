"""The desk's customers: the list, and one."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aupkeep.app.context import bound
from aupkeep.app.notifying.opt_outs import set_opt_out
from aupkeep.app.pages.customers.load import customer_record_page, customers_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.model.roles import StaffAct
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import desk, signed_in, staff_page, take
from aupkeep.web.words import say


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """`?q=` narrows by id or name, `?view=` by what is open, in force or missing."""
    typed, view, cursor = (request.GET.get(name, "")[:200] for name in ("q", "view", "cursor"))
    return desk(request, person, "customers", customers_page(bound(), person, typed, view, cursor))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def record(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """One customer, by the provider's own id; POST writes down a wish about its mail."""
    if request.method == "POST":
        return _wish(request, person, key)
    return _record(request, person, key, {}, 200)


def _wish(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    form = PostedForm(request)
    long = say(person.language, "long")
    kind = form.needed("kind", say(person.language, "perm.kind.missing"), long)
    reasons = form.needed("reasons", say(person.language, "why.missing"), long)
    wanted = form.text("mail") == "on"
    if form.troubles and person.may(StaffAct.DECIDE):
        return _record(request, person, key, form.troubles, 422)
    return take(
        lambda: set_opt_out(bound(), key, kind, wanted=wanted, person=person.id, reasons=reasons),
        reverse("customer-record", args=[key]),
        "wished",
        lambda troubles, status: _record(request, person, key, troubles, status),
    )


def _record(
    request: HttpRequest, person: Person, key: str, troubles: dict[str, str], status: int
) -> HttpResponse:
    page = customer_record_page(bound(), person, key)
    return desk(
        request, person, "customers", page, troubles=troubles, status=status,
        template="customer_record",
    )  # fmt: skip
