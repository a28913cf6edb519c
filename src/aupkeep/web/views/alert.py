"""An alert by its link: GET shows it and touches nothing, POST acknowledges it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from aupkeep.app.context import bound
from aupkeep.app.notifying.alert_links import acknowledge_by_link, linked_alert
from aupkeep.app.pages.layout.load import operator_of
from aupkeep.model.errors import Conflict
from aupkeep.web.views.sign_in import public
from aupkeep.web.views.staff import who_is_signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """A link scanner's look acknowledges nothing; of two presses the second reads who was first."""
    person = who_is_signed_in(request)
    if request.method == "POST":
        try:
            acknowledge_by_link(bound(), token, person.id if person else None)
        except Conflict:
            return _page(request, token, status=409)
    return _page(request, token)


def _page(request: HttpRequest, token: str, status: int = 200) -> HttpResponse:
    values = {"linked": linked_alert(bound(), token), "operator": operator_of(bound())}
    return public(request, "aupkeep/alert.html", values, status)
