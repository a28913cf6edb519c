"""Sources asked by the worker when they are due, and by a person now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from aupkeep.app.access.authority import require
from aupkeep.app.context import AppContext
from aupkeep.app.inventory.sync_source import (
    OpenSource,
    known_states,
    note_refused,
    open_source,
    sync_source,
)
from aupkeep.config.inventory import InventorySourceSettings
from aupkeep.config.secrets import hidden
from aupkeep.inventory.standing_source import standing_sources
from aupkeep.model.actor import Actor
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.inventory_source import InventorySourceState
from aupkeep.model.roles import StaffAct
from aupkeep.store import inventory_sources, refresh, release

log = structlog.get_logger("inventory")
BY_HAND = "command line"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSource:
    """A source as a list shows it; `seen` is when its last good snapshot began."""

    source: str
    kind: str
    url: str
    every: float
    seen: datetime | None
    live: int
    rejected: int
    foreign: int
    unmapped: int
    failures: int
    problem: str


class SourceAsker:
    """Asks one source when it is due; what it remembers between two looks lives here."""

    def __init__(self, context: AppContext, settings: InventorySourceSettings, worker: str) -> None:
        """Open nothing yet: a wrong setting is told where it is looked at."""
        self._context, self._settings, self._worker = context, settings, worker
        self._source: OpenSource | None = None
        self._told = ""

    def ask_if_due(self) -> InventorySourceState | None:
        """Look once, if it is due. A trouble is logged once, not at every look."""
        refresh()
        try:
            self._source = self._source or open_source(self._context, self._settings)
        except Invalid as error:
            if str(error) != self._told:
                note_refused(self._context, self._settings, str(error), worker=self._worker)
            self._tell(str(error))
            return None
        done = sync_source(self._context, self._source, worker=self._worker)
        if done is not None:
            self._tell(done.problem)
            if done.changed and not done.problem:
                log.info("asked", source=done.name, changed=done.changed, live=done.live)
        return done

    def close(self) -> None:
        """Give the database connection of this thread back."""
        release()

    def _tell(self, problem: str) -> None:
        if problem and problem != self._told:
            log.warning("no whole look", source=self._settings.name, why=problem)
        self._told = problem


def free_sources(dead: Callable[[str], bool]) -> int:
    """Take back the sources that dead workers were asking; `dead` says of a name whether it is."""
    return inventory_sources.free(dead)


def sync_now(
    context: AppContext, name: str | None, *, by: Actor, accept: bool = False
) -> list[InventorySourceState]:
    """Ask one source, or all, now; one that is set wrongly says so and keeps no other waiting.

    Raises `Conflict` while a worker asks it, `Invalid` for an unknown name, and for the only one
    asked where it is set wrongly.
    """
    require(by, StaffAct.SETTINGS)
    settings = context.settings.inventory
    chosen = settings.sources if name is None else (settings.source_named(name),)
    done = []
    for one in chosen:
        try:
            source = open_source(context, one)
        except Invalid as error:
            done.append(note_refused(context, one, str(error), worker=BY_HAND))
            if len(chosen) == 1:
                raise
            continue
        state = sync_source(context, source, worker=BY_HAND, early=True, accept=accept, by=by)
        if state is None:
            raise Conflict(
                f"source {one.name}: expected nobody to ask it, found a worker that does"
            )
        done.append(state)
    return done


def list_sources(context: AppContext) -> list[AskedSource]:
    """Every source of the settings, and how it stands."""
    kinds, states = standing_sources(), known_states(context)
    return [
        AskedSource(
            source=item.name,
            kind=item.kind,
            url=hidden(item.url),
            every=float(item.every or (kinds[item.kind].every if item.kind in kinds else 0)),
            seen=states[item.name].seen_at,
            live=states[item.name].live,
            rejected=states[item.name].rejected,
            foreign=states[item.name].foreign,
            unmapped=len(states[item.name].unmapped),
            failures=states[item.name].failures,
            problem=states[item.name].problem,
        )
        for item in context.settings.inventory.sources
    ]
