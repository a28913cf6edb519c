"""The worker's second thread: fetches feeds that are due, so that a slow server delays no mail."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from aupkeep.app.context import AppContext

if TYPE_CHECKING:  # it imports the database, which only a worker with an open desk has
    from aupkeep.app.feeds.fetch_lists import Hands

log = structlog.get_logger("feeds")
LOOK = 5.0  # seconds between looks at what is due
PATIENCE = 15.0  # seconds to wait for a fetch that was told to stop


@contextmanager
def feeding(context: AppContext, worker: str) -> Iterator[None]:
    """Fetch what is due until the block ends."""
    from aupkeep.app.feeds.fetch import hands_of

    hands = hands_of(context)
    thread = threading.Thread(target=_run, args=(context, hands, worker), name="feeds", daemon=True)
    thread.start()
    try:
        yield
    finally:
        hands.stop.set()
        thread.join(PATIENCE)


def _run(context: AppContext, hands: "Hands", worker: str) -> None:
    """Look, fetch, wait; the broad except is the one of the daemon's loop."""
    from aupkeep.app.feeds.fetch import end_thread, fetch_due

    while not hands.stop.is_set():
        try:
            fetch_due(context, hands, f"{worker}-feeds")
        except Exception:
            log.exception("a turn at the feeds failed; going on")
        hands.stop.wait(LOOK)
    end_thread()
