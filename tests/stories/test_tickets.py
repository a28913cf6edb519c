"""A mail is handed over to a ticket system by real SMTP, and its closing mail brings it back."""

import asyncio
import dataclasses
import re
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from app.conftest import NOON, STAMP, furnish, report, with_settings
from app.steps import arrive
from aupkeep.app.access.staff import change_roles
from aupkeep.app.access.tokens import add_token
from aupkeep.app.context import bind
from aupkeep.app.deciding.next_step import NextStep, next_steps
from aupkeep.app.deciding.tickets import close_ticket, list_tickets, open_ticket
from aupkeep.app.notifying.delivery import send_notice
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.reading.read import read_raw
from aupkeep.app.receiving.receive import RawEnvelope, accepting
from aupkeep.config.tickets import TicketSettings
from aupkeep.daemon.mailin import serve
from aupkeep.intake.reading import read as reader
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.store import cases, log, notices, outbox, raws, reports, tickets
from enrol import signed_in
from notify.test_smtp import Handler, _free, server

pytestmark = pytest.mark.network
RT = "rt@tickets.fjord.example"
ASKS = b"""From: Per <per@shop.example>\r
To: abuse@aupkeep.example\r
Subject: Your machine\r
Message-ID: <per-1@shop.example>\r
Date: Sun, 01 Mar 2026 11:59:00 +0000\r
\r
Something is odd with one of your machines, I cannot say which.\r
"""


def ticket_settings(**more: object) -> TicketSettings:
    """The queue of an RT, whose mails may close."""
    return TicketSettings(**{"address": RT, "name": "RT", "senders": (RT,), **more})


def desk_with(context, settings: TicketSettings, relay: Handler | int = 0, listening: int = 0):
    """The desk with a ticket system, a relay out and a port for mail in."""
    desk = with_settings(
        context,
        tickets=settings,
        mail={"relay_port": relay or 25, "lmtp_port": 0, "smtp_port": listening},
    )
    bind(desk)
    return desk


@pytest.fixture
def sent() -> Iterator[tuple[Handler, int]]:
    """The ticket system's mail server, and its port."""
    taken = Handler()
    with server(taken) as relay:
        yield taken, relay.port


@contextmanager
def receiving(desk):
    """`mailin` in a thread, for SMTP."""
    loop, stop, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    def run() -> None:
        with accepting(desk) as accept:

            def accepted(data: bytes, envelope: RawEnvelope) -> object:
                try:
                    return accept(data, envelope)
                finally:
                    connections.close_all()

            loop.run_until_complete(serve(desk, accepted, stop, ready.set))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
        loop.close()


def work(desk) -> None:
    """A worker's turn over mails in and out."""
    for lease in outbox.lease(("mail", "read"), desk.now(), 60, 9, "w"):
        payload = lease.effect.payload
        if lease.effect.kind == "mail":
            send_notice(desk, str(payload["notice"]), lease)
        else:
            read_raw(desk, str(payload["raw"]), reader, None, done=lease)


def answer(subject: str, *, sender: str = RT, proven: str = "tickets.fjord.example") -> bytes:
    """A mail of the ticket system, as a machine writes it, quoting the report."""
    stamp = STAMP.format(domain=proven) if proven else ""
    quoted = report("203.0.113.10", NOON).decode().partition("\r\n\r\n")[2]
    head = f"From: RT <{sender}>\r\nTo: abuse@aupkeep.example\r\nSubject: {subject}\r\n"
    name = abs(hash(subject + sender))
    more = f"Message-ID: <{name}@x.example>\r\nAuto-Submitted: auto-generated"
    return f"{stamp}{head}{more}\r\n\r\nDone.\r\n\r\n{quoted}".encode()


def step_of(desk, case) -> NextStep:
    """What the case needs next."""
    return next_steps([cases.get(case.id)], desk.now())[case.id].step


