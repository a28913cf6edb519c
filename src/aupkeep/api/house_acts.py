"""What a person does beside the cases: inbox, inquiries, permissions, sources, people, switches.

By their own token; roles say who may do what, as on the pages and at the command line.
"""

from typing import Literal

from django.http import HttpRequest
from ninja import Field, Router

from aupkeep.api.acts import Reasoned
from aupkeep.api.exact import ExactBody
from aupkeep.api.faults import ONE
from aupkeep.api.tokens import ColleagueToken, person_and_maker, person_of
from aupkeep.app.access.authority import authorised
from aupkeep.app.access.makers import with_makers
from aupkeep.app.access.sessions import end_sessions
from aupkeep.app.access.staff import change_roles
from aupkeep.app.access.tokens import revoke_token
from aupkeep.app.context import bound
from aupkeep.app.dead_letters import replay
from aupkeep.app.deciding.inquiries import answer_inquiry, close_inquiry, permit_inquiry
from aupkeep.app.deciding.permissions import grant, revoke
from aupkeep.app.enforcing.listen import set_listening
from aupkeep.app.reading.read import inbox_done
from aupkeep.app.reprocess import reprocess_here
from aupkeep.app.sanctions.sanction import judge_report
from aupkeep.app.sanctions.source_details import step_source
from aupkeep.model.actor import Actor
from aupkeep.model.as_json import as_json
from aupkeep.model.moments import parse_day
from aupkeep.model.roles import StaffAct
from aupkeep.model.source import SanctionStep

house_acts = Router(tags=["acts"], auth=ColleagueToken())
LONG = Field(min_length=1, max_length=100_000)


class Mending(ExactBody):
    """Which row, and as it should have been."""

    row: int = Field(ge=0, lt=1 << 31)
    text: str = LONG


class Answering(ExactBody):
    """The answer in the words of the letter; `language` is that of its frame."""

    text: str = LONG
    language: Literal["", "en", "nb"] = ""


class ClosingInquiry(Reasoned):
    """`inbox`: it is a report after all, and stands in the inbox then."""

    inbox: bool = False


class Permitting(Reasoned):
    """Which resource may do a kind of thing until a moment."""

    resource: str
    kind: str
    until: str


class Revoking(Reasoned):
    """Whose permission for what ends now."""

    resource: str
    kind: str


class Stepping(Reasoned):
    """A step towards a source, for so many days where it lasts."""

    step: SanctionStep
    days: int | None = Field(None, ge=1, le=3660)


class Calling(Reasoned):
    """What came of a report."""

    said: Literal["confirmed", "refuted", "unfounded"]


class GivingRoles(ExactBody):
    """All the roles that somebody has from now on."""

    roles: list[str] = Field(max_length=20)


class EndingSessions(Reasoned):
    """One session, or all with none named."""

    session: str = ""


class Listening(Reasoned):
    """Whether notices and automatic measures are held back."""

    on: bool


@house_acts.post("/inbox/{report}/done", response=ONE)
def post_done(request: HttpRequest, report: str, said: Reasoned) -> object:
    """Take a report out of the inbox: what was done with it, or why nothing is needed."""
    inbox_done(bound(), report, person_of(request), said.reasons)
    return {"report": report, "done": True}


@house_acts.post("/inbox/{report}/rows", response=ONE)
def post_row(request: HttpRequest, report: str, said: Mending) -> object:
    """Have a row that could not be read be read again as mended."""
    person = person_of(request)
    cases = reprocess_here(bound(), report, said.row, said.text, person=person)
    return {"report": report, "cases": [case.reference for case in cases]}


@house_acts.post("/inquiries/{inquiry}/answer", response=ONE)
def post_inquiry_answer(request: HttpRequest, inquiry: str, said: Answering) -> object:
    """Answer who asked, by a letter of the outbox."""
    person, frame = person_of(request), said.language
    made = answer_inquiry(bound(), inquiry, said.text, person=person, language=frame)
    return {"inquiry": made.reference, "state": made.state}


