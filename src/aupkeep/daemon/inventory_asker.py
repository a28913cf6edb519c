"""Threads of the worker that ask the systems which know who holds what: one a source."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import structlog

from aupkeep.app.context import AppContext
from aupkeep.config.inventory import InventorySourceSettings
from aupkeep.daemon.side_threads import side_threads, take_turns

log = structlog.get_logger("inventory")
LOOK = 1.0  # seconds between looks at whether a source is due
PATIENCE = 5.0  # seconds to wait for a look that was told to stop
REST = 10.0  # seconds after a look that failed


@contextmanager
def asking_sources(
    context: AppContext, worker: str, ended: Callable[[str], bool]
) -> Iterator[None]:
    """Ask each source when it is due, until the block ends; `ended` says which workers died."""
    sources = context.settings.inventory.sources
    if sources:
        from aupkeep.app.inventory.ask_sources import free_sources

        free_sources(ended)
    runs = {one.name: partial(_run, context, one, worker) for one in sources}
    with side_threads(runs, patience=PATIENCE):
        yield


def _run(
    context: AppContext, settings: InventorySourceSettings, worker: str, stop: threading.Event
) -> None:
    from aupkeep.app.inventory.ask_sources import SourceAsker

    asker = SourceAsker(context, settings, worker)
    said = log.bind(source=settings.name)
    take_turns(asker.ask_if_due, stop, LOOK, said, "a look failed; going on", rest=REST)
    asker.close()
