"""The pages and the API: Django as WSGI on granian (ASGI measured 5 to 8 times slower)."""

from aupkeep.app.desk import Desk


def run(desk: Desk) -> None:
    """Serve until SIGTERM or SIGINT; each worker process opens its own desk."""
    from granian import Granian
    from granian.constants import Interfaces

    web = desk.settings.web
    server = Granian(
        "aupkeep.site.wsgi:application",
        address=web.host,
        port=web.port,
        interface=Interfaces.WSGI,
        workers=web.workers,
        blocking_threads=4,
        websockets=False,
        log_access=False,
        log_level="warning",  # type: ignore[arg-type]
    )
    server.serve()
