"""Notices: what was written, how far it came, and given up work tried again."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import bound
from aupkeep.app.dead_letters import replay
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.notices.load import notice_page, notices_page
from aupkeep.model.roles import StaffAct
from aupkeep.web.views.staff import desk, staff_page, staff_post, take


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """`?state=`, `?customer=`, `?case=` and `?cursor=` choose what is shown."""
    asked = (request.GET.get(name, "") for name in ("state", "customer", "case", "cursor"))
    return desk(request, person, "notices", notices_page(bound(), person, *asked))


@staff_page
def one(request: HttpRequest, person: Person, notice: str) -> HttpResponse:
    """One, as it was sent."""
    page = notice_page(bound(), person, notice)
    return desk(request, person, "notices", page, template="notice")


@staff_post
def retry(request: HttpRequest, person: Person, effect: str) -> HttpResponse:
    """Give work that was given up all its tries again."""

    def act() -> None:
        replay(bound(), effect, by=authorised(person.id, StaffAct.SETTINGS))

    def again(troubles: dict[str, str], status: int) -> HttpResponse:
        page = notices_page(bound(), person)
        return desk(request, person, "notices", page, troubles=troubles, status=status)

    return take(act, reverse("notices"), "retried", again)
