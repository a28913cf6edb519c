"""The agent's loop: a step now and then, at once when something it watches has changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from aupkeep.enforcement import local_bounds, protect
from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.agent_report import AgentReport
from aupkeep.enforcement.durable_file import file_mark
from aupkeep.model.errors import AupkeepError

INTERVAL = 5.0  # seconds between steps when nothing changes; an expiry in a kernel sends no event
POLL_INTERVAL = 0.05  # seconds between two looks at the watched files
STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopConfig:
    """When `run` takes a step, and who hears of it.

    `watch` are files whose change starts a step at once (the desired state, the freeze switch);
    `on_report` gets each new report, and the same again where it answers False; `on_error` gets
    each error, which never ends the loop.
    """

    on_report: Callable[[AgentReport], bool | None]
    on_error: Callable[[AupkeepError], None]
    watch: Sequence[Path] = ()
    interval: float = INTERVAL


def run(agent: Agent, stop: Event, config: LoopConfig) -> None:
    """Step until `stop` is set or a file `stop` appears in the agent's folder.

    A failing step is reported and tried again: the kernel holds what stands until its own timeout.
    """
    local = (agent.folder / name for name in (protect.FILE, local_bounds.FILE))
    watched = (*config.watch, *agent.switches, *local)
    last: AgentReport | None = None
    while not stop.is_set() and not (agent.folder / STOP).exists():
        seen = _marks(watched)
        try:
            report = agent.step()
            if report is not last:
                last = report if config.on_report(report) is not False else None
        except AupkeepError as error:
            config.on_error(error)
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
    """A mark of each file that changes when the file does."""
    return [file_mark(path) for path in paths]
