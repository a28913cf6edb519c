"""The worker's thread that has our checkpoints cosigned: a witness that is away delays nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import structlog

from aupkeep.app.context import AppContext, release_connection
from aupkeep.daemon.side_threads import side_threads, take_turns

if TYPE_CHECKING:  # it imports the database, which only a worker with an open context has
    from aupkeep.app.witnesses.push import WitnessNetwork

log = structlog.get_logger("witnesses")
LOOK = 5.0  # seconds between looks at what is due


@contextmanager
def asking_witnesses(context: AppContext) -> Iterator[None]:
    """Ask whom the settings name until the block ends; no thread where they name nobody."""
    if not context.settings.witness.witnesses:
        yield
        return
    from aupkeep.app.witnesses.push import WitnessNetwork

    network = WitnessNetwork()
    with side_threads({"witnesses": partial(_run, context, network)}, network.stop):
        yield


def _run(context: AppContext, network: "WitnessNetwork", stop: threading.Event) -> None:
    from aupkeep.app.witnesses.push import push_due

    def turn() -> None:
        news = [answer for answer in push_due(context, network) if answer.news]
        for answer in news:
            log.warning("a witness", name=answer.witness, says=answer.news)

    take_turns(turn, stop, LOOK, log, "a turn at the witnesses failed; going on")
    release_connection()
