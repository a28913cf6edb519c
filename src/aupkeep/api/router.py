"""The API put together: tokens, errors, addresses. Each function calls one of `app`."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Query, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from aupkeep import __version__
from aupkeep.api.bodies import (
    ACCEPTANCES,
    ASSIGNMENTS,
    FINDINGS,
    NAMES,
    REPORT,
    STATUS,
    WholeJson,
    needed_body,
)
from aupkeep.api.desk import desk
from aupkeep.api.exact import ExactBody, exact, shape_fault
from aupkeep.api.faults import FAULTS, ONE, SEVERAL, ProblemApi, answer_while_away, fault
from aupkeep.api.lookups import lookups
from aupkeep.api.notices import notices
from aupkeep.api.paging import Paged
from aupkeep.api.tokens import JudgeToken, PersonalToken, ScopedToken, credential, token_actor
from aupkeep.app.access.tokens import check_target
from aupkeep.app.context import bound
from aupkeep.app.deciding.approvals import approve_with
from aupkeep.app.deciding.case_records import cases_of_report, find_case
from aupkeep.app.deciding.outside_judge import judge_with
from aupkeep.app.enforcing.agent_keys import (
    AgentRequest,
    RequestSignature,
    check_reader,
    check_reporter,
    verified,
)
from aupkeep.app.enforcing.agent_reports import take_status
from aupkeep.app.enforcing.desired_state import ask_fresh, state_answer
from aupkeep.app.inventory.acceptances import import_acceptances
from aupkeep.app.inventory.holders import who
from aupkeep.app.inventory.hosted_names import import_hosted_names
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.notifying.statements import case_statements
from aupkeep.app.receiving.receive import RawEnvelope, ReceivedRaw, own_key, receive
from aupkeep.app.sanctions.source_details import list_sources, show_source
from aupkeep.app.telemetry.findings.posted import receive_findings
from aupkeep.model.as_json import as_json
from aupkeep.model.case import Judgement
from aupkeep.model.errors import AupkeepError, Invalid, Replayed, TooMany
from aupkeep.model.moments import parse_moment
from aupkeep.model.raw import Channel, media_named

MAIL_TYPES = {"message/rfc822"}
JSON_TYPES = {"application/json", "application/xarf+json"}
TABLE_TYPES = {"text/csv"}
FRESH, KNOWN = 202, 200
SAID = ((Invalid, "invalid"), (TooMany, "too-many"))  # each with what is below it


api = ProblemApi(
    title="Aupkeep", version=__version__, urls_namespace="api", docs_url=None,
    openapi_url="/openapi.json", parser=WholeJson(),
)  # fmt: skip
api.add_decorator(exact, mode="view")
api.add_router("/notices", notices)
api.add_router("", desk)
api.add_router("", lookups)
answer_while_away(api)


@api.exception_handler(AupkeepError)
def _ours(request: HttpRequest, error: AupkeepError) -> HttpResponse:
    """Our errors in their own status, with the message they were raised with."""
    said = next((word for kind, word in SAID if isinstance(error, kind)), None)
    answer = fault(error.status, str(error), said or type(error).__name__.lower())
    if isinstance(error, TooMany):
        answer["Retry-After"] = str(error.wait)  # RFC 6585 section 4
    if isinstance(error, Replayed):
        answer[error.header] = str(error.last)
    return answer


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token, or one that does not live: which of them is not told."""
    del error
    return fault(401, "expected `Authorization: Bearer` with a token that lives, found none")


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The framework's own refusals in the same shape as ours; what it wraps of ours as ours."""
    if isinstance(error.__cause__, AupkeepError):
        return _ours(request, error.__cause__)
    return fault(error.status_code, str(error))


@api.exception_handler(ValidationError)
def _shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first parameter that is wrong."""
    return fault(*shape_fault(error, request.GET))


class Accepted(Schema):
    """A receipt: the bytes are durable under this id and digest."""

    raw: str
    digest: str
    repeated: bool


class Who(Schema):
    """The question `who`."""

    subject: str
    at: str
    site: str | None = None


@api.post(
    "/reports",
    response={202: Accepted, 200: Accepted, **FAULTS},
    auth=ScopedToken("report"),
    openapi_extra=REPORT,
)
def post_report(request: HttpRequest, site: str | None = None) -> HttpResponse:
    """Take one report; the same content, or the same Idempotency-Key, is one report for ever."""
    media = (request.content_type or "").lower()
    if media not in MAIL_TYPES | JSON_TYPES | TABLE_TYPES:
        expected = "message/rfc822, application/json or text/csv"
        raise HttpError(415, f"expected {expected}, found {media[:60]!r}")
    name = (request.content_params or {}).get("name", "")
    envelope = RawEnvelope(
        channel=Channel.API,
        media_type=media_named(media, name),
        key=_own_key(request),
        token=credential(request),
        site=site or None,
    )
    return _accepted(receive(bound(), needed_body(request), envelope))


@api.post(
    "/findings",
    response={202: Accepted, 200: Accepted, **FAULTS},
    auth=ScopedToken("finding", trusted=True),
    openapi_extra=FINDINGS,
)
def post_findings(request: HttpRequest) -> HttpResponse:
    """Take findings of our own telemetry: a JSON list in the shape `aupkeep parse` prints.

    Beside that shape a finding may have `target` (address, port, protocol), `count`, `transport`
    and `details`; `clause` and `offsets` are not read.
    """
    key, name = _own_key(request), credential(request)
    return _accepted(receive_findings(bound(), needed_body(request), token=name, key=key))


@api.put("/assignments", response=ONE, auth=ScopedToken("inventory"), openapi_extra=ASSIGNMENTS)
def put_assignments(request: HttpRequest, source: str = "csv") -> object:
    """Import assignments by a source plugin; intersecting ones are refused, both named."""
    return as_json(
        import_assignments(bound(), needed_body(request), source, by=token_actor(request))
    )


@api.put("/names", response=ONE, auth=ScopedToken("inventory"), openapi_extra=NAMES)
def put_names(request: HttpRequest) -> object:
    """Import from CSV whose each host name is at an address that many share."""
    return as_json(import_hosted_names(bound(), needed_body(request), by=token_actor(request)))


@api.get("/who", response=ONE, auth=ScopedToken("inventory"))
def get_who(request: HttpRequest, asked: Query[Who]) -> object:
    """Who held an address at a moment."""
    at = parse_moment(asked.at, "at")
    return as_json(who(bound(), asked.subject, at, site=asked.site))


@api.get("/reports/{report}/cases", response=SEVERAL, auth=ScopedToken("case"))
def get_cases_of_report(request: HttpRequest, report: str, page: Query[Paged]) -> object:
    """The cases that a report's claims were joined to; `after` is the last reference seen."""
    return as_json(cases_of_report(report, limit=page.limit, after=page.after))


