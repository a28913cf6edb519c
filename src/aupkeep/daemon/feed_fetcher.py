"""The worker's second thread, which fetches feeds: so a slow server delays no mail."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from aupkeep.app.context import AppContext

if TYPE_CHECKING:  # it imports the database, which only a worker with an open context has
    from aupkeep.app.feeds.download import NetworkAccess

log = structlog.get_logger("feeds")
LOOK = 5.0  # seconds between looks at what is due
PATIENCE = 15.0  # seconds to wait for a fetch that was told to stop


@contextmanager
def fetching_feeds(context: AppContext, worker: str) -> Iterator[None]:
    """Fetch what is due until the block ends."""
    from aupkeep.app.feeds.fetch_feeds import network_access

    network = network_access(context)
    thread = threading.Thread(
        target=_run, args=(context, network, worker), name="feeds", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        network.stop.set()
        thread.join(PATIENCE)


def _run(context: AppContext, network: "NetworkAccess", worker: str) -> None:
    """Look, fetch, wait; the broad except is the one of the daemon's loop."""
    from aupkeep.app.feeds.fetch_feeds import fetch_due, release_connection

    while not network.stop.is_set():
        try:
            fetch_due(context, network, f"{worker}-feeds")
        except Exception:
            log.exception("a turn at the feeds failed; going on")
        network.stop.wait(LOOK)
    release_connection()
