"""Cases of what another system dealt with: closed from the first, without clocks or strikes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from aupkeep.casework.incidents import CaseFile, JoinedCase, join
from aupkeep.model.case import Case, CaseState, Claim, Outcome

APART = timedelta(days=14)  # a report so long after the last one was about something new


def join_history(
    claims: Iterable[Claim],
    case_files: Sequence[CaseFile],
    *,
    at: datetime,
    new_id: Callable[[], str],
    new_reference: Callable[[], str],
) -> tuple[JoinedCase, ...]:
    """Put each claim into the imported case that it continues, or into a new one; all are closed.

    `at` is when the report came there. `case_files` are imported cases only: what this desk works
    on is never touched, and nothing here is ever opened again. A case was opened when its first
    report came and closed with its last.
    """
    near = [
        replace(known, case=replace(known.case, state=CaseState.OPEN))
        for known in case_files
        if known.case.opened_at - APART <= at <= known.case.changed_at + APART
    ]
    before = {known.case.id: known.case for known in near}
    joined = join(claims, near, now=at, new_id=new_id, new_reference=new_reference)
    return tuple(_closed(result, before, at) for result in joined)


def _closed(result: JoinedCase, before: dict[str, Case], at: datetime) -> JoinedCase:
    case = result.case_file.case
    known = before.get(case.id, case)
    closed = replace(
        case,
        state=CaseState.CLOSED,
        outcome=Outcome.IMPORTED,
        confirms=False,
        opened_at=min(known.opened_at, at),
        changed_at=max(known.changed_at, at),
    )
    return replace(result, case_file=replace(result.case_file, case=closed))