@house_acts.post("/inquiries/{inquiry}/close", response=ONE)
def post_inquiry_close(request: HttpRequest, inquiry: str, said: ClosingInquiry) -> object:
    """Close an inquiry without an answer, or put it into the inbox as the report it is."""
    person = person_of(request)
    closed = close_inquiry(bound(), inquiry, said.reasons, person=person, inbox=said.inbox)
    return {"inquiry": closed.reference, "state": closed.state}


@house_acts.post("/inquiries/{inquiry}/permissions", response=ONE)
def post_inquiry_permission(request: HttpRequest, inquiry: str, said: Permitting) -> object:
    """Grant a permission with an inquiry; it stays open for its answer."""
    return as_json(
        permit_inquiry(
            bound(), inquiry, said.resource, said.kind, parse_day(said.until, "until"),
            person=person_of(request), reasons=said.reasons,
        )
    )  # fmt: skip


@house_acts.post("/permissions/grant", response=ONE)
def post_permission(request: HttpRequest, said: Permitting) -> object:
    """Let a resource do a kind of thing until a moment."""
    until, why = parse_day(said.until, "until"), said.reasons
    person = person_of(request)
    return as_json(grant(bound(), said.resource, said.kind, until, person=person, reasons=why))


@house_acts.post("/permissions/revoke", response=ONE)
def post_revoke(request: HttpRequest, said: Revoking) -> object:
    """End a permission now."""
    person, why = person_of(request), said.reasons
    return as_json(revoke(bound(), said.resource, said.kind, person=person, reasons=why))


@house_acts.post("/outbox/{effect}/replay", response=ONE)
def post_replay(request: HttpRequest, effect: str) -> object:
    """Give work that was given up all its tries again."""
    replay(bound(), effect, by=_operator(request))
    return {"effect": effect, "replayed": True}


@house_acts.post("/sanctions/{path:source}", response=ONE)
def post_step(request: HttpRequest, source: str, said: Stepping) -> object:
    """Take a step towards a source, by its id or key: warn, slow, suspend, restore."""
    return as_json(
        step_source(
            bound(), source, said.step, person=person_of(request), reasons=said.reasons,
            days=said.days, resume=said.step is SanctionStep.RESTORE,
        )
    )  # fmt: skip


@house_acts.post("/reports/{report}/verdict", response=ONE)
def post_verdict(request: HttpRequest, report: str, said: Calling) -> object:
    """Say what came of one report."""
    judge_report(bound(), report, said.said, person=person_of(request), reasons=said.reasons)
    return {"report": report, "said": said.said}


@house_acts.post("/staff/{address}/roles", response=ONE)
def post_roles(request: HttpRequest, address: str, said: GivingRoles) -> object:
    """Give somebody these roles instead of those they had."""
    return as_json(change_roles(bound(), address, said.roles, by=_operator(request)))


@house_acts.post("/staff/{address}/sessions/end", response=ONE)
def post_end(request: HttpRequest, address: str, said: EndingSessions) -> object:
    """End a session of somebody, or all they have."""
    by, why = _operator(request), said.reasons
    return as_json(end_sessions(bound(), address, said.session, by=by, reason=why))


@house_acts.post("/tokens/{name}/revoke", response=ONE)
def post_token(request: HttpRequest, name: str) -> object:
    """Revoke a token at once."""
    return as_json(revoke_token(bound(), name, by=_operator(request)))


@house_acts.post("/listening", response=ONE)
def post_listening(request: HttpRequest, said: Listening) -> object:
    """Hold back notices and automatic measures, or no longer."""
    (person, maker), why = person_and_maker(request), said.reasons
    return as_json(set_listening(bound(), wanted=said.on, reason=why, person=person, maker=maker))


def _operator(request: HttpRequest) -> Actor:
    """Who acts, an operator, with whoever may be them. Raises `Forbidden`."""
    person, maker = person_and_maker(request)
    return with_makers(bound(), authorised(person, StaffAct.SETTINGS), maker)
