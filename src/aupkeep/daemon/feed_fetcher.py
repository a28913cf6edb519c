"""The worker's second thread, which fetches feeds: so a slow server delays no mail."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import structlog

from aupkeep.app.context import AppContext, release_connection
from aupkeep.daemon.side_threads import side_threads, take_turns

if TYPE_CHECKING:  # it imports the database, which only a worker with an open context has
    from aupkeep.app.feeds.download import NetworkAccess

log = structlog.get_logger("feeds")
LOOK = 5.0  # seconds between looks at what is due


@contextmanager
def fetching_feeds(context: AppContext, worker: str) -> Iterator[None]:
    """Fetch what is due until the block ends."""
    from aupkeep.app.feeds.fetch_feeds import network_access

    network = network_access(context)
    with side_threads({"feeds": partial(_run, context, network, worker)}, network.stop):
        yield


def _run(context: AppContext, network: "NetworkAccess", worker: str, stop: threading.Event) -> None:
    from aupkeep.app.feeds.fetch_feeds import fetch_due

    turn = partial(fetch_due, context, network, f"{worker}-feeds")
    take_turns(turn, stop, LOOK, log, "a turn at the feeds failed; going on")
    release_connection()
