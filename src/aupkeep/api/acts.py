"""What a person of the desk does, for programs: by their own token, through the same gate.

With `If-Match` and the ETag of a case an act is refused with 412 once the case has changed, in
words that say what happened since; a decision needs it, so that none is made twice or blindly.
"""

from http import HTTPStatus
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router

from aupkeep.api.exact import ExactBody
from aupkeep.api.faults import ONE, Fault
from aupkeep.api.tokens import ColleagueToken, person_and_maker, person_of
from aupkeep.app.context import bound
from aupkeep.app.deciding.answers import read_answers
from aupkeep.app.deciding.appeal_hand_over import hand_over_appeal
from aupkeep.app.deciding.appeals import judge_appeal
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.case_seen import mark_in, refuse_changed
from aupkeep.app.deciding.case_work import assign, note, snooze
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.extend_deadline import extend_deadline
from aupkeep.app.deciding.reattribute import reattribute_case
from aupkeep.app.deciding.termination import finish_termination
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.freeze import freeze, thaw
from aupkeep.model.as_json import as_json
from aupkeep.model.case import Judgement
from aupkeep.model.errors import NeedsMatch
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.moments import parse_moment

acts = Router(tags=["acts"], auth=ColleagueToken())
MATCHED: dict[Any, Any] = {**ONE, HTTPStatus.PRECONDITION_REQUIRED: Fault}
SENTENCE = Field(min_length=1, max_length=4_000)


class Deciding(ExactBody):
    """A choice as `aupkeep decide` takes it: `rate` in bytes a second, `on` a day."""

    measure: Measure
    reasons: str = SENTENCE
    hours: int | None = Field(None, ge=1, le=8760)
    cause: Cause | None = None
    address: str | None = None
    url: str | None = None
    name: str | None = None
    port: int | None = Field(None, ge=0, le=65_535)
    protocol: str | None = None
    destination: str | None = None
    account: str | None = None
    rate: int | None = Field(None, ge=1, lt=1 << 53)
    note: str | None = None
    on: str | None = None
    runbook: str | None = None
    break_glass: bool = False


class Closing(ExactBody):
    """Outcome: fixed, not-abuse, no-action or withdrawn."""

    outcome: str
    reasons: str = SENTENCE


class Assigning(ExactBody):
    """Who works on it: an address, null for nobody; `over` is whose it was, as you saw it."""

    to: str | None = None
    over: str | None = None


class Resting(ExactBody):
    """Until a moment within 30 days, with its offset."""

    until: str


class Noting(ExactBody):
    """For colleagues alone."""

    text: str = SENTENCE


class Extending(ExactBody):
    """So many hours from now for the customer to answer."""

    hours: int = Field(ge=1, le=720)
    reasons: str = SENTENCE


class Reasoned(ExactBody):
    """Why, in a sentence; it stands in the journal."""

    reasons: str = SENTENCE


class JudgingAppeal(Reasoned):
    """Granted or refused."""

    judgement: Literal["granted", "refused"]


class HandingOver(Reasoned):
    """To whom; null takes it over."""

    to: str | None = None


class Finishing(Reasoned):
    """Whose service ends: the customer's id."""

    customer: str


class Undoing(Reasoned):
    """`our_error`: the decision was wrong, and the customer is told so."""

    our_error: bool = False


@acts.post("/cases/{reference}/decisions", response=MATCHED)
def post_decision(request: HttpRequest, reference: str, said: Deciding) -> object:
    """Decide a case; what takes two people waits, and `next` says for what.

    `If-Match` holds the ETag of the case as it was looked at, or `*`; without it the answer is 428.
    """
    person, maker = person_and_maker(request)
    matched(request, reference, needed=True)
    choice = said.dict(exclude={"measure", "reasons"})
    return as_json(
        decide_case(
            bound(), reference, people=(person,), reasons=said.reasons, maker=maker,
            measure=said.measure, **choice,
        )
    )  # fmt: skip


@acts.post("/cases/{reference}/close", response=ONE)
def post_close(request: HttpRequest, reference: str, said: Closing) -> object:
    """Close a case; what still limits is lifted."""
    person = person_at(request, reference)
    return as_json(close_by_reference(bound(), reference, said.outcome, said.reasons, person))


@acts.post("/cases/{reference}/assign", response=ONE)
def post_assign(request: HttpRequest, reference: str, said: Assigning) -> object:
    """Work on a case, or have a colleague do so; 412 names the one whose it is by now."""
    person = person_at(request, reference)
    return as_json(assign(bound(), reference, person=person, to=said.to, over=said.over))


