"""What the customer says: fixed, not me, need help, or an appeal; and that a person reads it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from aupkeep.casework.states import Event, move
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import Answer, AnswerKind, Case, CaseState
from aupkeep.model.decision import Decision
from aupkeep.model.errors import Conflict, Forbidden
from aupkeep.model.ladder import Measure
from aupkeep.model.moments import show_minute


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
        raise Conflict(
            f"answer: expected it unread, found that {answer.read_by} read it at "
            f"{show_minute(answer.read_at)}"
        )
    return replace(answer, read_at=now, read_by=by.id)


def stopping(
    case: Case, decisions: Iterable[Decision], answers: Iterable[Answer]
) -> frozenset[str]:
    """The answers that stop a step up the ladder now, by id (invariant 3): once per deadline.

    Those since the last deadline was set, until a person has read one of them; further ones before
    the next deadline do not stop it again.
    """
    known = tuple(decisions)
    lifted = {decision.reverses for decision in known if decision.reverses}
    deadlines = (
        decision.starts
        for decision in known
        if decision.measure is Measure.INFORM_DEADLINE and decision.id not in lifted
    )
    since = max(deadlines, default=case.opened_at)
    given = [answer for answer in answers if answer.at >= since]
    stopped_once = any(answer.read_at is not None for answer in given)
    return frozenset() if stopped_once else frozenset(answer.id for answer in given)


def after_reading(case: Case, answers: Iterable[Answer], now: datetime) -> Case:
    """The case after one of its answers was read: open again once none is unread.

    A case that does not wait for that, closed or asked anew meanwhile, stays as it is.
    """
    waits = case.state is CaseState.ANSWERED
    if not waits or any(answer.read_at is None for answer in answers):
        return case
    return move(case, Event.READ, now)
