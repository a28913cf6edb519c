"""What the customer says: fixed, not me, need help, or an appeal; and that a person reads it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from aupkeep.casework.states import Event, move
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import Answer, AnswerKind, Case, CaseState
from aupkeep.model.errors import Conflict, Forbidden


def answered(case: Case, answer: Answer) -> Case:
    """The case after an answer: it waits for a person, no longer for the customer.

    An appeal is taken also when the case is closed. Raises `Conflict` for another answer then, or
    for one about another case.
    """
    if answer.case != case.id:
        raise Conflict(f"answer {answer.id}: expected case {case.id}, found {answer.case}")
    appeal = answer.kind is AnswerKind.APPEAL
    return move(case, Event.APPEALED if appeal else Event.ANSWERED, answer.at)


def read(answer: Answer, by: Actor, now: datetime) -> Answer:
    """The answer, read. Raises `Forbidden` unless a person reads it, `Conflict` the second time."""
    if by.kind is not ActorKind.PERSON:
        raise Forbidden(f"answer {answer.id}: expected a person to read it, found {by.kind}")
    if answer.read_at is not None:
        raise Conflict(f"answer {answer.id}: expected it unread, found it read by {answer.read_by}")
    return replace(answer, read_at=now, read_by=by.id)


def after_reading(case: Case, answers: Iterable[Answer], now: datetime) -> Case:
    """The case after one of its answers was read: open again once none is unread.

    A case that does not wait for that, closed or asked anew meanwhile, stays as it is.
    """
    waits = case.state is CaseState.ANSWERED
    if not waits or any(answer.read_at is None for answer in answers):
        return case
    return move(case, Event.READ, now)
