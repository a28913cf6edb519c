"""The pages without a browser: what each shows, what it refuses, what it asks of the desk."""

import re

import pytest
from django.test import Client

from aupkeep.app.pages.case.form import DecisionForm
from aupkeep.model.case import AnswerKind, Outcome
from aupkeep.model.errors import AupkeepError, Conflict, Forbidden
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.source import Said, Step
from web import sample_case
from web.sample_desk import CASE, SampleDesk

SOURCES = ["/sources", "/sources/s2", "/sources/s3"]
STAFF = ["/queue", f"/case/{CASE}", "/inbox", "/inbox/0193a1", "/feeds", "/flows", *SOURCES]
PUBLIC = ["/c/customer/", "/r/reporter/", "/sign-in", "/sign-in/sent", "/sign-in/good-link/"]
POSTS = [
    (f"/case/{CASE}/decide", {}),
    (f"/case/{CASE}/approve", {"pending": "x", "approval": "yes"}),
    (f"/case/{CASE}/undo", {"action": "x", "undo": "wrong machine"}),
    (f"/case/{CASE}/close", {"outcome": "fixed", "closing": "it is quiet"}),
    (f"/case/{CASE}/read", {"answer": "x"}),
    ("/inbox/0193a1/done", {"reason": "asked the reporter"}),
    ("/inbox/0193a1/mend", {"number": "1", "text": "192.0.2.30,spam"}),
    ("/sources/s2/step", {"step": "suspend", "days": "30", "reasons": "it went on"}),
    ("/sources/s2/judge", {"report": "0193a1", "said": "refuted", "why": "a test of theirs"}),
    ("/sign-out", {}),
]
DECISION = {
    "measure": "block-port",
    "hours": "24",
    "reasons": "212 failed logins",
    "cause": "unknown",
    "seen": "v-17",
}


@pytest.mark.parametrize("path", STAFF)
def test_a_page_of_the_console_needs_a_session(path: str, visitor: Client):
    assert visitor.get(path)["Location"] == "/sign-in"


@pytest.mark.parametrize(("path", "data"), POSTS[:-1])
def test_a_change_needs_a_session(path: str, data: dict[str, str], desk: SampleDesk):
    Client().post(path, data)
    assert desk.asked == []


@pytest.mark.parametrize(("path", "data"), POSTS)
def test_a_change_needs_the_cross_site_token(
    path: str, data: dict[str, str], desk: SampleDesk, visitor: Client
):
    page = visitor.get("/sign-in/good-link/").content.decode()
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page)
    visitor.post("/sign-in/good-link/", {"csrfmiddlewaretoken": token[1]})
    assert visitor.get("/queue").status_code == 200
    desk.asked.clear()
    assert visitor.post(path, data).status_code == 403
    assert desk.asked == []


@pytest.mark.parametrize("path", [path for path, _ in POSTS])
def test_a_change_is_never_a_get(path: str, desk: SampleDesk, kari: Client):
    answer = kari.get(path)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert b"Nothing was changed" in answer.content


@pytest.mark.parametrize("path", [*STAFF, *PUBLIC, "/c/quiet/", "/c/expired/", "/nothing", "/"])
def test_get_changes_nothing(path: str, desk: SampleDesk, kari: Client):
    kari.get(path)
    kari.head(path)
    assert desk.asked == []


@pytest.mark.parametrize("path", [*STAFF, *PUBLIC, "/nothing", "/healthz", "/c/expired/"])
def test_every_answer_carries_the_headers(path: str, kari: Client):
    answer = kari.get(path)
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; ")
    assert not any(word in policy for word in ("unsafe", "script-src", "*", "http"))
    for part in ("form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/c/customer/", "/r/reporter/", "/c/expired/", "/nothing"])
def test_an_address_with_a_secret_is_never_a_referrer(path: str, visitor: Client):
    assert visitor.get(path)["Referrer-Policy"] == "no-referrer"


