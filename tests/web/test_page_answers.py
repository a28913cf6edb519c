"""What pages show of a case, what customers answer, and how mistakes are told."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client

from app.steps import arrive
from aupkeep.app.access.staff import remove_person
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.pages.customer.load import customer_page
from aupkeep.model.case import AnswerKind
from aupkeep.model.moments import parse_moment
from aupkeep.store import cases, reports
from web.seed_cases import KARI
from web.seeded import Seeded, text_of


def test_the_case_page_gives_the_whole_ground(seeded: Seeded, kari: Client):
    """Clause word for word, holder then and now with the assignment, the reading marked."""
    text = text_of(kari, seeded.at("/case/{case}"))
    (then,) = {claim.held.assignment for claim in cases.claims(find_case(seeded.keys["case"]).id)}
    shown = re.findall(r'Assignment <span class="mono break">([0-9a-f-]{36})<', text)
    assert (len(set(shown)), shown[0]) == (2, then)
    for words in (
        "Do not enter, probe or use computers, networks or data unless their owner has allowed it",
        "version 1",
        '<mark title="address">203.0.113.70</mark>',
        "The holder has changed since.",
        "A measure of L3 lasts at most 168 hours, not 700.",
        "203.0.113.70 is not known to be held by this resource now; another may hold it.",
        "Not now: No notice is proven to have reached the customer: ",
    ):
        assert words in text, words


def test_a_long_subject_is_short_in_the_heading_and_there_whole(seeded: Seeded, kari: Client):
    subject = " ".join(["something"] * 30)
    mail = f"From: a@b.example\r\nTo: abuse@aupkeep.example\r\nSubject: {subject}\r\n\r\nbad\r\n"
    arrive(seeded.context, mail.encode())
    (item,) = [it for it in reports.inbox(50) if it.reading.title == subject]
    text = text_of(kari, f"/inbox/{item.id}")
    assert len(re.search("<h1[^>]*>(.*?)</h1>", text)[1]) == 120
    assert f"<p>{subject}</p>" in text.partition("</h1>")[2]


def test_an_unproven_sender_is_named_as_such(seeded: Seeded, kari: Client):
    assert text_of(kari, seeded.at("/case/{case}")).count("sender not proven") == 1


def test_evidence_that_was_taken_back_is_marked(seeded: Seeded, kari: Client):
    """With the word what it lifts and what it does not."""
    text = text_of(kari, seeded.at("/case/{case}"))
    assert text.count(">counts no more<") == 1
    assert "The reporter takes the report back. What a rule decided on it alone is lifted" in text


def test_an_answers_quote_and_signature_are_folded(seeded: Seeded, kari: Client):
    """The new words stand open; the rest is one click away, as text."""
    text = text_of(kari, seeded.at("/case/{acted}"))
    assert '<p class="quoted">Which key was it?</p>' in text
    assert '<details class="more"><summary>Quoted mail</summary><p class="quoted">On 1' in text
    assert "Ola &lt;b&gt;Dal&lt;/b&gt;" in text


def answer_of(seeded: Seeded, **sent: str) -> dict[str, str]:
    """The form of the customer's page as it is now, filled in."""
    return {"once": customer_page(seeded.context, seeded.keys["quiet"], "").once, **sent}


@pytest.mark.parametrize(
    ("kind", "field", "text"),
    [
        ("fixed", "text", ""),
        ("not-me", "text", "That port is closed."),
        ("appeal", "appeal", "No."),
    ],
)
def test_an_answer_is_taken(kind: str, field: str, text: str, seeded: Seeded):
    sent = answer_of(seeded, kind=kind, **{field: text})
    posted = Client(enforce_csrf_checks=True).post(seeded.at("/c/{quiet}/"), sent)
    assert posted.status_code == 303
    (answer,) = cases.answers(find_case(seeded.keys["case"]).id)
    assert (answer.kind, answer.text) == (AnswerKind(kind), text)


@pytest.mark.parametrize(
    "sent", [{}, {"kind": "other"}, {"kind": "appeal"}, {"kind": "fixed", "text": "x" * 5001}]
)
def test_an_answer_that_says_nothing_is_asked_again(sent: dict[str, str], seeded: Seeded):
    answer = Client().post(seeded.at("/c/{quiet}/"), answer_of(seeded, **sent))
    assert answer.status_code == 422
    assert seeded.written() == []


