"""Who claims things: the list, one source, and the steps a person takes about it."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from aupkeep.app.context import bound
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.sources.load import source_page, sources_page
from aupkeep.app.sanctions.sanction import judge_report
from aupkeep.app.sanctions.source_details import step_source
from aupkeep.model.errors import Conflict, Forbidden, Invalid
from aupkeep.model.source import ClaimVerdict, SanctionStep
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import console, staff_page, staff_post

LONGEST = 366  # days
LONG = "At most 5,000 characters."
REASONS = "Write the reasons: number, share, gravity, and what it was meant to do."
DAYS = "Say for how many days, 1 to 366."
LASTING = (SanctionStep.SLOW, SanctionStep.SUSPEND, SanctionStep.TRUST)
DONE = {"step": "Done; it stands in the journal with your reasons.", "judged": "Said."}


@staff_page
def show(request: HttpRequest, person: Person) -> HttpResponse:
    """`?view=` and `?cursor=` choose what is shown."""
    view, cursor = request.GET.get("view", ""), request.GET.get("cursor", "")
    page = sources_page(bound(), person, view, cursor)
    return console(request, "aupkeep/sources.html", {"page": page, "at": "sources"})


@staff_page
def source(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """One source; `?done=` names what just happened."""
    return _page(request, person, key)


@staff_post
def step(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Take a step. Blank is refused: step, days where it lasts, and reasons."""
    form = PostedForm(request)
    chosen = form.choice("step", SanctionStep, "Choose a step.")
    days = form.whole("days", LONGEST, DAYS) if chosen in LASTING else 0
    reasons = form.needed("reasons", REASONS, LONG)
    if form.troubles or chosen is None:
        return _page(request, person, key, form.troubles, 422)
    act = partial(
        step_source,
        bound(),
        key,
        chosen,
        person=person.id,
        reasons=reasons,
        days=days or None,
        resume=chosen is SanctionStep.RESTORE,  # what waited is processed
    )
    return _do(request, person, key, "step", act)


@staff_post
def judge(request: HttpRequest, person: Person, key: str) -> HttpResponse:
    """Say what came of one report."""
    form = PostedForm(request)
    said = form.choice("said", ClaimVerdict, "Choose what came of it.")
    why = form.needed("why", "Write why.", LONG)
    report = form.text("report")
    if form.troubles or said is None:
        return _page(request, person, key, form.troubles, 422)
    act = partial(judge_report, bound(), report, said, person=person.id, reasons=why)
    return _do(request, person, key, "judged", act)


def _do(
    request: HttpRequest, person: Person, key: str, done: str, act: Callable[[], object]
) -> HttpResponse:
    """Act, then show the source anew; a refusal is told on the page with what was typed kept."""
    try:
        act()
    except (Conflict, Forbidden, Invalid) as error:
        return _page(request, person, key, {"": str(error)}, error.status)
    return HttpResponseRedirect(f"{reverse('source', args=[key])}?done={done}", status=303)


def _page(
    request: HttpRequest,
    person: Person,
    key: str,
    troubles: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    values = {
        "page": source_page(bound(), person, key),
        "at": "sources",
        "troubles": troubles or {},
        "typed": request.POST,
        "done": DONE.get(request.GET.get("done", ""), ""),
        "sayable": [ClaimVerdict.CONFIRMED, ClaimVerdict.REFUTED, ClaimVerdict.UNFOUNDED],
    }
    return console(request, "aupkeep/source.html", values, status)
