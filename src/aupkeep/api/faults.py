"""Errors of the API in one shape, whoever made them: problem details (RFC 9457).

`type` is `about:blank`, so `title` is that of the status; `error`, a word of ours for programs, and
`message`, the same as `detail`, are older than these.
"""

from collections.abc import Callable
from functools import cached_property
from http import HTTPStatus
from typing import Any

import structlog
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError, ValidationErrorContext
from ninja.openapi.schema import OpenAPISchema

from aupkeep.api.exact import with_known
from aupkeep.model.errors import Strange

log = structlog.get_logger("api")
KINDS = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "missing",
    405: "method",
    408: "too-slow",
    409: "conflict",
    412: "stale",
    413: "too-large",
    415: "media-type",
    421: "misdirected",
    422: "invalid",
    428: "match-needed",
    429: "too-many",
    503: "unavailable",
}
BELOW = "/api/"
PROBLEM = "application/problem+json"


class Fault(Schema):
    """Why a request was refused (RFC 9457), in a word (`error`) and a sentence (`detail`)."""

    type: str
    title: str
    status: int
    detail: str
    error: str
    message: str


HEADS = {  # the server ends these before it knows what was asked for, in plain text
    str(status): {
        "description": HTTPStatus(status).phrase,
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
    for status in (414, 431)
}
FAULTS = dict.fromkeys((400, 401, 403, 404, 408, 409, 412, 413, 415, 421, 422, 429, 503), Fault)
ONE: dict[Any, Any] = {200: dict[str, Any], **FAULTS}
SEVERAL: dict[Any, Any] = {200: list[dict[str, Any]], **FAULTS}


def fault(status: int, message: str, kind: str | None = None) -> HttpResponse:
    """An error as JSON; `kind` is that of the status where none is given."""
    words = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
        "error": kind or KINDS.get(status, "broken"),
        "message": message,
    }
    response = JsonResponse(words, status=status, content_type=PROBLEM)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"  # RFC 9110 section 11.6.1
    return response


def answer_while_away(api: NinjaAPI) -> None:
    """Answer 503 when the database is away or holds a value that no write of ours makes.

    Either is met where the token is looked up, or behind it.
    """
    for away in (OperationalError, InterfaceError):
        api.add_exception_handler(away, _away)
    for strange in (DataError, Strange):
        api.add_exception_handler(strange, _strange)


def _away(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """Nothing was accepted, and the same request may come again."""
    log.warning("the database is away", error=str(error).partition("\n")[0])
    return fault(HTTPStatus.SERVICE_UNAVAILABLE, "the storage cannot take it now, try again")


def _strange(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """A value in the database that is not ours: nothing is told by it."""
    log.error("the database holds a value that is not ours", error=str(error).partition("\n")[0])
    strange = error if isinstance(error, Strange) else Strange()
    return fault(HTTPStatus.SERVICE_UNAVAILABLE, str(strange))


class JsonErrors:
    """Middleware: what the framework refuses below /api/ is told in the API's shape too."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The inner answer, or its status as JSON where it is an error in another form."""
        response = self.answer(request)
        is_json = response.get("Content-Type", "").startswith(("application/json", PROBLEM))
        if response.status_code < HTTPStatus.BAD_REQUEST or is_json:
            return response
        if not request.path.startswith(BELOW):
            return response
        ours = fault(response.status_code, HTTPStatus(response.status_code).description)
        if "Allow" in response:
            ours["Allow"] = response["Allow"]
        return ours


def as_problems(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document whose errors have the media type of problems, but for a head too long."""
    described = [
        operation for operations in document["paths"].values() for operation in operations.values()
    ]
    answers = [pair for operation in described for pair in operation.get("responses", {}).items()]
    for status, answer in answers:
        if int(status) >= HTTPStatus.BAD_REQUEST and "content" in answer:
            answer["content"] = {PROBLEM: answer["content"].pop("application/json")}
    for operation in described:
        operation["responses"] |= HEADS
    return document


class ProblemApi(NinjaAPI):
    """The framework's, with errors described as they are sent."""

    def get_openapi_schema(
        self,
        *,
        path_prefix: str | None = None,
        path_params: dict[str, Any] | None = None,
    ) -> OpenAPISchema:
        """The document of `/openapi.json`, made once: it takes a second, and anybody may ask."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        if prefix not in self._documents:
            document = super().get_openapi_schema(path_prefix=prefix)
            as_problems(document)
            self._documents[prefix] = document
        return self._documents[prefix]

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """Which parameters are wrong, a field that no body has beside those that it has."""
        error = super().validation_error_from_error_contexts(error_contexts)
        return with_known(error, error_contexts)

    @cached_property
    def _documents(self) -> dict[str, OpenAPISchema]:
        return {}
