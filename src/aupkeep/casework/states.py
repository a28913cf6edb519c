"""How a case moves: typed events, one table, nothing else changes a state."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from aupkeep.model.case import Case, CaseState, Outcome
from aupkeep.model.decision import Decision
from aupkeep.model.errors import Conflict
from aupkeep.model.ladder import Cause, Measure

OPEN, WAITING, ANSWERED, CLOSED = CaseState  # in the order they are written


class Event(StrEnum):
    """What can happen to a case."""

    ASKED = "asked"  # the customer has a deadline
    TOLD = "told"  # informed or limited, without a deadline
    ANSWERED = "answered"  # the customer wrote
    READ = "read"  # a person read every answer
    OVERDUE = "overdue"  # the deadline passed without an answer
    UNREACHED = "unreached"  # nobody got the notice that set the deadline
    WITHDRAWN = "withdrawn"  # every reporter took the claim back: a person looks
    CLOSED = "closed"
    APPEALED = "appealed"  # the customer contests, also after the end
    REOPENED = "reopened"  # a person opened it again


MOVES: dict[tuple[CaseState, Event], CaseState] = {
    (OPEN, Event.ASKED): WAITING,
    (OPEN, Event.TOLD): OPEN,
    (OPEN, Event.ANSWERED): ANSWERED,
    (OPEN, Event.APPEALED): ANSWERED,
    (OPEN, Event.CLOSED): CLOSED,
    (WAITING, Event.ASKED): WAITING,
    (WAITING, Event.TOLD): WAITING,
    (WAITING, Event.ANSWERED): ANSWERED,
    (WAITING, Event.APPEALED): ANSWERED,
    (WAITING, Event.OVERDUE): OPEN,
    (WAITING, Event.UNREACHED): OPEN,
    (WAITING, Event.WITHDRAWN): OPEN,
    (WAITING, Event.CLOSED): CLOSED,
    (ANSWERED, Event.ASKED): WAITING,
    (ANSWERED, Event.TOLD): ANSWERED,
    (ANSWERED, Event.ANSWERED): ANSWERED,
    (ANSWERED, Event.APPEALED): ANSWERED,
    (ANSWERED, Event.READ): OPEN,
    (ANSWERED, Event.CLOSED): CLOSED,
    (CLOSED, Event.TOLD): CLOSED,
    (CLOSED, Event.APPEALED): ANSWERED,
    (CLOSED, Event.REOPENED): OPEN,
}


def move(
    case: Case,
    event: Event,
    now: datetime,
    *,
    deadline: datetime | None = None,
    outcome: Outcome | None = None,
) -> Case:
    """The case after the event. Raises `Conflict` for one that cannot happen in this state.

    A deadline stands exactly while the case waits, an outcome exactly while it is closed; whatever
    happens, a person has something to look at again.
    """
    state = MOVES.get((case.state, event))
    if state is None:
        raise Conflict(f"case {case.reference}: {event} cannot happen while it is {case.state}")
    if (state is WAITING) and not (deadline or case.deadline_at):
        raise Conflict(f"case {case.reference}: expected a deadline to wait for, found none")
    if (event is Event.CLOSED) != (outcome is not None):
        raise Conflict(f"case {case.reference}: expected an outcome when closing, and only then")
    return replace(
        case,
        state=state,
        changed_at=now,
        deadline_at=(deadline or case.deadline_at) if state is WAITING else None,
        outcome=(outcome or case.outcome) if state is CLOSED else None,
        handled_at=None,
        snoozed_until=None,
    )


def decided(case: Case, decision: Decision, now: datetime, *, deadline: datetime | None) -> Case:
    """The case after a permitted decision: it waits, or goes on; a finding of cause stays on it.

    An open case on which something was decided is dealt with; one of which something was taken back
    is not.
    """
    if decision.reverses is None and decision.cause is not Cause.UNKNOWN:
        case = replace(case, cause=decision.cause)
    if decision.measure is Measure.INFORM_DEADLINE:
        return move(case, Event.ASKED, now, deadline=deadline)
    moved = move(case, Event.TOLD, now)
    dealt_with = moved.state is OPEN and decision.reverses is None
    return replace(moved, handled_at=now if dealt_with else None)


def close(case: Case, outcome: Outcome, now: datetime) -> Case:
    """The closed case. Raises `Conflict` when it is closed already."""
    return move(case, Event.CLOSED, now, outcome=outcome)
