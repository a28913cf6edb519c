"""Several cases of the queue at once: the preview, then the act."""

from django.http import HttpRequest, HttpResponse

from aupkeep.app.context import bound
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.queue.chosen import MOST, do_chosen, look_at_chosen
from aupkeep.model.case import CLOSING
from aupkeep.model.errors import Invalid
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import console, staff_post


@staff_post
def act(request: HttpRequest, person: Person) -> HttpResponse:
    """Without `seen` marks the preview; with them the act, and what came of each case."""
    form = PostedForm(request)
    wanted, outcome, reasons = form.text("act"), form.text("outcome"), form.text("reasons")
    marks = [mark[:200].partition("|") for mark in request.POST.getlist("seen")[: MOST + 1]]
    chosen = [name[:20] for name in request.POST.getlist("case")[: MOST + 1]]
    trouble = ""
    try:
        if marks:
            seen = {name: mark for name, _, mark in marks}
            page = do_chosen(bound(), person, wanted, seen, outcome, reasons)
        else:
            page = look_at_chosen(bound(), person, wanted, chosen, outcome)
    except Invalid as error:
        if not marks:
            raise
        trouble = str(error)
        page = look_at_chosen(bound(), person, wanted, [name for name, _, _ in marks], outcome)
    values = {
        "page": page,
        "at": "queue",
        "trouble": trouble,
        "typed": reasons,
        "outcomes": list(CLOSING),
    }
    return console(request, "aupkeep/chosen.html", values, 422 if trouble else 200)
