"""The worker's third thread, which reads what is large: so it delays no other mail."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import structlog

from aupkeep.app.context import AppContext, release_connection
from aupkeep.daemon.side_threads import side_threads, take_turns

log = structlog.get_logger("large")
LOOK = 1.0  # seconds between looks
LEASE = 600.0  # seconds
LARGE = "-large"  # what the name of a worker has more here


@contextmanager
def reading_large(context: AppContext, worker: str) -> Iterator[None]:
    """Read large mails one by one until the block ends."""
    with side_threads({"large": partial(_run, context, worker + LARGE)}):
        yield


def _run(context: AppContext, worker: str, stop: threading.Event) -> None:
    from aupkeep.app.worker import EffectDispatcher, lease

    dispatcher = EffectDispatcher(context)  # its box starts with the first large mail

    def turn() -> bool:
        leases = lease(context, worker=worker, seconds=LEASE, limit=1, large=True)
        for taken in leases:
            dispatcher.do(taken)
        return bool(leases)

    take_turns(turn, stop, LOOK, log, "a large mail was not read; going on")
    dispatcher.close()
    release_connection()
