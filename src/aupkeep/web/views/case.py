"""The case page and what a person does there."""

import base64
import re
from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from aupkeep.app.context import AppContext, bound
from aupkeep.app.deciding.case_list import next_case
from aupkeep.app.pages.case import acts
from aupkeep.app.pages.case.form import DecisionForm
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.case.typed import drafts_of, drop_sent
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.traffic.exhibits import flow_file
from aupkeep.app.pages.traffic.page import FlowFormat as FlowForm
from aupkeep.model.case import CLOSING, Judgement, Outcome
from aupkeep.model.errors import (
    Conflict,
    DriverRefused,
    Forbidden,
    Frozen,
    Invalid,
    Missing,
    TooMany,
)
from aupkeep.model.ladder import LEVELS, SLOWED, Cause, Level, Measure
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import NEXT, console, staff_page, staff_post

LONGEST = 24 * 366  # hours of one measure
RESTS = 720  # hours a case rests at most
FASTEST = 1_250_000_000  # bytes a second: 10 Gbit/s
HOURS = "Say for how many hours, 1 to 8784."
RATE = "Say how many bytes a second may pass, 1 to 1250000000."
LONG = "At most 5,000 characters."
REASONS = "Write the reasons: they stand in the decision and in the customer's notice."
WHOSE = "Type the id of the customer whose service it is."
REASON = "Write why; it stands in the journal."
DONE = {
    "decided": "Decided. The action below shows whether it has been carried out and seen.",
    "approved": "Approved by you as the second person.",
    "granted": "Granted. What it contests and still stands is being lifted.",
    "refused": "You refused the appeal. It waits for a second person who had no part in it.",
    "handed": "The appeal is handed over. Its 72 hours run on.",
    "undone": "Undone. The action below shows what has become of it.",
    "ended": "Ended. Whoever holds the service is told; the action below shows when it is seen.",
    "closed": "Closed. What still limited anything is being lifted.",
    "read": "Marked as read.",
    "written": "The letter is on its way; it stands among the notices below.",
    "assigned": "Written down: colleagues see whose it is.",
    "rests": "It rests until then, or until something new comes.",
    "ticket": "Handed over. It comes back when the ticket system says that it is closed.",
    "noted": "Noted for colleagues.",
    "kept": "The draft is kept. You alone see it.",
    "probed": "Being tested. What was seen stands below in some seconds: load the page again.",
    "reattributed": "Attributed anew. The timeline says where the evidence went.",
}
LEAVES = {  # after which the next case opens, for who wants that, and how it is said there
    "decided": "decided.",
    "closed": "closed.",
    "rests": "it rests.",
}
REFERENCE = re.compile(r"[A-Za-z0-9-]{1,20}")
MEDIA = {
    FlowForm.DOCUMENT.value: "application/json",
    FlowForm.LINES.value: "application/x-ndjson",
    FlowForm.TABLE.value: "text/csv; charset=utf-8",
}
SHOWN_ERRORS = (
    Conflict,
    DriverRefused,
    Forbidden,
    Frozen,
    Invalid,
    TooMany,
)  # on the page, draft kept
Act = Callable[[AppContext, Person, str], None]


