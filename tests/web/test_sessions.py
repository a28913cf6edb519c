"""Sessions as they really are: on the server, in the install's own database."""

import dataclasses
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client

from app.conftest import NOON, with_settings
from aupkeep.app.access.sessions import end_sessions, live_sessions
from aupkeep.app.context import bind, bound
from aupkeep.app.pages.layout.page import Person
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.errors import Missing
from aupkeep.store import notices, sessions
from aupkeep.store.guard import writing
from aupkeep.store.models import SessionRow
from aupkeep.web.views import staff
from enrol import signed_in
from web.seeded import KARI, OLA, Seeded


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


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


def browser(
    seeded: Seeded, person: Person, agent: str = FIREFOX, peer: str = "192.0.2.7"
) -> Client:
    """A browser of that name in which a person is signed in."""
    return signed_in(seeded.context, person.id, HTTP_USER_AGENT=agent, REMOTE_ADDR=peer)


def is_in(client: Client) -> bool:
    """Whether its session still opens a page."""
    return client.get("/queue").status_code == 200


def test_a_person_sees_where_they_are_signed_in_and_ends_one(seeded: Seeded):
    desk, phone = browser(seeded, KARI), browser(seeded, KARI, SAFARI, "2001:db8::7")
    ola = browser(seeded, OLA)
    seeded.start()
    page = desk.get("/account").content.decode()
    assert all(word in page for word in ("Firefox on Linux", "Safari on iOS", "2001:db8::7"))
    assert page.count("this one") == 1
    names = {s.browser: s.session for s in live_sessions(seeded.context, KARI.id)}
    assert desk.post("/account/sessions", {"session": names["Safari on iOS"]}).status_code == 302
    assert [is_in(client) for client in (desk, phone, ola)] == [True, False, True]
    assert seeded.written() == ["sessions-ended"]


def test_all_others_end_and_nobody_elses(seeded: Seeded):
    clients = [browser(seeded, KARI) for _ in range(3)]
    ola = browser(seeded, OLA)
    clients[0].post("/account/sessions")
    assert [is_in(client) for client in (*clients, ola)] == [True, False, False, True]
    other = live_sessions(seeded.context, OLA.id)[0].session
    assert clients[0].post("/account/sessions", {"session": other}).status_code == 404
    assert is_in(ola)


def test_an_operator_ends_what_a_person_has_and_says_why(seeded: Seeded):
    client, copy = browser(seeded, KARI), Client()
    copy.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    seeded.start()
    by = Actor(kind=ActorKind.PERSON, id=OLA.id, name="Ola")
    assert end_sessions(seeded.context, KARI.id, by=by, reason="a lost phone").ended == 1
    assert not is_in(client)
    assert not is_in(copy)
    assert seeded.written() == ["sessions-ended"]
    assert live_sessions(seeded.context, KARI.id) == []
    with pytest.raises(Missing):
        end_sessions(seeded.context, KARI.id, "0" * 12, by=by, reason="again")


def test_a_session_ended_while_it_is_used_does_not_come_back(seeded: Seeded):
    """The request that writes down its use finds no row to write to."""
    client = browser(seeded, KARI)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    store = sessions.SessionStore(key)
    store["seen"] = 1.0
    end_sessions(seeded.context, KARI.id)
    with pytest.raises(UpdateError):
        store.save()
    assert not SessionRow.objects.filter(person=KARI.id).exists()


def test_an_old_session_changes_no_passkey(seeded: Seeded, kari: Client):
    bind(with_settings(seeded.context, provider={"url": "https://testserver"}))
    assert "Add a passkey" in kari.get("/account").content.decode()
    seeded.clock.at += timedelta(minutes=16)
    assert "sign out and in again" in kari.get("/account").content.decode()
    assert kari.post("/account/passkeys", {"name": "x", "answer": "{}"}).status_code == 403
    assert kari.post("/account/passkeys/none/remove").status_code == 403


def test_what_is_over_is_forgotten(seeded: Seeded):
    sessions.end(SessionRow.objects.values_list("session_key", flat=True))
    browser(seeded, KARI)
    with writing():
        SessionRow.objects.update(expire_date=NOON)
    assert sessions.sweep(NOON + timedelta(seconds=1)) == 1
    assert not SessionRow.objects.exists()
