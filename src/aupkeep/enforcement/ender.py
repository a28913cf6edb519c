"""The ender: takes back what is past its end where the agent is dead or hangs.

A kernel ends a measure by itself; a file, a cloud or a receiver of webhooks does not. The ender is
a process of its own that reads the agent's memory, does nothing as long as the agent takes steps,
and lifts by the same driver, behind the same guard, under the same lock. It begins, mends and
believes nothing.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import NoReturn

from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.agent_report import FILE, AgentReport, read_report
from aupkeep.enforcement.agent_state import read_state
from aupkeep.enforcement.step_lock import lock_holder
from aupkeep.model.errors import AupkeepError, Invalid, Unavailable

AWAY = timedelta(seconds=20)  # a live agent that has something to lift tells of a step each 5 s
QUIET = timedelta(seconds=120)  # any live agent tells of a step more often
LOOK = timedelta(seconds=30)  # between two looks at the system of a quiet agent
HUNG = timedelta(seconds=60)  # an agent that holds its lock for so long is told, past an end killed
INTERVAL = 5.0  # seconds
SAID = "the agent is away: the ender lifts what is past its end, and nothing begins"
NEVER = datetime.min.replace(tzinfo=UTC)


class Ender:
    """Over one agent's folder; `agent` is an `Agent` of this process, which takes no step."""

    def __init__(
        self, agent: Agent, driver: str, clock: Callable[[], datetime], away: timedelta = AWAY
    ) -> None:
        self._agent, self._driver, self._clock, self._away = agent, driver, clock, away
        self._since: datetime | None = None  # when the lock was first found taken
        self._looked = NEVER  # when the system itself was last asked, or the hanging agent told

    def look(self) -> AgentReport | None:
        """Lift what is over, as the agent would report it; None where nothing is to be done.

        * By the agent's memory something should have been gone for a while: it is lifted.
        * The agent is quiet for longer: its system is asked now and then, since an agent that died
          between an act and its memory remembers nothing of it.
        * It is, and holds its lock: it hangs, which is told in its place, three minutes after its
          last step.

        Raises `Unavailable` where the system does not answer, or another holds the lock.
        """
        now = self._clock()
        quiet = abs(now - self._heard())  # a report of the future: the clock was set since
        over = quiet >= self._away and self._over(now)
        if not over and quiet < QUIET:
            self._since = None
            return None
        if not over and (abs(now - self._looked) < LOOK or not self._agent.lock.exists()):
            return None
        self._since = self._since or now
        try:
            report = self._agent.end_over(SAID)
        except BlockingIOError:
            if now - self._since < HUNG:
                return None
            pid = lock_holder(self._agent.lock) or "?"
            hangs = f"{SAID}; process {pid} holds its lock and takes no step"
            self._looked, report = now, self._agent.say_away(hangs)
            if over:
                self._since = None
                self._free()
            return report
        except Unavailable:
            self._since = None
            raise
        self._since, self._looked = None, now  # the lock was free: no step hangs
        return report

    def _over(self, now: datetime) -> bool:
        """Whether anything that stands by the agent's memory should have been gone for a while."""
        try:
            state = read_state(self._agent.folder)
        except Invalid:  # the system itself has to say it
            return False
        ends = (
            min(x.action.until, state.undone[name].at if name in state.undone else x.action.until)
            for name, x in state.standing.items()
            if x.action.driver == self._driver
        )
        return any(end + self._away <= now for end in ends)

    def _heard(self) -> datetime:
        """When the agent last told of a step; for ever ago where nothing says that."""
        with suppress(AupkeepError, OSError):
            report = read_report((self._agent.folder / FILE).read_bytes())
            return NEVER if report.controller.startswith(SAID) else report.at
        return NEVER

    def _free(self) -> NoReturn:
        """Kill the process that holds the lock and takes no step. Whoever started it goes on.

        An agent may be killed anywhere; the lock is free at the next look. Raises `Unavailable`.
        """
        pid = lock_holder(self._agent.lock)
        if pid is None:
            raise Unavailable(f"{self._agent.lock}: taken, expected to see by whom")
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError as error:
            raise Unavailable(f"process {pid} holds {self._agent.lock}: {error}") from error
        raise Unavailable(f"process {pid} held {self._agent.lock} and took no step: killed")


def run(
    ender: Ender,
    stop: Event,
    on_report: Callable[[AgentReport], None],
    on_error: Callable[[AupkeepError], None],
    interval: float = INTERVAL,
) -> None:
    """Look again and again until `stop`; a failing look is told and tried again."""
    while not stop.wait(interval):
        try:
            report = ender.look()
        except AupkeepError as error:
            on_error(error)
            continue
        if report is not None:
            on_report(report)
