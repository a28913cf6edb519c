"""The accused customer's page: opened by a link, no account, no cookie, no script."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aupkeep.app.context import bound
from aupkeep.app.deciding.answers import give_answer
from aupkeep.app.notifying.opt_outs import opt_out_by_link
from aupkeep.app.pages.customer.load import customer_page, customer_statements
from aupkeep.app.pages.customer.logo import customer_logo
from aupkeep.app.probing.ask import ask_by_link
from aupkeep.model.as_json import as_json
from aupkeep.model.case import AnswerKind
from aupkeep.model.errors import Conflict, TooMany
from aupkeep.web.fields import MOST, PostedForm
from aupkeep.web.words import NAMES, say

WRITTEN = {AnswerKind.APPEAL}  # these need words, the three answers may do without
SHORT = 3  # characters that could be a reason


@csrf_exempt  # the single-use token of the page does that work, without a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the page, in `?language=` where asked; POST sends one answer."""
    if request.method == "POST":
        return _answer(request, token)
    return _page(request, token, {}, thanks="answered" in request.GET)


@csrf_exempt  # as `show`
@require_POST
def test(request: HttpRequest, token: str) -> HttpResponse:
    """The customer says that it is fixed, and has it tested."""
    try:
        ask_by_link(bound(), token, PostedForm(request).text("once"))
    except Conflict:
        return _page(request, token, {"": "test.error"}, status=409)
    except TooMany:
        return _page(request, token, {"": "test.error.often"}, status=429)
    there = reverse("customer", args=[token])
    language = _known(request.GET.get("language", "")) or ""
    return HttpResponseRedirect(f"{there}?language={language}#tested", status=303)


@csrf_exempt  # as `show`
@require_POST
def mail(request: HttpRequest, token: str) -> HttpResponse:
    """The customer says whether it wants mail about a kind; pressed twice is said once."""
    form = PostedForm(request)
    opt_out_by_link(bound(), token, form.text("kind"), wanted=form.text("mail") == "on")
    language = _known(request.GET.get("language", ""))
    there = reverse("customer", args=[token])
    return HttpResponseRedirect(f"{there}?language={language}#mail", status=303)


@require_safe
def logo(request: HttpRequest, token: str) -> HttpResponse:
    """The brand's logo, by the type that its bytes have, whatever its file is called."""
    shown = customer_logo(bound(), token)
    answer = HttpResponse(shown.data, content_type=shown.media)
    answer["Content-Disposition"] = "inline; filename=logo"
    answer["Cache-Control"] = "private, max-age=3600"
    return answer


@require_safe
def reasons(request: HttpRequest, token: str) -> HttpResponse:
    """The statements of reasons as JSON."""
    return JsonResponse(as_json(customer_statements(bound(), token)), safe=False)


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    form = PostedForm(request)
    kind = form.choice("kind", AnswerKind, "answer.error.kind")
    field = "appeal" if kind in WRITTEN else "text"
    text = form.optional(field, "answer.error.text")
    if kind in WRITTEN and len(text) < SHORT:
        form.troubles["appeal"] = "answer.error.reason"
    if form.troubles or kind is None:
        return _page(request, token, form.troubles, status=422)
    try:
        give_answer(bound(), token, kind, text, form.text("once"))
    except Conflict:
        return _page(request, token, {"": "answer.error.once"}, status=409)
    there = reverse("customer", args=[token])
    language = _known(request.GET.get("language", ""))
    return HttpResponseRedirect(
        f"{there}?answered&language={language}" if language else f"{there}?answered", status=303
    )


def _page(
    request: HttpRequest,
    token: str,
    troubles: dict[str, str],
    *,
    thanks: bool = False,
    status: int = 200,
) -> HttpResponse:
    page = customer_page(bound(), token, _known(request.GET.get("language", "")))
    values = {
        "page": page,
        "token": token,
        "language": page.language,
        "others": [(code, NAMES[code]) for code in page.languages if code != page.language],
        "troubles": {key: say(page.language, name, most=MOST) for key, name in troubles.items()},
        "typed": request.POST,
        "thanks": thanks,
        "kinds": [kind.value for kind in AnswerKind if kind not in WRITTEN],
    }
    return render(request, "aupkeep/customer.html", values, status=status)


def _known(language: str) -> str:
    return language if language in NAMES else ""