def test_a_page_answers_once(seeded: Seeded):
    path, sent = seeded.at("/c/{quiet}/"), answer_of(seeded, kind="fixed")
    Client().post(path, sent)
    assert Client().post(path, sent).status_code == 409
    assert len(cases.answers(find_case(seeded.keys["case"]).id)) == 1


def test_control_characters_are_not_kept(seeded: Seeded):
    sent = answer_of(seeded, kind="fixed", text="a\x00b\r\nc\x1b")
    Client().post(seeded.at("/c/{quiet}/"), sent)
    assert cases.answers(find_case(seeded.keys["case"]).id)[0].text == "ab\nc"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "What it is about"), ("nb", "Hva det gjelder")]
)
def test_the_customer_reads_their_own_language(
    language: str, words: str, seeded: Seeded, visitor: Client
):
    text = text_of(visitor, seeded.at("/c/{customer}/?language=") + language)
    assert f'<html lang="{language}"' in text
    assert words in text


def test_the_outside_pages_set_no_cookie(seeded: Seeded, visitor: Client):
    for path in ("/c/{customer}/", "/r/{reporter}/"):
        assert not visitor.get(seeded.at(path)).cookies, path


@pytest.mark.parametrize(
    ("path", "status"), [("/c/nobody/", 404), ("/c/{expired}/", 410), ("/r/x/", 404)]
)
def test_a_dead_link_is_explained(path: str, status: int, seeded: Seeded, visitor: Client):
    answer = visitor.get(seeded.at(path), headers={"Accept-Language": "nb"})
    assert answer.status_code == status
    assert '<html lang="nb"' in answer.content.decode()


def test_an_unknown_filter_is_refused_with_its_reason(kari: Client):
    answer = kari.get("/queue?view=%3Cscript%3E")
    assert answer.status_code == 422
    assert "view: expected one of open, answered, waiting" in answer.content.decode()


def test_a_person_who_may_no_longer_come_in_is_out(seeded: Seeded, kari: Client):
    remove_person(seeded.context, KARI.id, "left us")
    assert kari.get("/queue")["Location"] == "/sign-in"


def test_health_follows_the_storage(visitor: Client):
    def fail(*statement: object) -> None:
        raise OperationalError("the disk is gone")

    assert (visitor.get("/healthz").status_code, visitor.get("/healthz").content) == (200, b"ok\n")
    with connection.execute_wrapper(fail):
        answer = visitor.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"database\n")


def test_a_finder_of_a_weakness_is_told_whom_to_tell(seeded: Seeded, visitor: Client):
    """RFC 9116: contact, an end within the year, and where the file itself stands."""
    text = visitor.get("/.well-known/security.txt").content.decode()
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    assert fields["Contact"] == f"mailto:{seeded.context.settings.mail.sender}"
    assert fields["Canonical"].endswith("/.well-known/security.txt")
    end = parse_moment(fields["Expires"]) - seeded.context.now()
    assert timedelta(days=30) < end < timedelta(days=365)


def test_our_own_mistake_is_a_page_too(kari: Client, monkeypatch: pytest.MonkeyPatch):
    kari.raise_request_exception = False
    monkeypatch.setattr("aupkeep.web.views.queue.queue_page", lambda *asked: 1 / 0)
    answer = kari.get("/queue")
    assert answer.status_code == 500
    assert b"We made a mistake" in answer.content


def test_a_slash_too_many_leads_to_the_page(seeded: Seeded, kari: Client):
    """With what was asked behind it; an address of nothing, a POST and the API stay as they are."""
    there = seeded.at("/case/{case}")
    for asked, place in (
        (f"{there}/", there),
        (f"{there}//?done=noted", f"{there}?done=noted"),
        ("/customers/?view=open", "/customers?view=open"),
        ("/metrics/", "/metrics"),  # which takes a token
    ):
        answer = kari.get(asked)
        assert (answer.status_code, answer["Location"]) == (301, place)
    assert kari.get("/nothing/").status_code == 404
    assert kari.get("//evil.example/case/").status_code == 404
    assert kari.post(f"{there}/", {}).status_code == 404
    assert kari.get("/api/v1/cases/").status_code == 404
