"""The worker's thread that sends the heartbeat, while the worker itself makes its turns."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from aupkeep.app.context import AppContext
from aupkeep.model.errors import AupkeepError

log = structlog.get_logger("heartbeat")
LONGEST_TURN = 120.0  # seconds; a worker that makes no turn for so long is not alive
PATIENCE = 5.0  # seconds to wait for a word that is on its way


class Pulse:
    """When the worker ended its last turn, on the clock that only goes forward."""

    def __init__(self) -> None:
        """A worker that starts now is alive."""
        self._at = time.monotonic()

    def beat(self) -> None:
        """A turn ended."""
        self._at = time.monotonic()

    def is_alive(self) -> bool:
        """Whether turns end."""
        return time.monotonic() - self._at < LONGEST_TURN


@contextmanager
def sending_heartbeats(context: AppContext, pulse: Pulse) -> Iterator[None]:
    """Send a word every so often until the block ends; no thread where the settings name nobody."""
    if not context.settings.heartbeat.url:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(
        target=_run, args=(context, pulse, stop), name="heartbeat", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)


def _run(context: AppContext, pulse: Pulse, stop: threading.Event) -> None:
    """Look, send, wait; the broad except is the one of the daemon's loop."""
    from aupkeep.app.heartbeat import broken_link, release_connection, send_heartbeat

    told = ""
    while not stop.is_set():
        trouble = ""
        try:
            trouble = broken_link(context, pulse.is_alive)
            if not trouble:
                send_heartbeat(context)
        except AupkeepError as error:
            trouble = str(error)
        except Exception:
            log.exception("a heartbeat failed; going on")
        if trouble and trouble != told:
            log.warning("no heartbeat", why=trouble)
        told = trouble
        stop.wait(context.settings.heartbeat.every)
    release_connection()
