"""The collector of flow exports: receives, detects, delivers findings; needs no database to run."""

import secrets
import threading
from collections.abc import Callable
from typing import Any

import structlog

from aupkeep.app.context import AppContext
from aupkeep.app.steady_clock import steady_seconds
from aupkeep.app.telemetry.collector.controller_sync import ControllerSync, connection_of
from aupkeep.app.telemetry.collector.housekeeping import Housekeeping
from aupkeep.app.telemetry.collector.service import CollectorService
from aupkeep.app.telemetry.machine_code.prepare import ALL, prepare
from aupkeep.config.home import Home
from aupkeep.config.settings import Settings
from aupkeep.daemon.side_threads import stop_on_signals

log = structlog.get_logger("flowd")
REST = 0.5  # seconds between two rounds of housekeeping
PATIENCE = 5.0  # seconds each thread has to end


def clock() -> int:
    """Milliseconds since 1970, UTC."""
    return int(steady_seconds() * 1000)


def run(home: Home, settings: Settings, stop: threading.Event | None = None) -> None:
    """Collect until SIGTERM, SIGINT or `stop`.

    Raises `Invalid` without an address to listen at, `Conflict` beside another collector, `OSError`
    for an address that cannot be had.
    """
    stop = stop or stop_on_signals()
    if settings.flows.listen_addresses:  # else the service says what is missing, and at once
        prepare(ALL, say=log.info, warn=log.warning, ended=stop.is_set)
    line = connection_of(home)
    service = CollectorService(home, settings, line.give, clock=clock, seed=secrets.randbits(63))
    addresses = [f"{item.address} {item.port}" for item in settings.flows.listen_addresses]
    log.info("hearing", ears=addresses, exporters=len(settings.flows.exporters))
    controller_sync = ControllerSync(service, line, _listed_hosts)
    housekeeping = Housekeeping(service, controller_sync.holds)
    threads = [
        _start_thread(
            "desk",
            lambda: _repeat(stop, controller_sync.run_once, "the desk", 0),
            controller_sync.end,
        ),
        _start_thread(
            "housekeeping",
            lambda: _repeat(stop, housekeeping.run_once, "housekeeping", REST),
            controller_sync.end,
        ),
    ]
    try:
        _receive(service, stop)
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)
        service.close()
        housekeeping.write()


def _listed_hosts(context: AppContext) -> Any:  # noqa: ANN401 - handed from one room to the other
    """Controllers that feeds list; imported here because it needs the open database."""
    from aupkeep.app.feeds.listed_hosts import listed_hosts

    return listed_hosts(context)


def _receive(service: CollectorService, stop: threading.Event) -> None:
    """Receive until `stop`; the broad except keeps the loop alive."""
    while not stop.is_set():
        try:
            service.step()
        except Exception:
            log.exception("a turn failed; going on")
            stop.wait(0.05)


def _repeat(stop: threading.Event, run_once: Callable[[], None], what: str, rest: float) -> None:
    """The same for a thread beside the receiver."""
    while not stop.is_set():
        try:
            run_once()
        except Exception as error:  # noqa: BLE001 - the daemon's loop: told, and tried again
            log.warning("a turn failed; going on", of=what, error=str(error)[:300])
            stop.wait(1.0)
        stop.wait(rest)


def _start_thread(name: str, work: Callable[[], None], end: Callable[[], None]) -> threading.Thread:
    def whole() -> None:
        work()
        end()

    thread = threading.Thread(target=whole, name=name, daemon=True)
    thread.start()
    return thread
