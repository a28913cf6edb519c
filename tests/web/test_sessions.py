"""Sessions as they really are: on the server, in the install's own database."""

import dataclasses
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from app.conftest import NOON
from aupkeep.app.context import bound
from aupkeep.store import notices
from aupkeep.web.views import staff
from web.seeded import KARI, Seeded


def test_signing_out_kills_the_cookie_wherever_it_was_copied(seeded: Seeded):
    client, copy = Client(), Client()
    client.post(seeded.at("/sign-in/{link}/"))
    copy.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert copy.get("/queue").status_code == 200
    client.post("/sign-out")
    assert copy.get("/queue")["Location"] == "/sign-in"


def test_a_session_fixed_before_signing_in_is_worth_nothing(seeded: Seeded):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "abcdefghijklmnopqrstuvwxyz012345"
    client.post(seeded.at("/sign-in/{link}/"))
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "abcdefghijklmnopqrstuvwxyz012345"


def asked(client: Client) -> str:
    """The path of the link that a browser asked for."""
    client.post("/sign-in", {"address": KARI.id})
    (sent,) = notices.recent_to(KARI.id, NOON - timedelta(days=1))[:1]
    return re.findall(r"/sign-in/[\w-]+/", sent.text)[0]


def test_a_link_that_was_asked_for_works_in_that_browser_alone(seeded: Seeded):
    asking, other = Client(), Client()
    link = asked(asking)
    answer = other.post(link)
    assert answer.status_code == 404
    assert b"in the browser that asked for it" in answer.content
    assert asked(other) != link
    assert asking.post(link)["Location"] == "/queue"


def test_an_unknown_address_is_answered_as_a_known_one_and_asking_is_bounded(seeded: Seeded):
    answers = [Client().post("/sign-in", {"address": who}) for who in (KARI.id, "x@y.example")]
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, "/sign-in/sent")] * 2
    assert all(len(a.cookies["__Host-aupkeep_asked"].value) == 32 for a in answers)
    more = [Client().post("/sign-in", {"address": "x@y.example"}) for _ in range(29)]
    assert {a.status_code for a in more[:28]} == {302}
    assert (more[28].status_code, "Retry-After" in more[28].headers) == (429, True)


@pytest.mark.parametrize(
    ("used", "over"), [([3600 * 1.5] * 7, False), ([3600 * 2.5], True), ([3600 * 1.5] * 9, True)]
)
def test_a_session_ends_unused_or_old(kari: Client, monkeypatch, used: list[float], over: bool):  # noqa: FBT001 - a case
    now = bound().now()
    for seconds in used:
        now += timedelta(seconds=seconds)
        context = dataclasses.replace(bound(), now=lambda now=now: now)
        monkeypatch.setattr(staff, "bound", lambda context=context: context)
        answer = kari.get("/queue")
    assert (answer.status_code == 302) is over


def test_a_name_that_is_not_ours_is_refused_in_page_and_api(seeded: Seeded):
    for path in ("/sign-in", "/report", "/api/v1/cases", "/static/x"):
        answer = Client().get(path, HTTP_HOST="evil.example")
        assert answer.status_code == 421, path
    assert Client().get("/healthz", HTTP_HOST="192.0.2.7").status_code == 200


def test_plain_http_on_a_lan_says_how_to_sign_in(seeded: Seeded, monkeypatch):
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["*"])
    page = Client().get("/sign-in", HTTP_HOST="192.168.1.5:8017").content.decode()
    assert "ssh -L 8017:127.0.0.1:8017 192.168.1.5" in page
    assert "<form" not in page
    assert "<form" in Client().get("/sign-in", HTTP_HOST="[::1]:8017").content.decode()
