"""What nothing reads is refused: a field of a body, a word of a query, a body where none is taken.

An ignored `state=open` lists everything and an ignored `hour` lets a measure stand for longer: who
misspells a word is told which ones there are, before anything is done.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from ninja.errors import ValidationError, ValidationErrorContext
from ninja.operation import Operation

from aupkeep.api.paging import NAMES
from aupkeep.model.errors import Invalid

LONGEST = 60  # characters of a value that a refusal shows
EXTRA = "extra_forbidden"  # pydantic's word
EMPTY = {b"", b"{}"}
BODILESS = {"POST", "DELETE"}
SHAPES = {"missing": "expected it, found nothing"}


class ExactBody(Schema, extra="forbid"):
    """What an act is asked with; a field that it does not have is refused, never left unread."""


def exact(run: Callable[..., Any]) -> Callable[..., Any]:
    """Bind an operation so that it acts on a request alone of which it reads everything.

    Who may not ask at all is told that first.
    """
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    act, words = operation.view_func, _query_words(operation)
    bodiless = BODILESS.issuperset(operation.methods) and not _takes_body(operation)

    @wraps(act)
    def acting(request: HttpRequest, *args: object, **values: object) -> object:
        if unread := sorted(set(request.GET) - set(words)):
            known = f"only {', '.join(words)}" if words else "no words behind the address"
            raise Invalid(f"{unread[0][:LONGEST]!a}: expected {known}, found this one too")
        if bodiless and (body := request.body.strip()) not in EMPTY:
            raise Invalid(f"body: expected nothing, found {len(body)} bytes")
        return act(request, *args, **values)

    operation.view_func = acting
    return run


def _query_words(operation: Operation) -> list[str]:
    """What an operation reads behind the question mark, in its order."""
    asked = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return [word for model in asked for word in getattr(model, "__ninja_flatten_map__", ())]


def _takes_body(operation: Operation) -> bool:
    """Whether it reads a body: as fields, or as bytes that its description speaks of."""
    described = "requestBody" in (operation.openapi_extra or {})
    return described or any(model.__ninja_param_source__ == "body" for model in operation.models)


def with_known(
    error: ValidationError, contexts: list[ValidationErrorContext[Any]]
) -> ValidationError:
    """The same, in which each refused field stands beside those that there are."""
    for context in contexts:
        for unknown in error.errors:
            if unknown["type"] == EXTRA and context.model.__ninja_param_source__ == "body":
                body: Any = context.model.model_fields[unknown["loc"][1]].annotation
                unknown["ctx"] = {"known": list(body.model_fields)}
    return error


def shape_fault(error: ValidationError, asked: Mapping[str, str]) -> tuple[int, str]:
    """Status and words of the first parameter that is wrong; 400 for a page that cannot be."""
    first = error.errors[0]
    place = ".".join(str(part) for part in first["loc"])
    field = first["loc"][2:]  # behind the body and the name of its parameter
    if first["loc"][0] == "body" and field:
        place, why = ".".join(str(part) for part in field), SHAPES.get(first["type"], first["msg"])
        if first["type"] == EXTRA:
            why = f"expected only {', '.join(first['ctx']['known'])}, found this one too"
            place = place[:LONGEST]
        return HTTPStatus.UNPROCESSABLE_ENTITY, f"{place}: {why}"
    if not (first["loc"][0] == "query" and first["loc"][-1] in NAMES):
        return HTTPStatus.UNPROCESSABLE_ENTITY, f"{place}: {first['msg']}"
    name = str(first["loc"][-1])
    return HTTPStatus.BAD_REQUEST, f"{name}: {first['msg']}, found {asked.get(name)!r:.{LONGEST}}"
