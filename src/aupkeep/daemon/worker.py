"""The worker: takes effects from the outbox, keeps desired states and clocks up to date."""

import signal
import socket
import threading

import structlog

from aupkeep.app.context import AppContext
from aupkeep.app.wake_up import Waker
from aupkeep.daemon.feed_fetcher import feeding

log = structlog.get_logger("worker")
LOOK = 1.0  # seconds between looks at the outbox and the agents' reports; a poke comes sooner
LEASE = 60.0  # seconds; a killed worker's work is taken over after that
BATCH = 20


def run(context: AppContext, stop: threading.Event | None = None) -> None:
    """Work until SIGTERM, SIGINT or `stop`; the broad except is the one of the daemon's loop."""
    stop = stop or _stop_on_signals()
    from aupkeep.app.worker import Hands, lease

    waker = Waker(context.home)
    name = f"{socket.gethostname()}-{threading.get_native_id()}"
    with Hands(context) as hands, feeding(context, name):
        log.info("working", worker=name, pokes=waker.listens)
        while not stop.is_set():
            try:
                busy = hands.turn(lease(context, worker=name, seconds=LEASE, limit=BATCH))
            except Exception:
                log.exception("a turn failed; going on")
                busy = False
            if not busy:
                waker.wait(LOOK)
    waker.close()


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
