"""A receiver of webhooks, and a desk whose webhooks may lie on this machine."""

import hmac
import json
import threading
from base64 import b64decode, b64encode
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.conftest import NOON, furnish, report, with_settings
from app.steps import arrive
from aupkeep.app import context as bound_context
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.webhooks.deliver import WebhookSender
from aupkeep.config.webhooks import WebhookSettings
from stories.test_a_reseller import TREE

HOST = "127.0.0.1"


class Hooked(BaseHTTPRequestHandler):
    """Takes every POST while its server says so."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.answer
        if 200 <= status < 300:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.server.got.append((headers, json.loads(body), body))
        self.send_response(status)
        for name, value in self.server.says.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"\x1f\x8b no gzip, and more than anybody reads" * 9_000)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hooked():
    """Somebody's program, with an endless answer that nobody reads."""
    server = ThreadingHTTPServer((HOST, 0), Hooked)
    server.got, server.answer, server.says = [], 200, {}
    server.url = f"http://{HOST}:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def webhook_desk(pages, monkeypatch):
    """A desk whose webhooks may lie on this machine, with a reseller's tree of customers."""
    bound = with_settings(furnish(pages), webhooks=WebhookSettings(inside=(HOST,)))
    monkeypatch.setattr(bound_context, "_bound", [bound])
    import_customers(bound, TREE)
    return bound


def deliver(desk) -> int:
    """What a worker does in one look."""
    sender = WebhookSender(desk)
    return sum(sender.send(number) for number in sender.due())


def whole(at):
    """To the second: the clock of these tests never stands."""
    return at.replace(microsecond=0)


def names(receiver) -> list[str]:
    return [body["type"] for _, body, _ in receiver.got]


def opened(desk, minutes=5):
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=minutes)))
    return case


def check_signature(headers, body: bytes, secret: str) -> None:
    """As a receiver does it, by the standard alone."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = "v1," + b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert mark in headers["webhook-signature"].split(" ")
