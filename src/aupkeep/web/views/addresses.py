"""An address or a prefix."""

from django.http import HttpRequest, HttpResponse

from aupkeep.app.context import bound
from aupkeep.app.notifying.notices import language_of
from aupkeep.app.pages.addresses.load import address_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.web.views.staff import desk, staff_page


@staff_page
def show(request: HttpRequest, person: Person, subject: str) -> HttpResponse:
    """`?at=` asks who held it then."""
    as_of = request.GET.get("at", "")[:100]
    page = address_page(bound(), person, subject, as_of, language_of(person.language))
    return desk(request, person, "address", page)
