"""A receiver of webhooks on loopback, which checks every signature by itself."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from aupkeep.config.targets import TargetSettings

KEY = b"k" * 24
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


HOLDS = ("suspend-resource", "suspend-account", "terminate")


class Receiver(ThreadingHTTPServer):
    """A billing system: holds by action, the events it took, and what it answers next."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.holds: dict[str, str] = {}
        self.events: dict[str, dict[str, Any]] = {}
        self.times = 0
        self.answers = 200
        self.stuck = False  # released holds stay

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def target(self, monkeypatch: pytest.MonkeyPatch) -> TargetSettings:
        """Billing as the settings of an install name it, its secret in the environment."""
        monkeypatch.setenv("BILLING_SECRET", SECRET)
        options = {"url": self.url, "secret": "env:BILLING_SECRET",
                   "read_url": f"{self.url}/holds", "read_token": "readable"}  # fmt: skip
        return TargetSettings(name="billing", driver="webhook", measures=HOLDS, options=options)


class Answering(BaseHTTPRequestHandler):
    """Standard Webhooks 1.0.0, written from the document and not from the driver."""

    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        number, seconds = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        signed = f"{number}.{seconds}.".encode() + body
        right = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        marks = self.headers["webhook-signature"].split(" ")
        self.server.times += 1
        if not any(hmac.compare_digest(mark, f"v1,{right}") for mark in marks):
            return self._answer(401)
        if self.server.answers >= 300:
            return self._answer(self.server.answers)
        event = json.loads(body)
        if number not in self.server.events:
            self.server.events[number] = event
            self._take(event)
        return self._answer(self.server.answers)

    def _take(self, event: dict[str, Any]) -> None:
        name, holds = event["data"]["id"], self.server.holds
        if event["type"] == "service.terminated":
            holds.pop(event["data"]["replaces"] or "", None)
            holds[name] = "pending" if self.server.answers == 202 else "terminated"
        elif event["type"] == "service.held":
            holds[name] = "pending" if self.server.answers == 202 else "held"
        elif not self.server.stuck:
            holds.pop(name, None)

    def do_GET(self) -> None:
        if self.headers["Authorization"] != "Bearer readable":
            return self._answer(403)
        holds = [{"id": name, "state": state} for name, state in self.server.holds.items()]
        return self._answer(200, json.dumps({"holds": holds}).encode())

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:  # type: ignore[override]
        """Say nothing."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that answers until the block ends."""
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
