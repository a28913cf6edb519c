"""The worker: dispatches effects of the outbox, keeps desired states and clocks up to date."""

import socket
import threading
from functools import partial

import structlog

from aupkeep.app.context import AppContext
from aupkeep.app.process_wake_up import WakeUpSocket
from aupkeep.daemon.feed_fetcher import fetching_feeds
from aupkeep.daemon.heartbeat import Pulse, sending_heartbeats
from aupkeep.daemon.inventory_asker import asking_sources
from aupkeep.daemon.large_reader import reading_large
from aupkeep.daemon.side_threads import stop_on_signals
from aupkeep.daemon.thread_names import ended_here
from aupkeep.daemon.webhook_sender import sending_events
from aupkeep.daemon.witness_asker import asking_witnesses
from aupkeep.model.errors import AupkeepError

log = structlog.get_logger("worker")
LOOK = 1.0  # seconds between looks at the outbox and the agents' reports; a wake-up comes sooner
LEASE = 60.0  # seconds; a killed worker's work is taken over after that
UNHEARD = "what another machine freezes now is not known here"
BATCH = 5  # what comes to an idle flow waits for so much at most


def run(context: AppContext, stop: threading.Event | None = None) -> None:
    """Work until SIGTERM, SIGINT or `stop`; the broad except is the one of the daemon's loop."""
    stop = stop or stop_on_signals()
    from aupkeep.app.worker import EffectDispatcher, free_leases, lease

    pulse = Pulse(partial(_say_alive, context))
    waker = WakeUpSocket(context.home)
    name = f"{socket.gethostname()}-{threading.get_native_id()}"
    if freed := free_leases(context, ended_here):
        log.info("taken back from killed workers", effects=freed)
    with (
        EffectDispatcher(context) as dispatcher,
        fetching_feeds(context, name),
        asking_sources(context, name, ended_here),
        reading_large(context, name),
        asking_witnesses(context),
        sending_events(context),
        sending_heartbeats(context, pulse),
    ):
        lacking = dispatcher.lacking()
        log.info("working", worker=name, wake_ups=waker.listens)
        if lacking:  # docs/threats.md says what each of them is for
            log.warning("the sandbox lacks bounds on this kernel", lacking=lacking)
        while not stop.is_set():
            try:
                busy = dispatcher.run_once(lease(context, worker=name, seconds=LEASE, limit=BATCH))
                pulse.beat()
            except Exception:
                log.exception("a turn failed; going on", unheard=pulse.is_quiet() and UNHEARD)
                busy = False
            if not busy:
                waker.wait(LOOK)
    waker.close()
    _say_ended(context)


def _say_alive(context: AppContext) -> None:
    from aupkeep.app.process_pulse import say_alive

    say_alive(context, "worker")


def _say_ended(context: AppContext) -> None:
    from aupkeep.app.process_pulse import say_ended

    try:
        say_ended(context, "worker")
    except AupkeepError as error:
        log.warning("it was not said that this worker ended", error=str(error))
