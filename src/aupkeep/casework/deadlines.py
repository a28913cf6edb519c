"""The clocks of a case: deadlines from the taxonomy, reminders, what is overdue, what ends soon."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from aupkeep.casework.states import Event, move
from aupkeep.model.case import Case, CaseState
from aupkeep.model.taxonomy import kind_for

URGENT = ("P0", "P1", "P2")  # of the taxonomy: their clocks never stop
LONGEST = 366  # days in which closed ones are looked for
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


def answer_deadline(
    kind: str,
    start: datetime,
    closed: Callable[[date], bool],
    zone: tzinfo,
    *,
    hours: float | None = None,
) -> tuple[datetime | None, tuple[date, ...]]:
    """When the customer must have answered, and the closed days that were not counted in it.

    Days are those of `zone`. Of what is urgent every day counts; closed days only ever give the
    customer more time. `hours` are those that a person gave in place of the kind's.

    >>> from zoneinfo import ZoneInfo
    >>> friday = datetime(2026, 3, 6, 11, tzinfo=UTC)
    >>> weekend = lambda day: day.weekday() > 4
    >>> due, days = answer_deadline("vulnerability/cve", friday, weekend, ZoneInfo("Europe/Oslo"))
    >>> due.isoformat(), [day.isoformat() for day in days]
    ('2026-03-11T11:00:00+00:00', ['2026-03-07', '2026-03-08'])
    """
    by_the_clock = start + timedelta(hours=hours) if hours else deadline(kind, None, start)
    if by_the_clock is None or kind_for(kind).urgency in URGENT:
        return by_the_clock, ()
    return open_time(start, by_the_clock - start, closed, zone)


def open_time(
    start: datetime, span: timedelta, closed: Callable[[date], bool], zone: tzinfo
) -> tuple[datetime, tuple[date, ...]]:
    """When so much time on open days has passed since a moment, and the closed days on the way.

    Where a year holds too few open days all days count: a deadline is never without an end.
    """
    at, left, skipped = start, span, list[date]()
    for _ in range(LONGEST):
        day = at.astimezone(zone).date()
        over = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
        if closed(day):
            skipped.append(day)
        elif left <= over - at:
            return at + left, tuple(skipped)
        else:
            left -= over - at
        at = over
    return start + span, ()


def reminder(start: datetime, end: datetime) -> datetime:
    """When the customer is reminded: at half the time (policy.md section 2.4)."""
    return start + (end - start) / 2


def nested(start: datetime, end: datetime) -> datetime:
    """When a reseller has to have answered: after three quarters of the time its customer has.

    The last quarter is for passing the answer on.

    >>> nested(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)).isoformat()
    '2026-03-01T18:00:00+00:00'
    """
    return end - (end - start) / 4


def overdue(cases: Iterable[Case], now: datetime) -> tuple[Case, ...]:
    """The cases whose deadline has passed, back with the desk."""
    return tuple(
        move(case, Event.OVERDUE, now)
        for case in cases
        if case.state is CaseState.WAITING and case.deadline_at and case.deadline_at <= now
    )
