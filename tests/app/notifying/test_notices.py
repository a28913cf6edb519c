"""Words to people: capped, in their language, answered, bounced, held in listen mode."""

import dataclasses
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, STAMP, report
from app.steps import arrive, told, work
from aupkeep.app.journal import record_changes
from aupkeep.app.notifying import delivery as room
from aupkeep.app.notifying.failures import mark_undelivered
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Unavailable
from aupkeep.model.notice import LISTENING
from aupkeep.notify.channels.smtp import Delivered, NotDelivered
from aupkeep.store import cases, notices, reports

REPLY = """\
From: {sender}
To: abuse@aupkeep.example
Subject: Re: {title}
Message-ID: <r1@{domain}>
In-Reply-To: {parent}
Date: Sun, 01 Mar 2026 12:10:00 +0000

We have rebuilt the machine. Please look again.
"""
BOUNCE = """\
From: MAILER-DAEMON@relay.example
To: abuse@aupkeep.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <b1@relay.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

Could not be delivered.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; noc@alder.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--x
Content-Type: message/rfc822

From: abuse@aupkeep.example
To: noc@alder.example
Subject: notice
Message-ID: {parent}

the notice
--x--
"""


@pytest.fixture
def case(furnished):
    """A case whose customer was told."""
    (found,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    return found


@pytest.fixture
def notice(case):
    """The notice of that case."""
    (found,) = notices.of_case(case.id)
    return found


def letter(notice, sender, *, proven=True):
    """A reply to the notice, its sender's domain proven or not."""
    domain = sender.rpartition("@")[2]
    mail = REPLY.format(
        sender=sender, domain=domain, parent=notice.message_id, title=notice.title
    ).replace("\n", "\r\n")
    return ((STAMP.format(domain=domain) if proven else "") + mail).encode()


def test_notice_is_in_the_customers_language(notice, case):
    """Alder reads Bokmål; the Message-ID names the case."""
    assert notice.language == "nb"
    assert case.reference in notice.message_id


def test_reply_of_the_contact_is_an_unread_answer(furnished, case, notice):
    """The customer's contact writes back, proven: the case is answered and names the words."""
    arrive(furnished, letter(notice, "noc@alder.example"))
    (answer,) = cases.answers(case.id)
    assert "rebuilt the machine" in answer.text
    assert cases.get(case.id).state is CaseState.ANSWERED
    assert reports.inbox() == []
    assert verify_home(furnished).ok


@pytest.mark.parametrize(
    ("sender", "proven"), [("noc@alder.example", False), ("somebody@else.example", True)]
)
def test_other_reply_changes_no_state(furnished, case, notice, sender, proven):
    """An unproven or strange sender is put before a person and beside the case, nothing more."""
    before = cases.get(case.id)
    arrive(furnished, letter(notice, sender, proven=proven))
    assert cases.get(case.id) == before
    assert cases.answers(case.id) == []
    (found,) = reports.inbox()
    assert case.reference in found.inbox_reason
    assert any("why" in one for one in told(case, EntryType.CASE_CHANGED))


def test_bounce_marks_the_notice(furnished, case, notice):
    """A delivery report that quotes our Message-ID: the notice failed, and a person sees it."""
    bounce = BOUNCE.format(parent=notice.message_id).replace("\n", "\r\n").encode()
    arrive(furnished, bounce)
    assert "550" in notices.get(notice.id).failure
    assert len(told(case, EntryType.NOTICE_FAILED)) == 1
    (found,) = reports.inbox()
    assert case.reference in found.inbox_reason
    assert verify_home(furnished).ok


def test_forged_bounce_marks_nothing(furnished, case, notice):
    """A delivery report that guesses the Message-ID changes no notice."""
    forged = notice.message_id.replace(notice.id[-4:], "0000")
    arrive(furnished, BOUNCE.format(parent=forged).replace("\n", "\r\n").encode())
    assert notices.get(notice.id).failure is None
    assert told(case, EntryType.NOTICE_FAILED) == []


def test_customer_without_contact_waits_visibly(furnished):
    """Nobody can be told: the report stands in the inbox and names the customer."""
    from aupkeep.app.inventory.imports import import_assignments

    import_assignments(
        furnished,
        b"address,customer,resource,from,until\n203.0.113.90,nobody,vm-n,2026-01-01T00:00:00Z,\n",
        "csv",
    )
    (case,) = arrive(furnished, report("203.0.113.90", JUST_NOW))
    assert case.customer == "nobody"
    (found,) = reports.inbox()
    assert "nobody has no contact" in found.inbox_reason
    assert notices.of_case(case.id) == []


def test_cap_keeps_the_next_notice_back(furnished):
    """Above the daily cap nobody is written to, and an entry says why."""
    mail = dataclasses.replace(furnished.settings.mail, notices_a_day=0)
    capped = dataclasses.replace(
        furnished, settings=dataclasses.replace(furnished.settings, mail=mail)
    )
    (case,) = arrive(capped, report("203.0.113.10", JUST_NOW))
    assert notices.of_case(case.id) == []
    (why,) = told(case, EntryType.NOTICE_FAILED)
    assert "the cap" in why["why"]


def test_nothing_leaves_after_listen_mode_began(furnished, case, notice, monkeypatch):
    """Words made before listen mode do not leave in it."""
    sent = []
    monkeypatch.setattr(room, "send", lambda *_: sent.append(1))
    monkeypatch.setattr(room, "notice_withheld", lambda *_: LISTENING)
    work(furnished, "mail")
    assert sent == []
    assert notices.get(notice.id).failure == LISTENING


def test_what_has_failed_does_not_leave_later(furnished, notice, monkeypatch):
    """The desk was told that nobody got it, and no deadline runs."""
    sent = []

    def send(_message: bytes, _back: str, to: str, _relay: object) -> Delivered:
        sent.append(to)
        return Delivered(encrypted=True)

    monkeypatch.setattr(room, "send", send)
    record_changes(furnished, mark_undelivered(furnished, notice, "no such user"))
    work(furnished, "mail")
    assert sent == ["soc@cert.example"]  # the receipt alone
    assert notices.get(notice.id).sent_at is None


def test_relay_down_for_days_is_told(furnished, notice, now, monkeypatch):
    """After the last try the notice says why it never left."""
    monkeypatch.setattr(room, "send", lambda *_: NotDelivered(reason="451 later", temporary=True))
    for _ in range(12):
        work(furnished, "mail")
        now.at += timedelta(hours=13)
    assert "451" in notices.get(notice.id).failure


def test_sent_is_sent_once(furnished, notice, monkeypatch):
    """A repeated lease sends nothing again."""
    sent = []

    def send(*_: object) -> Delivered:
        sent.append(1)
        return Delivered(encrypted=True)

    monkeypatch.setattr(room, "send", send)
    work(furnished, "mail")
    (count, first) = len(sent), notices.get(notice.id).sent_at
    work(furnished, "mail")
    assert (len(sent), notices.get(notice.id).sent_at) == (count, first)
    assert first is not None


def test_what_the_relay_took_is_not_sent_again_when_the_storage_failed(
    furnished, notice, now, monkeypatch
):
    """The relay said yes, the database did not take it: the next attempt only writes it down."""
    sent, true = [], room.record

    def send(_message: bytes, _back: str, to: str, _relay: object) -> Delivered:
        sent.append(to)
        return Delivered(encrypted=True)

    monkeypatch.setattr(room, "send", send)

    def away(*_: object, **__: object) -> None:
        raise Unavailable("the database did not take it")

    monkeypatch.setattr(room, "record", away)
    work(furnished, "mail")
    assert notices.get(notice.id).sent_at is None
    monkeypatch.setattr(room, "record", true)
    now.at += timedelta(seconds=6)
    work(furnished, "mail")
    assert notices.get(notice.id).sent_at is not None
    assert sorted(sent) == sorted(set(sent))


def test_what_waits_for_a_silent_relay_leaves_once_it_answers(furnished, notice, now, monkeypatch):
    """Not at its next time, which may be hours away."""
    silent = NotDelivered(reason="TimeoutError: x", temporary=True, unheard=True)
    monkeypatch.setattr(room, "send", lambda *_: silent)
    for seconds in (1, 5, 30, 1):
        work(furnished, "mail")
        now.at += timedelta(seconds=seconds)
    monkeypatch.setattr(room, "send", lambda *_: Delivered(encrypted=True))
    monkeypatch.setattr(room, "relay_trouble", lambda _: "no")
    assert room.retry_unheard(furnished) == 0
    monkeypatch.setattr(room, "relay_trouble", lambda _: "")
    assert room.retry_unheard(furnished)
    work(furnished, "mail")
    assert notices.get(notice.id).sent_at is not None
    assert room.retry_unheard(furnished) == 0
