"""Zammad's signed webhook brings a ticket back, through the API's own door."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from app.conftest import NOON, furnish, report, with_settings
from app.steps import arrive
from aupkeep.app.context import bind
from aupkeep.app.deciding.next_step import NextStep, next_steps
from aupkeep.app.deciding.tickets import open_ticket
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.tickets import TicketSettings
from aupkeep.model.entry import EntryType
from aupkeep.store import cases, log, tickets

SECRET = "zammad-and-the-desk-alone"
DOOR = "/api/v1/tickets/zammad"


def signature(body: bytes, secret: str = SECRET) -> str:
    """As Zammad writes it."""
    return f"sha1={hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}"


def post(said: object, *, signed: str | None = "") -> HttpResponse:
    """Zammad's request; `signed` is another header than its own, None for none."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    header = {} if signed is None else {"HTTP_X_HUB_SIGNATURE": signed or signature(body)}
    return Client().post(DOOR, body, "application/json; charset=utf-8", **header)


def of_ticket(title: str, state: object, number: str = "31007") -> dict[str, object]:
    """The fields that count, among those that do not."""
    ticket = {"id": 7, "title": title, "number": number, "state": state, "note": None}
    return {"ticket": ticket, "article": {"body": "Done."}}


@pytest.fixture
def desk(pages, tmp_path):
    """A desk whose ticket system signs."""
    key = tmp_path / "zammad.key"
    key.write_text(f"{SECRET}\n")
    settings = TicketSettings(
        address="zammad@fjord.example", name="Zammad", webhook_secret=f"file:{key}"
    )
    desk = with_settings(furnish(pages), tickets=settings)
    bind(desk)
    return desk


def handed_over(desk):
    """A case that waits for Zammad, and its ticket."""
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)))
    return case, open_ticket(desk, case.reference, "", person="ada")


@pytest.mark.parametrize("state", ["closed", {"id": 4, "name": "closed", "active": True}])
def test_a_closed_ticket_comes_back_once(desk, state):
    case, ticket = handed_over(desk)
    title = f"[{ticket.reference}] SSH"
    assert post(of_ticket(title, "open")).json() == {"ticket": ticket.reference, "closed": False}
    assert tickets.named(ticket.reference).closed_at is None
    closed = {"ticket": ticket.reference, "closed": True}
    for _ in range(2):  # Zammad sends again what it heard no answer to
        answer = post(of_ticket(title, state))
        assert (answer.status_code, answer.json()) == (200, closed)
    kept = tickets.named(ticket.reference)
    assert (kept.closed_by, kept.number, kept.why) == ("webhook:zammad", "31007", "Zammad: closed")
    assert next_steps([cases.get(case.id)], desk.now())[case.id].step is not NextStep.TICKET
    types = [it.entry.type for it in log.entries(case.id)]
    assert types.count(EntryType.TICKET_CLOSED) == 1
    assert verify_home(desk).ok


def test_what_is_not_signed_with_our_secret_changes_nothing(desk):
    _, ticket = handed_over(desk)
    said = of_ticket(f"[{ticket.reference}] SSH", "closed")
    body, size = json.dumps(said).encode(), log.size()
    right = signature(body)
    none = post(said, signed=None)
    assert none.status_code == 401
    assert none.json()["detail"].startswith("X-Hub-Signature: expected `sha1=`")
    for wrong in (
        signature(body, "x"), signature(body + b" "), signature(body, ""), right.upper(),
        right.removeprefix("sha1="), f"sha256={right[5:]}", "sha1=", "\xe6",
    ):  # fmt: skip
        assert post(said, signed=wrong).status_code == 403, wrong
    bind(with_settings(desk, tickets=TicketSettings(address="zammad@fjord.example")))
    for secret in ("", SECRET):
        assert post(said, signed=signature(body, secret)).status_code == 403
    assert log.size() == size
    assert tickets.named(ticket.reference).closed_at is None


def test_a_signed_body_about_nothing_of_ours_changes_nothing(desk):
    _, ticket = handed_over(desk)
    size = log.size()
    for title, state in (("SSH", "closed"), ("[T-2222-2222]", "closed"), (None, None), (7, [])):
        answer = post(of_ticket(title, state))
        assert (answer.status_code, answer.json()) == (200, {"ticket": None, "closed": False})
    for state in ("open", "pending close", "merged", {"name": None}, 4):
        assert not post(of_ticket(ticket.reference, state, number="")).json()["closed"]
    for body in (b"", b"\xff", b"[]", b"{}", b'{"ticket": 1}', b"[" * 99_999):
        assert post(body).status_code == 422, body[:20]
    nul = of_ticket(f"{ticket.reference}\0", "closed")
    assert post(nul).status_code == 422
    assert post(b" " * (5 * 1024 * 1024 + 1)).status_code == 413
    assert log.size() == size


def test_another_ticket_there_that_quotes_ours_closes_nothing(desk):
    _, ticket = handed_over(desk)
    title = f"[{ticket.reference}] SSH"
    post(of_ticket(title, "open"))
    quoting = post(of_ticket(f"Re: {title}", "closed", number="31008"))
    assert quoting.json() == {"ticket": None, "closed": False}
    assert tickets.named(ticket.reference).closed_at is None
    assert post(of_ticket(title, "closed")).json()["closed"]
