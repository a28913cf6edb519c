"""When a step may be left out: what the agent goes by is as it was, and no measure's time came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from aupkeep.model.action import Action

T = TypeVar("T")
LONGEST = timedelta(seconds=20)  # then everything is compared again, and packets are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest(Generic[T]):
    """What a look came to that had nothing to do, good until something differs from `marks`."""

    marks: object
    since: datetime
    until: datetime
    answer: T

    def holds(self, marks: object, now: datetime) -> bool:
        """Whether it is the answer of a look taken now; a clock that was set ends it."""
        return marks == self.marks and self.since <= now < self.until


def next_moment(now: datetime, actions: Iterable[Action], *others: datetime | None) -> datetime:
    """When the next of these begins or ends, or 20 s have passed."""
    times = [time for action in actions for time in (action.starts, action.until)]
    later = [time for time in (*times, *others) if time is not None and time > now]
    return min([now + LONGEST, *later])
