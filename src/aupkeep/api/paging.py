"""Pages of lists: how many, and behind which; anything else is refused with what is expected.

A list that is walked to its end stands in an order that only grows, so that nothing is missed
between two pages: evidence by when it was joined to its case, a report's cases likewise. Sources
stand with who was heard last first: who is heard meanwhile is on the first page again.
"""

import hashlib
import json
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema, Status

from aupkeep.model.as_json import as_json

MOST = 1000
NAMES = {"limit", "after"}
VISIBLE = "^[!-~]+$"  # what ids and references are made of
WORD = Field("", max_length=200)


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
    site: str = WORD
    sort: str = WORD


class PagedEvidence(Paged):
    """A page of a case's evidence: behind what `evidence_after` said of the page before."""

    limit: int = Field(500, ge=1, le=MOST)


def next_page(
    request: HttpRequest, response: HttpResponse, page: Limited, seen: Sequence[str]
) -> None:
    """Name the page behind a full one in its `Link` header (RFC 8288)."""
    if len(seen) == page.limit:
        query = request.GET.copy()
        query["after"] = seen[-1]
        response["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'


def listed_or_304(
    request: HttpRequest, response: HttpResponse, records: Sequence[object]
) -> object:
    """The list under its `ETag`; 304 for a caller who has it (`If-None-Match`, RFC 9110 13.1.2)."""
    body = as_json(records)
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]
    response["ETag"] = f'"{digest}"'
    known = response["ETag"] in request.headers.get("If-None-Match", "")
    return Status(304, None) if known else body
