"""Writing to the customer or a reporter of a case: the form, the preview, sending."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aupkeep.app.context import bound
from aupkeep.app.notifying.letters import Letter, send_letter
from aupkeep.app.pages.case.typed import drafts_of, drop_sent
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.letter.load import letter_of, letter_page
from aupkeep.model.errors import AupkeepError, Conflict, Forbidden, Invalid, Missing
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import console, signed_in

SHOWN = (Conflict, Forbidden, Invalid, Missing)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def write(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """`?to=` and `?draft=` fill the form; posted it is shown as it would be sent, or sent."""
    if request.method != "POST":
        to, draft = request.GET.get("to", "customer"), request.GET.get("draft", "")
        kept = drafts_of(person, reference)
        begun = not draft and kept.at["write"] is not None
        to = kept.texts["to"] or to if begun else to
        page = letter_page(bound(), person, reference, to=to, draft=draft)
        values: dict[str, object] = {"page": page, "at": "case", "kept": kept}
        if begun:
            values["typed"] = letter_of(to, kept.texts["subject"], kept.texts["text"])
        return console(request, "aupkeep/write.html", values)
    form = PostedForm(request)
    to = form.text("to") or "customer"
    letter = letter_of(to, form.text("subject"), form.text("text"))
    try:
        if form.text("act") == "send":
            send_letter(bound(), reference, letter, person.id)
            drop_sent(person, reference, "written")
            there = reverse("case", args=[reference])
            return HttpResponseRedirect(f"{there}?done=written", status=303)
        page = letter_page(bound(), person, reference, to=to, letter=letter)
    except SHOWN as error:
        return _refused(request, person, reference, to, letter, error)
    kept = drafts_of(person, reference)
    return console(request, "aupkeep/write.html", {"page": page, "at": "case", "kept": kept})


def _refused(
    request: HttpRequest, person: Person, reference: str, to: str, letter: Letter,
    error: AupkeepError,
) -> HttpResponse:  # fmt: skip
    """The form with what was typed, and why it was not sent; an unknown case has no form."""
    page = letter_page(bound(), person, reference, to=to)
    kept = drafts_of(person, reference)
    values = {"page": page, "at": "case", "trouble": str(error), "typed": letter, "kept": kept}
    return console(request, "aupkeep/write.html", values, error.status)
