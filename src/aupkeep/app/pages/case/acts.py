"""What a person does on the pages; each act goes through the gate like any other."""

import json
from dataclasses import asdict, dataclass

from aupkeep.app.access.staff import actor_of
from aupkeep.app.case_context import CaseContext, load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.consider import refuse
from aupkeep.app.deciding.decide import close_case, decide, find_case, propose_choice, undo_action
from aupkeep.app.journal import entry, record
from aupkeep.app.pages.case.form import DecisionForm
from aupkeep.app.pages.frame.page import Person
from aupkeep.casework.permit import permit
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import Case, Outcome
from aupkeep.model.decision import Refused
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Missing
from aupkeep.model.flag import Flag
from aupkeep.model.ladder import LEVELS, PEOPLE_NEEDED, Measure
from aupkeep.model.moments import show_moment
from aupkeep.store import actions, cases, flags, log

PENDING = "pending:"
USUAL_RATE = 125_000  # bytes a second, 1 Mbit/s: what the page suggests
SLOWED = (Measure.LIMIT_RATE, Measure.LIMIT_INBOUND)
SECOND = Actor(kind=ActorKind.PERSON, id="a second person")  # stands in when the gate is sounded
QUIET = (
    EntryType.NOTICE_MADE,
    EntryType.NOTICE_SENT,
    EntryType.NOTICE_FAILED,
    EntryType.LINK_MADE,
)  # entries that change nothing a decision stands on


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A decision that needs a second person; `at` is RFC 3339."""

    id: str
    measure: str
    hours: int | None
    reasons: str
    cause: str
    by: str
    at: str


def seen_of(case: Case) -> str:
    """The mark of what a page of this case shows: it differs once anything has changed."""
    return f"{show_moment(case.changed_at)}#{log.count(case.id, without=QUIET)}"


def choice_of(
    measure: Measure, hours: int | None, cause: str, rate: int | None = USUAL_RATE
) -> dict[str, object]:
    """A choice as `decide.propose_choice` takes it; `rate` is in bytes a second."""
    limited = rate if measure in SLOWED else None
    return {"hours": hours, "cause": cause, "rate": limited}


def usual_rate(measure: Measure) -> int | None:
    """What the page suggests, None where the evidence itself says how much is let through."""
    return USUAL_RATE if measure is Measure.LIMIT_RATE else None


def waiting_of(case: Case) -> list[Waiting]:
    """The case's decisions that wait for a second person."""
    return [Waiting(**one) for one in json.loads(flags.value(PENDING + case.id, "[]"))]


def submit_decision(
    context: AppContext, person: Person, reference: str, form: DecisionForm
) -> None:
    """Decide, or ask for the second person. Raises `Conflict`, `Forbidden`, `Missing`."""
    case = find_case(reference)
    if form.seen != seen_of(case):
        raise Conflict("the case has changed since this page was shown; look again, then decide")
    about = load_case_context(context, case)
    if PEOPLE_NEEDED.get(LEVELS[form.measure], 0) > 1:
        _ask_second(context, about, actor_of(person.id), form)
        return
    choice = choice_of(form.measure, form.hours, form.cause.value, form.rate)
    proposal = propose_choice(context, about, form.measure, form.reasons, choice)
    decide(context, about, proposal, [actor_of(person.id)])


def _ask_second(context: AppContext, about: CaseContext, author: Actor, form: DecisionForm) -> None:
    """Keep a choice for a second person, if the gate would let two people do it."""
    choice = choice_of(form.measure, form.hours, form.cause.value)
    proposal = propose_choice(context, about, form.measure, form.reasons, choice)
    people = [author, SECOND]
    found = permit(
        proposal, people, about.facts, about.inputs, id=context.new_id(), now=context.now()
    )
    if isinstance(found, Refused):
        refuse(context, about, proposal, author, found)
        raise Forbidden(f"refused: {found.reason}")
    asked = Waiting(
        id=context.new_id(),
        measure=form.measure.value,
        hours=form.hours,
        reasons=form.reasons,
        cause=form.cause.value,
        by=author.id,
        at=show_moment(context.now()),
    )
    told = {"why": "waits for a second person", **asdict(asked)}
    made = entry(context, EntryType.CASE_CHANGED, author, told, case=about.case.id)
    record(context, made, rows=[_kept(context, about.case, [*waiting_of(about.case), asked])])


def _kept(context: AppContext, case: Case, waiting: list[Waiting]) -> Flag:
    value = json.dumps([asdict(one) for one in waiting])
    return Flag(name=PENDING + case.id, value=value, changed_at=context.now())


def approve(
    context: AppContext, person: Person, reference: str, pending: str, reasons: str
) -> None:
    """Be the second person: the decision is made by both, and no longer waits, at once."""
    case = find_case(reference)
    waiting = waiting_of(case)
    asked = next((one for one in waiting if one.id == pending), None)
    if asked is None:
        raise Missing(f"case {case.reference}: this decision waits no longer")
    if asked.by == person.id:
        raise Forbidden("who decided first is not the second person; a colleague must approve")
    about = load_case_context(context, case)
    measure = Measure(asked.measure)
    choice = choice_of(measure, asked.hours, asked.cause)
    both = f"{asked.reasons}\n\n{reasons}"
    proposal = propose_choice(context, about, measure, both, choice)
    left = [one for one in waiting if one.id != pending]
    people = [actor_of(asked.by), actor_of(person.id)]
    decide(context, about, proposal, people, also=(_kept(context, case, left),))


def undo(context: AppContext, person: Person, reference: str, action: str, reason: str) -> None:
    """Lift an action of this case. Raises `Missing`, `Conflict`."""
    found = actions.get(action)
    if found is None or found.case != find_case(reference).id:
        raise Missing(f"action: expected one of case {reference[:20]}, found {action[:60]!r}")
    undo_action(context, action, reason=reason, person=person.id)


def close(
    context: AppContext, person: Person, reference: str, outcome: Outcome, reasons: str
) -> None:
    """Close a case; what still limits is lifted. Raises `Missing`, `Conflict`."""
    close_case(context, find_case(reference), actor_of(person.id), outcome, reasons)


def read_answer(context: AppContext, person: Person, reference: str, answer: str) -> None:
    """Mark an answer of this case as read. Raises `Missing`, `Conflict`."""
    from aupkeep.app.deciding.answers import read_answer as read

    found = cases.answer(answer)
    if found is None or found.case != find_case(reference).id:
        raise Missing(f"answer: expected one of case {reference[:20]}, found {answer[:60]!r}")
    read(context, answer, person.id)
