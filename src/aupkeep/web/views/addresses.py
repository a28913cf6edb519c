"""An address or a prefix."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from aupkeep.app.context import bound
from aupkeep.app.notifying.notices import language_of
from aupkeep.app.pages.addresses.load import address_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.web.views.staff import desk, signed_in


@require_http_methods(["GET", "HEAD"])
@signed_in
def show(request: HttpRequest, person: Person, subject: str) -> HttpResponse:
    """`?at=` asks who held it then."""
    as_of = request.GET.get("at", "")[:100]
    page = address_page(bound(), person, subject, as_of, language_of(person.language))
    return desk(request, person, "address", page)
