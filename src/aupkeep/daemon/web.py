"""The pages and the API: Django as WSGI on granian (ASGI measured 5 to 8 times slower)."""

import socket

from aupkeep.app.context import AppContext

PATIENCE = 5  # seconds; a worker that is asked to stop while it starts does not hear it


def run(context: AppContext) -> None:
    """Serve until SIGTERM or SIGINT; each worker process opens its own context.

    Raises `OSError` that names the address which cannot be had.
    """
    from granian import Granian
    from granian.constants import Interfaces

    web = context.settings.web
    try_at(web.host, web.port)
    server = Granian(
        "aupkeep.site.wsgi:application",
        address=web.host,
        port=web.port,
        interface=Interfaces.WSGI,
        workers=web.workers,
        blocking_threads=4,
        workers_kill_timeout=PATIENCE,
        websockets=False,
        log_access=False,
        log_level="warning",  # type: ignore[arg-type]
    )
    server.serve()


def try_at(host: str, port: int) -> None:
    """Take the address and give it back: granian itself would end in its own trace."""
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, proto) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise OSError(error.errno, error.strerror, f"[web] {host} port {port}") from error
