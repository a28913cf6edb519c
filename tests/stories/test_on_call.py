"""Who is on call hears of what cannot wait, step by step, until somebody says that they look."""

import base64
import dataclasses
import hmac
import json
import threading
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client

from app.conftest import furnish, report, with_settings
from app.steps import arrive, post, work
from aupkeep.app import context as bound_context
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.notifying.alert_links import linked_alert
from aupkeep.app.notifying.alerts import acknowledge, list_alerts, raise_alert, raise_test
from aupkeep.app.pages.doctor import alarms
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.alerts import AlertSettings, AlertTargetSettings
from aupkeep.model.alert import Severity
from aupkeep.model.errors import Conflict, Forbidden, Missing
from aupkeep.store import notices, outbox
from enrol import signed_in

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
def desk(pages, receiver, monkeypatch):
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
    bound = with_settings(pages, alerts=AlertSettings(to=steps))
    monkeypatch.setattr(bound_context, "_bound", [bound])
    return bound


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


def link_of(data: bytes) -> str:
    """The path of the link in a mail."""
    text = message_from_bytes(data, policy=default).get_content()
    return "/alert/" + text.partition("/alert/")[2].partition("/")[0] + "/"


def test_a_link_shows_and_its_button_acknowledges(desk, now, outgoing, receiver):
    """A scanner's look begins nothing; then nobody further is called, and it says by which link."""
    first = raise_alert(desk, "check:relay", Severity.HIGH, "relay: <b>no</b> answer")
    turn(desk, now)
    path = link_of(outgoing["duty@aupkeep.example"][0])
    scanner, phone = Client(enforce_csrf_checks=True), Client()
    for asked in (scanner.get, scanner.head):
        assert asked(path).status_code == 200
    assert scanner.post(path).status_code == 403, "a form of another site"
    assert list_alerts()[0].acknowledged_at is None
    page = phone.get(path).content.decode()
    assert "relay: &lt;b&gt;no&lt;/b&gt; answer" in page
    assert "Raised 2026-03-01 12:00 UTC." in page
    assert "duty" not in phone.post(f"{path[:-9]}00000000/").content.decode()
    pressed = phone.post(path)
    assert (pressed.status_code, list_alerts()[0].acknowledged_by) == (200, "link:duty")
    assert "by the link that went to duty" in pressed.content.decode()
    assert phone.post(path).status_code == 409
    turn(desk, now, timedelta(minutes=20))
    assert receiver.got == [], "the room is told of nothing that somebody looks at"
    (kept,) = notices.recent_to("duty@aupkeep.example", now.at - timedelta(days=1))
    assert path not in kept.text, "once it is sent nobody reads the link in our own list"
    second = raise_alert(desk, "check:signer", Severity.HIGH, "signer: away")
    assert first.id != second.id
    assert verify_home(desk).ok


def test_a_link_is_for_one_alert_and_a_day_and_names_who_pressed(desk, now, outgoing, receiver):
    """In the chat too; whoever is signed in and may is named; a step that is gone opens nothing."""
    alert = raise_alert(desk, "case:K7QF-2M9X", Severity.HIGH, "a case waits")
    turn(desk, now)
    turn(desk, now, timedelta(minutes=15))
    ((_, _, body),) = receiver.got
    link = json.loads(body)["text"].splitlines()[1]
    path = "/alert/" + link.rstrip("/").rpartition("/")[2] + "/"
    assert path != link_of(outgoing["duty@aupkeep.example"][0]), "each step has its own"
    ada = signed_in(furnish(desk), "ada")
    page = ada.get(path).content.decode()
    assert "Open case K7QF-2M9X" in page
    assert ada.post(path).status_code == 200
    assert list_alerts()[0].acknowledged_by == "ada"
    steps = AlertSettings(to=desk.settings.alerts.to[:1])
    left = dataclasses.replace(desk.settings, alerts=steps)
    with pytest.raises(Missing):
        linked_alert(dataclasses.replace(desk, settings=left), path.split("/")[2])
    now.at = alert.raised_at + timedelta(days=1)
    assert Client().get(path).status_code == 410
    assert Client().get("/alert/none/").status_code == 404


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
