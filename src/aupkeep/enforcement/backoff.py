"""When to ask again a system that did not answer: each wait is double the last, up to a minute.

One that refused, e.g. our credentials, is asked again after a minute, two, four, up to an hour.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FIRST = timedelta(seconds=2)
LONGEST = timedelta(minutes=1)
LONGEST_REFUSED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Fault:
    tries: int
    at: datetime
    why: str
    refused: bool


@dataclass(slots=True)
class Backoff:
    """The operations that met a fault, by action; forgotten with the process, which is harmless."""

    _faults: dict[str, _Fault] = field(default_factory=dict)

    def rests(self, action: str, now: datetime) -> str | None:
        """Why it is not tried at this moment, None when it is due.

        A clock that was set back makes it due: a wait is never longer than a minute.
        """
        fault = self._faults.get(action)
        if fault is None:
            return None
        first, longest = (LONGEST, LONGEST_REFUSED) if fault.refused else (FIRST, LONGEST)
        wait = min(first * 2 ** min(fault.tries, 10), longest)
        return fault.why if timedelta(0) <= now - fault.at < wait else None

    def after(
        self, tried: set[str], waiting: dict[str, str], now: datetime, refused: Collection[str] = ()
    ) -> None:
        """Note a step: what was tried, of that what met a fault and why, and what was refused."""
        for action in tried:
            before = self._faults.pop(action, None)
            if action in waiting:
                tries = before.tries + 1 if before else 0
                self._faults[action] = _Fault(tries, now, waiting[action], action in refused)
