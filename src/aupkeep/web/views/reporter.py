"""The reporter's status page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aupkeep.app.context import bound
from aupkeep.app.pages.reporter.load import reporter_page
from aupkeep.app.pages.reporter.page import Progress
from aupkeep.web.words import NAMES


@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """What came of a report, in `?language=` where asked."""
    asked = request.GET.get("language", "")
    page = reporter_page(bound(), token, asked if asked in NAMES else "")
    reached = dict(page.steps)
    values = {
        "page": page,
        "language": page.language,
        "others": [(code, NAMES[code]) for code in page.languages if code != page.language],
        "sent": "sent" in request.GET,
        "confirmed": "confirmed" in request.GET,
        "steps": [(stage.value, reached.get(stage), stage is page.progress) for stage in Progress],
    }
    return render(request, "aupkeep/reporter.html", values)
