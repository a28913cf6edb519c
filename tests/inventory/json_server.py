"""A local HTTP server that answers as a test says, and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class JsonServer:
    """`answers` are JSON by path, with `statuses` and `headers`.

    What `answer` gives comes first: (status, headers, bytes), or None. `{origin}` in an answer
    stands for this server.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    answer: Callable[[Asked], tuple[int, dict[str, str], bytes] | None] = lambda _: None
    statuses: dict[str, int] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    origin: str = ""
    asked: list[Asked] = field(default_factory=list)

    def respond(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        """The answer to a request."""
        self.asked.append(asked)
        given = self.answer(asked)
        if given is not None:
            return given
        if asked.path not in self.answers:
            return 404, {}, b"{}"
        text = json.dumps(self.answers[asked.path]).replace("{origin}", self.origin)
        more = {"Content-Type": "application/json"} | self.headers.get(asked.path, {})
        return self.statuses.get(asked.path, 200), more, text.encode()


@contextmanager
def serving(**given: Any) -> Iterator[JsonServer]:  # noqa: ANN401 - of a JsonServer
    """A server on loopback until the block ends."""
    known = JsonServer(**given)

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, body)
            status, more, data = known.respond(asked)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(data))} | more).items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(data)
            except OSError:
                self.close_connection = True

        do_GET = do_POST = _do  # noqa: N815 - the names of http.server

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        known.origin = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield known
        finally:
            server.shutdown()
            thread.join()
