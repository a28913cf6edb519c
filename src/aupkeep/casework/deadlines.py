"""The clocks of a case: deadlines from the taxonomy, reminders, what is overdue, what ends soon."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from aupkeep.casework.states import Event, move
from aupkeep.model.case import Case, CaseState
from aupkeep.model.taxonomy import kind_for

AHEAD = timedelta(hours=2)  # how long before its end a measure's harm is looked at again


def deadline(kind: str, rsit: str | None, start: datetime) -> datetime | None:
    """When the customer must have answered, None for a kind whose clock an order sets.

    The hours are the taxonomy's. Raises KeyError for a kind that is not in it.

    >>> from datetime import UTC
    >>> deadline("messaging/spam", None, datetime(2026, 3, 1, tzinfo=UTC)).isoformat()
    '2026-03-02T00:00:00+00:00'
    """
    hours = kind_for(kind, rsit).hours
    return None if hours is None else start + timedelta(hours=hours)


def reminder(start: datetime, end: datetime) -> datetime:
    """When the customer is reminded: at half the time (policy.md section 2.4)."""
    return start + (end - start) / 2


def overdue(cases: Iterable[Case], now: datetime) -> tuple[Case, ...]:
    """The cases whose deadline has passed, back with the desk."""
    return tuple(
        move(case, Event.OVERDUE, now)
        for case in cases
        if case.state is CaseState.WAITING and case.deadline_at and case.deadline_at <= now
    )
