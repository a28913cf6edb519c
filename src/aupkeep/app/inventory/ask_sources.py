"""Sources asked by the worker when they are due, and by a person now."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

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
LEAST_REST = timedelta(seconds=5)  # between two looks that words of changes bring
SHARE = 2  # and so many times as long as a look took: whoever floods us burdens the system little


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
    changes: str  # "told", what is missing of it, or "" where nobody tells of them


class SourceAsker:
    """Asks one source when it is due; what it remembers between two looks lives here."""

    def __init__(self, context: AppContext, settings: InventorySourceSettings, worker: str) -> None:
        """Open nothing yet: a wrong setting is told where it is looked at."""
        self._context, self._settings, self._worker = context, settings, worker
        self._source: OpenSource | None = None
        self._told = ""
        self._free_at: datetime | None = None  # from then on a word of a change brings a look

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
        early, begun = self._is_woken(), self._context.now()
        done = sync_source(self._context, self._source, worker=self._worker, early=early)
        if done is None and early and self._source.listener is not None:
            self._source.listener.wake()  # another worker looks, perhaps since before it was told
        if done is not None:
            self._rest(done, begun)
            self._tell(done.problem)
            if done.changed and not done.problem:
                log.info("asked", source=done.name, changed=done.changed, live=done.live)
        return done

    @property
    def may_listen(self) -> bool:
        """Whether a source of this kind can be told of changes."""
        kind = standing_sources().get(self._settings.kind)
        return kind is not None and kind.listen is not None

    def listen(self, stop: threading.Event) -> None:
        """Hear of changes until `stop`, where the source is open and somebody tells of them."""
        listener = self._source.listener if self._source is not None else None
        if listener is not None:
            listener.run(stop)

    def _is_woken(self) -> bool:
        """Whether a word of a change brings a look now; else it waits until one is free."""
        listener = self._source.listener if self._source is not None else None
        free = self._free_at is not None and self._context.now() >= self._free_at
        return listener is not None and free and listener.woken()

    def _rest(self, done: InventorySourceState, begun: datetime) -> None:
        """Until when no word brings a look: after a fault the source's own waiting goes on."""
        ended = self._context.now()
        rest = max(LEAST_REST, SHARE * (ended - begun))
        self._free_at = None if done.failures or done.held_back else ended + rest

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
    for wanted in chosen:
        try:
            source = open_source(context, wanted)
        except Invalid as error:
            done.append(note_refused(context, wanted, str(error), worker=BY_HAND))
            if len(chosen) == 1:
                raise
            continue
        state = sync_source(context, source, worker=BY_HAND, early=True, accept=accept, by=by)
        if state is None:
            raise Conflict(
                f"source {wanted.name}: expected nobody to ask it, found a worker that does"
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
            changes=_told_of_changes(states[item.name]),
        )
        for item in context.settings.inventory.sources
    ]


def _told_of_changes(state: InventorySourceState) -> str:
    heard = state.listening
    return "" if heard is None else heard.problem or ("told" if heard.hears else "not told")