def test_style_is_sent_packed_and_pages_are_not(kari: Client):
    """Compressing a page with its tokens would let their length tell them."""
    packed = {"Accept-Encoding": "gzip"}
    for path in ("/static/aupkeep/theme.css", "/static/built/designsystemet.css"):
        answer = kari.get(path, headers=packed)
        assert answer["Content-Encoding"] == "gzip", path
        answer.getvalue()
        answer.close()
    assert "Content-Encoding" not in kari.get("/queue", headers=packed)


def test_no_page_holds_a_style_or_a_script(kari: Client):
    """Nothing inline, so the policy has nothing to forgive."""
    for path in (*STAFF, *PUBLIC):
        text = kari.get(path).content.decode()
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", text), path


def test_hostile_text_stays_text(kari: Client):
    """A title with markup and a right-to-left override is shown, escaped and made visible."""
    text = kari.get("/inbox").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "\u202e" not in text
    assert "evil⟨U+202E⟩gpj.exe" in text


def test_a_row_that_could_not_be_read_is_mended(desk: SampleDesk, kari: Client):
    """Its text stands in a field; what is sent reaches the desk, line ends as line feeds."""
    text = kari.get("/inbox/0193a1").content.decode()
    assert "192.0.2.300,&quot;&lt;b&gt;⟨U+202E⟩spam&quot;" in text
    assert "Mended by Kari Nordmann" in text
    answer = kari.post("/inbox/0193a1/mend", {"number": "1", "text": "192.0.2.30,\r\nspam"})
    assert (answer.status_code, answer["Location"]) == (303, "/inbox/0193a1?mended")
    assert desk.asked == [("mend", "0193a1", 1, "192.0.2.30,\nspam")]


