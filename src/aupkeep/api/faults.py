"""Errors of the API in one shape: `{"error": kind, "message": words}`, whoever made them."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Schema

KINDS = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "missing",
    405: "method",
    408: "too-slow",
    409: "conflict",
    413: "too-large",
    415: "media-type",
    422: "invalid",
    429: "too-many",
    503: "unavailable",
}
BELOW = "/api/"


class Fault(Schema):
    """Why a request was refused."""

    error: str
    message: str


FAULTS = dict.fromkeys((401, 403, 404, 409, 413, 415, 422, 429, 503), Fault)


def fault(status: int, message: str, kind: str | None = None) -> HttpResponse:
    """An error as JSON; `kind` is that of the status where none is given."""
    words = {"error": kind or KINDS.get(status, "broken"), "message": message}
    response = JsonResponse(words, status=status)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"  # RFC 9110 section 11.6.1
    return response


class JsonErrors:
    """Middleware: what the framework refuses below /api/ is told in the API's shape too."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The inner answer, or its status as JSON where it is an error in another form."""
        response = self.answer(request)
        is_json = response.get("Content-Type", "").startswith("application/json")
        if response.status_code < HTTPStatus.BAD_REQUEST or is_json:
            return response
        if not request.path.startswith(BELOW):
            return response
        ours = fault(response.status_code, HTTPStatus(response.status_code).description)
        if "Allow" in response:
            ours["Allow"] = response["Allow"]
        return ours