@acts.post("/cases/{reference}/snooze", response=ONE)
def post_snooze(request: HttpRequest, reference: str, said: Resting) -> object:
    """Let an open case rest; something new wakes it before."""
    person = person_at(request, reference)
    return as_json(
        snooze(bound(), reference, person=person, until=parse_moment(said.until, "until"))
    )


@acts.post("/cases/{reference}/notes", response=ONE)
def post_note(request: HttpRequest, reference: str, said: Noting) -> object:
    """Note something on a case for colleagues; the accused and reporters never read it."""
    person = person_at(request, reference)
    return as_json(note(bound(), reference, person=person, text=said.text))


@acts.post("/cases/{reference}/deadline", response=ONE)
def post_deadline(request: HttpRequest, reference: str, said: Extending) -> object:
    """Give the customer more time to answer; measures that stand end when they did before."""
    person = person_at(request, reference)
    return as_json(extend_deadline(bound(), reference, said.hours, said.reasons, person))


@acts.post("/cases/{reference}/answers/read", response=ONE)
def post_read(request: HttpRequest, reference: str) -> object:
    """Mark the answers of a case as read, but for appeals that are others' to judge."""
    person = person_at(request, reference)
    return as_json(read_answers(bound(), reference, person))


@acts.post("/cases/{reference}/reattribute", response=ONE)
def post_reattribute(request: HttpRequest, reference: str, said: Reasoned) -> object:
    """Attribute claims anew whose record was corrected: to whoever held the address then."""
    person = person_at(request, reference)
    return as_json(reattribute_case(bound(), reference, person=person, reasons=said.reasons))


@acts.post("/cases/{reference}/judgement", response=ONE)
def post_judgement(request: HttpRequest, reference: str, said: JudgingAppeal) -> object:
    """Judge the oldest open appeal that is yours; a refusal waits for a second person."""
    person, maker = person_and_maker(request)
    matched(request, reference)
    outcome, why = Judgement(said.judgement), said.reasons
    return as_json(
        judge_appeal(bound(), reference, outcome, person=person, reasons=why, maker=maker)
    )


@acts.post("/cases/{reference}/appeal/hand-over", response=ONE)
def post_hand_over(request: HttpRequest, reference: str, said: HandingOver) -> object:
    """Take the open appeal over, or hand one's own over to a colleague."""
    (person, maker), to, why = person_and_maker(request), said.to, said.reasons
    matched(request, reference)
    return as_json(
        hand_over_appeal(bound(), reference, person=person, reasons=why, to=to, maker=maker)
    )


@acts.post("/cases/{reference}/finish", response=ONE)
def post_finish(request: HttpRequest, reference: str, said: Finishing) -> object:
    """End a held service for good, with the customer's id typed again."""
    person, maker = person_and_maker(request)
    matched(request, reference)
    return as_json(
        finish_termination(
            bound(), reference, customer=said.customer, reasons=said.reasons, person=person,
            maker=maker,
        )
    )  # fmt: skip


@acts.post("/actions/{action}/undo", response=ONE)
def post_undo(request: HttpRequest, action: str, said: Undoing) -> object:
    """Lift a measure; it is done when the driver has read it back."""
    person = person_of(request)
    why, mistaken = said.reasons, said.our_error
    return as_json(undo_action(bound(), action, reason=why, person=person, mistaken=mistaken))


@acts.post("/freeze", response=ONE)
def post_freeze(request: HttpRequest, said: Reasoned) -> object:
    """Stop all new or widened automatic measures."""
    person = person_of(request)
    return as_json(freeze(said.reasons, person, bound().home))


@acts.post("/thaw", response=ONE)
def post_thaw(request: HttpRequest, said: Reasoned) -> object:
    """Let automatic measures start again."""
    person = person_of(request)
    return as_json(thaw(said.reasons, person, bound().home))


def person_at(request: HttpRequest, reference: str) -> str:
    """The address of whose token it is, for a case that is `matched`. Raises as it does."""
    person = person_of(request)
    matched(request, reference)
    return person


def matched(request: HttpRequest, reference: str, *, needed: bool = False) -> None:
    """Hold the case to the request's `If-Match`. Raises `Missing`, `Stale`, `NeedsMatch`."""
    case, asked = find_case(reference), request.headers.get("If-Match")
    if asked is None and needed:
        raise NeedsMatch("If-Match: expected the ETag of the case as you saw it, or *")
    if asked is not None and asked.strip() != "*":
        refuse_changed(case, mark_in(asked))
