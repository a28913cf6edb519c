"""The worker's third thread, which reads what is large: so it delays no other mail."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from aupkeep.app.context import AppContext

log = structlog.get_logger("large")
LOOK = 1.0  # seconds between looks
LEASE = 600.0  # seconds
LARGE = "-large"  # what the name of a worker has more here
PATIENCE = 15.0  # seconds to wait for the one in hand


@contextmanager
def reading_large(context: AppContext, worker: str) -> Iterator[None]:
    """Read large mails one by one until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(
        target=_run, args=(context, stop, worker + LARGE), name="large", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)


def _run(context: AppContext, stop: threading.Event, worker: str) -> None:
    """Look, read, wait; the broad except is the one of the daemon's loop."""
    from aupkeep.app.feeds.fetch_feeds import release_connection
    from aupkeep.app.worker import EffectDispatcher, lease

    dispatcher = EffectDispatcher(context)  # its box starts with the first large mail
    while not stop.is_set():
        leases = []
        try:
            leases = lease(context, worker=worker, seconds=LEASE, limit=1, large=True)
            for one in leases:
                dispatcher.do(one)
        except Exception:
            log.exception("a large mail was not read; going on")
        if not leases:
            stop.wait(LOOK)
    dispatcher.close()
    release_connection()
