"""The agent's loop: a step now and then, at once when something it watches has changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.agent_report import AgentReport
from aupkeep.model.errors import AupkeepError

INTERVAL = 5.0  # seconds between steps when nothing changes; an expiry in a kernel sends no event
POLL_INTERVAL = 0.05  # seconds between two looks at the watched files
STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopConfig:
    """How `run` turns.

    `watch` are files whose change wakes it (the desired state, the freeze switch); `told` is
    called with each report; `failed` with each error, which never ends the loop.
    """

    told: Callable[[AgentReport], None]
    failed: Callable[[AupkeepError], None]
    watch: Sequence[Path] = ()
    interval: float = INTERVAL


def run(agent: Agent, stop: Event, config: LoopConfig) -> None:
    """Step until `stop` is set or a file `stop` appears in the agent's folder.

    A failing step is told and tried again at the next turn: the kernel holds what stands, until
    its own timeout.
    """
    watched = (*config.watch, agent.freeze, agent.folder / "protect")
    while not stop.is_set() and not (agent.folder / STOP).exists():
        seen = _marks(watched)
        try:
            config.told(agent.step())
        except AupkeepError as error:
            config.failed(error)
        _rest(agent, stop, watched, seen, config.interval)


def _rest(
    agent: Agent, stop: Event, watched: Sequence[Path], seen: list[object], interval: float
) -> None:
    """Wait for the interval, a change or the end."""
    rested = 0.0
    while rested < interval and _marks(watched) == seen:
        if stop.wait(POLL_INTERVAL) or (agent.folder / STOP).exists():
            return
        rested += POLL_INTERVAL


def _marks(paths: Sequence[Path]) -> list[object]:
    """What tells two versions of each file apart."""
    marks: list[object] = []
    for path in paths:
        try:
            found = path.stat()
            marks.append((found.st_mtime_ns, found.st_ino, found.st_size))
        except OSError:
            marks.append(None)
    return marks
