"""While PostgreSQL is away each refusal is an event in the log of the process, and none is lost."""

import http.client
import json
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import psycopg
import pytest

from daemon.processes import free_port, listens, running, until

pytestmark = [pytest.mark.network, pytest.mark.slow]
TOKEN = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"
TRIED = (  # a sign-in, a session, a customer's link, tokens that are guessed, a form, the probe
    ("POST", f"/sign-in/{TOKEN}/", {}),
    ("POST", "/sign-in", {}),
    ("GET", "/queue", {"Cookie": f"__Host-aupkeep_session={TOKEN}"}),
    ("GET", f"/c/{TOKEN}/", {}),
    ("GET", "/api/v1/cases", {"Authorization": f"Bearer aupk_{TOKEN}"}),
    ("POST", "/api/v1/reports", {"Authorization": f"Bearer aupk_{TOKEN}"}),
    ("GET", "/healthz", {}),
)


class Wire:
    """A way to a server that can be cut: connections end, and new ones find nobody."""

    def __init__(self, host: str, port: int) -> None:
        self.there, self.port = (host, port), free_port()
        self.pairs: list[tuple[socket.socket, socket.socket]] = []

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Until the block ends, what comes goes there and back."""
        over = threading.Event()
        listening = socket.create_server(("127.0.0.1", self.port), reuse_port=True)
        thread = threading.Thread(target=self._carry, args=(listening, over))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _carry(self, listening: socket.socket, over: threading.Event) -> None:
        others: dict[socket.socket, socket.socket] = {}
        while not over.is_set():
            for ready in select.select([listening, *others], [], [], 0.05)[0]:
                if ready is listening:
                    near, far = listening.accept()[0], socket.create_connection(self.there)
                    others |= {near: far, far: near}
                    continue
                if ready not in others:
                    continue
                data = b""
                with suppress(OSError):
                    data = ready.recv(1 << 16)
                if data:
                    others[ready].sendall(data)
                    continue
                other = others.pop(ready)
                del others[other]
                ready.close()
                other.close()
        for end in (listening, *others):
            end.close()


def tried(port: int, method: str, path: str, headers: dict[str, str]) -> int:
    """The status that one request gets."""
    peer = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    peer.request(method, path, b"address=x%40y.example" if method == "POST" else None, headers)
    status = peer.getresponse().status
    peer.close()
    return status


def test_who_tries_a_door_meanwhile_stands_in_the_log(postgres_home, postgres, monkeypatch):
    """Sign-in, session, link and token, each with who, from where, what and when; no secret."""
    url = urlsplit(postgres)
    wire = Wire(url.hostname or "127.0.0.1", url.port or 5432)
    monkeypatch.setenv(
        "AUPKEEP_DATABASE", f"postgresql://{url.username}@127.0.0.1:{wire.port}{url.path}"
    )
    port, log = free_port(), postgres_home.path / "log"
    postgres_home.settings.write_text(f"[web]\nport = {port}\n")
    with wire.joined():
        stack = running("web", "-o", "json", log=log)
        stack.__enter__()
        until(lambda: listens(port), "the server")
        assert tried(port, *TRIED[4]) == 401
        assert tried(port, *TRIED[-1]) == 200
    try:
        statuses = [tried(port, *one) for one in TRIED]
        assert set(statuses) <= {403, 500, 503}, statuses  # 403: no token of a form
        with wire.joined():
            with psycopg.connect(postgres, autocommit=True) as server:
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid != pg_backend_pid()"
                )
            until(lambda: tried(port, *TRIED[-1]) == 200, "the database to be back")
            assert tried(port, *TRIED[4]) == 401
    finally:
        stack.__exit__(None, None, None)
    events = [json.loads(line) for line in log.read_text().splitlines() if line[:1] == "{"]
    refused = [event for event in events if event["event"] == "refused"]
    away = refused[1 : 1 + len(TRIED)]
    assert [event["status"] for event in away] == statuses
    assert [event["method"] for event in away] == [method for method, _, _ in TRIED]
    for event, (_, path, _) in zip(away, TRIED, strict=True):
        assert event["path"].startswith(path[:3])
        assert event["peer"] == "127.0.0.1"
        assert event["timestamp"].endswith("Z")
    assert TOKEN not in log.read_text()
    assert refused[-1]["status"] == 401
