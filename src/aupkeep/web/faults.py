"""Errors as pages: the one translation from `model.errors` to HTTP, in words a person can use."""

from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.core.exceptions import DisallowedHost
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import is_valid_path

from aupkeep.model.errors import AupkeepError, Erased, Strange, TooMany
from aupkeep.web.words import preferred, say

log = structlog.get_logger("web")
WORDED = {400, 403, 404, 405, 408, 409, 410, 412, 413, 421, 422, 429, 500, 503}
HEALTH = "/healthz"
REFUSED = "aupkeep.refused"  # the status, set by daemon.http; no header makes such a name
EXPLAINED = {403, 409, 412, 422}  # refusals of what the person asked for: the page says why


def fault_page(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    """A page for a status: what happened, what was kept, what to do; in the browser's language."""
    language = preferred(request.headers.get("Accept-Language", ""))
    code = status if status in WORDED else 500
    values = {
        "language": language,
        "title": say(language, f"error.{code}.title"),
        "text": say(language, f"error.{code}.text"),
        "detail": detail,
        "code": status,
    }
    return render(request, "aupkeep/fault.html", values, status=status)


class ErrorPages:
    """Middleware: what Aupkeep raises on purpose becomes its page; a bare 405 gets one too.

    What the server refused before it was whole (too large, too slow), or is for another name, is
    answered here and goes no further. Below /api/ the API answers for itself, in JSON.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The inner answer, or a page where it was an empty refusal."""
        refused = request.META.get(REFUSED) or _misdirected(request)
        if refused:
            return fault_page(request, refused)
        response = self.answer(request)
        if response.status_code == 405 and not _as_problem(request, response):  # noqa: PLR2004 - RFC 9110
            page = fault_page(request, 405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Our errors by their `status`, a database that is away or strange; else Django's 500."""
        if isinstance(error, (OperationalError, InterfaceError)) and not by_machine(request):
            log.warning("the database is away", error=str(error).partition("\n")[0])
            return fault_page(request, HTTPStatus.SERVICE_UNAVAILABLE)
        if not isinstance(error, (AupkeepError, DataError)) or by_machine(request):
            return None
        if isinstance(error, (DataError, Strange)):
            log.error(
                "the database holds a value that is not ours", error=str(error).partition("\n")[0]
            )
            return _named_page(request, "strange", Strange.status)
        if isinstance(error, Erased):
            return _named_page(request, "erased", error.status, rule=error.rule)
        page = fault_page(request, error.status, str(error) if error.status in EXPLAINED else "")
        if isinstance(error, TooMany):
            page["Retry-After"] = str(error.wait)  # RFC 6585 section 4
        return page


def _misdirected(request: HttpRequest) -> int:
    """421 (RFC 9110) for a name that is none of ours; probes of `/healthz` go by the address."""
    try:
        request.get_host()
    except DisallowedHost:
        return 0 if request.path == HEALTH else HTTPStatus.MISDIRECTED_REQUEST
    return 0


def _named_page(request: HttpRequest, name: str, status: int, **places: str) -> HttpResponse:
    """The fault page with the title and the text of this name, `places` filled in."""
    language = preferred(request.headers.get("Accept-Language", ""))
    values = {
        "language": language,
        "title": say(language, f"{name}.title"),
        "text": say(language, f"{name}.text", **places),
        "code": status,
    }
    return render(request, "aupkeep/fault.html", values, status=status)


def _as_problem(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a program asked: its refusal stays as it is (RFC 9457)."""
    return by_machine(request) or response.get("Content-Type") == "application/problem+json"


def by_machine(request: HttpRequest) -> bool:
    """Whether the API answers it, in its own shape."""
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """400."""
    return fault_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """403."""
    return fault_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """404; an address with a slash too many, as somebody typed it, leads to its page."""
    bare = request.path.rstrip("/")
    lost = request.path != bare and request.method in {"GET", "HEAD"} and not by_machine(request)
    if lost and is_valid_path(bare) and not is_valid_path(request.path):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{bare}?{query}" if query else bare)
    return fault_page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return fault_page(request, 500)


def cross_site(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """403 for a form without a valid cross-site token."""
    language = preferred(request.headers.get("Accept-Language", ""))
    return fault_page(request, 403, say(language, "error.csrf"))
