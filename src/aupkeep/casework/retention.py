"""Which cases are due for erasure, and what keeps one whose period is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aupkeep.model.action import MOVING, Action
from aupkeep.model.case import Answer, Case, CaseState
from aupkeep.model.hold import Hold, HoldScope
from aupkeep.model.permission import Permission
from aupkeep.model.retention import RetentionPeriod


class Keep(StrEnum):
    """Why something whose period is over is not erased."""

    HOLD = "legal hold"
    OPEN = "not closed"
    MEASURE = "a measure stands"
    APPEAL = "an appeal is not judged"
    PERMISSION = "a permission is live"
    WORK = "work on it waits"  # a letter that is not sent, a reminder


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSurroundings:
    """What stands around a case. `waiting`: an effect of the outbox speaks of it."""

    actions: Iterable[Action] = ()
    answers: Iterable[Answer] = ()
    permissions: Iterable[Permission] = ()
    holds: Iterable[Hold] = ()
    waiting: bool = False


def last_kept(period: RetentionPeriod, now: datetime) -> datetime:
    """What began after this moment is within its period."""
    return now - timedelta(days=period.days)


def kept_by(case: Case, around: CaseSurroundings, now: datetime) -> tuple[Keep, ...]:
    """All that keeps a case from being erased, whatever its period; empty for none."""
    about = {(HoldScope.CASE, case.id), (HoldScope.CUSTOMER, case.customer)}
    holder = (case.customer, case.resource)
    keeps = {
        Keep.HOLD: any((hold.scope, hold.key) in about and hold.live(now) for hold in around.holds),
        Keep.OPEN: case.state is not CaseState.CLOSED,
        Keep.MEASURE: any(action.state in MOVING for action in around.actions),
        Keep.APPEAL: any(answer.open_appeal for answer in around.answers),
        Keep.PERMISSION: any(
            (permission.customer, permission.resource) == holder and permission.live(now)
            for permission in around.permissions
        ),
        Keep.WORK: around.waiting,
    }
    return tuple(keep for keep, holds in keeps.items() if holds)
