"""Our HTTP server with an application of one line, and a peer that sends it bytes."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace

from aupkeep.daemon.http import server
from aupkeep.daemon.http.connection import Connection, Site
from aupkeep.daemon.http.deadlines import Deadlines
from aupkeep.daemon.http.holdings import Bounds, Holdings

QUICK = Deadlines(head=0.2, idle=0.3, span=0.2, linger=0.1)


def echo(environ, start):
    """What reached the application, as JSON."""
    names = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "REMOTE_ADDR", "CONTENT_LENGTH")
    told = {name: environ[name] for name in names} | {
        name: value for name, value in environ.items() if name.startswith(("HTTP_", "aupkeep."))
    }
    told["body"] = environ["wsgi.input"].read().decode("latin-1")
    if environ["PATH_INFO"] == "/broken":
        raise ValueError("of the application")
    start("200 OK", [("Content-Type", "application/json"), ("Set-Cookie", " a=b; Secure")])
    return [json.dumps(told).encode()]


def serving(story: Callable[[int], Awaitable[None]], application=echo, **changes: object) -> None:
    """Run a story against a server; the port is its argument."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    port = listening.getsockname()[1]
    site = Site(
        application, "127.0.0.1", port, most=100, most_known=1000, lanes=server.new_lanes(),
        holdings=Holdings[Connection](Bounds()), deadlines=QUICK,
    )  # fmt: skip
    site = replace(site, **changes)

    async def run() -> None:
        ready = asyncio.Event()
        task = asyncio.create_task(server.serve(site, listening, ready.set))
        await ready.wait()
        await asyncio.wait_for(story(port), 30)
        task.cancel()
        await asyncio.wait({task}, timeout=30)

    asyncio.run(run())


async def talk(port: int, *parts: bytes) -> bytes:
    """Send bytes in parts; all that came back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await asyncio.sleep(0.01)  # so that it is a part
    got = await reader.read()
    writer.close()
    return got


def told(answer: bytes) -> dict[str, str]:
    """The JSON at the end of an answer."""
    return json.loads(answer.rpartition(b"\r\n\r\n")[2])