def test_a_case_goes_to_the_ticket_system_and_comes_back(pages, sent):
    """By the page, by SMTP there, by SMTP back; the journal verifies."""
    taken, port = sent
    listening = _free()
    desk = desk_with(furnish(pages), ticket_settings(), port, listening)
    original = report("203.0.113.10", NOON - timedelta(minutes=5))
    (case,) = arrive(desk, original)
    before = len(cases.claims(case.id))
    ada, path = signed_in(desk, "ada"), f"/case/{case.reference}"
    assert "Hand over to RT" in ada.get(path).content.decode()
    assert ada.post(f"{path}/ticket", {"ticket": "please call them"}).status_code == 303
    (ticket,) = list_tickets(9)
    page = ada.get(path).content.decode()
    assert ticket.reference in page
    assert "Waits for the ticket system" in page
    assert step_of(desk, case) is NextStep.TICKET
    again = ada.post(f"{path}/ticket", {"ticket": ""})
    assert (again.status_code, ticket.reference in again.content.decode()) == (409, True)

    work(desk)
    ((back, to, data),) = [one for one in taken.taken if one[1] == [RT]]
    mail = message_from_bytes(data, policy=policy.SMTP)
    assert (back, to) == ("abuse@aupkeep.example", [RT])
    assert mail["Subject"].startswith(f"[{ticket.reference}] ")
    assert mail["X-Aupkeep-Ticket"] == ticket.reference
    assert mail["In-Reply-To"] == message_from_bytes(original)["Message-ID"]
    assert mail["Auto-Submitted"] is None
    words, enclosed = mail.iter_parts()
    assert "please call them" in words.get_content()
    assert enclosed.get_content_type() == "message/rfc822"
    assert original in data

    with receiving(desk), smtplib.SMTP("127.0.0.1", listening, timeout=20) as line:
        for subject in (
            f"[rt #7] AutoReply: [{ticket.reference}] SSH",
            f"[rt #7] Resolved: [{ticket.reference}] SSH",
        ):
            line.sendmail(RT, ["abuse@aupkeep.example"], answer(subject))
    work(desk)
    closed = tickets.named(ticket.reference)
    assert (closed.number, closed.closed_by) == ("7", f"mail:{RT}")
    assert "Resolved" in closed.why
    assert step_of(desk, case) is not NextStep.TICKET
    assert cases.get(case.id).handled_at is None
    assert len(cases.claims(case.id)) == before  # what it quotes is no new evidence
    assert "Closed there" in ada.get(path).content.decode()
    types = [it.entry.type for it in log.entries(case.id)]
    kinds = (EntryType.TICKET_OPENED, EntryType.TICKET_CHANGED, EntryType.TICKET_CLOSED)
    assert [it for it in types if it in kinds] == list(kinds)
    assert verify_home(desk).ok


@pytest.mark.parametrize(
    ("subject", "sender", "proven"),
    [("[rt #7] Resolved: [{}]", RT, ""), ("[rt #7] Resolved: [{}]", "eve@x.example", "x.example"),
     ("[rt #7] Resolved: [T-2222-2222]", RT, "tickets.fjord.example"),
     ("[rt #7] Unresolved: [{}]", RT, "tickets.fjord.example")],
)  # fmt: skip
def test_what_does_not_prove_that_it_is_closed_closes_nothing(
    pages, subject: str, sender: str, proven: str
):
    desk = desk_with(furnish(pages), ticket_settings())
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)))
    ticket = open_ticket(desk, case.reference, "", person="ada")
    arrive(desk, answer(subject.format(ticket.reference), sender=sender, proven=proven))
    assert tickets.named(ticket.reference).closed_at is None
    assert step_of(desk, case) is NextStep.TICKET


def test_an_inbox_item_goes_there_as_it_came(pages, sent):
    """With the form `original`: the reporter stays its sender; the inbox waits for it no more."""
    taken, port = sent
    desk = desk_with(furnish(pages), ticket_settings(form="original", name="Zammad"), port)
    arrive(desk, ASKS)
    (waiting,) = reports.inbox(limit=9)
    ada = signed_in(desk, "ada")
    assert "Hand over to Zammad" in ada.get(f"/inbox/{waiting.id}").content.decode()
    assert ada.post(f"/inbox/{waiting.id}/ticket", {"ticket": ""}).status_code == 303
    assert reports.inbox(limit=9) == []
    (ticket,) = list_tickets(9)
    assert f"as {ticket.reference}" in ada.get(f"/inbox/{waiting.id}").content.decode()
    work(desk)
    (data,) = [one[2] for one in taken.taken if one[1] == [RT]]
    mail = message_from_bytes(data, policy=policy.SMTP)
    assert mail["From"] == "Per <per@shop.example>"
    assert mail["Subject"] == f"[{ticket.reference}] Your machine"
    assert (mail["Resent-To"], mail["X-Aupkeep-Ticket"]) == (RT, ticket.reference)
    assert ASKS.partition(b"\r\n\r\n")[2] in data


