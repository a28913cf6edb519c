"""A heartbeat goes out while worker, signer and database are alive, and else nothing does."""

import base64
import hmac
import json
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from app.conftest import with_settings
from aupkeep.app.heartbeat import broken_link, send_heartbeat
from aupkeep.app.journal import entry, record
from aupkeep.app.pages.doctor.machine import heartbeat_check
from aupkeep.app.settings import _shown
from aupkeep.config.heartbeat import HeartbeatSettings
from aupkeep.config.secrets import hidden
from aupkeep.daemon.heartbeat import Pulse
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import Effect, EntryType
from aupkeep.model.errors import AupkeepError, Invalid
from aupkeep.store import health

pytestmark = pytest.mark.network


@contextmanager
def watching(status: int = 200):
    """Somebody else's watch on loopback; what it heard."""
    heard: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"OK")

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/ping", heard
        server.shutdown()
        thread.join()


def beating(context, url: str, secret: str = ""):
    """The desk with a heartbeat."""
    return with_settings(context, heartbeat=HeartbeatSettings(url=url, secret=secret))


def test_the_word_is_signed_and_says_how_far_the_journal_is(context, monkeypatch):
    monkeypatch.setenv("BEAT", "between-us")
    record(context, entry(context, EntryType.MODE_CHANGED, SYSTEM, {}))
    with watching() as (url, heard):
        send_heartbeat(beating(context, url, "env:BEAT"))
    ((headers, body),) = heard
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = base64.b64encode(hmac.digest(b"between-us", signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{mark}"
    assert json.loads(body)["data"]["entries"] >= 1
    with watching(500) as (url, _), pytest.raises(AupkeepError):
        send_heartbeat(beating(context, url))


def test_a_broken_link_is_named(context, now, monkeypatch):
    """The worker's turns, what is due, the database; each alone keeps the word away."""
    assert broken_link(context, lambda: True) == ""
    assert "worker" in broken_link(context, lambda: False)
    due = Effect(id=context.new_id(), kind="read", key="k", payload={}, due_at=context.now())
    record(context, entry(context, EntryType.MODE_CHANGED, SYSTEM, {}), effects=[due])
    assert broken_link(context, lambda: True) == ""
    now.at += timedelta(minutes=6)
    assert "waits" in broken_link(context, lambda: True)
    monkeypatch.setattr(health, "reachable", lambda: False)
    assert "database" in broken_link(context, lambda: True)


def test_a_signer_that_is_away_keeps_the_word_away(context, monkeypatch):
    monkeypatch.setattr("aupkeep.app.heartbeat.is_separated", lambda *_: True)
    assert "signer" in broken_link(context, lambda: True)


def test_a_worker_whose_turns_do_not_end_is_not_alive(monkeypatch):
    pulse = Pulse()
    assert pulse.is_alive()
    monkeypatch.setattr("aupkeep.daemon.heartbeat.LONGEST_TURN", -1.0)
    assert not pulse.is_alive()


@pytest.mark.parametrize("options", [{"url": "http://watch.example/"}, {"url": "x"}, {"every": 1}])
def test_a_word_in_the_clear_is_refused(options):
    with pytest.raises(Invalid, match="heartbeat"):
        HeartbeatSettings(**options)


def test_what_stands_in_its_address_is_shown_nowhere(context):
    """At many watchers the path is the secret: no page, error or entry says it."""
    secret = "pathonly-77"
    beats = beating(context, f"http://me:{secret}@127.0.0.1:9/ping/{secret}?key={secret}")
    with pytest.raises(AupkeepError) as refused:
        send_heartbeat(beats)
    shown = [
        str(refused.value),
        str(heartbeat_check(beats.settings.heartbeat)),
        str(hidden(asdict(beats.settings))),
        str(_shown("heartbeat.url", (beats.settings.heartbeat.url,))),
    ]
    assert not [words for words in shown if secret in words]
    assert "127.0.0.1" in shown[0]
