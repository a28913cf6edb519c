"""Listens, counts who is connected, and ends when asked: what is being answered is answered."""

import asyncio
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

import structlog

from aupkeep.daemon.http.connection import Connection, Site
from aupkeep.daemon.http.holdings import is_own, name_of
from aupkeep.daemon.http.lanes import THREADS, RequestLane

log = structlog.get_logger("web")
BACKLOG = 1024  # connections the kernel holds for us
PATIENCE = 5.0  # seconds for what is being answered when we end


def new_lanes() -> dict[str, RequestLane]:
    """The lanes of one server."""
    return {name: RequestLane(name, threads) for name, threads in THREADS.items()}


async def serve(site: Site, listening: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, or until cancelled."""
    stop, tasks, loop = asyncio.Event(), set[asyncio.Task[None]](), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(RuntimeError, ValueError):  # not on a thread of tests
            loop.add_signal_handler(number, stop.set)
    accepting = loop.create_task(_accept(site, listening, tasks))
    ready()
    try:
        await stop.wait()
    finally:
        accepting.cancel()
        listening.close()
        for connection in site.holdings.waiting():
            connection.drop()
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE)
        for task in tasks:
            task.cancel()
        for lane in site.lanes.values():
            lane.close()


async def _accept(site: Site, listening: socket.socket, tasks: set[asyncio.Task[None]]) -> None:
    """Take one connection after the other; between two of them the others have their turn."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            accepted, address = await loop.sock_accept(listening)
        except OSError as error:  # no file is left, or the peer has gone
            log.warning("a connection was not taken", error=str(error))
            await asyncio.sleep(0.1)
            continue
        peer = str(address[0])
        connection = Connection(site, accepted, peer)
        own = is_own(peer, site.proxies)
        dropped = site.holdings.add(connection, name_of(peer), loop.time(), own=own)
        for other in dropped:
            other.drop()
        if connection not in dropped:
            task = connection.begin()
            tasks.add(task)
            task.add_done_callback(tasks.discard)
