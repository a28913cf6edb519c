"""Who is on call hears of what cannot wait, step by step, until somebody says that they look."""

import base64
import dataclasses
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.conftest import furnish, report
from app.steps import arrive, post, work
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.notifying.alerts import acknowledge, list_alerts, raise_alert, raise_test
from aupkeep.app.pages.doctor import alarms
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.alerts import AlertSettings, AlertTargetSettings
from aupkeep.model.alert import Severity
from aupkeep.model.errors import Conflict, Forbidden, Missing
from aupkeep.store import outbox

pytestmark = pytest.mark.network
KEY = b"k" * 24
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


@pytest.fixture
def receiver():
    """Somebody's program: what it was posted, by path; it fails while `down` is set."""
    got: list[tuple[str, dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        """Takes every POST."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = 503 if server.down else 204
            if not server.down:
                got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.down = got, False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def desk(pages, receiver):
    """Mail at once, a program for what is critical, a chat room after a quarter of an hour."""
    url = f"http://127.0.0.1:{receiver.server_port}"
    steps = (
        AlertTargetSettings(name="duty", options={"address": "duty@aupkeep.example"}),
        AlertTargetSettings(
            name="pager", channel="webhook", least="critical",
            options={"url": f"{url}/hook", "secret": SECRET},
        ),
        AlertTargetSettings(name="room", channel="chat", after=15, options={"url": f"{url}/room"}),
    )  # fmt: skip
    settings = dataclasses.replace(pages.settings, alerts=AlertSettings(to=steps))
    return dataclasses.replace(pages, settings=settings)


def turn(desk, now, after=timedelta(0)):
    """Some time later the worker does what is due."""
    now.at += after
    work(desk, "alert")
    work(desk, "mail")


def test_an_alert_goes_step_by_step_until_it_is_acknowledged(desk, now, outgoing, receiver):
    """The second alert is acknowledged in time: the room hears of the first alone."""
    first = raise_alert(desk, "check:relay", Severity.HIGH, "relay: <b>no</b> answer @all")
    assert raise_alert(desk, "check:relay", Severity.HIGH, "relay: again") is None
    turn(desk, now)
    (mail,) = outgoing["duty@aupkeep.example"]
    assert f"aupkeep alert ack {first.id}".encode() in mail
    assert receiver.got == [], "the pager is for what is critical, the room for later"
    turn(desk, now, timedelta(minutes=15))
    ((path, _, body),) = receiver.got
    assert path == "/room"
    assert "@all" not in json.loads(body)["text"]
    second = raise_alert(desk, "check:signer", Severity.HIGH, "signer: away")
    turn(desk, now)
    assert acknowledge(desk, second.id, "ada").acknowledged_by == "ada"
    with pytest.raises(Conflict):
        acknowledge(desk, second.id, "bea")
    turn(desk, now, timedelta(minutes=20))
    assert len(receiver.got) == 1
    assert [alert.acknowledged_by for alert in list_alerts()] == ["ada", ""]
    assert raise_alert(desk, "check:relay", Severity.HIGH, "x") is None
    now.at += timedelta(days=1)
    assert raise_alert(desk, "check:relay", Severity.HIGH, "the next day") is not None
    assert verify_home(desk).ok


def test_a_signed_webhook_is_tried_until_it_is_taken(desk, now, outgoing, receiver):
    """The same id at each try, and a signature that its receiver can check."""
    receiver.down = True
    alert = raise_test(desk, "ada")
    turn(desk, now)
    assert len(outgoing["duty@aupkeep.example"]) == 1
    receiver.down = False
    turn(desk, now, timedelta(seconds=2))
    ((path, headers, body),) = receiver.got
    assert (path, headers["webhook-id"]) == ("/hook", alert.id)
    signed = b".".join((alert.id.encode(), headers["webhook-timestamp"].encode(), body))
    mac = base64.b64encode(hmac.new(KEY, signed, "sha256").digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    data = json.loads(body)["data"]
    assert (data["severity"], data["cause"]) == ("critical", alert.cause)
    turn(desk, now, timedelta(seconds=2))
    assert len(receiver.got) == 1


def test_an_urgent_case_that_nobody_deals_with_calls(desk, now, monkeypatch):
    """After a quarter of an hour, once, with its number; one that was dealt with calls nobody."""
    monkeypatch.setattr(alarms, "page_hindrances", lambda _: ())
    furnish(desk)
    flood = {"kind": "connection/ddos", "at": now.at.isoformat()}
    (case,) = post(desk, {**flood, "address": "203.0.113.10"}, weigh=False)
    arrive(desk, report("203.0.113.200", now.at - timedelta(minutes=5)))
    assert alarms.raise_alerts(desk) == 0
    now.at += timedelta(minutes=16)
    assert alarms.raise_alerts(desk) == 1
    (alert,) = list_alerts()
    assert (alert.cause, alert.severity) == (f"case:{case.reference}", Severity.HIGH)
    assert alarms.raise_alerts(desk) == 0


def test_what_stops_the_work_calls(desk, outgoing, now):
    """A check of the doctor that does not hold, as the head of every page has it."""
    furnish(desk)
    import_assignments(
        desk,
        b"address,customer,resource,from,until\n203.0.113.90,nobody,vm-n,2026-01-01T00:00:00Z,\n",
        "csv",
    )
    arrive(desk, report("203.0.113.90", now.at - timedelta(minutes=5)))
    raised = alarms.raise_alerts(desk)
    assert raised == len(list_alerts()) > 0
    assert all(alert.cause.startswith("check:") for alert in list_alerts())
    turn(desk, now)
    assert len(outgoing["duty@aupkeep.example"]) == raised


def test_nobody_on_call_is_called(pages):
    """Without a step nothing is raised; a test says so, and takes who may set settings."""
    assert raise_alert(pages, "x", Severity.CRITICAL, "x") is None
    assert alarms.raise_alerts(pages) == 0
    with pytest.raises(Missing):
        raise_test(pages, "ada")
    with pytest.raises(Forbidden):
        raise_test(pages, "nobody")
    assert outbox.pending(["alert"]) == 0
