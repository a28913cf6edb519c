"""The inbox: what a person must look at."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from aupkeep.app.pages.frame import Person
from aupkeep.web.desk import desk
from aupkeep.web.fields import Form
from aupkeep.web.views.staff import console, signed_in


@require_http_methods(["GET", "HEAD"])
@signed_in
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """`?reason=` and `?cursor=` choose what is shown."""
    reason, cursor = request.GET.get("reason", ""), request.GET.get("cursor", "")
    page = desk().inbox_page(person, reason, cursor)
    values = {"page": page, "at": "inbox", "done": "done" in request.GET}
    return console(request, "aupkeep/inbox.html", values)


@require_http_methods(["GET", "HEAD"])
@signed_in
def item(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """One item with its text, as text."""
    page = desk().inbox_item(person, key)
    return console(request, "aupkeep/inbox_item.html", {"page": page, "at": "inbox"})


@require_POST
@signed_in
def done(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Take it out of the inbox; the reason stands in the journal."""
    form = Form(request)
    reason = form.needed(
        "reason",
        "Write what you did with it or why nothing is needed.",
        "At most 5,000 characters.",
    )
    if form.troubles:
        values = {
            "page": desk().inbox_item(person, key),
            "at": "inbox",
            "troubles": form.troubles,
            "typed": request.POST,
        }
        return console(request, "aupkeep/inbox_item.html", values, 422)
    desk().inbox_done(person, key, reason)
    return HttpResponseRedirect(f"{reverse('inbox')}?done", status=303)