def test_the_ticket_systems_token_closes_tickets_and_opens_nothing_else(pages):
    desk = desk_with(furnish(pages), ticket_settings())
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)))
    own = add_token(desk, "ada", trusted=False, scopes=("approve",), days=9, person="ada").token
    theirs = add_token(desk, "rt", trusted=False, scopes=("ticket",), days=9).token
    client = Client()

    def post(path: str, token: str, **body: str) -> HttpResponse:
        return client.post(
            f"/api/v1{path}", body, "application/json", HTTP_AUTHORIZATION=f"Bearer {token}"
        )

    assert post(f"/tickets/{case.reference}", theirs).status_code == 403
    opened = post(f"/tickets/{case.reference}", own, note="so").json()
    path = f"/tickets/{opened['reference']}/closed"
    assert post(path, own, reasons="done").status_code == 403
    seen = client.get("/api/v1/cases", HTTP_AUTHORIZATION=f"Bearer {theirs}")
    assert seen.status_code == 403
    closed = post(path, theirs, reasons="called them").json()
    assert (closed["closed_by"], closed["why"]) == ("token:rt", "called them")
    assert post(path, theirs, reasons="again").status_code == 409
    assert post("/tickets/T-2222-2222/closed", theirs, reasons="x").status_code == 404


def test_who_may_hand_over_and_when(pages, monkeypatch):
    desk = desk_with(furnish(pages), TicketSettings())
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)))
    with pytest.raises(Invalid, match=r"tickets\.address"):
        open_ticket(desk, case.reference, "", person="ada")
    desk = desk_with(desk, ticket_settings())
    with pytest.raises(Missing):
        open_ticket(desk, "K7QF-2M9X", "", person="ada")
    with pytest.raises(Missing):
        open_ticket(desk, case.reference, "", person="ada", report="x")
    with pytest.raises(Invalid, match="note"):
        open_ticket(desk, case.reference, "x" * 5001, person="ada")
    change_roles(desk, "bea", ["noc"])  # sees no reporter
    with pytest.raises(Forbidden):
        open_ticket(desk, case.reference, "", person="bea")
    page = signed_in(desk, "bea").get(f"/case/{case.reference}").content.decode()
    assert "Hand over to RT" not in page
    quiet = dataclasses.replace(
        desk, settings=dataclasses.replace(
            desk.settings, provider=dataclasses.replace(desk.settings.provider, listen=True)
        )
    )  # fmt: skip
    with pytest.raises(Conflict, match="listen mode"):
        open_ticket(quiet, case.reference, "", person="ada")
    ticket = open_ticket(desk, case.reference, "", person="ada")
    close_ticket(desk, ticket.reference.lower(), "by phone", person="ada")
    with pytest.raises(Conflict):
        close_ticket(desk, ticket.reference, "again", person="ada")
    assert open_ticket(desk, case.reference, "", person="ada").id != ticket.id
    notice = notices.get(ticket.notice)
    assert raws.get(str(notice.facts["raw"])).id == reports.of_case(case.id)[0].raw


@pytest.mark.parametrize(
    ("title", "subject", "closes"),
    [("ports closed", "[rt #7] AutoReply: [{}] ports closed", False),
     ("ports closed", "[rt #7] Re: ports  Closed", False),
     ("ports closed", "[rt #7] Resolved: [{}] ports closed", True),
     ("odd", "[rt #7] Resolved: renamed by them", True)],
)  # fmt: skip
def test_who_reported_closes_nothing_by_the_subject(
    pages, title: str, subject: str, *, closes: bool
):
    """Their words stand behind our reference, or are the report's own title."""
    desk = desk_with(furnish(pages), ticket_settings())
    sent = report("203.0.113.10", NOON - timedelta(minutes=5))
    sent = re.sub(rb"Subject: [^\r]*", f"Subject: {title}".encode(), sent)
    (case,) = arrive(desk, sent)
    ticket = open_ticket(desk, case.reference, "", person="ada")
    head = f"In-Reply-To: {notices.get(ticket.notice).message_id}\r\nFrom: RT <".encode()
    mail = answer(subject.format(ticket.reference)).replace(b"From: RT <", head, 1)
    arrive(desk, mail)
    assert (tickets.named(ticket.reference).closed_at is not None) is closes
    assert tickets.named(ticket.reference).number == "7"


def test_a_reference_that_a_report_quotes_names_no_other_ticket(pages):
    """What the ticket system quotes is of who reported; the mail it answers is ours."""
    desk = desk_with(furnish(pages), ticket_settings())
    first, second = (
        open_ticket(desk, arrive(desk, report(ip, NOON))[0].reference, "", person="ada")
        for ip in ("203.0.113.10", "203.0.113.70")
    )
    head = f"In-Reply-To: {notices.get(second.notice).message_id}\r\nFrom: RT <".encode()
    mail = answer("[rt #8] Resolved: renamed").replace(b"From: RT <", head, 1)
    arrive(desk, mail.replace(b"Done.", f"as in {first.reference}".encode()))
    assert tickets.named(first.reference).closed_at is None
    assert tickets.named(second.reference).closed_at is not None
