"""The pages and the API: Django as WSGI (ASGI measured 5 to 8 times slower) on a server of ours.

`[web] workers` above 1 makes processes that share the port; this one then only watches them.
"""

import asyncio
import resource
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from aupkeep.app.context import AppContext
from aupkeep.daemon import up
from aupkeep.daemon.http.connection import Connection, Site
from aupkeep.daemon.http.gateway import Application
from aupkeep.daemon.http.holdings import MIB, Bounds, Holdings
from aupkeep.daemon.http.server import BACKLOG, new_lanes, serve

MOST = 18 * MIB  # bytes of a body by anybody: ten of files in base64, and the words
MOST_KNOWN = 50 * MIB + 1024  # of one with a token: a report
ROOM = 4 * MIB  # bytes of a posted form besides its files
FILES = 4096  # open files we ask the machine for
SPARE = 128  # of them for databases and temporary files


def run(context: AppContext, application: Application, worker: Sequence[str] = ()) -> None:
    """Serve until SIGTERM or SIGINT; `worker` is the command of one of several processes.

    Raises `OSError` that names the address which cannot be had.
    """
    web = context.settings.web
    shared = web.workers > 1
    if shared and worker:
        try_at(web.host, web.port).close()
        up.run({f"web-{number}": worker for number in range(1, web.workers + 1)})
        return
    listening = try_at(web.host, web.port, shared=shared)
    site = Site(
        application,
        web.host,
        web.port,
        most=max(MOST, context.settings.notices.upload_bytes + ROOM),
        most_known=MOST_KNOWN,
        lanes=new_lanes(),
        holdings=Holdings[Connection](_bounds()),
        proxies=web.proxies,
    )
    asyncio.run(serve(site, listening, lambda: None))


def _bounds() -> Bounds:
    """As many connections as this machine lets us have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    with suppress(OSError, ValueError):  # a service may not change its own bounds
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    total = max(SPARE, files // 2 - SPARE)  # a body may take a file beside its connection
    return replace(Bounds(), total=min(Bounds().total, total))


def try_at(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Listen there. Raises `OSError` that says which option names the address."""
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, proto)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise OSError(error.errno, error.strerror, f"[web] {host} port {port}") from error
    listening.setblocking(False)
    return listening
