"""The worker's thread that has our checkpoints cosigned: a witness that is away delays nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from aupkeep.app.context import AppContext

if TYPE_CHECKING:  # it imports the database, which only a worker with an open context has
    from aupkeep.app.witnesses.push import WitnessNetwork

log = structlog.get_logger("witnesses")
LOOK = 5.0  # seconds between looks at what is due
PATIENCE = 15.0  # seconds to wait for a request that was told to stop


@contextmanager
def asking_witnesses(context: AppContext) -> Iterator[None]:
    """Ask whom the settings name until the block ends; no thread where they name nobody."""
    if not context.settings.witness.witnesses:
        yield
        return
    from aupkeep.app.witnesses.push import WitnessNetwork

    network = WitnessNetwork()
    thread = threading.Thread(target=_run, args=(context, network), name="witnesses", daemon=True)
    thread.start()
    try:
        yield
    finally:
        network.stop.set()
        thread.join(PATIENCE)


def _run(context: AppContext, network: "WitnessNetwork") -> None:
    """Look, ask, wait; the broad except is the one of the daemon's loop."""
    from aupkeep.app.witnesses.push import push_due, release_connection

    while not network.stop.is_set():
        try:
            told = [answer for answer in push_due(context, network) if answer.news]
            for answer in told:
                log.warning("a witness", name=answer.witness, says=answer.news)
        except Exception:
            log.exception("a turn at the witnesses failed; going on")
        network.stop.wait(LOOK)
    release_connection()