@staff_page
def show(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """The page; `?done=` names what just happened."""
    return _page(request, person, reference)


@staff_page
def flows(
    request: HttpRequest, person: Person, reference: str, exhibit: str, form: str
) -> HttpResponse:
    """The flow rows behind a finding, as a file with its digest (RFC 9530)."""
    del request, person
    if form not in MEDIA:
        raise Missing(f"flows: expected one of {', '.join(MEDIA)}, found {form[:20]!r}")
    file = flow_file(reference, exhibit, FlowForm(form))
    answer = HttpResponse(file.data, content_type=MEDIA[form])
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    digest = base64.b64encode(bytes.fromhex(file.digest)).decode("ascii")
    answer["Repr-Digest"] = f"sha-256=:{digest}:"
    return answer


@staff_post
def decide(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Take a measure. Blank is refused: measure, hours where it limits, and reasons."""
    form = PostedForm(request)
    measure = form.choice("measure", Measure, "Choose a measure.")
    limits = measure is not None and LEVELS[measure] >= Level.L3
    hours = form.whole("hours", LONGEST, HOURS) if limits else None
    slowed = measure in SLOWED
    rate = form.whole("rate", FASTEST, RATE) if slowed else None
    reasons = form.needed("reasons", REASONS, LONG)
    cause = form.choice("cause", Cause, "Choose whose doing it was, or unknown.")
    if form.troubles or measure is None or cause is None:
        return _page(request, person, reference, form.troubles, 422)
    chosen = DecisionForm(
        measure=measure,
        hours=hours,
        reasons=reasons,
        note=form.text("note").strip() or None,
        cause=cause,
        seen=form.text("seen"),
        rate=rate,
    )
    return _do(form, person, reference, "decided", partial(acts.submit_decision, form=chosen))


@staff_post
def approve(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Be the second person of a waiting decision."""
    form = PostedForm(request)
    reasons = form.needed("approval", REASONS, LONG)
    act = partial(acts.approve, pending=form.text("pending"), reasons=reasons)
    return _do(form, person, reference, "approved", act)


@staff_post
def judge(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Judge the appeal that is this person's."""
    form = PostedForm(request)
    outcome = form.choice("judgement", Judgement, "Choose whether it is granted or refused.")
    reasons = form.needed("judging", REASON, LONG)
    if form.troubles or outcome is None:
        return _page(request, person, reference, form.troubles, 422)
    act = partial(acts.judge, answer=form.text("answer"), outcome=outcome, reasons=reasons)
    return _do(form, person, reference, outcome.value, act)


@staff_post
def hand_over(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Take an appeal over, or hand one's own over, with a reason."""
    form = PostedForm(request)
    reasons = form.needed("handing", REASON, LONG)
    act = partial(
        acts.hand_over, answer=form.text("answer"), to=form.text("to").strip(), reasons=reasons
    )
    return _do(form, person, reference, "handed", act)


@staff_post
def undo(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Lift one action, with a reason."""
    form = PostedForm(request)
    reason = form.needed("undo", REASON, LONG)
    mistaken = bool(form.text("mistaken"))
    act = partial(acts.undo, action=form.text("action"), reason=reason, mistaken=mistaken)
    return _do(form, person, reference, "undone", act)


@staff_post
def finish(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """End the held service of the case: its customer's id typed again, with reasons."""
    form = PostedForm(request)
    customer = form.needed("whose", WHOSE, LONG)
    reasons = form.needed("ending", REASONS, LONG)
    act = partial(acts.finish, customer=customer, reasons=reasons)
    return _do(form, person, reference, "ended", act)


@staff_post
def close(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Close the case with its outcome and reasons."""
    form = PostedForm(request)
    outcome = form.choice("outcome", Outcome, "Choose how it ended.")
    if outcome is not None and outcome not in CLOSING:
        form.troubles["outcome"] = "Choose how it ended."
    reasons = form.needed("closing", REASON, LONG)
    if form.troubles or outcome is None:
        return _page(request, person, reference, form.troubles, 422)
    act = partial(acts.close, outcome=outcome, reasons=reasons)
    return _do(form, person, reference, "closed", act)


@staff_post
def assign(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Take the case, give it to a colleague, or let go of it; `over` is whose the page said."""
    form = PostedForm(request)
    to = person.id if request.POST.get("to") == "me" else form.text("to")
    act = partial(acts.work, to=to, over=form.text("over"))
    return _do(form, person, reference, "assigned", act)


@staff_post
def snooze(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Let the case rest for some hours."""
    form = PostedForm(request)
    hours = form.whole("rest", RESTS, "Say for how many hours it rests, 1 to 720.")
    if form.troubles or hours is None:
        return _page(request, person, reference, form.troubles, 422)
    return _do(form, person, reference, "rests", partial(acts.rest, hours=hours))


@staff_post
def note(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Write something down for colleagues."""
    form = PostedForm(request)
    text = form.needed("note", "Write the note.", LONG)
    return _do(form, person, reference, "noted", partial(acts.write_note, text=text))


@staff_post
def ticket(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Hand the case's newest report over to the ticket system."""
    form = PostedForm(request)
    act = partial(acts.hand_to_tickets, note=form.text("ticket"))
    return _do(form, person, reference, "ticket", act)


@staff_post
def probe(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Test whether the harm is still there; the worker does it, and the page shows it then."""
    form = PostedForm(request)
    return _do(form, person, reference, "probed", partial(acts.probe, place=form.text("place")))


@staff_post
def reattribute(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Attribute claims anew whose record was corrected, with a reason."""
    form = PostedForm(request)
    reasons = form.needed("reattribution", REASON, LONG)
    act = partial(acts.reattribute, reasons=reasons)
    return _do(form, person, reference, "reattributed", act)


@staff_post
def read(request: HttpRequest, person: Person, reference: str) -> HttpResponse:
    """Mark an answer as read: escalation may go on."""
    form = PostedForm(request)
    act = partial(acts.read_answer, answer=form.text("answer"))
    return _do(form, person, reference, "read", act)


def _do(form: PostedForm, person: Person, reference: str, done: str, act: Act) -> HttpResponse:
    """Act, then show the case anew; a refusal stands on the page with what was typed kept."""
    request = form.request
    if form.troubles:
        return _page(request, person, reference, form.troubles, 422)
    try:
        act(bound(), person, reference)
    except SHOWN_ERRORS as error:
        return _page(request, person, reference, {"": str(error)}, error.status)
    drop_sent(person, reference, done)
    goes_on = request.session.get(NEXT, False) and done in LEAVES
    following = next_case(bound(), reference.upper()) if goes_on else ""
    there = reverse("case", args=[following or reference])
    after = f"&of={reference}" if following else ""
    return HttpResponseRedirect(f"{there}?done={done}{after}", status=303)


def _before(request: HttpRequest) -> tuple[str, str] | None:
    """The case that this one follows and what was done to it, None for a page that was opened."""
    done, of = request.GET.get("done", ""), request.GET.get("of", "")
    return (of, LEAVES[done]) if done in LEAVES and REFERENCE.fullmatch(of) else None


def _page(
    request: HttpRequest,
    person: Person,
    reference: str,
    troubles: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = case_page(bound(), person, reference)
    values = {
        "page": page,
        "at": "case",
        "troubles": troubles or {},
        "typed": request.POST,
        "done": DONE.get(request.GET.get("done", ""), ""),
        "before": _before(request),
        "kept": drafts_of(person, reference),
        "causes": list(Cause),
        "outcomes": list(CLOSING),
    }
    return console(request, "aupkeep/case.html", values, status)
