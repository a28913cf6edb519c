"""The journal: how it stands, its entries, one with its proof."""

from django.http import HttpRequest, HttpResponse

from aupkeep.app.context import bound
from aupkeep.app.pages.journal.load import entry_page, journal_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.web.views.staff import desk, staff_page


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """`?type=`, `?case=` and `?cursor=` choose what is shown."""
    asked = (request.GET.get(name, "") for name in ("type", "case", "cursor"))
    return desk(request, person, "journal", journal_page(bound(), person, *asked))


@staff_page
def one(request: HttpRequest, person: Person, index: int) -> HttpResponse:
    """One entry with its proof."""
    page = entry_page(bound(), person, index)
    return desk(request, person, "journal", page, template="journal_entry")
