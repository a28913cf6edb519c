"""Drafts on a case: kept at a pause of typing by a script, or by a button."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from aupkeep.app.context import bound
from aupkeep.app.pages.case.typed import keep_draft
from aupkeep.app.pages.in_language import words_in
from aupkeep.app.pages.layout.page import Person
from aupkeep.model.moments import show_minute
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import staff_post

FIELDS = ("reasons", "note", "closing", "judging", "to", "subject", "text")


@staff_post
def keep(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Keep what stands in the form that `form` names; a script gets the line as JSON."""
    sent = PostedForm(request)
    form, texts = sent.text("form"), {name: sent.text(name) for name in FIELDS}
    at = keep_draft(bound(), person, reference, form, texts)
    if "application/json" in request.headers.get("Accept", ""):
        said = words_in("Draft kept" if at else "Nothing is kept", person.language)
        return JsonResponse({"words": f"{said} {show_minute(at)}" if at else said})
    where = reverse("write" if form == "write" else "case", args=[reference])
    return HttpResponseRedirect(f"{where}?done=kept", status=303)
