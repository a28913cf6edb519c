"""The public notice form: what it is about, the form, a preview, the status page.

`/report` lists the matters in plain words; `/report/phishing` is the form for one. Its button shows
what was understood, with everything typed in hidden fields, so nothing is kept for a form that is
never sent but its files. "Send" files the notice and leads to its status page. No cookie, no
account; a script only does the proof of work, and without it a short wait takes its place.
"""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from aupkeep.app.context import bound
from aupkeep.app.pages.notice_form.load import (
    check_notice,
    confirm_notice,
    confirm_page,
    form_page,
    keep_files,
    send_notice,
)
from aupkeep.app.pages.notice_form.page import Caller, CheckedNotice, PostedNotice
from aupkeep.app.receiving.notice_draft import FIELDS, LONGEST, FieldError, InvalidNotice
from aupkeep.app.submissions.filing import TooSoon
from aupkeep.model.errors import Conflict, Invalid, Missing, TooMany, Unreadable
from aupkeep.model.filing import ANONYMOUS, PROVEN_BY_FILES, TIMED, Matter
from aupkeep.web.words import CATALOGUES, NAMES, preferred, say

ROOM = 3 << 20  # bytes of a posted form besides its files
ZONES = (
    "UTC", "Europe/Oslo", "Europe/London", "Europe/Helsinki", "Europe/Istanbul", "Europe/Moscow",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Sao_Paulo", "Asia/Dubai", "Asia/Kolkata", "Asia/Bangkok", "Asia/Shanghai",
    "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip
OFFSETS = tuple(f"{hours:+03d}:00" for hours in range(-12, 15) if hours)
GROUPS = (
    ("attack", (Matter.BREAK_IN, Matter.SCAN, Matter.FLOOD, Matter.SPAM)),
    ("deceit", (Matter.PHISHING, Matter.MALWARE, Matter.FRAUD)),
    ("rights", (Matter.COPYRIGHT, Matter.BRAND, Matter.PRIVACY)),
    ("people", (Matter.CHILD, Matter.INTIMATE, Matter.HARASSMENT, Matter.DEFAMATION, Matter.HATE,
                Matter.THREAT, Matter.TERROR)),
    ("else", (Matter.GOODS, Matter.OTHER)),
)  # fmt: skip


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The matters, each a link to its form."""
    return _page(request, "aupkeep/report/choose.html", {"groups": GROUPS})


@csrf_exempt  # anybody may file: there is nobody's authority to borrow
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, matter: str) -> HttpResponse:
    """The form; POST checks it, changes it again, or sends it, by its button's `step`."""
    about = _matter(matter)
    if request.method != "POST":
        return _form(request, about, {})
    most = form_page(bound()).upload_bytes + ROOM
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        return _form(request, about, {}, [FieldError("upload", "large", "", "")], status=413)
    posted, troubles = _posted(request, about)
    step = request.POST.get("step", "")
    if step == "edit" or troubles:
        status = 422 if troubles else 200
        return _form(request, about, posted.fields, troubles, posted.handles, status=status)
    return _send(request, posted) if step == "send" else _check(request, posted)


def _check(request: HttpRequest, posted: PostedNotice) -> HttpResponse:
    """What was understood, before it is sent."""
    try:
        checked = check_notice(bound(), posted)
    except InvalidNotice as error:
        return _form(
            request, posted.matter, posted.fields, error.troubles, posted.handles, status=422
        )
    return _preview(request, posted, checked)


def _send(request: HttpRequest, posted: PostedNotice) -> HttpResponse:
    """File it; what cannot be filed yet comes back as it was, with when or why."""
    challenge, proof = request.POST.get("challenge", ""), request.POST.get("proof", "")
    try:
        token = send_notice(bound(), posted, challenge, proof)
    except InvalidNotice as error:
        return _form(
            request, posted.matter, posted.fields, error.troubles, posted.handles, status=422
        )
    except TooMany as error:
        checked = check_notice(bound(), posted, challenge)
        key = "report.soon" if isinstance(error, TooSoon) else "report.busy"
        page = _preview(request, posted, checked, (key, error.wait), 429)
        page["Retry-After"] = str(error.wait)  # RFC 9110 section 10.2.3, RFC 6585 section 4
        return page
    except (Conflict, Invalid):  # of another page, too old, or used for another notice
        return _preview(request, posted, check_notice(bound(), posted), ("report.again", 0), 409)
    there = reverse("reporter", args=[token])
    return HttpResponseRedirect(f"{there}?sent&language={posted.language}", status=303)


@csrf_exempt  # the single-use token in the address does that work
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button and uses nothing up; POST confirms that the address is the filer's."""
    asked = request.GET.get("language", "")
    page = confirm_page(bound(), token, asked if asked in NAMES else "")
    if request.method == "POST":
        there = reverse("reporter", args=[confirm_notice(bound(), token)])
        return HttpResponseRedirect(f"{there}?confirmed&language={page.language}", status=303)
    values = {"page": page, "language": page.language, "others": _others(page.language)}
    return render(request, "aupkeep/report/confirm.html", values)


def _posted(request: HttpRequest, matter: Matter) -> tuple[PostedNotice, Sequence[FieldError]]:
    """The form with its files kept, and what is wrong with the files."""
    caller = Caller(
        request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", "")
    )
    fields = {name: request.POST.get(name, "") for name in FIELDS}
    known = tuple(request.POST.getlist("upload_kept"))[:20]
    troubles: Sequence[FieldError] = ()
    files = [handle.read() for handle in request.FILES.getlist("upload")][:20]
    try:
        handles = keep_files(bound(), files, known, caller)
    except InvalidNotice as error:
        handles, troubles = known, error.troubles
    except TooMany as error:
        handles, troubles = known, [FieldError("upload", "busy", "", str(error.wait))]
    except Unreadable:
        handles, troubles = (), [FieldError("upload", "gone", "", "")]
    posted = PostedNotice(
        matter=matter,
        language=_language(request),
        fields=fields,
        handles=handles,
        caller=caller,
    )
    return posted, troubles


def _form(
    request: HttpRequest,
    matter: Matter,
    typed: object,
    troubles: Sequence[FieldError] = (),
    handles: Sequence[str] = (),
    *,
    status: int = 200,
) -> HttpResponse:
    """The form for a matter with what was typed, and each trouble at its field."""
    language = _language(request)
    values = {
        "form": "notice",  # the other language is a button of it, which keeps what was typed
        "stay": "edit",
        "matter": matter.value,
        "typed": typed,
        "troubles": {trouble.field: trouble_in(language, trouble) for trouble in troubles},
        "kept": [(number, handle, handle_size(handle)) for number, handle in enumerate(handles, 1)],
        "timed": matter in TIMED,
        "files": matter in PROVEN_BY_FILES,
        "anonymous": matter in ANONYMOUS,
        "copyrighted": matter is Matter.COPYRIGHT,
        "zones": ZONES,
        "offsets": OFFSETS,
        "longest": LONGEST,
    }
    return _page(request, "aupkeep/report/form.html", values, status)


def _preview(
    request: HttpRequest,
    posted: PostedNotice,
    checked: CheckedNotice,
    word: tuple[str, int] = ("", 0),
    status: int = 200,
) -> HttpResponse:
    """The preview, with all fields hidden in it."""
    key, wait = word
    values: dict[str, object] = {
        "form": "send",
        "stay": "check",
        "matter": posted.matter.value,
        "posted": posted,
        "checked": checked,
        "kept": [
            (number, handle, handle_size(handle)) for number, handle in enumerate(posted.handles, 1)
        ],
        "notice": say(posted.language, key, wait=_span(wait, posted.language)) if key else "",
        "pause": _span(checked.wait, posted.language) if checked.wait else "",
        "pressed": key == "report.soon" and not request.POST.get("proof"),
        "anonymous": posted.matter in ANONYMOUS,
    }
    return _page(request, "aupkeep/report/check.html", values, status)


def trouble_in(language: str, trouble: FieldError) -> str:
    """The words for a trouble: those of its field, else those of its kind."""
    own, general = f"report.error.{trouble.field}.{trouble.key}", f"report.error.{trouble.key}"
    key = own if own in CATALOGUES["en"] else general
    most = LONGEST.get(trouble.field, 0)
    return say(language, key, most=most, found=trouble.found)


def handle_size(handle: str) -> int:
    """The size a handle names, for the eye; 0 for what is none."""
    _, _, rest = handle.partition(".")
    size = rest.partition(".")[0]
    return int(size) if size.isascii() and size.isdigit() and len(size) < 12 else 0  # noqa: PLR2004 - below a terabyte


def _span(seconds: int, language: str) -> str:
    """A wait in words: seconds up to two minutes, then whole minutes."""
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return say(language, "report.seconds", count=seconds)
    return say(language, "report.minutes", count=-(-seconds // 60))


def _page(
    request: HttpRequest, template: str, values: dict[str, object], status: int = 200
) -> HttpResponse:
    language = _language(request)
    notice_form_page = form_page(bound())
    shared = {
        "page": notice_form_page,
        "language": language,
        "others": _others(language),
        "most": notice_form_page.upload_bytes >> 20,
    }
    return render(request, template, shared | values, status=status)


def _others(language: str) -> list[tuple[str, str]]:
    return [(code, name) for code, name in NAMES.items() if code != language]


def _language(request: HttpRequest) -> str:
    """The language asked for in the address, else the browser's."""
    asked = request.GET.get("language", "")
    return asked if asked in NAMES else preferred(request.headers.get("Accept-Language", ""))


def _matter(text: str) -> Matter:
    """The matter of an address. Raises `Missing`."""
    try:
        return Matter(text)
    except ValueError as error:
        raise Missing(f"report: expected one of our matters, found {text[:40]!r}") from error
