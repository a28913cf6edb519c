"""When a step may be left out: what the agent goes by is as it was, and no measure's time came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from aupkeep.enforcement.agent_report import AgentReport
from aupkeep.enforcement.driver import Driver
from aupkeep.model.action import Action

LONGEST = timedelta(seconds=20)  # then everything is compared again, and packets are counted


@runtime_checkable
class MarkedDriver(Protocol):
    """What a driver may have besides: it knows cheaply that nobody changed its system."""

    def unchanged(self) -> object:
        """A mark that stays the same as long as `observe` would show the same, ends apart.

        None where it cannot tell.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """The report of a step that had nothing to do, good until something differs from `marks`."""

    marks: Sequence[object]
    since: datetime
    until: datetime
    report: AgentReport

    def holds(self, marks: Sequence[object], now: datetime) -> bool:
        """Whether it is the report of a step taken now; a clock that was set ends it."""
        return marks == self.marks and self.since <= now < self.until


def driver_mark(driver: Driver) -> object:
    """The mark of a driver's system; None where it cannot tell."""
    return driver.unchanged() if isinstance(driver, MarkedDriver) else None


def next_moment(now: datetime, actions: Iterable[Action], *others: datetime | None) -> datetime:
    """When the next of these begins or ends, or 20 s have passed."""
    times = [time for action in actions for time in (action.starts, action.until)]
    later = [time for time in (*times, *others) if time is not None and time > now]
    return min([now + LONGEST, *later])
