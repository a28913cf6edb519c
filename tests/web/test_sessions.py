"""Sessions as they really are: on the server, in the install's own database."""

from django.conf import settings
from django.test import Client

from web.seeded import Seeded


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
