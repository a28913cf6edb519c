"""Notices by the API: the same fields as the public form, for programs.

Anybody may file: `GET /notices/challenge`, find a `solution` so that SHA-256 of
`<challenge>:<solution>` begins with `bits` zero bits, and send it along. A caller with a token of
the scope `report` needs no challenge, and nobody has to confirm an address.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from aupkeep.api.bodies import in_place, read_body
from aupkeep.api.faults import FAULTS
from aupkeep.api.tokens import caller_address, check_address, token_name
from aupkeep.app.context import bound
from aupkeep.app.pages.notice_form.load import file_json, offer_challenge
from aupkeep.app.pages.reporter.load import notice_progress
from aupkeep.model.as_json import as_json
from aupkeep.model.filing import Matter

MAX_BODY = 18 << 20  # ten megabytes of files in base64, and the words
BEARER = "bearer "
EXAMPLE = {
    "matter": "break-in",
    "where": ["203.0.113.7:41822"],
    "at": "2026-03-01T12:00:00Z",
    "why": "It guesses passwords on our mail server, about 300 times since midnight.",
    "lines": "Mar  1 12:00:00 mx sshd[9]: Failed password for root from 203.0.113.7 port 41822",
    "name": "Kari Nordby",
    "email": "kari@example.org",
    "good_faith": True,
    "challenge": "1772366400.17.5.9f0c….b1946a…",
    "solution": "48213",
}

notices = Router(tags=["notices"])


class Challenge(Schema):
    """What a notice without a token costs: a solution whose digest begins with `bits` zero bits."""

    challenge: str
    bits: int
    expires_at: str


class NoticeIn(Schema):
    """A notice (DSA Article 16(2)); for `copyright` also 17 USC 512(c)(3)(A)."""

    matter: Matter = Field(description="What it is about.")
    where: list[str] = Field(
        description="Exact locations: URLs, addresses with or without a port, names; 1 to 20."
    )
    why: str = Field(description="Why it is unlawful or against the policy; 10 to 20000 characters")
    good_faith: bool = Field(description="You believe in good faith that it is accurate: true.")
    name: str = Field("", description="Yours or your organisation's; optional for `child` only.")
    email: str = Field("", description="Confirmed by a mailed link; optional for `child` only.")
    at: str = Field("", description="When: RFC 3339, or local with `zone`; needed for attacks.")
    zone: str = Field("", description="Zone of a local time: Europe/Oslo or +01:00.")
    lines: str = Field("", description="Log lines or mail headers, as they are.")
    uploads: list[str] = Field(default_factory=list, description="Files in base64; at most five.")
    work: str = Field("", description="Copyright: the work.")
    authority: str = Field("", description="Copyright: owner or agent.")
    sworn: bool = Field(
        default=False, description="Copyright: accurate, and authorised, under penalty of perjury."
    )
    signature: str = Field("", description="Copyright: your full name.")
    contact: str = Field("", description="Copyright: postal address and telephone.")
    language: str = Field("en", description="Of the letters to you: en or nb.")
    challenge: str = Field("", description="Without a token: one from /notices/challenge.")
    solution: str = Field("", description="Without a token: what solves it.")


class NoticeReceipt(Schema):
    """The notice is durable. `secret` opens its status; `confirm` says that a mail went out."""

    reference: str
    secret: str
    page: str
    digest: str
    confirm: bool
    repeated: bool


class NoticeStatus(Schema):
    """How far it has come; never who the customer is."""

    class Step(Schema):
        """A stage that was reached."""

        step: str
        at: str

    class Rule(Schema):
        """A clause that was applied."""

        title: str
        text: str
        automatic: bool

    reference: str
    matter: str
    received_at: str
    confirmed: bool
    progress: str
    steps: list[Step]
    result: str
    rules: list[Rule]


BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": in_place(NoticeIn.model_json_schema(mode="validation")),
                "example": EXAMPLE,
            }
        },
    },
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": False,
            "schema": {"type": "string", "maxLength": 200},
            "description": "Yours alone (16 characters or more without a token): a repeat is told "
            "the first receipt.",
        }
    ],
    "security": [{}, {"Token": []}],
}


@notices.get("/challenge", response={200: Challenge, **FAULTS}, auth=None)
def get_challenge(request: HttpRequest) -> object:
    """A challenge, good for a day and for one notice; asking for it changes nothing."""
    return as_json(offer_challenge(bound(), caller_address(request)))


@notices.post(
    "",
    response={202: NoticeReceipt, 200: NoticeReceipt, **FAULTS},
    auth=None,
    openapi_extra=BODY,
)
def post_notice(request: HttpRequest) -> HttpResponse:
    """File a notice; the same with the same Idempotency-Key is one for ever.

    202 when it is durable; 200 with the same receipt when it was filed before. 422 names each
    field with what was expected and found; 429 says in Retry-After when to come back.
    """
    token = _token(request)
    if (request.content_type or "").lower() != "application/json":
        raise HttpError(415, f"expected application/json, found {request.content_type!r:.60}")
    key = request.headers.get("Idempotency-Key")
    receipt = file_json(
        bound(), read_body(request, MAX_BODY), peer=caller_address(request), token=token, key=key
    )
    status = HTTPStatus.OK if receipt.repeated else HTTPStatus.ACCEPTED
    answer = JsonResponse(as_json(receipt), status=status)
    answer["Location"] = f"/api/v1/notices/{receipt.reference}"
    return answer


@notices.get("/{reference}", response={200: NoticeStatus, **FAULTS}, auth=None)
def get_notice(request: HttpRequest, reference: str) -> object:
    """The status of a notice; the receipt's `secret` goes as the bearer token."""
    check_address(request)
    return as_json(notice_progress(bound(), reference, _bearer(request) or ""))


def _token(request: HttpRequest) -> str | None:
    """The name of the caller's API token; None for a caller without one.

    Raises 401 for a token that does not live, `Forbidden` for one without the scope.
    """
    secret = _bearer(request)
    if secret is None:
        return None
    name = token_name(request, secret, "report")
    if name is None:
        raise HttpError(401, "expected a token that lives, or none and a solved challenge")
    return name


def _bearer(request: HttpRequest) -> str | None:
    """The credentials of the scheme Bearer (RFC 6750 section 2.1), None without any."""
    given = request.headers.get("Authorization", "")
    return given[len(BEARER) :].strip() if given.lower().startswith(BEARER) else None
