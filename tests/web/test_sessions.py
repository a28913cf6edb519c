"""Sessions as they really are: on the server, in the install's own database."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from aupkeep.config.home import Home
from aupkeep.web import desk as seam
from web.sample_desk import SampleDesk


@pytest.fixture
def bound() -> Iterator[SampleDesk]:
    """The sample desk with the install's own session engine."""
    sample, before = SampleDesk(), list(seam._bound)
    seam.bind(sample)
    yield sample
    seam._bound[:] = before


def test_signing_out_kills_the_cookie_wherever_it_was_copied(home: Home, bound: SampleDesk):
    client, copy = Client(), Client()
    client.post("/sign-in/good-link/")
    copy.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert copy.get("/queue").status_code == 200
    client.post("/sign-out")
    assert copy.get("/queue")["Location"] == "/sign-in"


def test_a_session_fixed_before_signing_in_is_worth_nothing(home: Home, bound: SampleDesk):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "abcdefghijklmnopqrstuvwxyz012345"
    client.post("/sign-in/good-link/")
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "abcdefghijklmnopqrstuvwxyz012345"
