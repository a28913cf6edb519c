"""What is refused stands in the log: who, from where, what; and no secret."""

import re

import pytest
from django.db import OperationalError, connection
from django.test import Client
from structlog.testing import capture_logs

from web.seed_cases import KARI
from web.seeded import Seeded

TOKEN = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", f"/c/{TOKEN}/", {}, 404),
        ("POST", f"/sign-in/{TOKEN}/", {}, 404),
        ("GET", "/api/v1/cases", {"Authorization": f"Bearer aupk_{TOKEN}"}, 401),
        ("GET", "/sign-out", {}, 405),
        ("GET", "/queue", {"Host": "evil.example"}, 421),
        ("GET", f"/r/{TOKEN}/?secret={TOKEN}", {"Cookie": f"__Host-aupkeep_asked={TOKEN}"}, 404),
        ("POST", "/sign-in", {}, 422),
    ],
)
def test_a_refusal_is_one_event_without_a_secret(
    method: str, path: str, headers: dict[str, str], status: int, seeded: Seeded
):
    with capture_logs() as events:
        Client().generic(method, path, headers=headers, REMOTE_ADDR="192.0.2.7")
    (event,) = [event for event in events if event["event"] == "refused"]
    assert (event["status"], event["method"], event["peer"]) == (status, method, "192.0.2.7")
    assert event["path"].startswith(path[:3])
    assert (event["by"], event["log_level"]) == ("", "warning")
    assert TOKEN not in str(events)


def test_what_is_answered_is_no_event(seeded: Seeded, kari: Client):
    with capture_logs() as events:
        kari.get("/queue")
        kari.get("/sign-in")
    assert events == []


def test_a_form_of_another_site_is_told_with_whose_session_it_used(seeded: Seeded, kari: Client):
    """A change without the cross-site token."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = kari.cookies
    with capture_logs() as events:
        client.post(seeded.at("/case/{case}/close"), {"outcome": "fixed"})
    assert [(event["status"], event["by"]) for event in events] == [(403, KARI.id)]


def test_a_database_that_is_away_keeps_no_refusal_from_the_log(seeded: Seeded, kari: Client):
    def fail(*statement: object) -> None:
        raise OperationalError("the disk is gone")

    kari.raise_request_exception = False
    with capture_logs() as events, connection.execute_wrapper(fail):
        assert kari.get("/queue").status_code == 503
    assert [event["event"] for event in events] == ["the database is away", "refused"]
    assert events[1]["by"] == ""


def test_of_a_proxy_of_ours_the_visitor_is_told(seeded: Seeded):
    """And of anybody else who they are, whatever they say of it."""
    headers = {"X-Forwarded-For": "198.51.100.9"}
    with capture_logs() as events:
        Client().get("/nothing", headers=headers, REMOTE_ADDR="192.0.2.7")
    assert re.fullmatch(r"192\.0\.2\.7", events[0]["peer"])
