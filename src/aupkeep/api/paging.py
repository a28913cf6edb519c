"""Pages of lists: how many, and behind which; anything else is refused with what is expected.

A list that is walked to its end stands in an order that only grows, so that nothing is missed
between two pages: evidence by when it was joined to its case, a report's cases likewise. Sources
stand with who was heard last first: who is heard meanwhile is on the first page again.
"""

from collections.abc import Mapping
from http import HTTPStatus

from ninja import Field, Schema
from ninja.errors import ValidationError

MOST = 1000
NAMES = {"limit", "after"}
VISIBLE = "^[!-~]+$"  # what ids and references are made of
WORD = Field("", max_length=200)
LONGEST = 60  # characters of a value that a refusal shows

SHAPES = {
    "missing": "expected it, found nothing",
    "extra_forbidden": "expected only fields that the act has, found this one too",
}


class ExactBody(Schema, extra="forbid"):
    """What an act is asked with; a field that it does not have is refused, never left unread."""


class Limited(Schema):
    """The first of a list: how many."""

    limit: int = Field(50, ge=1, le=MOST)


class Paged(Limited):
    """A page: behind the one that was last on the page before."""

    after: str | None = Field(None, min_length=1, max_length=200, pattern=VISIBLE)


class CaseWords(Schema):
    """The filters of the queue and its order; `view` is open, answered, … or closed."""

    view: str = WORD
    clause: str = WORD
    kind: str = WORD
    customer: str = WORD
    evidence: str = WORD
    assignee: str = WORD
    address: str = WORD
    age: str = WORD
    proposal: str = WORD
    source: str = WORD
    sort: str = WORD


class PagedEvidence(Paged):
    """A page of a case's evidence: behind what `evidence_after` said of the page before."""

    limit: int = Field(500, ge=1, le=MOST)


def shape_fault(error: ValidationError, asked: Mapping[str, str]) -> tuple[int, str]:
    """Status and words of the first parameter that is wrong; 400 for a page that cannot be."""
    first = error.errors[0]
    place = ".".join(str(part) for part in first["loc"])
    field = first["loc"][2:]  # behind the body and the name of its parameter
    if first["loc"][0] == "body" and field:
        place, why = ".".join(str(part) for part in field), SHAPES.get(first["type"], first["msg"])
        return HTTPStatus.UNPROCESSABLE_ENTITY, f"{place}: {why}"
    if not (first["loc"][0] == "query" and first["loc"][-1] in NAMES):
        return HTTPStatus.UNPROCESSABLE_ENTITY, f"{place}: {first['msg']}"
    name = str(first["loc"][-1])
    return HTTPStatus.BAD_REQUEST, f"{name}: {first['msg']}, found {asked.get(name)!r:.{LONGEST}}"