def test_a_row_that_still_cannot_be_read_keeps_what_was_typed(desk: SampleDesk, kari: Client):
    """The parser's reason stands at the row's field."""
    answer = kari.post("/inbox/0193a1/mend", {"number": "1", "text": "192.0.2.300,typed"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "192.0.2.300,typed" in text
    assert "expected an IPv4 or IPv6 address" in text
    assert desk.asked == []


def test_what_a_source_said_besides_is_shown_as_text(kari: Client):
    """A banner with markup and a right-to-left override is escaped and made visible."""
    text = kari.get(f"/case/{CASE}").content.decode()
    assert "&lt;b&gt;SSH-2.0&lt;/b&gt; ⟨U+202E⟩elpmaxe" in text
    assert "\u202e" not in text


def test_signing_in_says_the_same_for_every_address(desk: SampleDesk):
    one, two = (
        Client().post("/sign-in", {"address": who}) for who in ("kari@desk.example", "x@y.example")
    )
    assert (one.status_code, one["Location"]) == (two.status_code, two["Location"])
    assert desk.asked == [("ask", "kari@desk.example"), ("ask", "x@y.example")]


@pytest.mark.parametrize(
    "address", ["", "kari", "@", "a@", "@b", "x" * 300 + "@y.example", "a@b\nc"]
)
def test_what_is_no_mail_address_asks_nothing(address: str, desk: SampleDesk):
    assert Client().post("/sign-in", {"address": address}).status_code == 422
    assert desk.asked == []


def test_a_link_works_once(desk: SampleDesk):
    assert Client().post("/sign-in/good-link/")["Location"] == "/queue"
    assert Client().post("/sign-in/good-link/").status_code == 410


def test_signing_out_ends_the_session(kari: Client):
    kari.post("/sign-out")
    assert kari.get("/queue")["Location"] == "/sign-in"


def test_the_session_cookie_is_guarded(desk: SampleDesk):
    cookie = Client().post("/sign-in/good-link/").cookies["aupkeep_session"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")


def test_a_decision_reaches_the_desk_as_it_was_chosen(desk: SampleDesk, kari: Client):
    answer = kari.post(f"/case/{CASE}/decide", DECISION)
    assert (answer.status_code, answer["Location"]) == (303, f"/case/{CASE}?done=decided")
    wish = DecisionForm(
        measure=Measure.BLOCK_PORT,
        hours=24,
        reasons="212 failed logins",
        cause=Cause.UNKNOWN,
        seen="v-17",
    )
    assert desk.asked == [("decide", CASE, wish)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("measure", ""),
        ("measure", "delete-everything"),
        ("hours", ""),
        ("hours", "0"),
        ("hours", "-1"),
        ("hours", "1e3"),
        ("hours", "99999"),
        ("hours", "\u0662\u0664"),
        ("reasons", "  "),
        ("reasons", "x" * 5001),
        ("cause", "fate"),
    ],
)
def test_invariant_06_a_blank_or_odd_wish_is_refused(
    field: str, value: str, desk: SampleDesk, kari: Client
):
    """Nothing is implied: no measure, length, reasons or cause is ever guessed."""
    answer = kari.post(f"/case/{CASE}/decide", DECISION | {field: value})
    assert answer.status_code == 422
    assert b"Nothing was changed" in answer.content
    assert desk.asked == []


def test_a_measure_that_limits_nothing_has_no_length(desk: SampleDesk, kari: Client):
    kari.post(f"/case/{CASE}/decide", DECISION | {"measure": "inform", "hours": ""})
    assert desk.asked[0][2].hours is None


@pytest.mark.parametrize(
    "refusal",
    [
        Forbidden("192.0.2.7 is protected: no measure above L1 by anyone alone"),
        Conflict("the case has changed since you opened it"),
    ],
)
def test_a_refusal_gives_its_reason_and_keeps_the_draft(
    refusal: AupkeepError, desk: SampleDesk, kari: Client
):
    desk.refusal = refusal
    answer = kari.post(f"/case/{CASE}/decide", DECISION | {"reasons": "my careful draft"})
    assert answer.status_code == refusal.status
    assert str(refusal) in answer.content.decode()
    assert "my careful draft" in answer.content.decode()


def test_the_other_acts_reach_the_desk(desk: SampleDesk, kari: Client):
    for path, data in POSTS[1:-1]:
        assert kari.post(path, data).status_code == 303, path
    assert desk.asked == [
        ("approve", CASE, "x", "yes"),
        ("undo", CASE, "x", "wrong machine"),
        ("close", CASE, Outcome.FIXED, "it is quiet"),
        ("read", CASE, "x"),
        ("inbox-done", "0193a1", "asked the reporter"),
        ("mend", "0193a1", 1, "192.0.2.30,spam"),
        ("step", "s2", Step.SUSPEND, 30, "it went on"),
        ("judge", "0193a1", Said.REFUTED, "a test of theirs"),
    ]


@pytest.mark.parametrize(("path", "data"), POSTS[1:4] + POSTS[5:6])
def test_an_act_without_a_reason_is_refused(
    path: str, data: dict[str, str], desk: SampleDesk, kari: Client
):
    blank = {
        key: "" if key in ("approval", "undo", "closing", "reason") else data[key] for key in data
    }
    desk.case = sample_case.acted
    assert kari.post(path, blank).status_code == 422
    assert desk.asked == []


def test_the_case_page_gives_the_whole_ground(kari: Client):
    """Clause word for word, holder then and now with the assignment, the reading marked."""
    text = kari.get(f"/case/{CASE}").content.decode()
    for words in (
        "You must not access, or try to access, data, systems or networks without permission.",
        "version 2026-01",
        "0192b6d4-7c11-7d20-9a51-6f0f4a1c2e3b",
        "0193f0a0-11aa-7b52-8c02-0d8a9d0c5e77",
        '<mark title="address">192.0.2.7</mark>',
        "The holder has changed since.",
        "A rule alone needs E2, found E1.",
        "the evidence names one port, not the whole machine",
    ):
        assert words in text


def test_an_unproven_sender_is_named_as_such(kari: Client):
    assert kari.get(f"/case/{CASE}").content.decode().count("sender not proven") == 1


def test_evidence_that_was_taken_back_is_marked(kari: Client):
    """With the word that it lifts nothing."""
    text = kari.get(f"/case/{CASE}").content.decode()
    assert text.count(">taken back<") == 1
    assert "The reporter takes the report back. What was decided on it stands" in text


def test_an_answers_quote_and_signature_are_folded(desk: SampleDesk, kari: Client):
    """The new words stand open; the rest is one click away, as text."""
    desk.case = sample_case.acted
    text = kari.get(f"/case/{CASE}").content.decode()
    assert '<p class="quoted">Which key was it?</p>' in text
    assert '<details class="more"><summary>Quoted mail</summary><p class="quoted">On 1' in text
    assert "Ola &lt;b&gt;Dal&lt;/b&gt;" in text


@pytest.mark.parametrize(
    ("kind", "field", "text"),
    [
        ("fixed", "text", ""),
        ("not-me", "text", "That port is closed."),
        ("appeal", "appeal", "No."),
    ],
)
def test_an_answer_reaches_the_desk(kind: str, field: str, text: str, desk: SampleDesk):
    sent = {"once": "page-one", "kind": kind, field: text}
    assert Client(enforce_csrf_checks=True).post("/c/customer/", sent).status_code == 303
    assert desk.asked == [("answer", "customer", AnswerKind(kind), text)]


@pytest.mark.parametrize(
    "sent", [{}, {"kind": "other"}, {"kind": "appeal"}, {"kind": "fixed", "text": "x" * 5001}]
)
def test_an_answer_that_says_nothing_is_asked_again(sent: dict[str, str], desk: SampleDesk):
    answer = Client().post("/c/customer/", {"once": "page-one", **sent})
    assert answer.status_code == 422
    assert desk.asked == []


def test_a_page_answers_once(desk: SampleDesk):
    sent = {"once": "page-one", "kind": "fixed"}
    Client().post("/c/customer/", sent)
    assert Client().post("/c/customer/", sent).status_code == 409
    assert len(desk.asked) == 1


def test_control_characters_do_not_reach_the_desk(desk: SampleDesk):
    Client().post("/c/customer/", {"once": "1", "kind": "fixed", "text": "a\x00b\r\nc\x1b"})
    assert desk.asked[0][3] == "ab\nc"


@pytest.mark.parametrize(("language", "words"), [("en", "What we saw"), ("nb", "Dette så vi")])
def test_the_customer_reads_their_own_language(language: str, words: str, visitor: Client):
    text = visitor.get(f"/c/customer/?language={language}").content.decode()
    assert f'<html lang="{language}"' in text
    assert words in text


def test_the_outside_pages_set_no_cookie(visitor: Client):
    for path in ("/c/customer/", "/r/reporter/"):
        assert not visitor.get(path).cookies, path


@pytest.mark.parametrize(
    ("path", "status"), [("/c/nobody/", 404), ("/c/expired/", 410), ("/r/x/", 404)]
)
def test_a_dead_link_is_explained(path: str, status: int, visitor: Client):
    answer = visitor.get(path, headers={"Accept-Language": "nb"})
    assert answer.status_code == status
    assert '<html lang="nb"' in answer.content.decode()


def test_an_unknown_filter_is_refused_with_its_reason(kari: Client):
    answer = kari.get("/queue?view=%3Cscript%3E")
    assert answer.status_code == 422
    assert "expected decide" in answer.content.decode()


def test_a_person_who_may_no_longer_come_in_is_out(
    desk: SampleDesk, kari: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(desk, "person", lambda user: None)
    assert kari.get("/queue")["Location"] == "/sign-in"


def test_health_follows_the_storage(desk: SampleDesk, visitor: Client):
    assert (visitor.get("/healthz").status_code, visitor.get("/healthz").content) == (200, b"ok\n")
    desk.healthy = False
    assert visitor.get("/healthz").status_code == 503


def test_our_own_mistake_is_a_page_too(
    desk: SampleDesk, kari: Client, monkeypatch: pytest.MonkeyPatch
):
    kari.raise_request_exception = False
    monkeypatch.setattr(desk, "queue_page", lambda *asked: 1 / 0)
    answer = kari.get("/queue")
    assert answer.status_code == 500
    assert b"We made a mistake" in answer.content
