"""A decision that waits for a second person: asked for by the first."""

import json
from collections.abc import Mapping

from aupkeep.app.access.authority import allowance_of
from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.consider import refuse
from aupkeep.app.deciding.placement import permit_placed
from aupkeep.app.journal import entry, record
from aupkeep.casework.overtaken import overtaken
from aupkeep.casework.proposal import Proposal
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.approval import Approval
from aupkeep.model.case import Case
from aupkeep.model.decision import Refused
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import Forbidden
from aupkeep.model.ladder import SLOWED, Cause, Level, Measure, level_of
from aupkeep.model.moments import show_moment
from aupkeep.model.roles import Allowance, StaffAct
from aupkeep.store import approvals, cases, decisions, log

USUAL_RATE = 125_000  # bytes a second, 1 Mbit/s: what a page suggests
SECOND = Actor(kind=ActorKind.PERSON, id="a second person")  # stands in when the gate is sounded
OUTSIDE = "outside"  # the name of the outside judge who asks
CHOSEN = (
    OUTSIDE,
    "address",
    "url",
    "name",
    "port",
    "protocol",
    "destination",
    "account",
    "rate",
    "note",
    "judges",
    "runbook",
    "appeal",
    "on",
)


def choice_of(
    measure: Measure, hours: int | None, cause: Cause, rate: int | None = USUAL_RATE
) -> dict[str, object]:
    """A choice as `manual_proposal` takes it; `rate` is in bytes a second."""
    limited = rate if measure in SLOWED else None
    return {"hours": hours, "cause": cause.value, "rate": limited}


def kept_choice(approval: Approval) -> dict[str, object]:
    """The choice that waits with an approval, as `manual_proposal` takes it."""
    usual = choice_of(approval.measure, approval.hours, approval.cause)
    return {**usual, **json.loads(approval.choice or "{}")}


def became_of(context: AppContext, case: Case, approval: Approval) -> str | None:
    """What became of something that was asked for; None while a second person can confirm it."""
    made, answers = decisions.of_case(case.id), cases.answers(case.id)
    closings = log.entries(case.id, types=(EntryType.CASE_CLOSED,))
    closed_at = closings[-1].entry.at if closings else None
    return overtaken(approval, case, made, answers, context.now(), closed_at=closed_at)


def still_waiting(context: AppContext, case: Case) -> list[Approval]:
    """What waits on a case and can be confirmed: by whom it was asked is of the desk still."""
    return [
        approval
        for approval in approvals.waiting(case.id)
        if became_of(context, case, approval) is None
        and (is_named(approval) or allowance_of(approval.by, StaffAct.READ) is Allowance.YES)
    ]


def is_named(approval: Approval) -> bool:
    """Whether an outside judge asks, who was named for it."""
    return OUTSIDE in kept_choice(approval)


def _given(choice: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in choice.items() if value is not None}


def kept_level(approval: Approval) -> Level:
    """How hard what waits would bite."""
    rate = kept_choice(approval).get("rate")
    return level_of(approval.measure, rate if isinstance(rate, int) else None)


def kept_words(choice: Mapping[str, object]) -> str:
    """What was chosen besides measure, time and cause, as an approval keeps it."""
    kept = {name: choice[name] for name in CHOSEN if choice.get(name) is not None}
    return json.dumps(kept, default=str, sort_keys=True) if kept else ""


def aimed(about: CaseContext, proposal: Proposal) -> dict[str, object]:
    """Where a proposal aims, as a choice: so that no later claim moves what was asked.

    An address that is in no evidence follows the resource, and is looked up again.
    """
    scope = proposal.scope
    if scope.address is None and (scope.url or scope.name):
        return {"url": scope.url} if scope.url else {"name": scope.name}
    seen = {claim.finding.subject.address for claim in about.claims}
    if scope.address is None or scope.address not in seen:
        return {}
    names = ("address", "port", "protocol", "destination")
    return {name: value for name in names if (value := getattr(scope, name)) is not None}


def asked_for(
    context: AppContext,
    about: CaseContext,
    author: Actor,
    proposal: Proposal,
    choice: Mapping[str, object],
    ratifies: str | None = None,
) -> Approval:
    """What a second person is asked to confirm: a choice, or a decision that one person made."""
    return Approval(
        id=context.new_id(),
        case=about.case.id,
        measure=proposal.measure,
        hours=None if proposal.hours is None else int(proposal.hours),
        reasons=proposal.reasons,
        cause=proposal.cause,
        by=author.id,
        at=context.now(),
        choice=kept_words(aimed(about, proposal) | _given(choice)),
        ratifies=ratifies,
        behind=author.behind,
    )


def ask_second_person(
    context: AppContext,
    about: CaseContext,
    author: Actor,
    proposal: Proposal,
    choice: Mapping[str, object],
) -> Approval:
    """Keep a choice for a second person. Raises `Forbidden` where the gate refuses two people."""
    number = context.new_id()
    people = [author, SECOND]
    ruled = permit_placed(context, about, proposal, people, about.inputs, number=number)
    if isinstance(ruled, Refused):
        refuse(context, about, proposal, author, ruled)
        broken = f" (invariant {ruled.invariant})" if ruled.invariant else ""
        raise Forbidden(f"refused{broken}: {ruled.reason}")
    approval = asked_for(context, about, author, proposal, choice)
    record(context, asked_entry(context, approval, author), rows=[approval])
    return approval


def asked_entry(context: AppContext, approval: Approval, author: Actor) -> Entry:
    """The entry about a decision that waits."""
    payload = {
        "why": "waits for a second person",
        "id": approval.id,
        "measure": approval.measure.value,
        "hours": approval.hours,
        "reasons": approval.reasons,
        "cause": approval.cause.value,
        "by": author.id,
        "at": show_moment(approval.at),
        "choice": approval.choice,
        "ratifies": approval.ratifies,
    }
    return entry(context, EntryType.CASE_CHANGED, author, payload, case=approval.case)
