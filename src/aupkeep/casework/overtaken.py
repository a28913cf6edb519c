"""What became of a decision that waited for a second person and that nobody can approve now."""

import json
from collections.abc import Iterable
from datetime import datetime

from aupkeep.model.approval import Approval
from aupkeep.model.case import Answer, Case
from aupkeep.model.decision import Decision
from aupkeep.model.moments import show_minute


def overtaken(
    approval: Approval,
    case: Case,
    decisions: Iterable[Decision],
    answers: Iterable[Answer],
    now: datetime,
    *,
    closed_at: datetime | None = None,
) -> str | None:
    """Why it waits no longer, in words; None while somebody can approve it.

    * It was approved.
    * It answers an appeal that was judged meanwhile, or stepped down.
    * It ratifies a decision that was lifted meanwhile, or has ended.
    * It limits somebody in a case that was closed since, at `closed_at`, also if open again.
    """
    if approval.given_at is not None:
        return f"{approval.given_by} approved it at {show_minute(approval.given_at)}"
    if "judges" in approval.choice:
        return _judged(refused_appeal(approval, answers))
    if approval.ratifies is not None:
        return _ratified(approval.ratifies, tuple(decisions), now)
    if closed_at is not None and closed_at >= approval.at:
        outcome = f" as {case.outcome}" if case.outcome else ""
        return f"the case was closed{outcome} at {show_minute(closed_at)}"
    return None


def refused_appeal(approval: Approval, answers: Iterable[Answer]) -> Answer | None:
    """The appeal that a refusal is about; one of an older version is about the oldest before it."""
    named = json.loads(approval.choice).get("appeal")
    appeals = [answer for answer in answers if answer.open_appeal or answer.judged]
    if named:
        return next((answer for answer in appeals if answer.id == named), None)
    before = [answer for answer in appeals if answer.at <= approval.at]
    return next((answer for answer in before if answer.open_appeal), next(iter(before), None))


def _judged(appeal: Answer | None) -> str | None:
    if appeal is None:
        return "its appeal is not one of this case"
    if appeal.open_appeal:
        return None
    at = f" at {show_minute(appeal.judged_at)}" if appeal.judged_at else ""
    return f"the appeal was {appeal.judged} meanwhile{at}"


def _ratified(number: str, decisions: tuple[Decision, ...], now: datetime) -> str | None:
    """What became of the decision that one person made alone."""
    lift = next((decision for decision in decisions if decision.reverses == number), None)
    if lift is not None:
        return f"what it ratifies was lifted at {show_minute(lift.starts)}"
    alone = next((decision for decision in decisions if decision.id == number), None)
    if alone is not None and alone.ends is not None and alone.ends <= now:
        return f"what it ratifies ended at {show_minute(alone.ends)}"
    return None
