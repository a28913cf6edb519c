"""When to ask again a system that did not answer: each wait is double the last, up to 45 s.

With the step after it that is within a minute. What it has begun is asked for at least every 15 s:
a system that was busy is seen to be done when it is, not half a minute later. One that refused,
e.g. our credentials, is asked again after a minute, two, four, up to an hour.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FIRST = timedelta(seconds=2)
LONGEST, LONGEST_BEGUN = timedelta(seconds=45), timedelta(seconds=15)
REFUSED, LONGEST_REFUSED = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Fault:
    tries: int
    at: datetime
    why: str
    first: timedelta
    longest: timedelta


@dataclass(slots=True)
class Backoff:
    """The operations that met a fault, by action; forgotten with the process, which is harmless."""

    _faults: dict[str, _Fault] = field(default_factory=dict)

    def rests(self, action: str, now: datetime) -> str | None:
        """Why it is not tried at this moment, None when it is due.

        A clock that was set back makes it due.
        """
        fault = self._faults.get(action)
        if fault is None:
            return None
        wait = min(fault.first * 2 ** min(fault.tries, 10), fault.longest)
        return fault.why if timedelta(0) <= now - fault.at < wait else None

    def after(
        self,
        tried: set[str],
        waiting: dict[str, str],
        now: datetime,
        refused: Collection[str] = (),
        begun: Collection[str] = (),
    ) -> None:
        """Note a step: what was tried, what met a fault and why; of these refused, or begun."""
        for action in tried:
            before = self._faults.pop(action, None)
            if action in waiting:
                tries = before.tries + 1 if before else 0
                first, longest = FIRST, LONGEST_BEGUN if action in begun else LONGEST
                if action in refused:
                    first, longest = REFUSED, LONGEST_REFUSED
                self._faults[action] = _Fault(tries, now, waiting[action], first, longest)