class Approving(ExactBody):
    """What the second person looked at, in a sentence."""

    reasons: str = ""


@api.post("/decisions/{decision}/approve", response=ONE, auth=PersonalToken())
def approve_decision(request: HttpRequest, decision: str, said: Approving) -> object:
    """Be the second person of a decision that waits, by one's own token."""
    secret = credential(request)
    return as_json(approve_with(bound(), decision, secret, reasons=said.reasons))


class Judging(ExactBody):
    """What an outside judge says of an appeal: granted or refused, and why."""

    judgement: Literal["granted", "refused"]
    reasons: str


@api.post("/cases/{reference}/appeal", response=ONE, auth=JudgeToken())
def judge_the_appeal(request: HttpRequest, reference: str, said: Judging) -> object:
    """Judge the appeal that the token was made for; a refusal waits for a second person."""
    secret = credential(request)
    outcome = Judgement(said.judgement)
    return as_json(judge_with(bound(), reference, outcome, secret, reasons=said.reasons))


@api.get("/cases/{reference}/statements", response=SEVERAL, auth=ScopedToken("case"))
def get_statements(request: HttpRequest, reference: str) -> object:
    """The statements of reasons of a case's decisions, in both languages."""
    return as_json(case_statements(find_case(reference).id))


@api.put("/acceptances", response=ONE, auth=ScopedToken("inventory"), openapi_extra=ACCEPTANCES)
def put_acceptances(request: HttpRequest) -> object:
    """Import which customers accepted which version of the policy document, from CSV."""
    return as_json(import_acceptances(bound(), needed_body(request), by=token_actor(request)))


@api.get("/sources", response=SEVERAL, auth=ScopedToken("case"))
def get_sources(request: HttpRequest, page: Query[Paged], *, unproven: bool = False) -> object:
    """Who claims things, who was heard last first; `after` is the id of the last one seen."""
    sources = list_sources(bound(), limit=page.limit, after=page.after, proven=not unproven)
    return as_json(sources)


@api.get("/sources/{path:name}", response=ONE, auth=ScopedToken("case"))
def get_source(request: HttpRequest, name: str) -> object:
    """One source by key or id: its record, recent reports and what was done about it."""
    return as_json(show_source(bound(), name))


@api.get(
    "/desired/{target}",
    response={200: dict[str, Any], 226: dict[str, Any], 304: None, **FAULTS},
    auth=ScopedToken("agent"),
)
def get_desired(request: HttpRequest, target: str, nonce: str = "") -> HttpResponse:
    """The signed desired state of one agent, as bytes it verifies itself.

    A `nonce` (32 hex digits) has the next one, a second later, signed over it. With `If-None-Match`
    a state that the agent has is 304, and with `A-IM: aupkeep-state` too, 226 is what differs.
    """
    check_target(bound(), credential(request), target)
    check_reader(bound(), target, _signature(request))
    if nonce:
        ask_fresh(bound(), target, nonce)
    asked = request.headers
    answer = state_answer(bound(), target, asked.get("If-None-Match", ""), asked.get("A-IM", ""))
    kind = "application/json"
    return HttpResponse(answer.data, kind, answer.status, headers=dict(answer.headers))


@api.post("/status/{target}", response=ONE, auth=ScopedToken("agent"), openapi_extra=STATUS)
def post_status(request: HttpRequest, target: str) -> object:
    """What an agent saw: which actions stand, which are gone, what it refused.

    Signed by the agent's own key (RFC 9421), which its first report makes known.
    """
    check_target(bound(), credential(request), target)
    body = needed_body(request)
    check_reporter(bound(), target, _signature(request, body), body)
    return {"changed": take_status(bound(), target, body)}


def _signature(request: HttpRequest, body: bytes = b"") -> RequestSignature | None:
    """Who signed the request, None where nobody did. Raises `Forbidden` for a bad signature."""
    query = request.META.get("QUERY_STRING", "")
    signed = AgentRequest(method=str(request.method), path=request.path, query=query, body=body)
    return verified(signed, request.headers)


def _accepted(receipt: ReceivedRaw) -> HttpResponse:
    """202 for what is new, 200 for what was accepted before."""
    return JsonResponse(as_json(receipt), status=KNOWN if receipt.repeated else FRESH)


def _own_key(request: HttpRequest) -> str | None:
    """The Idempotency-Key as that of the token that opened the door. Raises `Invalid`."""
    key = request.headers.get("Idempotency-Key")
    return None if key is None else own_key(key, credential(request))
