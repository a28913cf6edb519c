"""Threads of the worker that ask the systems which know who holds what: one a source."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from aupkeep.app.context import AppContext
from aupkeep.config.inventory import InventorySourceSettings

log = structlog.get_logger("inventory")
LOOK = 1.0  # seconds between looks at whether a source is due
PATIENCE = 5.0  # seconds to wait for a look that was told to stop


@contextmanager
def asking_sources(
    context: AppContext, worker: str, ended: Callable[[str], bool]
) -> Iterator[None]:
    """Ask each source when it is due, until the block ends; `ended` says which workers died."""
    if context.settings.inventory.sources:
        from aupkeep.app.inventory.ask_sources import free_sources

        free_sources(ended)
    stop = threading.Event()
    threads = [
        threading.Thread(
            target=_run, args=(context, source, stop, worker), name=source.name, daemon=True
        )
        for source in context.settings.inventory.sources
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)


def _run(
    context: AppContext, settings: InventorySourceSettings, stop: threading.Event, worker: str
) -> None:
    """Look, wait; the broad except is the one of the daemon's loop."""
    from aupkeep.app.inventory.ask_sources import SourceAsker

    asker = SourceAsker(context, settings, worker)
    while not stop.is_set():
        try:
            asker.ask_if_due()
        except Exception:
            log.exception("a look failed; going on", source=settings.name)
            stop.wait(LOOK * 10)
        stop.wait(LOOK)
    asker.close()
