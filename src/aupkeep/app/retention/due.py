"""What is due for erasure at this moment, and what keeps it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.policies import policy_in_force
from aupkeep.casework.retention import CaseSurroundings, Keep, kept_by, last_kept
from aupkeep.model.action import Action
from aupkeep.model.case import Case
from aupkeep.model.retention import RetentionKind, RetentionPeriod, RetentionTable
from aupkeep.store import cases, decisions, holds, notices, permissions, reports, retention

STEP = 500  # cases looked at in one go


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing whose period is over; `keeps` says what keeps it all the same, empty for nothing.

    `key` is its id, `reference` a case's own.
    """

    kind: RetentionKind
    key: str
    reference: str
    since: datetime
    keeps: tuple[Keep, ...]


def table_in_force(context: AppContext) -> RetentionTable:
    """The table of the policy in force; one without rows where the policy has none."""
    return policy_in_force(context.home).retention or RetentionTable()


def due_now(context: AppContext, kind: RetentionKind | None = None) -> list[Due]:
    """All whose period is over, of one kind or of all, the oldest first."""
    table = table_in_force(context)
    periods = [row for row in table.periods.values() if kind in (None, row.kind)]
    return [item for row in periods for item in _OF_KIND[row.kind](context, row)]


def keeps_of_one(context: AppContext, case: Case) -> tuple[Keep, ...]:
    """All that keeps one case, for a page: the outbox is not read whole."""
    sent = [notice.id for notice in notices.of_case(case.id)]
    made = [decision.id for decision in decisions.of_case(case.id)]
    work = {case.id} if retention.waits_for(case.id, [*sent, *made]) else set()
    return _keeps(context, [case], work)[case.id]


def keeps_of(context: AppContext, several: Sequence[Case]) -> dict[str, tuple[Keep, ...]]:
    """For each of these cases all that keeps it, by its id."""
    return _keeps(context, several, retention.waiting_work())


def _keeps(
    context: AppContext, several: Sequence[Case], work: set[str]
) -> dict[str, tuple[Keep, ...]]:
    now = context.now()
    held, permitted = holds.live(now), permissions.live(now)
    keeps: dict[str, tuple[Keep, ...]] = {}
    for some in _steps(several):
        ids = [case.id for case in some]
        actions, answers = _by_case(retention.actions_of(ids)), cases.appeals(ids)
        for case in some:
            around = CaseSurroundings(
                actions=actions.get(case.id, ()),
                answers=answers.get(case.id, ()),
                permissions=permitted,
                holds=held,
                waiting=_waits(case, work),
            )
            keeps[case.id] = kept_by(case, around, now)
    return keeps


def _cases(context: AppContext, period: RetentionPeriod) -> list[Due]:
    closed = retention.closed_until(last_kept(period, context.now()))
    keeps = keeps_of(context, closed)
    return [
        Due(
            kind=period.kind,
            key=case.id,
            reference=case.reference,
            since=case.changed_at,
            keeps=keeps[case.id],
        )
        for case in closed
    ]


def _reports(context: AppContext, period: RetentionPeriod) -> list[Due]:
    """Reports that no case rests on; a letter that answers to a case stays as long as the case."""
    handled = retention.handled_until(last_kept(period, context.now()))
    read = reports.by_ids(key for key, _ in handled)
    return [
        Due(kind=period.kind, key=key, reference="", since=since, keeps=())
        for key, since in handled
        if retention.answered_case(read[key]) is None
    ]


_OF_KIND = {RetentionKind.CASE: _cases, RetentionKind.REPORT: _reports}


def _waits(case: Case, work: set[str]) -> bool:
    """Whether the outbox has work about a case, a decision or a letter of it."""
    if not work or case.id in work:
        return bool(work)
    sent = (notice.id for notice in notices.of_case(case.id))
    return not work.isdisjoint([*sent, *(decision.id for decision in decisions.of_case(case.id))])


def _by_case(actions: Iterable[Action]) -> dict[str, list[Action]]:
    by_case: dict[str, list[Action]] = defaultdict(list)
    for action in actions:
        by_case[action.case].append(action)
    return by_case


def _steps(several: Sequence[Case]) -> Iterator[Sequence[Case]]:
    return (several[start : start + STEP] for start in range(0, len(several), STEP))
