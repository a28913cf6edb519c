"""The search box's page."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from aupkeep.app.context import bound
from aupkeep.app.notifying.notices import language_of
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.search.commands import is_command
from aupkeep.app.pages.search.load import search_page
from aupkeep.web.views.staff import desk, staff_page


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """`?q=` is what to look for, `?at=` as of when; a command that is one alone opens at once."""
    typed, as_of = (request.GET.get(name, "")[:500] for name in ("q", "at"))
    page = search_page(bound(), person, typed, as_of, language_of(person.language))
    if is_command(typed) and len(page.commands) == 1:
        return HttpResponseRedirect(f"/{page.commands[0].place}")
    return desk(request, person, "search", page, status=422 if page.trouble else 200)
