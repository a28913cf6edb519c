"""Settings as they are, and the two switches: each is looked at before it is turned."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aupkeep.app.context import bound
from aupkeep.app.enforcing.freeze import freeze, thaw
from aupkeep.app.enforcing.listen import set_listening
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.settings.load import settings_page, switch_page
from aupkeep.app.pages.settings.page import Switch
from aupkeep.model.errors import Missing
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import desk, signed_in, staff_page, take
from aupkeep.web.words import say


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """The page."""
    return desk(request, person, "settings", settings_page(bound(), person))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def turn(request: HttpRequest, person: Person, switch: str) -> HttpResponse:
    """A GET looks: what stops, what goes on. Its button turns the switch, with a reason."""
    if switch not in set(Switch):
        raise Missing(f"switch: expected one of {', '.join(Switch)}, found {switch[:40]!r}")
    chosen = Switch(switch)
    if request.method != "POST":
        return _page(request, person, chosen)
    form = PostedForm(request)
    why = form.needed("why", say(person.language, "why.missing"), say(person.language, "long"))
    if form.troubles:
        return _page(request, person, chosen, form.troubles, 422)
    return take(
        lambda: _turn(chosen, why, person),
        reverse("settings"),
        "switched",
        lambda troubles, status: _page(request, person, chosen, troubles, status),
    )


def _turn(switch: Switch, why: str, person: Person) -> None:
    if switch is Switch.FREEZE:
        freeze(why, person.id, bound().home)
    elif switch is Switch.THAW:
        thaw(why, person.id, bound().home)
    else:
        listen = switch is Switch.LISTEN
        set_listening(bound(), wanted=listen, reason=why, person=person.id, maker=person.maker)


def _page(
    request: HttpRequest, person: Person, switch: Switch,
    troubles: dict[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    page = switch_page(bound(), person, switch)
    return desk(
        request, person, "settings", page, template="switch", troubles=troubles, status=status
    )
