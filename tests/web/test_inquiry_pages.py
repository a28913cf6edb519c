"""Somebody asks us: the mail is an inquiry, a person answers it, and permits what was asked."""

import pytest
from django.test import Client

from app.steps import arrive
from aupkeep.app.enforcing.listen import set_listening
from aupkeep.model.inquiry import InquiryState
from aupkeep.store import inquiries, notices, permissions, reports
from aupkeep.store.models import ReportRow
from web.seed_cases import KARI
from web.seeded import Seeded, text_of
from web.test_pages import GRANTED

PLAIN = (
    b"From: bo@birch.example\r\nTo: abuse@aupkeep.example\r\nSubject: %s\r\n"
    b"Message-ID: <%s@birch.example>\r\n\r\n%s\r\n"
)


def test_a_question_stands_in_its_own_queue_as_text(seeded: Seeded, kari: Client):
    """Its markup and its turned letters are shown for what they are; it waits in the inbox too."""
    path = seeded.at("/inquiries/{inquiry}")
    for text in (text_of(kari, "/inquiries"), text_of(kari, path)):
        assert "A &lt;b&gt;scanner&lt;/b&gt;?" in text
        assert "\u202e" not in text
    assert "&lt;b&gt;Is&lt;/b&gt; that ⟨U+202E⟩allowed?" in text
    assert "eva@alder.example" in text_of(kari, "/inbox")


def test_what_is_pressing_stands_first(seeded: Seeded, kari: Client):
    """Then what names a day, the soonest first; then the rest, the oldest first."""
    asked = [
        (b"May we?", b"May we run a scanner?"),
        (b"Later", b"May we run a scanner from 2026-06-20 on?"),
        (b"Soon", b"May we run a scanner from 2026-05-20 on?"),
        (b"Help", b"Our mail is down. May we send from port 25?"),
    ]
    for number, (title, text) in enumerate(asked):
        arrive(seeded.context, PLAIN % (title, b"haste%d" % number, text))
    shown = inquiries.listed(InquiryState.OPEN, 10)
    words = [(inquiry.pressing, inquiry.needed_by and inquiry.needed_by.day) for inquiry in shown]
    assert words[:3] == [("is down", None), ("", 20), ("", 20)]
    assert [inquiry.needed_by.month for inquiry in shown[1:3]] == [5, 6]
    assert inquiries.listed(InquiryState.OPEN, 2, shown[0].id) == shown[1:3]
    text = text_of(kari, "/inquiries")
    assert text.index("Urgent: is down") < text.index("Needed by 2026-05-20")
    assert "Needed by" in text_of(kari, f"/inquiries/{shown[1].reference}")


def test_it_is_permitted_then_answered_once(seeded: Seeded, kari: Client):
    """The letter waits in the outbox, threads with the question, and is a person's."""
    path = seeded.at("/inquiries/{inquiry}")
    assert kari.post(f"{path}/permit", GRANTED)["Location"] == f"{path}?done=granted"
    (live,) = permissions.live(seeded.context.now())
    assert (live.resource, live.kind) == ("vm-d", "connection/port_scan")
    answer = kari.post(f"{path}/answer", {"answer": "Yes, until December.", "frame": "nb"})
    assert answer["Location"] == f"{path}?done=answered"
    inquiry = inquiries.named(seeded.keys["inquiry"])
    notice = notices.get(inquiry.notice)
    assert (notice.recipient, notice.language) == ("eva@alder.example", "nb")
    assert notice.headers["In-Reply-To"] == "<q1@alder.example>"
    assert "Yes, until December." in notice.text
    assert (inquiry.state, inquiry.done_by) == (InquiryState.ANSWERED, KARI.id)
    assert reports.get(inquiry.report).done_at is not None, "and its retention runs"
    text = text_of(kari, path)
    assert "Yes, until December." in text
    assert "a study" in text
    assert kari.post(f"{path}/answer", {"answer": "again"}).status_code == 409
    assert seeded.written().count("inquiry-changed") == 2


@pytest.mark.parametrize("answer", ["", " ", "Yes: until ### day ###", "x" * 5001])
def test_an_answer_that_is_not_whole_stays_here(answer: str, seeded: Seeded, kari: Client):
    sent = kari.post(seeded.at("/inquiries/{inquiry}/answer"), {"answer": answer})
    assert sent.status_code == 422
    assert answer.strip()[:20] in sent.content.decode()
    assert seeded.written() == []


def test_in_listen_mode_no_answer_leaves_and_none_is_lost(seeded: Seeded, kari: Client):
    set_listening(seeded.context, wanted=True, reason="a look", person=KARI.id)
    sent = kari.post(seeded.at("/inquiries/{inquiry}/answer"), {"answer": "my careful draft"})
    assert sent.status_code == 409
    assert "my careful draft" in sent.content.decode()
    assert inquiries.named(seeded.keys["inquiry"]).state is InquiryState.OPEN


def test_what_is_a_report_after_all_goes_to_the_inbox(seeded: Seeded, kari: Client):
    path = seeded.at("/inquiries/{inquiry}")
    assert kari.post(f"{path}/close", {"why": ""}).status_code == 422
    assert kari.post(f"{path}/close", {"why": "it names one", "inbox": "yes"}).status_code == 303
    assert "accuses nobody" in text_of(kari, "/inbox")
    assert inquiries.named(seeded.keys["inquiry"]).state is InquiryState.CLOSED


def test_a_mail_that_asks_and_accuses_opens_no_inquiry(seeded: Seeded):
    """Nor does one that says nothing at all: only a question that claims nothing is one."""
    before = inquiries.count(InquiryState.OPEN)
    mails = (
        (b"an attack", b"a1", b"203.0.113.10 tried to log in here 500 times at 11:30 UTC. Why?"),
        (b"hello", b"a2", b"Good morning to you."),
    )
    for mail in mails:
        arrive(seeded.context, PLAIN % mail)
    assert inquiries.count(InquiryState.OPEN) == before
    arrive(seeded.context, PLAIN % (b"news", b"a3", b"Is a newsletter allowed under your policy?"))
    assert inquiries.count(InquiryState.OPEN) == before + 1


def test_the_same_question_twice_is_one(seeded: Seeded):
    before = inquiries.count(InquiryState.OPEN)
    mail = PLAIN % (b"news", b"a4", b"Is a newsletter allowed under your policy?")
    for _ in range(2):
        arrive(seeded.context, mail)
    assert inquiries.count(InquiryState.OPEN) == before + 1


def test_a_question_that_retention_took_is_told(seeded: Seeded, kari: Client):
    from aupkeep.store.guard import writing

    inquiry = inquiries.named(seeded.keys["inquiry"])
    assert reports.get(inquiry.report) is not None
    with writing():
        ReportRow.objects.filter(id=inquiry.report).delete()
    path = seeded.at("/inquiries/{inquiry}")
    assert "erased by retention" in text_of(kari, path)
    assert kari.post(f"{path}/answer", {"answer": "too late"}).status_code == 404
