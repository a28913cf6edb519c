"""Appeals: who may judge one, which decision it is about, how long it may wait."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from aupkeep.casework.contested import deciders
from aupkeep.model.approval import Approval
from aupkeep.model.case import Answer, Judgement
from aupkeep.model.decision import Decision
from aupkeep.model.errors import Conflict
from aupkeep.model.moments import show_minute

APPEAL_TIME = timedelta(hours=72)  # after that a measure under appeal steps down by itself


def touched(decisions: Iterable[Decision], asked: Iterable[Approval]) -> frozenset[str]:
    """Everybody who decided, approved or proposed anything in a case: none of them judges."""
    made = {name for decision in decisions for name in deciders(decision)}
    proposed = {name for item in asked for name in (item.by, item.given_by, *item.behind) if name}
    return frozenset(made | proposed)


def judge_for(eligible: Mapping[str, int]) -> str | None:
    """Who judges, of those who may, by how many appeals each has: who has the fewest; or nobody."""
    return min(eligible, key=lambda name: (eligible[name], name), default=None)


def under_appeal(decisions: Iterable[Decision], answer: Answer) -> Decision | None:
    """The decision an appeal is about: of those in force before it, the highest."""
    known = tuple(decisions)
    lifted = {decision.reverses for decision in known if decision.reverses}
    before = [
        decision
        for decision in known
        if decision.reverses is None and decision.id not in lifted and decision.starts <= answer.at
    ]
    return max(before, key=lambda decision: (decision.level, decision.starts), default=None)


def judged(answer: Answer, outcome: Judgement, by: str | None, now: datetime) -> Answer:
    """The appeal with its outcome; judged is read. Raises `Conflict` the second time."""
    if not answer.open_appeal:
        at = answer.judged_at or answer.read_at
        when = f" at {show_minute(at)}" if at else ""
        raise Conflict(f"appeal: expected an open one, found it {answer.judged or 'read'}{when}")
    return replace(
        answer,
        judged=outcome,
        judged_at=now,
        read_at=answer.read_at or now,
        read_by=answer.read_by or by,
    )
